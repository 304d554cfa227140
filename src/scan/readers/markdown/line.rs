//! Lines that name what has a port: `### API Gateway (Port 3000)`, `- **3000**: Web` in a list of ports.

use std::borrow::Cow;
use std::ops::Range;

use super::label::{is_elsewhere, is_port, named, numbers, words};
use crate::formats::port;
use crate::scan::form::Form;
use crate::scan::readers::before_port;
use crate::scan::statement::{Statement, View, Whose};

/// What stands between the word and its number: `**Port:** `3000``.
const GLUE: [char; 5] = [' ', ':', '*', '`', '\u{a0}'];

/// What stands between the word and the numbers of a list, and between them: `ports 9000/9001`.
const LIST: [char; 5] = [' ', ',', '/', '`', '*'];

/// What stands behind a number that is taken on the machine.
const IN_USE: [&str; 4] = [" is in use", " is already in use", " is taken", " is already taken"];

/// The most bytes before a number in which a name is looked for.
const MOST_BEFORE: usize = 240;

/// Between a number and what has it, or the other way round.
const SEPARATORS: [&str; 7] = [":", "-", "–", "—", "→", "->", "="];

/// Adds the ports of the lines of a document that are no rows of tables. Returns where headings stand, and which of them say that what is
/// below them is of another time or place.
pub(super) fn read<'t>(text: &'t str, out: &mut Vec<Statement<'t>>) -> Vec<(usize, bool)> {
    let mut headings = Vec::new();
    let mut start = 0;
    let mut is_code = false;
    let mut above = Above::default();
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        is_code ^= trimmed.starts_with("```") || trimmed.starts_with("~~~");
        let part = start..start + line.trim_end().len();
        start += line.len();
        if trimmed.starts_with('|') {
            continue;
        }
        if !is_code && above.read(trimmed) {
            headings.push((part.start, above.is_elsewhere));
        }
        let numbers = numbers(text, part.clone());
        if !numbers.is_empty() {
            Line { text, part, above: &above }.read(&numbers, is_code, out);
        }
    }
    headings
}

/// What stands above a line.
#[derive(Debug, Default)]
struct Above<'t> {
    /// The nearest heading.
    heading: &'t str,
    /// Whether it is of another time or place.
    is_elsewhere: bool,
    /// Whether the heading, or the line that introduces a list, says that ports follow.
    is_of_ports: bool,
}

impl<'t> Above<'t> {
    /// Reads a line; whether it is a heading.
    fn read(&mut self, line: &'t str) -> bool {
        let is_heading = line.starts_with('#');
        if is_heading || (line.ends_with([':', '*']) && line.contains(':') && !line.starts_with(['-', '+', '|'])) {
            let words = words(line);
            if is_heading {
                self.heading = line.trim_start_matches('#').trim();
                self.is_elsewhere = is_elsewhere(&words);
            }
            self.is_of_ports = words.iter().any(|word| is_port(word)) && !is_elsewhere(&words);
        }
        is_heading
    }
}

struct Line<'t, 'a> {
    text: &'t str,
    part: Range<usize>,
    above: &'a Above<'t>,
}

impl<'t> Line<'t, '_> {
    fn read(&self, numbers: &[Range<usize>], is_code: bool, out: &mut Vec<Statement<'t>>) {
        for digits in numbers {
            let before = last(&self.text[self.part.start..digits.start]);
            let behind = &self.text[digits.end..self.part.end];
            if is_further(before)
                || is_before_word(behind, digits)
                || IN_USE.iter().any(|words| behind.starts_with(words))
            {
                out.extend(self.statement(digits, Whose::Local).map(|one| one.weak_unless(!is_code)));
                continue;
            }
            if let Some(before) = before_word(before).or_else(|| before_list(before)) {
                let whose = self.behind_word(before);
                // Code is an example, but for drawings and comments.
                let is_sure = !is_code || before.contains(['│', '─']) || before.contains("  # ");
                out.extend(whose.and_then(|whose| Some(self.statement(digits, whose)?.weak_unless(is_sure))));
            }
        }
        if let ([digits], true, false) = (numbers, self.above.is_of_ports, is_code) {
            out.extend(self.item(digits));
        }
    }

    /// Whose the number behind the word `port` is, where `before` stands before that.
    fn behind_word(&self, before: &'t str) -> Option<Whose<'t>> {
        // A drawing of folders: `├── web/   # Next.js (Port 3000)`.
        if let Some((_, entry)) = before.rsplit_once("── ") {
            let folder = entry.split([' ', '\t']).next().unwrap_or_default().trim_end_matches('/');
            return Some(named(folder));
        }
        if !before.contains(char::is_alphabetic) {
            let is_told = !self.above.heading.is_empty() && !self.above.is_elsewhere;
            return is_told.then(|| named(self.above.heading));
        }
        Some(Whose::LocalIn(without_notes(before)))
    }

    /// An item of a list of ports: `- Web: 3000`, `- **3000**: Web`.
    fn item(&self, digits: &Range<usize>) -> Option<Statement<'t>> {
        let [before, behind] = [&self.text[self.part.start..digits.start], &self.text[digits.end..self.part.end]];
        let item = before.trim_start();
        let is_item = item.starts_with(['-', '*', '+']);
        if !is_item || digits.len() < 3 {
            return None;
        }
        if !before.contains(char::is_alphabetic) {
            let behind = behind.trim_start_matches(['*', '`', ' ']);
            let separator = SEPARATORS.iter().find(|one| behind.starts_with(**one))?;
            let name = behind[separator.len()..].trim_matches(['*', ' ']);
            let one = self.statement(digits, named(name))?;
            return Some(one.weak_unless(!name.contains(['/', ','])));
        }
        let is_last = behind.trim_matches(['*', '`', ' ', ')', '.']).is_empty()
            || behind.trim_start_matches(['*', '`']).starts_with(" (");
        let name = before.trim_end_matches(['*', '`', ' ']);
        let is_named = name.ends_with('(') || SEPARATORS.iter().any(|one| name.ends_with(one));
        let words: Vec<String> = words(before);
        if is_last && is_named && matches!(words.as_slice(), [word] if word == "default" || word == "value") {
            return self.statement(digits, self.of_heading()).map(Statement::weak);
        }
        (is_last && is_named).then(|| self.statement(digits, Whose::LocalIn(Cow::Borrowed(before)))).flatten()
    }

    /// Whose the default of what the heading is about is: a variable, `### AUTH_PORT`, or anything else.
    fn of_heading(&self) -> Whose<'t> {
        let name = self.above.heading.trim_matches(['`', '*']);
        match before_port(name) {
            Some(prefix) if name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') => {
                Whose::Variable(Cow::Borrowed(prefix))
            }
            _ => named(self.above.heading),
        }
    }

    fn statement(&self, digits: &Range<usize>, whose: Whose<'t>) -> Option<Statement<'t>> {
        let port = port(&self.text[digits.clone()])?;
        let one = Statement::new(port, digits.clone(), View::Any, whose, Form::Text);
        Some(one.weak_unless(!self.above.is_elsewhere))
    }
}

/// The end of what stands before a number in its line, as far as a name is looked for.
fn last(before: &str) -> &str {
    let mut start = before.len().saturating_sub(MOST_BEFORE);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    &before[start..]
}

/// A text without what it says in parentheses, also where the last ones are open: `Redis Commander (Redis UI on `.
fn without_notes(text: &str) -> Cow<'_, str> {
    if !text.contains('(') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    Cow::Owned(out)
}

/// Whether a second number follows that of a port: `port 4001, not `.
fn is_further(before: &str) -> bool {
    let first = [", not ", " not ", " or ", " rather than "].iter().find_map(|word| before.strip_suffix(word));
    let number = first.map(|first| first.trim_end_matches(|c: char| c.is_ascii_digit()));
    number.is_some_and(|number| number.len() < first.map_or(0, str::len) && before_word(number).is_some())
}

/// Whether the word follows a number: `open the `4001` port`.
fn is_before_word(behind: &str, digits: &Range<usize>) -> bool {
    let word = behind.strip_prefix('`').and_then(|behind| behind.strip_prefix(" port"));
    digits.len() >= 4 && word.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
}

/// What stands before the word `ports` that a list of numbers follows: `ports 9000 (API) and `.
fn before_list(before: &str) -> Option<&str> {
    let mut rest = before;
    for _ in 0..8 {
        rest = rest.trim_end_matches(LIST);
        let digits = rest.trim_end_matches(|c: char| c.is_ascii_digit());
        rest = if digits.len() < rest.len() {
            digits
        } else if let Some(before) = rest.strip_suffix(" and").or_else(|| rest.strip_suffix(" or")) {
            before
        } else if let Some(inner) = rest.strip_suffix(')') {
            &inner[..inner.rfind('(')?]
        } else {
            let before = rest.strip_suffix("orts")?.strip_suffix(['p', 'P'])?;
            return (!before.ends_with(char::is_alphanumeric)).then_some(before);
        };
    }
    None
}

/// What stands before the word `port` that a number follows.
fn before_word(before: &str) -> Option<&str> {
    let rest = before.trim_end_matches(GLUE);
    if let Some(before) =
        ["NodePort", "Nodeport", "nodePort", "node port"].iter().find_map(|word| rest.strip_suffix(word))
    {
        return Some(before);
    }
    let start = rest.len().checked_sub("port".len())?;
    let word = rest.get(start..)?;
    let before = &rest[..start];
    let is_word = matches!(word, "port" | "Port");
    let is_whole =
        !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$' | '{' | '"' | '\''));
    (is_word && is_whole).then_some(before)
}
