//! The quick reader against the toml crate: what it takes has no mistake, and makes the same tree. What the crate reads
//! itself, mistakes or not, stands in the tree as it made it.
//!
//! `PROPTEST_CASES=1000000 cargo test --release document::agreement` tries more.

use std::fs;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Document, Item, Items, Raw, quick, whole};
use crate::agreement::try_all;

fn same_table(items: Items<'_>, table: &DeTable<'_>) -> bool {
    let same = |(item, (key, value)): (Item<'_>, (&Spanned<_>, &Spanned<_>))| {
        item.name() == key.get_ref() && item.key_span() == key.span() && same(item, value)
    };
    items.len() == table.len() && items.iter().zip(table).all(same)
}

fn same(item: Item<'_>, value: &Spanned<DeValue<'_>>) -> bool {
    let same_raw = match (item.raw(), value.get_ref()) {
        (Raw::String(text), DeValue::String(other)) => text == other,
        (Raw::Integer(one), DeValue::Integer(other)) => {
            one.digits == other.as_str() && u32::from(one.radix) == other.radix()
        }
        (Raw::Float(text), DeValue::Float(other)) => text == other.as_str(),
        (Raw::Boolean(truth), DeValue::Boolean(other)) => truth == *other,
        (Raw::Datetime(text), DeValue::Datetime(other)) => text == other.to_string(),
        (Raw::Array(items), DeValue::Array(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(item, other)| same(item, other))
        }
        (Raw::Table(items), DeValue::Table(table)) => same_table(items, table),
        _ => false,
    };
    same_raw && item.span() == value.span()
}

/// Whether the reader took `text`; a failure where it did and the toml crate reads it otherwise.
fn agree(text: &str) -> Result<bool, TestCaseError> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let (document, same_errors) = whole::read(text);
    prop_assert!(same_table(document.root(), table.get_ref()), "the whole of {text:?}: {document:?}");
    prop_assert_eq!(&errors, &same_errors);
    let Some(document) = quick::read(text) else { return Ok(false) };
    prop_assert_eq!(errors, [], "taken: {:?}", text);
    prop_assert!(same_table(document.root(), table.get_ref()), "{text:?}: {document:?}");
    Ok(true)
}

/// One line of a file, or an odd one.
fn line() -> impl Strategy<Value = String> {
    let end = prop_oneof![
        20 => select(&["\n", "\n", " # c\n", "\r\n"][..]),
        1 => select(&["", " ", " \n", "\t\n", "#c\n", "# é\u{2028}\n", "#\t\r\n", "# \u{7f}\n", "#\0\n", "\r", "\n\r\n", "#\r", "\u{feff}\n", "\u{85}\n", ",\n", ". \n"][..]),
    ];
    (prop_oneof![1 => header(), 3 => entry(), 1 => Just(String::new())], end).prop_map(|(line, end)| line + end)
}

fn header() -> impl Strategy<Value = String> {
    let header = prop_oneof![
        8 => select(&["[a]", "[b]", "[a.b]", "[a.b.c]", "[b.a]", "[[a]]", "[[c]]", "[a.c]", "[c.a]", "[[c.a]]", "[ a . \"b\" ]", "['a']", "[\t\"a\".c\t]"][..]),
        1 => select(&["[]", "[[]]", "[[a]", "[a]]", "[ [a]]", "[[a] ]", "[a.]", "[.a]", "[a..b]", "[a b]", "[\"\"]", "[\"\\u0061\"]", "[a\n]", "[a]b", "[a] [b]", "[é]", " [b]", "[\"\"\"a\"\"\"]", "[a.b.a.b.a.b]", "[a#]", "[a=1]"][..]),
    ];
    header.prop_map(str::to_owned)
}

fn entry() -> impl Strategy<Value = String> {
    let indent = prop_oneof![8 => Just(""), 1 => select(&[" ", "\t  "][..])];
    let key = prop_oneof![
        8 => select(&["a", "b", "c", "d-e_1", "a.b", "a.c", "b.a.c", "\"a\"", "'b'", "\"x.y\"", "1", "a . \"b\""][..]),
        1 => select(&["", ".", "a.", ".a", "a..b", "a b", "é", "\"\"", "''", "\"\\u0061\"", "\"a", "a\"b\"", "\"\"\"a\"\"\"", "'''a'''", "a\n", "=", "{}", "\"\t\"", "\"\u{1}\"", "+", "a:"][..]),
    ];
    let equals = prop_oneof![12 => select(&[" = ", "=", "\t=\t"][..]), 1 => select(&["", " == ", " : ", " =\n", "\n=", "=#"][..])];
    (indent, key, equals, value()).prop_map(|(a, b, c, d)| [a, b, c, &d].concat())
}

fn value() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        12 => select(&["1", "0", "65535", "99999999999999999999", "\"x\"", "'x'", "\"\"", "''", "\"é🦀\t#'\"", "'\\\"#\t'", "true", "false", "1.5", "0.50", "2026-01-31", "[]", "{}"][..]),
        6 => select(&["[1, 2]", "[ \"a\" , 'b', ]", "[\n  1, # c\n\n  2\n]", "[\r\n1\r\n]", "{ a = 1, b = \"x\" }", "{a.b=1,a.c=2}", "{ \"x.y\" = [{}], z = { } }", "[[1], { a = true }, []]", "[{a=1},{a=1}]", "{a=1,}", "{ # c\n a = 1\n, }"][..]),
        2 => select(&["01", "00", "1_0", "+1", "-1", "0x1F", "0b2", "1e5", "1E5", "inf", "nan", ".5", "5.", "1.5.2", "01.5", "1.5e3", "1._5", "1 2", "1a", "1\"a\""][..]),
        2 => select(&["2026-02-30", "2026-1-1", "20260-01-31", "2026-01-31T10:00:00Z", "2026-01-31 10:00:00", "2026-01-31 1", "2026-01-31x", "10:00:00", "10:00", "0001-01-01", "2026-01-31-1", "2026-01-3é"][..]),
        2 => select(&["\"\\n\"", "\"\\x41\"", "\"\\\"\"", "\"\\q\"", "\"\"\"m\nn\"\"\"", "'''m\nn'''", "\"\"\"\"", "\"\" \"", "\"a", "a\"", "'a", "\"a\"\"b\"", "'a''b'", "\"\0\"", "\"\u{7f}\"", "'\u{1}'", "\"\r\"", "\"a\nb\"", "\"\u{feff}\"", "a b"][..]),
        2 => select(&["True", "truex", "tru", "false.1", "t", "[1 2]", "[1;2]", "[,]", "[1,,2]", "[1", "]", "[1]]", "[1]x", "[1=2]", "[a=1]", "{,}", "{a=1 b=2}", "{a=1,a=2}", "{a={b=1},a.b=2}", "{a.b=1,a=2}", "{a.b=1,a.b.c=2}", "{a}", "{a=}", "{=1}", "{a\n=1}", "{a=\n1}", "{a=1", "}", "{1}", "[# c", "[1\r]", "", "#", "="][..]),
    ];
    value.prop_map(str::to_owned)
}

/// What means something to a reader of TOML, or is nothing to one.
const ODD: &[&str] = &[
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\0",
    "\u{7f}",
    "\u{85}",
    "\u{feff}",
    "é",
    "🦀",
    " ",
    "#",
    "=",
    ".",
    ",",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "\"",
    "'",
    "\\",
    "\\n",
    "\"\"\"",
    "'''",
    "_",
    "-",
    "+",
    "0",
    "1",
    "1.5",
    "true",
    "a",
    "\n[a]\n",
    "\n[[a]]\n",
    "[]",
    "{}",
    "2026-01-31",
    "\n\n",
    " # ",
];

/// What is put into a file that was whole.
fn splinter() -> impl Strategy<Value = String> {
    let odd = select(ODD).prop_map(str::to_owned);
    prop_oneof![4 => odd, 1 => "[ -~]", 1 => "[ -~\\n\\t]{1,6}", 1 => any::<char>().prop_map(String::from), 1 => line(), 1 => value()]
}

/// Every case of ports.toml and the project's own, in pieces of a few tables each.
fn seeds() -> Vec<String> {
    let cases = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/manifest")).unwrap();
    let files = cases.filter_map(|case| {
        let case = fs::read_to_string(case.unwrap().path()).unwrap();
        let (_, text) = case.split_once("-- ports.toml --\n")?;
        text.split_once("-- steps --\n").map(|(text, _)| text.to_owned())
    });
    let files: Vec<String> = files.chain([own()]).collect();
    let lines = files.iter().map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    lines.flat_map(|lines| lines.chunks(30).map(<[_]>::concat).collect::<Vec<_>>()).collect()
}

fn own() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/ports.toml")).unwrap()
}

#[derive(Clone, Debug)]
enum Mutation {
    Delete,
    Insert(String),
    Replace(String),
    DeleteLine,
    DoubleLine,
    ReplaceLine(String),
    /// The line that stands here now is put here too.
    CopyLine(Index),
}

fn mutations() -> impl Strategy<Value = Vec<(Index, Mutation)>> {
    let mutation = prop_oneof![
        Just(Mutation::Delete),
        splinter().prop_map(Mutation::Insert),
        splinter().prop_map(Mutation::Replace),
        Just(Mutation::DeleteLine),
        Just(Mutation::DoubleLine),
        line().prop_map(Mutation::ReplaceLine),
        any::<Index>().prop_map(Mutation::CopyLine),
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
            Mutation::CopyLine(from) => {
                let lines: Vec<&str> = text.split_inclusive('\n').collect();
                let copy = lines[from.index(lines.len())].to_owned();
                text.insert_str(start, &copy);
            }
        }
    }
    text
}

#[test]
fn lines_in_any_order_are_read_alike() {
    try_all(proptest::collection::vec(line(), 0..7).prop_map(|lines| lines.concat()), 10, agree);
}

#[test]
fn files_that_somebody_has_changed_are_read_alike() {
    try_all((select(seeds()), mutations()).prop_map(|(seed, changes)| mutate(seed, changes)), 10, agree);
}

/// A file as people write it is never left to the toml crate, which takes several times as long and as much memory.
#[test]
fn files_as_people_write_them_are_the_reader_s_own() {
    let own = own();
    assert!(agree(&own).unwrap());
    assert!(agree(&own.replace('\n', "\r\n")).unwrap());
    let service = |at: usize| {
        let id = format!("service-{at:05}");
        format!(
            "[services.{id}]\ntitle = \"Service {at}\"\nport = {at}\ndepends-on = [\"{id}\"]\n\n[services.{id}.ports]\nb = 1\n\n"
        )
    };
    let many: String = (0..10_000).map(service).collect();
    assert!(agree(&many).unwrap());
    assert!(!agree(&(many + "[services.service-05000]\n")).unwrap());
}

/// The forms of the reader's own that no other file has, all in one.
#[test]
fn every_form_of_its_own_is_read() {
    let text = "\
        a = 1 # c\n\
        b.c.\"d\" = { e.f = 2026-01-31, e.g = [[], 0.5,], }\r\n\
        b.h='i'\n\
        \t# j\n\
        [ k ] \n\
        l=true\n\
        m.n = [ # o\n\
          'p',\n\
        ]\n\
        [k.q.r]\n\
        [[s]]\n\
        t = 1\n\
        [s.u]\n\
        v = \"\\\"w\\\\\\u00e9\"\n\
        [[s]]\n\
        t = 2\n\
        [[s.w]]\n\
        [k.q.x]";
    assert!(agree(text).unwrap());
    assert_eq!(Document::read(text).0.root().len(), 4);
}

/// A table is looked through up to a number of keys, and has an index from there on.
#[test]
fn no_key_stands_twice_in_a_table_of_any_size() {
    for size in 0..40 {
        let table: String = (0..size).map(|at| format!("k{at} = {at}\n")).collect();
        assert!(agree(&table).unwrap());
        for at in 0..size {
            assert!(!agree(&format!("{table}k{at} = 0\n")).unwrap(), "{at} of {size}");
        }
    }
}

#[test]
fn what_is_too_deep_is_no_file_of_its_own() {
    for depth in [1, 31, 32, 33, 79, 80, 81, 82] {
        let list = format!("a = {}{}\n", "[".repeat(depth), "]".repeat(depth));
        let tables = format!("a = {}1{}\n", "{ a = ".repeat(depth), " }".repeat(depth));
        let keys = vec!["a"; depth].join(".");
        for text in [list, tables, format!("{keys} = 1\n"), format!("[{keys}]\n"), format!("[[{keys}]]\n")] {
            assert_eq!(agree(&text).unwrap(), depth <= 32, "{text}");
        }
    }
}
