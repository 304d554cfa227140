//! The quick reader of package.json against jsonc-parser and against serde_json: what it takes, both take, for the same
//! scripts.
//!
//! `PROPTEST_CASES=1000000 cargo test --release agreement` tries more.

use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use serde_json::{Map, Value};

use super::document::Document;
use super::file::File;
use super::{jsonc, quick};
use crate::agreement::try_all;

/// Whether the quick reader took `text`; a failure where it did and one of the others reads it otherwise.
fn agree(text: &str) -> Result<bool, TestCaseError> {
    let Some(document) = quick::read(text) else { return Ok(false) };
    let whole = jsonc::read(&File::new("package.json", text));
    prop_assert_eq!(Ok(&document), whole.as_ref(), "jsonc-parser: {:?}", text);
    match serde_json::from_str::<Map<String, Value>>(text) {
        Ok(root) => prop_assert_eq!(written(&document), scripts(&root), "serde_json: {:?}", text),
        // JSON has no largest number.
        Err(error) => {
            prop_assert!(error.to_string().contains("number out of range"), "serde_json: {:?} {}", text, error);
        }
    }
    Ok(true)
}

type Scripts<'a> = Vec<(&'a str, Option<&'a str>)>;

fn written<'a>(document: &'a Document<'_>) -> Scripts<'a> {
    document.scripts.iter().map(|script| (script.name.as_ref(), script.line.as_deref())).collect()
}

fn scripts(root: &Map<String, Value>) -> Scripts<'_> {
    let scripts = root.get("scripts").map(|scripts| scripts.as_object().unwrap());
    scripts.into_iter().flatten().map(|(name, line)| (name.as_str(), line.as_str())).collect()
}

/// Keys in the order in which people write them.
const KEYS: &[&str] =
    &["name", "version", "private", "scripts", "dev", "start", "", "é🦀", "dependencies", "a", "a b", "\u{7f}"];

const ODD_KEYS: &[&str] = &["\\u0061", "scr\\u0069pts", "a\\\"", "\t", "a\\", "\u{feff}", "\u{2028}"];

const SCALARS: &[&str] = &[
    "\"\"",
    "\"next dev -p 3000\"",
    "\"echo \\\"no test\\\" && exit 1\"",
    "\"\\u0033\\u00e9\\ud83e\\udd80\"",
    "\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "\"é🦀\u{85}\u{7f}\"",
    "true",
    "false",
    "null",
    "0",
    "-0",
    "3000",
    "-1.50",
    "1e5",
    "0.1E-2",
    "1e+999",
];

const ODD_SCALARS: &[&str] = &[
    "\"\\ud83e\"",
    "\"\\udd80\"",
    "\"\\ud83e\\u0041\"",
    "\"\\u00e\"",
    "\"\\u+0e9\"",
    "\"\\x41\"",
    "\"\\'\"",
    "\"\\",
    "\"\\é\"",
    "\"\\\n\"",
    "\"a",
    "\"\t\"",
    "\"\n\"",
    "\"\0\"",
    "'a'",
    "a",
    "True",
    "nul",
    "nulls",
    "true1",
    "01",
    "-",
    "+1",
    ".5",
    "5.",
    "1.e5",
    "1e",
    "1e+",
    "0x1F",
    "Infinity",
    "NaN",
    "-Infinity",
    "1_000",
    "1 2",
    "",
];

const BLANKS: &[&str] = &["", "", "", " ", "\n  ", "\r\n\t"];

const ODD_BLANKS: &[&str] = &["\u{b}", "\u{c}", "\u{a0}", "\u{feff}", "\u{2028}", "//\n", "/* */", "#\n", "\0", ","];

/// Mostly one of `own`, now and then one of `odd`.
fn either(own: &'static [&str], odd: &'static [&str]) -> impl Strategy<Value = String> + Clone {
    prop_oneof![99 => select(own), 1 => select(odd)].prop_map(str::to_owned)
}

fn blanks() -> impl Strategy<Value = String> + Clone {
    either(BLANKS, ODD_BLANKS)
}

/// Different keys in any order, or in that of the alphabet, in quotes; rarely one is odd or stands there twice.
fn keys() -> impl Strategy<Value = Vec<String>> {
    let plain = subsequence(KEYS, 0..6).prop_shuffle();
    (plain, any::<bool>(), vec(either(KEYS, ODD_KEYS), 0..2), prop::bool::weighted(0.05)).prop_map(
        |(mut keys, sorted, more, odd)| {
            if sorted {
                keys.sort_unstable();
            }
            let more = more.iter().map(String::as_str).filter(|key| odd || !keys.contains(key));
            keys.iter().copied().chain(more).map(|key| format!("\"{key}\"")).collect()
        },
    )
}

/// `values` between `open` and `close`, each after its key where it has one.
fn list(open: char, keys: &[String], values: &[String], blanks: &[String], close: char) -> String {
    let mut blanks = blanks.iter().map(String::as_str).cycle();
    let mut blank = || blanks.next().unwrap_or_default();
    let mut out = format!("{open}{}", blank());
    for (index, value) in values.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        out.extend([comma, blank()]);
        if let Some(key) = keys.get(index) {
            out.extend([key.as_str(), blank(), ":", blank()]);
        }
        out.extend([value.as_str(), blank()]);
    }
    out.push(close);
    out
}

fn object(value: impl Strategy<Value = String> + Clone + 'static) -> impl Strategy<Value = String> {
    let filled = keys().prop_flat_map(move |keys| {
        let values = vec(value.clone(), keys.len());
        (Just(keys), values)
    });
    (filled, vec(blanks(), 1..8)).prop_map(|((keys, values), blanks)| list('{', &keys, &values, &blanks, '}'))
}

fn value() -> impl Strategy<Value = String> + Clone {
    either(SCALARS, ODD_SCALARS).prop_recursive(3, 16, 4, |inner| {
        let array = (vec(inner.clone(), 0..4), vec(blanks(), 1..4))
            .prop_map(|(values, blanks)| list('[', &[], &values, &blanks, ']'));
        prop_oneof![2 => object(inner), 1 => array]
    })
}

/// A package.json: an object with `scripts` at one of its ends, or whatever comes.
fn package() -> impl Strategy<Value = String> {
    let scripts = prop_oneof![8 => object(either(SCALARS, ODD_SCALARS)), 1 => value()];
    let whole = (object(value()), scripts, blanks(), blanks()).prop_map(|(rest, scripts, before, after)| {
        match rest.strip_prefix('{').filter(|rest| rest.contains(':') && !rest.contains("\"scripts\"")) {
            Some(rest) => format!("{before}{{\"scripts\":{scripts},{rest}{after}"),
            None => format!("{before}{rest}{after}"),
        }
    });
    prop_oneof![9 => whole, 1 => value()]
}

/// Every package.json of the cases in `tests/`, with the name of its case.
fn cases() -> Vec<(String, String)> {
    let folder = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/references/scripts")).unwrap();
    let case = |path: std::path::PathBuf| {
        let case: serde_yaml::Value = serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        (path.file_stem().unwrap().to_string_lossy().into_owned(), case["package"].as_str().unwrap().to_owned())
    };
    folder.map(|entry| case(entry.unwrap().path())).collect()
}

#[derive(Clone, Debug)]
enum Mutation {
    Delete,
    Insert(String),
    Replace(String),
    DeleteLine,
    DoubleLine,
}

fn mutations() -> impl Strategy<Value = Vec<(Index, Mutation)>> {
    let splinter = prop_oneof![
        4 => select(&["\"", "\\", "{", "}", "[", "]", ":", ",", "{}", "[]", "\\u00e9", "\\\"", "\"a\":", "\"scripts\": {}, "][..]).prop_map(str::to_owned),
        1 => either(SCALARS, ODD_SCALARS),
        1 => select(ODD_SCALARS).prop_map(str::to_owned),
        1 => select(ODD_BLANKS).prop_map(str::to_owned),
        2 => "[ -~]{1,3}",
        1 => any::<char>().prop_map(String::from),
    ];
    let mutation = prop_oneof![
        2 => Just(Mutation::Delete),
        3 => splinter.clone().prop_map(Mutation::Insert),
        3 => splinter.prop_map(Mutation::Replace),
        1 => Just(Mutation::DeleteLine),
        1 => Just(Mutation::DoubleLine),
    ];
    vec((any::<Index>(), mutation), 1..4)
}

fn mutate(mut text: String, mutations: Vec<(Index, Mutation)>) -> String {
    for (at, mutation) in mutations {
        let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        let Some(place) = (!places.is_empty()).then(|| places[at.index(places.len())]) else { break };
        let next = place + text[place..].chars().next().map_or(0, char::len_utf8);
        let start = text[..place].rfind('\n').map_or(0, |before| before + 1);
        let end = text[place..].find('\n').map_or(text.len(), |after| place + after + 1);
        let line = text[start..end].to_owned();
        match mutation {
            Mutation::Delete => text.replace_range(place..next, ""),
            Mutation::Insert(new) => text.insert_str(place, &new),
            Mutation::Replace(new) => text.replace_range(place..next, &new),
            Mutation::DeleteLine => text.replace_range(start..end, ""),
            Mutation::DoubleLine => text.insert_str(end, &line),
        }
    }
    text
}

/// The cases that start with a byte order mark or have an escape in a key.
const ODD_CASES: [&str; 2] = ["28-bytes-stay", "55-hostile-names"];

#[test]
fn every_case_without_a_mistake_is_read_as_it_stands() {
    let cases = cases();
    assert!(cases.len() > 50);
    for (name, text) in &cases {
        let is_right = jsonc::read(&File::new("package.json", text)).is_ok();
        assert_eq!(agree(text).unwrap(), is_right && !ODD_CASES.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn deep_nesting_is_left_to_the_other() {
    for (depth, taken) in [(99, true), (100, true), (101, false), (300, false), (100_000, false)] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let value = format!("{}0{}", open.repeat(depth), close.repeat(depth));
            for text in [format!("{{\"b\":{value}}}"), format!("{{\"scripts\":{{\"dev\":{value}}}}}")] {
                assert_eq!(agree(&text).unwrap(), taken, "{depth} {open}");
            }
        }
    }
}

#[test]
fn control_characters_in_strings_are_mistakes() {
    for c in '\0'..='\u{80}' {
        for text in [format!("{{\"{c}\": 0}}"), format!("{{\"a\": \"{c}\"}}")] {
            assert_eq!(agree(&text).unwrap(), c >= ' ' && !matches!(c, '"' | '\\'), "{c:?}");
        }
    }
}

#[test]
fn a_key_that_stands_twice_among_many_is_found() {
    let text = |keys: &[usize]| {
        let entries: Vec<String> = keys.iter().map(|key| format!("\"{key}\": 0")).collect();
        format!("{{{}}}", entries.join(", "))
    };
    for count in [2, 15, 16, 17, 40] {
        let keys: Vec<usize> = (0..count).rev().collect();
        assert!(agree(&text(&keys)).unwrap(), "{count}");
        for (one, other) in [(0, 1), (0, count - 1), (count - 2, count - 1)] {
            let mut keys = keys.clone();
            keys[other] = keys[one];
            assert!(!agree(&text(&keys)).unwrap(), "{count}: {one} and {other}");
        }
    }
}

#[test]
fn other_files_are_read_alike() {
    try_all(package(), 40, agree);
}

#[test]
fn files_that_somebody_has_changed_are_read_alike() {
    let seeds: Vec<String> = cases().into_iter().map(|(_, text)| text).collect();
    let seed = prop_oneof![select(seeds), package()];
    try_all((seed, mutations()).prop_map(|(seed, changes)| mutate(seed, changes)), 10, agree);
}
