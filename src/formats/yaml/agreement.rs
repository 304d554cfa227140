//! Compares the reader of block YAML with saphyr and serde_yaml: they must read what it accepts as the same events and values.
//!
//! `PROPTEST_CASES=1000000 cargo test --release agreement` tries more.

use std::borrow::Cow;
use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::Deserialize as _;
use serde_yaml::Value;

use super::listen::Listen;
use super::tries::try_all;
use super::walk::{Scalar, Visit, walk, walk_all};
use super::{block, saphyr};

use crate::formats::{Fault, Reading, Written};

/// An event of a reader.
#[derive(Debug, PartialEq, Eq)]
enum Event<'t> {
    Key(Cow<'t, str>),
    Scalar { value: Cow<'t, str>, is_plain: bool },
    Mapping,
    Sequence,
    End,
    DocumentEnd,
    Fault,
}

/// Events with the places of their texts.
type Events<'t> = Vec<(Event<'t>, Range<usize>)>;

impl<'t> Listen<'t> for Events<'t> {
    fn key(&mut self, key: Cow<'t, str>, span: Range<usize>) {
        self.push((Event::Key(key), span));
    }

    fn scalar(&mut self, Written { value, span, .. }: Written<'t>, is_plain: bool) {
        let has_text = !is_plain || !value.is_empty();
        self.push((Event::Scalar { value, is_plain }, if has_text { span } else { 0..0 }));
    }

    fn fault(&mut self, fault: Fault) {
        self.push((Event::Fault, fault.span));
    }

    fn null(&mut self) {
        self.push((Event::Scalar { value: Cow::Borrowed(""), is_plain: true }, 0..0));
    }

    fn mapping(&mut self) {
        self.push((Event::Mapping, 0..0));
    }

    fn sequence(&mut self) {
        self.push((Event::Sequence, 0..0));
    }

    fn end(&mut self) {
        self.push((Event::End, 0..0));
    }

    fn end_document(&mut self) {
        self.push((Event::DocumentEnd, 0..0));
    }
}

fn by_block(text: &str) -> Option<Events<'_>> {
    let mut events = Vec::new();
    block::read(text, &mut events).map(|()| events)
}

fn by_saphyr(text: &str) -> Result<Events<'_>, Fault> {
    let mut events = Vec::new();
    saphyr::read(text, &mut events).map(|()| events)
}

/// A visitor that keeps every scalar with its path and the place of a part of it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Visited(Vec<String>);

impl<'t> Visit<'t> for Visited {
    fn scalar(&mut self, scalar: Scalar<'_, 't>, reading: &mut Reading<'t>) {
        let text = &scalar.text;
        let end = text.places().of(text.value.len()..text.value.len());
        self.0.push(format!("{:?} {:?} {:?} {end:?}", scalar.path, text.value, text.span));
        if text.value == "a b" {
            reading.faults.push(Fault::new("refused", text.span.clone()));
        }
    }
}

/// The documents of the events, with plain scalars resolved by serde_yaml; `None` if a key occurs twice.
fn documents(text: &str, events: Events<'_>) -> Option<Vec<Value>> {
    let mut documents = Vec::new();
    let mut open: Vec<(Value, Option<Value>)> = Vec::new();
    for (event, span) in events {
        let done = match event {
            Event::Mapping => {
                open.push((Value::Mapping(Default::default()), None));
                continue;
            }
            Event::Sequence => {
                open.push((Value::Sequence(Vec::new()), None));
                continue;
            }
            Event::DocumentEnd | Event::Fault => continue,
            Event::End => open.pop().unwrap().0,
            Event::Key(text_of) | Event::Scalar { value: text_of, .. } if text[span.clone()].starts_with('"') => {
                Value::String(text_of.into_owned())
            }
            Event::Key(text_of) | Event::Scalar { value: text_of, .. } => serde_yaml::from_str(&text_of).unwrap(),
        };
        match open.last_mut() {
            None => documents.push(done),
            Some((Value::Mapping(map), key)) => match key.take() {
                None => *key = Some(done),
                Some(name) => {
                    if map.insert(name, done).is_some() {
                        return None;
                    }
                }
            },
            Some((Value::Sequence(list), _)) => list.push(done),
            Some(other) => unreachable!("{other:?} is open"),
        }
    }
    Some(documents)
}

/// Whether the reader accepts `text`; fails if it does and another reader disagrees.
fn agree(text: &str) -> Result<bool, TestCaseError> {
    prop_assert_eq!(walk::<Visited>(text), walk_all::<Visited>(text), "the walk: {:?}", text);
    let Some(events) = by_block(text) else { return Ok(false) };
    let whole = by_saphyr(text);
    prop_assert_eq!(Ok(&events), whole.as_ref(), "saphyr: {:?}", text);
    let read: Result<Vec<Value>, _> = serde_yaml::Deserializer::from_str(text).map(Value::deserialize).collect();
    match documents(text, events) {
        // serde_yaml returns one empty document for a file without documents.
        Some(documents) if documents.is_empty() => prop_assert!(read.unwrap().iter().all(Value::is_null)),
        Some(documents) => prop_assert_eq!(Some(documents), read.ok(), "serde_yaml: {:?}", text),
        None => prop_assert!(read.unwrap_err().to_string().contains("duplicate entry"), "a key twice: {:?}", text),
    }
    Ok(true)
}

/// Blanks, keys, values and line ends that the reader accepts, and others.
fn line() -> impl Strategy<Value = String> {
    let indent = prop_oneof![8 => select(&["", "", "  ", "    "][..]), 1 => select(&[" ", "   ", "\t", "  \t"][..])];
    let dash =
        prop_oneof![8 => select(&["", "", "- "][..]), 1 => select(&["-", "- - ", "-   ", "? ", "-\t", "--- "][..])];
    let key = prop_oneof![
        8 => select(&["a: ", "b:", "\"c\": ", "d/e.f-g: ", "\"x\\u00e9\": ", "h i: ", "http://x: ", "null: ", ""][..]),
        1 => select(&["1: ", "é: ", "a : ", "\"e\" : ", "... a: ", "&a b: ", "!t k: ", "<<: ", "'q': ", "a:\t", ": ", "a:  ", "[]: ", "\"j\":", "-1: "][..]),
    ];
    let value = prop_oneof![
        12 => select(&["", "", "v", "null", "1", "-1", "1.5e+3", "true", "a b", "a:b", "http://h:1/p", "\"\"", "\"q # q: \\\" \\n\"", "\"é🦀\"", "[]", "{}", "a, b", "../x"][..]),
        1 => select(&["~", "a: b", "a #b", "a  b", "#", "- x", "-", "\"x", "x\"", "'q'", "|", ">-", "&a", "*a", "!t v", "[a]", "{a: b}", "\"\\x41\"", "\"\\ud800\"", "\"a\\", "\"\t\"", "a\tb", "é", "a:", ":a", "? a", "...", "---", "%a", "@a", "`", "\"\u{85}\"", "\"\u{feff}\"", "a '", "\"a\"b", "\"\\/\"", "- - a", "[", "]"][..]),
    ];
    let end = prop_oneof![
        20 => Just("\n"),
        1 => select(&[" \n", " # c\n", "\t\n", "\r\n", "\r", "", "\n\n", "\n  \n", "\n# c: \n", "\n    # c\n", "\n---\n", "\n...\n", "#c\n", "\n#\tc\n", "\n# é\u{2028}\n"][..]),
    ];
    (indent, dash, key, value, end).prop_map(|(a, b, c, d, e)| [a, b, c, d, e].concat())
}

/// Texts that have a meaning in YAML, at least for some readers.
const ODD: &[&str] = &[
    "\t",
    "\r",
    "\n",
    "\0",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{feff}",
    "\u{2028}",
    "é",
    "🦀",
    "---\n",
    "...\n",
    "--- ",
    " ",
    "  ",
    "- ",
    "-",
    ": ",
    ":",
    "#",
    " #",
    "\"",
    "'",
    "\\",
    "\\x41",
    "\\u00e9",
    "[]",
    "{}",
    " []",
    " {}",
    "|\n",
    "&a ",
    "*a",
    "!t ",
    "%YAML 1.2\n",
    "? ",
    "{a: b}",
    "[a]",
    "null",
    "~",
    "\n\n",
    "\n  ",
    "\n    - ",
    "\n  a:\n",
];

/// A text to insert into a valid file.
fn splinter() -> impl Strategy<Value = String> {
    let odd = select(ODD);
    prop_oneof![4 => odd.prop_map(str::to_owned), 1 => "[ -~]", 1 => "[ -~\\n\\t]{1,6}", 1 => any::<char>().prop_map(String::from), 1 => line()]
}

/// Forms that the reader accepts but no template writes.
const OWN: &[&str] = &[
    "a: 1\nb:\n- c: d\n  e:\n  - f\n  - \"g\"\n- \nh: \n  - - i\n    - j\n  -\n    k: l\n",
    "---\n# one\n\"a\": \"x\\\"y\\\\z\\u00e9\\U0001F980\\t\"\n\nb:\n\n  c: []\n  d: {}\n---\n- a b\n- -1\n- []\n",
    "a:\n   b:\n    - c:\n       d: e\n    -  f: g\n       h:\n    # i\n  # j\nk: null\nl:\n",
    "- a:\n  b:",
    "# a",
    "---\n-",
];

/// Rendered files, and the forms in [`OWN`].
fn seeds() -> Vec<String> {
    let files = generated().into_iter().map(|text| text.lines().take(40).map(|line| format!("{line}\n")).collect());
    files.chain(OWN.iter().map(|text| text.to_string())).collect()
}

fn generated() -> Vec<String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/generated");
    let files = ignore::Walk::new(root).map(|entry| entry.unwrap().into_path());
    let mut yaml: Vec<std::path::PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "yaml" || end == "yml")).collect();
    yaml.sort();
    yaml.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[derive(Clone, Debug)]
enum Mutation {
    Delete,
    Insert(String),
    Replace(String),
    DeleteLine,
    DoubleLine,
    ReplaceLine(String),
    Indent(usize),
}

fn mutations() -> impl Strategy<Value = Vec<(Index, Mutation)>> {
    let mutation = prop_oneof![
        Just(Mutation::Delete),
        splinter().prop_map(Mutation::Insert),
        splinter().prop_map(Mutation::Replace),
        Just(Mutation::DeleteLine),
        Just(Mutation::DoubleLine),
        line().prop_map(Mutation::ReplaceLine),
        (0..7_usize).prop_map(Mutation::Indent),
    ];
    proptest::collection::vec((any::<Index>(), mutation), 1..4)
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
            Mutation::ReplaceLine(new) => text.replace_range(start..end, &new),
            Mutation::Indent(width) => text.replace_range(start..end, &format!("{:width$}{}", "", line.trim_start())),
        }
    }
    text
}

#[test]
fn every_generated_file_is_read_as_it_stands() {
    let files = generated();
    assert!(files.len() > 10);
    for text in files.iter().map(String::as_str).chain(OWN.iter().copied()) {
        assert!(agree(text).unwrap(), "{text}");
    }
}

#[test]
fn a_key_too_long_for_yaml_is_none() {
    for length in [999, 1000, 1001, 1023, 1024, 1025, 2000] {
        let text = format!("{}: b\n", "a".repeat(length));
        assert_eq!(agree(&text).unwrap(), length <= 1000, "{length}");
    }
}

#[test]
fn other_lines_in_any_order_are_read_alike() {
    try_all(proptest::collection::vec(line(), 0..7).prop_map(|lines| lines.concat()), 10, agree);
}

#[test]
fn outputs_that_somebody_has_changed_are_read_alike() {
    try_all((select(seeds()), mutations()).prop_map(|(seed, changes)| mutate(seed, changes)), 10, agree);
}
