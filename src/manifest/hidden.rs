//! The values of ports.toml that may be secrets: all but those that stand where portgen reads a name, a path, a port or a text for
//! people. Excerpts hide them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};

use super::broken::Mistakes;
use super::keys;
use super::lines::MOST_NESTED;
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

/// The keys inside of those that do.
const PLAIN_INNER: &[&str] = &[
    "aliases",
    "condition",
    "endpoint_var",
    "file",
    "model_var",
    "path",
    "required",
    "restart",
    "service",
    "source",
    "target",
    "type",
];

/// The keys of a service whose values are tables: what else is written there may be anything.
const TABLES: [&str; 3] = ["compose", "kubernetes", "ports"];

/// The keys whose lists have entries of the form `NAME=value`.
const ASSIGNMENTS: [&str; 3] = ["args", "environment", "labels"];

/// No value that portgen knows is under more keys.
const MOST_KEYS: usize = 8;

/// The bytes of `text`, a ports.toml with or without mistakes, that excerpts hide.
pub(crate) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut events = Vec::new();
    let mut mistakes = Mistakes::of(text);
    let source = Source::new(text);
    parse_document(&source.lex().into_vec(), &mut RecursionGuard::new(&mut events, MOST_NESTED), &mut mistakes);
    for value in events.iter().filter(|event| event.kind() == EventKind::Scalar) {
        source.get(value).map(|raw| raw.decode_scalar(&mut Cow::Borrowed(""), &mut mistakes));
    }
    let mut reader = Reader { text, broken: mistakes.ends, markers: marker_lines(text), ..Reader::default() };
    events.iter().for_each(|event| reader.read(event));
    reader.found
}

/// The lines of git's about two versions, with the names of these.
fn marker_lines(text: &str) -> Vec<Range<usize>> {
    let mut end = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
            found.push(start..end);
        }
    }
    found
}

/// Whether the value under these keys is a name, a path, a port or a text for people.
fn is_known(path: &[&str]) -> bool {
    let (known, key): (&[&str], _) = match path {
        ["services", _, "compose", key, .., inner] => return PLAIN.contains(key) && PLAIN_INNER.contains(inner),
        ["services", _, "compose", key] => (PLAIN, key),
        ["services", _, "port", key] => (keys::PORT, key),
        ["services", _, "ports", _, key] => (keys::BINDING, key),
        ["services", _, "kubernetes", "labels" | "selector", _] => return true,
        ["services", _, "kubernetes", key] => (keys::KUBERNETES, key),
        ["services", _, key] if TABLES.contains(key) => return false,
        ["services", _, key] => (keys::SERVICE, key),
        ["platform", key] => (keys::PLATFORM, key),
        ["ranges", _, key] => (keys::RANGE, key),
        ["groups", _, key] => (keys::GROUP, key),
        ["reserved", key] => (keys::RESERVED, key),
        ["retired", key] => (keys::RETIRED, key),
        ["references", "accept", key] => (keys::ACCEPT, key),
        ["references", "place", key] => (keys::PLACE, key),
        ["references", key] => (keys::REFERENCES, key),
        ["instances", key] => (keys::INSTANCES, key),
        ["outputs", "compose", key] => (keys::OUTPUTS_COMPOSE, key),
        ["outputs", key] => (keys::OUTPUTS, key),
        ["outputs", "paths", _] | ["lints", _] => return true,
        _ => return path == ["version"],
    };
    known.contains(key)
}

/// Whether a key is one that portgen or people know, and no part of a value.
fn is_known_word(key: &str) -> bool {
    let known = [keys::FILE, keys::SERVICE, keys::PORT, keys::RETIRED, keys::RANGE, PLAIN, &ASSIGNMENTS];
    known.iter().any(|known| known.contains(&key))
}

/// Whether a value, as written, is a number, a range of numbers or a truth value.
fn is_plain(written: &str) -> bool {
    let is_range = written.len() <= "\"65535-65535\"".len();
    matches!(written, "true" | "false")
        || is_range && written.split(['-', '"', '\'']).all(|part| part.len() <= "65535".len() && is_digits(part))
}

/// Whether the value under these keys is a port or several.
fn is_port(path: &[&str]) -> bool {
    match path {
        ["services", _, "port" | "ports"] => true,
        ["services", _, "port", key] | ["services", _, "ports", _, key] => {
            matches!(*key, "host" | "container" | "service" | "node-port")
        }
        ["ranges" | "reserved" | "retired" | "references", .., key] => matches!(*key, "port" | "ports"),
        _ => false,
    }
}

/// Whether a value looks like a port, perhaps one as other tools write it, `"8080/tcp"`, `"4000–4010"`; or is no text.
fn is_like_a_port(written: &str) -> bool {
    const WORDS: [&str; 5] = ["tcp", "udp", "sctp", "none", "null"];
    let mut words = written.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    !written.starts_with(['"', '\''])
        || words.all(|word| {
            let is_short = word.chars().count() <= "65535".len() && word.starts_with(char::is_numeric);
            is_short || WORDS.contains(&&*word.to_ascii_lowercase())
        })
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
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
    /// Whether a value has been read since the last key.
    has_value: bool,
    /// Where mistakes start and end: in such a line nobody knows which keys are whose.
    broken: BTreeSet<usize>,
    /// Whether the line has one.
    is_broken: bool,
    /// The lines that are git's.
    markers: Vec<Range<usize>>,
    /// The start of the next line.
    next_line: usize,
    found: Vec<Range<usize>>,
}

impl Reader<'_> {
    fn read(&mut self, event: &Event) {
        let span = event.span().start()..event.span().end();
        if span.start >= self.next_line {
            let line = self.text[..span.start].rfind('\n').map_or(0, |end| end + 1);
            self.next_line = self.text[span.end..].find('\n').map_or(self.text.len(), |end| span.end + end) + 1;
            self.is_broken = self.broken.range(line..self.next_line).next().is_some();
        }
        match event.kind() {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                self.header.clear();
                self.keys.clear();
                self.open.clear();
                self.has_value = false;
                (self.is_in_header, self.is_new_pair) = (true, true);
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
            EventKind::Scalar | EventKind::Comment | EventKind::Error => {
                if self.is_secret(&span) {
                    self.hide(span);
                }
                self.has_value = true;
            }
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
        let span = event.span().start()..event.span().end();
        if self.is_broken && !is_known_word(&key) && !self.is_before_value(span.end) {
            self.found.push(span);
        }
        self.has_value = false;
        self.keys.push(key);
    }

    /// Whether `= value` follows in the line. Otherwise it may be a line of a text whose quotes are missing.
    fn is_before_value(&self, at: usize) -> bool {
        // The whole line is not looked at for each of its keys.
        let is_blank = |c: char| c != '\n' && c.is_whitespace();
        let Some(rest) = self.text[at..].trim_start_matches(is_blank).strip_prefix(['=', '.']) else { return false };
        !rest.starts_with('=') && !matches!(rest.trim_start_matches(is_blank).chars().next(), None | Some('\n'))
    }

    /// The first keys of the way to a value, with one that nobody knows at the end where there are more.
    fn path(&self) -> impl Iterator<Item = &str> {
        let is_cut = self.header.len() + self.keys.len() > MOST_KEYS;
        let keys = self.header.iter().chain(&self.keys).map(|key| &**key);
        keys.take(MOST_KEYS).chain(is_cut.then_some(""))
    }

    fn is_secret(&self, span: &Range<usize>) -> bool {
        let path: Vec<&str> = self.path().collect();
        let written = &self.text[span.clone()];
        let is_comment = written.starts_with('#') && self.keys.is_empty();
        let is_of_compose = matches!(*path, ["services", _, "compose", ..] | ["compose", ..]);
        let is_shown = if is_comment {
            !is_of_compose && path.first().is_none_or(|key| keys::FILE.contains(key))
        } else {
            // A URL may have a password.
            is_known(&path)
                && (!is_port(&path) || is_like_a_port(written))
                && !(written.contains("://") && written.contains(['@', '?']))
        };
        // Where a line is broken, only the first value behind a key is surely that of the key.
        let is_sure = !self.is_broken || self.open.is_empty() && !self.has_value && !written.contains('\n');
        (!is_sure || !is_shown) && (is_of_compose || !is_plain(written)) && !self.is_at_conflict_marker(span.start)
    }

    fn is_at_conflict_marker(&self, at: usize) -> bool {
        let next = self.markers.partition_point(|line| line.start <= at);
        next > 0 && at < self.markers[next - 1].end
    }

    /// Hides a value, but not the name in `NAME=value`, and no placeholders.
    fn hide(&mut self, span: Range<usize>) {
        let written = &self.text[span.clone()];
        let name = written.find('=').filter(|_| self.is_in_list_of_assignments());
        let mut start = span.start + name.unwrap_or_default();
        let is_of_compose = self.path().any(|key| key == "compose");
        for placeholder in placeholders(written).into_iter().filter(|_| is_of_compose && !self.is_broken) {
            self.found.push(start..(span.start + placeholder.span.start).max(start));
            start = start.max(span.start + placeholder.span.end);
        }
        self.found.push(start..span.end);
    }

    fn is_in_list_of_assignments(&self) -> bool {
        let last = self.keys.last().or(self.header.last());
        self.open.last() == Some(&self.keys.len()) && last.is_some_and(|key| ASSIGNMENTS.contains(&&**key))
    }
}

#[cfg(test)]
mod tests {
    use nix::sys::time::TimeValLike as _;

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

    /// Processor time of this thread for a text with a piece so many times.
    fn time(piece: &str, times: usize) -> i64 {
        let text = format!("p{}\n", piece.repeat(times));
        let clock = nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID;
        let start = clock.now().unwrap();
        secrets(&text);
        (clock.now().unwrap() - start).num_microseconds()
    }

    #[test]
    fn time_does_not_grow_faster_than_a_line() {
        for piece in ["a | ", "a. ", "a = 1 "] {
            let times = [time(piece, 20_000), time(piece, 160_000)];
            assert!(times[1] < times[0] * 20, "{piece}: {times:?}");
        }
    }
}
