//! Any text through each format and back through that format's own parsers.

use crate::traps::TRAPS;
use crate::tries::tries;
use portgen::formats::{self, FORMATS, Format, yaml};
use proptest::prelude::*;

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![proptest::sample::select(TRAPS).prop_map(str::to_owned), any::<String>(), "[ -~]{0,40}"]
}

fn format(name: &str) -> &'static Format {
    formats::find(name).unwrap()
}

fn quoted(name: &str, text: &str) -> Option<String> {
    let mut out = String::new();
    (format(name).quote)(text, &mut out).ok().map(|()| out)
}

/// How deep each scalar stands, and its value.
#[derive(Default)]
struct Seen(Vec<(usize, String)>);

impl<'t> yaml::Visit<'t> for Seen {
    fn scalar(&mut self, scalar: yaml::Scalar<'_, 't>, _: &mut formats::Reading<'t>) {
        self.0.push((scalar.path.len(), scalar.text.value.into_owned()));
    }
}

/// The text that readers of a format see in a quoted value, by a parser that is not ours.
type Reader = fn(&str) -> String;

/// The reader of a format; none where a new one has been forgotten here.
fn reader(format: &str) -> Option<Reader> {
    match format {
        "compose" => Some(|value| from_yaml(value).replace("$$", "$")),
        // What is not plain is refused: the conformance checks read .env files with other tools.
        "dotenv" | "text" => Some(str::to_owned),
        "json" => Some(|value| serde_json::from_str(value).unwrap()),
        "kubernetes" | "yaml" => Some(from_yaml),
        "markdown" => Some(from_markdown),
        _ => None,
    }
}

fn from_yaml(value: &str) -> String {
    serde_yaml::from_str(value).unwrap()
}

/// Of a cell of a table, between letters: blanks at its ends are no text.
fn from_markdown(value: &str) -> String {
    let (shown, _) = rendered(&format!("| |\n| --- |\n| a{value}b |\n"));
    shown[1..shown.len() - 1].to_owned()
}

#[test]
fn every_format_has_a_reader_that_is_not_ours() {
    for format in FORMATS {
        assert!(reader(format.name).is_some(), "{}: add a parser that is not ours to `reader`", format.name);
    }
}

/// Nor is a reader that gives back what it gets one: then nothing at all has been quoted.
#[test]
fn no_format_writes_every_text_as_it_is() {
    for format in FORMATS {
        let text = "a | \"b\\\" $c: <d>\n# e";
        let mut out = String::new();
        let is_as_it_is = (format.quote)(text, &mut out).is_ok() && out == text;
        assert!(!is_as_it_is, "`quote` of `{}` writes {text:?} as it is: quote it, or refuse it", format.name);
    }
}

proptest! {
    #![proptest_config(tries(2000))]

    #[test]
    fn every_format_gives_the_text_back_or_refuses_it(text in texts()) {
        for format in FORMATS {
            let mut out = String::new();
            if (format.quote)(&text, &mut out).is_ok() {
                let read = reader(format.name).unwrap()(&out);
                prop_assert_eq!(&read, &text, "{}: {}", format.name, out);
            }
        }
    }

    #[test]
    fn yaml_readers_get_the_text_back(text in texts()) {
        let mut out = String::from("{\"key\": ");
        yaml::quote(&text, &mut out).unwrap();
        out.push_str(", \"list\": [");
        yaml::quote(&text, &mut out).unwrap();
        out.push_str("]}\n");
        let read: serde_yaml::Value = serde_yaml::from_str(&out).unwrap();
        prop_assert_eq!(read["key"].as_str(), Some(&*text));
        prop_assert_eq!(read["list"][0].as_str(), Some(&*text));
        let (Seen(seen), reading) = yaml::walk(&out);
        prop_assert_eq!(reading.faults, vec![]);
        prop_assert_eq!(seen, vec![(1, text.clone()), (2, text)]);
        let on_one_line = !out.trim_end().contains(['\n', '\r', '\u{85}', '\u{2028}']);
        prop_assert!(on_one_line);
    }

    #[test]
    fn compose_doubles_every_dollar(text in texts()) {
        let out = quoted("compose", &text).unwrap();
        let read: String = serde_yaml::from_str(&out).unwrap();
        prop_assert_eq!(&read.replace("$$", "$"), &text);
        prop_assert_eq!(read.matches('$').count(), 2 * text.matches('$').count());
    }

    #[test]
    fn json_readers_get_the_text_back(text in texts()) {
        let out = format!("{{\"key\": {}}}", quoted("json", &text).unwrap());
        let read: serde_json::Value = serde_json::from_str(&out).unwrap();
        prop_assert_eq!(read["key"].as_str(), Some(&*text));
        prop_assert_eq!((format("json").read)(&out).faults, vec![]);
    }

    #[test]
    fn env_files_hold_the_plain_text_or_refuse(text in texts()) {
        match quoted("dotenv", &text) {
            Some(out) => {
                prop_assert_eq!(&out, &text);
                let line = format!("A={out}\n");
                prop_assert_eq!((format("dotenv").read)(&line).faults, vec![]);
            }
            None => prop_assert!(text.contains(|c: char| !c.is_ascii_alphanumeric() && !"_./:@%+,=-".contains(c))),
        }
    }

    #[test]
    fn markdown_shows_the_text_and_nothing_else(text in texts()) {
        let Some(out) = quoted("markdown", &text) else { return Ok(()) };
        let align = format("markdown").finish.unwrap();
        let table = align(&format!("| Service | Port |\n| --- | --- |\n| a{out}b | 4001 |\n"));
        let (shown, tags) = rendered(&table);
        prop_assert_eq!(shown, format!("ServicePorta{text}b4001"));
        prop_assert_eq!(tags, 7, "{}", table);
    }
}

/// The text of a Markdown file as an independent parser sees it, and how many elements it has.
fn rendered(markdown: &str) -> (String, usize) {
    use pulldown_cmark::{Event, Options, Parser};
    let mut shown = String::new();
    let mut tags = 0;
    for event in
        Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH)
    {
        match event {
            Event::Text(text) => shown.push_str(&text),
            Event::Start(_) => tags += 1,
            Event::End(_) => {}
            other => shown.push_str(&format!("{other:?}")),
        }
    }
    (shown, tags)
}
