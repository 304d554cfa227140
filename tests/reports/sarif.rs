//! SARIF. That it is valid against its schema is for the conformance checks, which read the cases.

use portgen::diagnostic::{Diagnostic, Origin, Place, Severity, Source, Text, codes};
use proptest::prelude::*;
use serde_json::Value;

use super::{parsed, path, render, rendered, texts};
use crate::sandbox::Sandbox;
use crate::tries::tries;

/// A URI reference without its percent-encoding; none where it has a character that RFC 3986 does not let stand there.
fn decoded(uri: &str) -> Option<String> {
    let mut bytes = uri.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let hex = String::from_utf8(vec![bytes.next()?, bytes.next()?]).ok()?;
                out.push(u8::from_str_radix(&hex, 16).ok()?);
            }
            _ if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) => out.push(byte),
            _ => return None,
        }
    }
    String::from_utf8(out).ok()
}

/// The text of a link in a plain message (SARIF 3.11.6); none where it is none.
fn link_text(escaped: &str) -> Option<String> {
    let mut chars = escaped.chars();
    let mut out = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(chars.next().filter(|c| matches!(c, '\\' | '[' | ']'))?),
            '[' | ']' => return None,
            _ => out.push(c),
        }
    }
    Some(out)
}

proptest! {
    #![proptest_config(tries(1000))]

    #[test]
    fn viewers_get_the_text_back_and_no_link_but_ours(text in texts()) {
        let log = parsed(&rendered("sarif", &text));
        let run = &log["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            prop_assert_eq!(&rule["id"], &result["ruleId"]);
            let location = &result["locations"][0]["physicalLocation"];
            let uri = decoded(location["artifactLocation"]["uri"].as_str().unwrap());
            prop_assert_eq!(uri, Some(format!("sub, dir/{}", path(&text).as_str())));
        }
        let result = &run["results"][0];
        prop_assert_eq!(&result["relatedLocations"][0]["id"], 1);
        let message = result["message"]["text"].as_str().unwrap();
        prop_assert!(!message.replace("{{", "").replace("}}", "").contains(['{', '}']), "{}", message);
        prop_assert_eq!(message.matches("](").count(), 1, "{}", message);
        let shown = message.replace("{{", "{").replace("}}", "}");
        let text = Text::from(text).replace("](", "] (");
        let link = shown.strip_prefix(&format!("{text}\n[")).and_then(|rest| rest.split_once("](1)\nhelp: "));
        let (label, help) = link.unwrap();
        prop_assert_eq!(link_text(label), Some(text.clone()), "{}", message);
        prop_assert_eq!(help, text);
    }

    #[test]
    fn a_place_in_another_revision_stands_in_the_message(text in texts()) {
        let place = |origin, path: &str| {
            let source = Source::of(origin, path, format!("{text}\nport"));
            Place::new(&source, text.len() + 1..text.len() + 5)
        };
        let (line, file) = (text.matches('\n').count() + 2, path(&text));
        let theirs = place(Origin::Revision("HEAD^{/a:b}".to_owned()), file.as_str());
        for ours in [Some(place(Origin::Tree, "ports.toml")), None] {
            let said = Diagnostic::new(codes::RIVAL_PORT, Severity::Finding, "both").help("agree");
            let said = ours.into_iter().fold(said, |said, ours| said.at(ours, "ours")).at(theirs.clone(), &*text);
            let result = &parsed(&render("sarif", &[said], &[]))["runs"][0]["results"][0];
            let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            prop_assert_eq!(uri, "sub%2C%20dir/ports.toml");
            prop_assert_eq!(&result["relatedLocations"], &Value::Array(Vec::new()));
            let message = result["message"]["text"].as_str().unwrap().replace("{{", "{").replace("}}", "}");
            let spot = format!("HEAD^{{/a:b}}:sub, dir/{}:{line}:1: {}", file.as_str(), Text::from(&*text));
            prop_assert_eq!(message, format!("both\n{}\nhelp: agree", spot.replace("](", "] (")));
        }
    }
}

/// Each result's fingerprint and line.
fn fingerprints(sandbox: &Sandbox) -> Vec<(String, u64)> {
    let output = sandbox.portgen(["check", "--format", "sarif"]);
    assert_eq!(output.status.code(), Some(1));
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let one = |result: &Value| {
        let fingerprint = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
        let line = &result["locations"][0]["physicalLocation"]["region"]["startLine"];
        (fingerprint.to_owned(), line.as_u64().unwrap())
    };
    results.iter().map(one).collect()
}

#[test]
fn a_result_is_the_same_one_when_lines_move_and_another_when_it_says_something_else() {
    let sandbox = Sandbox::new();
    let text = "version = 1\nplatform = { name = \"Shop\", id = \"shop\" }\n[services]\na = { port = 80, dir = \"a\" }\nb = { port = 80, dir = \"b\" }\nc = { port = 80, dir = \"c\" }\n";
    sandbox.put("ports.toml", text);
    let before = fingerprints(&sandbox);
    assert_eq!(before.len(), 5);
    sandbox.put("ports.toml", format!("# one\n# more\n{text}"));
    let moved: Vec<_> = before.iter().map(|(fingerprint, line)| (fingerprint.clone(), line + 2)).collect();
    assert_eq!(fingerprints(&sandbox), moved);
    sandbox.put("ports.toml", text.replace("80", "81"));
    assert!(fingerprints(&sandbox).iter().all(|(fingerprint, _)| before.iter().all(|(old, _)| old != fingerprint)));
}

#[test]
fn equal_results_are_told_apart() {
    let said = Diagnostic::error(codes::SYNTAX, "a key has no value");
    let log = parsed(&render("sarif", &[said.clone(), said], &[]));
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    assert_ne!(results[0]["partialFingerprints"], results[1]["partialFingerprints"]);
}
