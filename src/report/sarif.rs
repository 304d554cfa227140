//! SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS, as code scanning reads it:
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::region::Region;
use super::{Report, json as document, level};
use crate::allocation::Level;
use crate::diagnostic::{Code, Diagnostic, Label};
use crate::drift::kind::DRIFT;
use crate::lints::{self, Lint};
use crate::outputs::digest::digest;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What relative paths count from.
const TOP: &str = "%SRCROOT%";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Value,
    automation_details: Value,
    invocations: Value,
    original_uri_base_ids: Value,
    column_kind: &'static str,
    #[serde(serialize_with = "results")]
    results: Results<'a>,
}

/// What every result needs.
struct Results<'a> {
    report: &'a Report<'a>,
    /// Each rule, with the level of its first result.
    rules: &'a BTreeMap<Code, &'static str>,
}

pub(super) fn render(report: &Report<'_>) -> String {
    let mut rules = BTreeMap::new();
    for one in report.findings() {
        rules.entry(one.code).or_insert_with(|| level(&one));
    }
    let driver = json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules.iter().map(|(code, level)| rule(*code, level)).collect::<Vec<_>>(),
    });
    let run = Run {
        tool: json!({ "driver": driver }),
        // Its last `/` ends the category, under which a later upload takes the place of this one.
        automation_details: json!({ "id": format!("portgen/{}/{}", report.command, report.prefix) }),
        invocations: json!([{ "executionSuccessful": report.exit < 2, "exitCode": report.exit }]),
        original_uri_base_ids: json!({ TOP: { "description": { "text": "The top of the repository" } } }),
        column_kind: "unicodeCodePoints",
        results: Results { report, rules: &rules },
    };
    document::text(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

/// Results are made one by one: there may be one for each file.
fn results<S: Serializer>(Results { report, rules }: &Results<'_>, out: S) -> Result<S::Ok, S::Error> {
    let codes: Vec<Code> = rules.keys().copied().collect();
    let mut seen = HashMap::new();
    out.collect_seq(report.findings().map(|one| result(report, &codes, &one, &mut seen)))
}

/// A lint with its explanation, or what the table of codes says of the others.
fn rule(code: Code, level: &str) -> Value {
    if let Some(lint) = lints::find(code.as_str()) {
        return lint_rule(lint);
    }
    let row = DRIFT.iter().find(|row| row.code == code);
    let help = row.map_or("The message names the place and says what to do next.", |row| row.fix);
    let short = code.summary();
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": short },
        "fullDescription": { "text": short },
        "help": { "text": help, "markdown": help },
        "defaultConfiguration": { "level": level },
    })
}

fn lint_rule(lint: &Lint) -> Value {
    let level = match lint.default {
        Level::Allow => "none",
        Level::Warn => "warning",
        Level::Deny => "error",
    };
    let why = lint.explanation.split("\n\n").next().unwrap_or_default();
    json!({
        "id": lint.code.as_str(),
        "shortDescription": { "text": lint.code.summary() },
        "fullDescription": { "text": why },
        "help": { "text": lint.explanation, "markdown": lint.explanation },
        "defaultConfiguration": { "level": level },
    })
}

fn result(report: &Report<'_>, codes: &[Code], one: &Diagnostic, seen: &mut HashMap<String, usize>) -> Value {
    // What is in another revision or built in has no URI here.
    let (places, elsewhere): (Vec<_>, Vec<_>) = one.labels.iter().partition(|label| label.place.source.is_in_tree());
    let (primary, related) = match places.split_first() {
        Some((primary, related)) => (location(report, primary), related),
        // Code scanning takes no result without a place.
        None => (physical(&format!("{}ports.toml", report.prefix), &json!({ "startLine": 1 })), &[][..]),
    };
    let related: Vec<Value> = related
        .iter()
        .zip(1..)
        .map(|(place, id)| {
            let mut location = location(report, place);
            location["id"] = json!(id);
            location
        })
        .collect();
    json!({
        "ruleId": one.code.as_str(),
        "ruleIndex": codes.binary_search(&one.code).unwrap_or_default(),
        "level": level(one),
        "message": { "text": message(report, one, places.get(1..).unwrap_or_default(), &elsewhere) },
        "locations": [primary],
        "relatedLocations": related,
        // The name under which code scanning looks for what tells one result from another.
        "partialFingerprints": { "primaryLocationLineHash": fingerprint(report, one, seen) },
    })
}

fn location(report: &Report<'_>, Label { place, text }: &Label) -> Value {
    let Region { line, column, end_line, end_column } = Region::of(place);
    let region = json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column });
    let mut location = physical(&report.file(&place.source), &region);
    if !text.is_empty() {
        location["message"] = json!({ "text": plain(text) });
    }
    location
}

fn physical(path: &str, region: &Value) -> Value {
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(path), "uriBaseId": TOP }, "region": region } })
}

/// The message, a link to each other place, which code scanning shows only so, those that none leads to, and what to do next.
fn message(report: &Report<'_>, one: &Diagnostic, related: &[&Label], elsewhere: &[&Label]) -> String {
    let mut text = plain(&one.message);
    for (label, id) in related.iter().zip(1..) {
        let label = if label.text.is_empty() { "the other place" } else { &label.text };
        let label = label.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
        let _ = write!(text, "\n[{}]({id})", plain(&label));
    }
    for label in elsewhere {
        let _ = write!(text, "\n{}", plain(&report.spot(label)));
    }
    for help in &one.help {
        let _ = write!(text, "\nhelp: {}", plain(help));
    }
    text
}

/// A text in a message: braces doubled (SARIF 3.11.5), and nothing of it a link (3.11.6), which starts with `[` and has `](`.
fn plain(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

/// What stays the same when a line above comes or goes: the code, the file and the message; equal ones are counted.
fn fingerprint(report: &Report<'_>, one: &Diagnostic, seen: &mut HashMap<String, usize>) -> String {
    let file = one.primary().map(|place| report.file(&place.source)).unwrap_or_default();
    let hash = digest(format!("{}\0{file}\0{}", one.code, one.message).as_bytes()).hex();
    let count = seen.entry(hash.clone()).or_default();
    *count += 1;
    format!("{hash}:{count}")
}

/// A path as a relative reference (RFC 3986, 4.2): what is not unreserved there becomes `%XX`.
fn uri(path: &str) -> String {
    path.bytes().fold(String::with_capacity(path.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte.into()),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
        out
    })
}
