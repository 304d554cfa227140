//! The values of ports.toml that may be secrets: those of `compose`, and those of keys that portgen does not know. Excerpts hide them.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};

use super::keys;
use super::placeholder::placeholders;

/// The keys of a Compose service that hold names and paths, and no secrets.
const PLAIN: &[&str] = &[
    "container_name",
    "depends_on",
    "env_file",
    "extends",
    "image",
    "ipc",
    "links",
    "models",
    "network_mode",
    "networks",
    "pid",
    "profiles",
    "restart",
    "volumes",
    "volumes_from",
];

/// The keys of a service whose values are tables of portgen's.
const TABLES: [&str; 3] = ["kubernetes", "port", "ports"];

/// The keys whose lists have entries of the form `NAME=value`.
const ASSIGNMENTS: [&str; 3] = ["args", "environment", "labels"];

/// Deeper tables and lists are a mistake.
const MOST_NESTED: u32 = 80;

/// The bytes of `text`, a ports.toml with or without mistakes, that excerpts hide.
pub(crate) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut events = Vec::new();
    let tokens = Source::new(text).lex().into_vec();
    parse_document(&tokens, &mut RecursionGuard::new(&mut events, MOST_NESTED), &mut ());
    let mut reader = Reader { text, ..Reader::default() };
    for event in events {
        reader.read(&event);
    }
    reader.found
}

/// Follows the keys to each value.
#[derive(Default)]
struct Reader<'t> {
    text: &'t str,
    /// The keys of the header of the table.
    header: Vec<String>,
    is_in_header: bool,
    /// The keys behind the header.
    keys: Vec<String>,
    /// How many of `keys` were there where each open list and inline table starts.
    open: Vec<usize>,
    /// Whether the next key starts a pair.
    is_new_pair: bool,
    /// Whether the line has a mistake, so that nobody knows which keys are whose.
    is_broken: bool,
    found: Vec<Range<usize>>,
}

impl Reader<'_> {
    fn read(&mut self, event: &Event) {
        let span = event.span().start()..event.span().end();
        match event.kind() {
            EventKind::Error => self.is_broken = true,
            EventKind::Newline => self.is_broken = false,
            _ => {}
        }
        match event.kind() {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                let text = self.text;
                let found = std::mem::take(&mut self.found);
                *self = Self { text, found, is_in_header: true, is_new_pair: true, ..Self::default() };
            }
            EventKind::StdTableClose | EventKind::ArrayTableClose => self.is_in_header = false,
            EventKind::InlineTableOpen | EventKind::ArrayOpen => {
                self.open.push(self.keys.len());
                self.is_new_pair = true;
            }
            EventKind::InlineTableClose | EventKind::ArrayClose => {
                self.keys.truncate(self.open.pop().unwrap_or_default());
            }
            EventKind::SimpleKey => self.key(event),
            EventKind::KeyValSep | EventKind::ValueSep => self.is_new_pair = true,
            EventKind::Newline if self.open.is_empty() => {
                self.is_in_header = false;
                self.is_new_pair = true;
                self.keys.clear();
            }
            EventKind::Scalar | EventKind::Comment | EventKind::Error if self.is_secret(&span) => self.hide(span),
            _ => {}
        }
    }

    fn key(&mut self, event: &Event) {
        let mut key = String::new();
        if let Some(raw) = Source::new(self.text).get(event) {
            raw.decode_key(&mut key, &mut ());
        }
        if self.is_in_header {
            return self.header.push(key);
        }
        if self.is_new_pair {
            self.keys.truncate(self.open.last().copied().unwrap_or_default());
            self.is_new_pair = false;
        }
        self.keys.push(key);
    }

    fn path(&self) -> impl Iterator<Item = &str> {
        self.header.iter().chain(&self.keys).map(|key| &**key)
    }

    fn is_secret(&self, span: &Range<usize>) -> bool {
        let mut path = self.path();
        let (is_of_compose, is_known) = match (path.next(), path.next(), path.next(), path.next()) {
            (Some("services"), _, Some("compose"), inner) => (true, inner.is_some_and(|key| PLAIN.contains(&key))),
            (Some("services"), _, Some(key), None) => (false, keys::SERVICE.contains(&key)),
            (Some("services"), _, Some(key), Some(_)) => (false, TABLES.contains(&key)),
            (Some("compose"), ..) => (true, false),
            (Some(key), ..) => (false, keys::FILE.contains(&key)),
            (None, ..) => (false, true),
        };
        let written = &self.text[span.clone()];
        let is_number = written.len() <= "65535".len() && written.bytes().all(|byte| byte.is_ascii_digit());
        (!is_known || self.is_broken) && (is_of_compose || !is_number) && !self.is_at_conflict_marker(span.start)
    }

    /// Whether a line is one of git's about two versions, with their names.
    fn is_at_conflict_marker(&self, at: usize) -> bool {
        let line = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        ["<<<<<<< ", ">>>>>>> "].iter().any(|marker| self.text[line..].starts_with(marker))
    }

    /// Hides a value, but not the name in `NAME=value`, and no placeholders.
    fn hide(&mut self, span: Range<usize>) {
        let written = &self.text[span.clone()];
        let name = written.find('=').filter(|_| self.is_in_list_of_assignments());
        let mut start = span.start + name.unwrap_or_default();
        for placeholder in placeholders(written) {
            self.found.push(start..(span.start + placeholder.span.start).max(start));
            start = start.max(span.start + placeholder.span.end);
        }
        self.found.push(start..span.end);
    }

    fn is_in_list_of_assignments(&self) -> bool {
        self.open.last() == Some(&self.keys.len()) && self.path().last().is_some_and(|key| ASSIGNMENTS.contains(&key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with its secrets replaced.
    fn shown(text: &str) -> String {
        let mut out = text.to_owned();
        for span in secrets(text).into_iter().rev() {
            out.replace_range(span, "_");
        }
        out
    }

    #[test]
    fn values_are_hidden_where_they_are_not_those_of_portgen() {
        for (text, expected) in [
            ("version = 1\n[platform]\nname = \"Shop\"\n", "version = 1\n[platform]\nname = \"Shop\"\n"),
            ("[services]\nweb = { port = 1, title = \"T\" }", "[services]\nweb = { port = 1, title = \"T\" }"),
            ("services.web.compose.environment.A = 1 # b", "services.web.compose.environment.A = _ _"),
            (
                "services.web.compose = { image = \"a:1\", x = { y = \"b\" } }",
                "services.web.compose = { image = \"a:1\", x = { y = _ } }",
            ),
            (
                "[services.web.compose]\nenvironment = [\"A=b\", 'c']\n",
                "[services.web.compose]\nenvironment = [\"A_, _]\n",
            ),
            (
                "[services.web]\ntitel = \"a\"\nport = { host = 1 }\n",
                "[services.web]\ntitel = _\nport = { host = 1 }\n",
            ),
            ("[compose.secrets.a]\nx = \"y ${ports.web.host} z\"", "[compose.secrets.a]\nx = _${ports.web.host}_"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_of_a_value_with_a_mistake_is_shown() {
        let start = "[services.web.compose.environment]\n";
        for value in [
            "SECRET",
            "\"SECRET",
            "'SECRET",
            "\"a\" SECRET",
            "\"\"\"SECRET\n",
            "[\"SECRET\"",
            "{ a = SECRET",
            "@SECRET#SECRET",
            "\"\\SECRET\"",
        ] {
            for line in [
                format!("A = {value}\nB = 1\n"),
                format!("A {value}\n"),
                format!("A == {value}\n"),
                format!("A = 1 {value}"),
            ] {
                assert!(
                    !shown(&format!("{start}{line}")).contains("SECRET"),
                    "{line:?}: {}",
                    shown(&format!("{start}{line}"))
                );
            }
        }
    }
}
