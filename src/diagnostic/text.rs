//! Text for people, and the one way of a user's text into it.
//!
//! Whatever comes from a file, a path, a branch, git or the operating system may hold characters that move the cursor, change
//! colors, hide or reorder what stands around them: a pull request could write to the terminal of whoever judges it.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::Deref;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

/// One line for people: nothing in it acts on a terminal or ends the line.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(String);

impl Text {
    /// The text as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, text: &&str) -> bool {
        self.0 == *text
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(escaped(text, |_| false).into_owned())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        match escaped(&text, |_| false) {
            Cow::Borrowed(_) => Self(text),
            Cow::Owned(escaped) => Self(escaped),
        }
    }
}

/// Several lines for people: only line breaks are left of what acts on a terminal.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c == '\n')
}

/// As [`lines`], with tabs.
pub(crate) fn lines_and_tabs(text: &str) -> Cow<'_, str> {
    escaped(text, |c| matches!(c, '\n' | '\t'))
}

/// A text of several lines with its hidden characters as escapes; tabs and line ends stay, for a reader that knows them.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, |c| matches!(c, '\n' | '\r' | '\t'))
}

/// `text` with its hidden characters as escapes, but those that `stay`.
fn escaped(text: &str, stay: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(|c| is_hidden(c) && !stay(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) && !stay(c) {
            push_escape(c, &mut out);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn push_escape(c: char, out: &mut String) {
    let _ = write!(out, "\\u{{{:04x}}}", c as u32);
}

/// A user's text inside a message: in backticks, with characters that could move the cursor, hide or reorder text
/// shown as escapes, and cut after 200 characters.
pub fn quoted(text: &str) -> String {
    quoted_to(text, 200)
}

/// As [`quoted`], uncut: where two texts are compared, their ends may be what differs.
pub fn quoted_whole(text: &str) -> String {
    quoted_to(text, usize::MAX)
}

fn quoted_to(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('`');
    for (index, c) in text.chars().enumerate() {
        if index == most {
            out.push('…');
            break;
        }
        if is_hidden(c) {
            push_escape(c, &mut out);
        } else {
            out.push(c);
        }
    }
    out.push('`');
    out
}

/// How many there are of something: `1 file`, `2 files`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// Whether a character acts on what stands around it instead of standing for itself: it never belongs in a name or a text.
///
/// Those are the general categories Cc (controls), Cf (formats: bidirectional, zero-width, tags and such), Zl and Zp (which end
/// lines), and the code points that the standard keeps free for more of that kind (`Default_Ignorable_Code_Point`, Unicode
/// 5.21). Private use and everything else that is not assigned yet is none: a font may know it, but it does nothing.
pub fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator, Unassigned};
    match c.general_category() {
        Control | Format | LineSeparator | ParagraphSeparator => true,
        Unassigned => matches!(c, '\u{2065}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}'),
        _ => false,
    }
}

/// The known word nearest to `word`, for "did you mean"; none where nothing is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let mut nearest: Option<(usize, &str)> = None;
    for candidate in known {
        let most = (candidate.len() / 3).max(1);
        // What is so much longer or shorter is not near: comparing would take as long as both are.
        if length.abs_diff(candidate.chars().count()) > most {
            continue;
        }
        let distance = strsim::damerau_levenshtein(word, candidate);
        if distance <= most && nearest.is_none_or(|(least, _)| distance < least) {
            nearest = Some((distance, candidate));
        }
    }
    nearest.map(|(_, candidate)| candidate)
}
