//! What portgen says to its user: a code, a severity, places with excerpts, and what to do next.
//!
//! A [`Diagnostic`] is a struct of facts. This file holds the only excerpt printer of the project, and the only
//! functions that put a user's text into a message: [`quoted`] and [`quoted_whole`].

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// A text that diagnostics point into, with the name under which the user knows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as shown to the user, relative to the root.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// A source that several diagnostics can share.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into() })
    }

    /// Whether it is a file of the tree: no built-in template, and no file of another revision.
    pub fn is_file(&self) -> bool {
        !self.is_built_in() && self.revision().is_none()
    }

    /// The revision that a file is of, if it is none of the tree, and its path in there. Between them stands a colon, as it does
    /// in no path of the tree.
    pub fn revision(&self) -> Option<(&str, &str)> {
        self.name.rsplit_once(':').filter(|_| !self.is_built_in())
    }

    /// A built-in template says behind its name what it is.
    fn is_built_in(&self) -> bool {
        self.name.ends_with(" (built in)")
    }
}

/// A byte range of a [`Source`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The text pointed into.
    pub source: Arc<Source>,
    /// Bytes from its start.
    pub span: Range<usize>,
}

impl Place {
    /// The bytes `span` of `source`.
    pub fn new(source: &Arc<Source>, span: Range<usize>) -> Self {
        Self { source: Arc::clone(source), span }
    }

    /// The line the place starts in, counted from 1.
    pub fn line(&self) -> usize {
        1 + self.before().bytes().filter(|byte| *byte == b'\n').count()
    }

    /// The column the place starts in, in characters, counted from 1.
    pub fn column(&self) -> usize {
        1 + self.before().rsplit('\n').next().unwrap_or_default().chars().count()
    }

    fn before(&self) -> &str {
        self.source.text.get(..self.span.start).unwrap_or_default()
    }
}

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing: an accepted exception.
    Note,
    /// A lint at level `warn`.
    Warning,
    /// A lint at level `deny`: `check` ends with 1, everything else refuses with 2.
    Finding,
    /// A mistake that ends every command with 2.
    Error,
}

/// One thing said to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable kebab-case code: a lint's, or that of a class of mistakes.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong, in one line, without a full stop.
    pub message: String,
    /// Where: the first is the primary place; a conflict names the other party too.
    pub labels: Vec<(Place, String)>,
    /// What to do next, one line each.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic of any severity, without a place as yet.
    pub fn new(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self { code, severity, message: message.into(), labels: Vec::new(), help: Vec::new() }
    }

    /// A mistake.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    /// Adds a place; the first one added is the primary one.
    #[must_use]
    pub fn at(mut self, place: Place, label: impl Into<String>) -> Self {
        self.labels.push((place, label.into()));
        self
    }

    /// Adds a line that says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// The diagnostic as one of what another revision holds: it names that, and its places are none of the tree.
    #[must_use]
    pub fn of_revision(mut self, revision: &str) -> Self {
        let mut named = self.message.contains(&quoted(revision));
        let mut known: Vec<(Arc<Source>, Arc<Source>)> = Vec::new();
        for (place, _) in &mut self.labels {
            if place.source.is_file() {
                let at = known.iter().position(|(source, _)| Arc::ptr_eq(source, &place.source)).unwrap_or_else(|| {
                    let name = format!("{revision}:{}", place.source.name);
                    known.push((Arc::clone(&place.source), Source::new(name, place.source.text.clone())));
                    known.len() - 1
                });
                place.source = Arc::clone(&known[at].1);
            }
            named |= place.source.name.starts_with(&format!("{revision}:"));
        }
        if !named {
            self.message = format!("{}: {}", quoted(revision), self.message);
        }
        self
    }

    /// The diagnostic as the terminal shows it, excerpts included, ending in a line break.
    pub fn render(&self, color: bool) -> String {
        let level = match self.severity {
            Severity::Note => Level::NOTE,
            Severity::Warning => Level::WARNING,
            Severity::Finding | Severity::Error => Level::ERROR,
        };
        let mut group = Group::with_title(level.primary_title(self.message.as_str()).id(self.code));
        let excerpts = self.by_source();
        for excerpt in &excerpts {
            group = group.element(excerpt.snippet());
        }
        for help in &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = renderer.term_width(120).render(&[group]);
        text.push('\n');
        text
    }

    /// The labels of each text, the primary one's text first.
    fn by_source(&self) -> Vec<Excerpt<'_>> {
        let mut out: Vec<Excerpt<'_>> = Vec::new();
        for (index, (place, label)) in self.labels.iter().enumerate() {
            let label = (index == 0, within(&place.source.text, &place.span), label.as_str());
            match out.iter_mut().find(|known| std::ptr::eq(known.source, place.source.as_ref())) {
                Some(known) => known.labels.push(label),
                None => out.push(Excerpt { source: &place.source, labels: vec![label] }),
            }
        }
        out
    }
}

/// One text with what is said of it: whether it is the primary place, where, and what.
struct Excerpt<'a> {
    source: &'a Source,
    labels: Vec<(bool, Range<usize>, &'a str)>,
}

impl Excerpt<'_> {
    /// The lines from the first label to the last: the printer would go through the whole text for each diagnostic.
    fn snippet(&self) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
        let text = &self.source.text;
        let first = self.labels.iter().map(|(_, span, _)| span.start).min().unwrap_or(0);
        let last = self.labels.iter().map(|(_, span, _)| span.end).max().unwrap_or(0);
        let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
        let end = text[last..].find('\n').map_or(text.len(), |at| last + at + 1);
        let shown = visible(&text[start..end]);
        let moved = |at: usize| match &shown {
            Cow::Borrowed(_) => at - start,
            Cow::Owned(_) => visible(&text[start..at]).len(),
        };
        let labels = self.labels.iter().map(|(primary, span, label)| {
            let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(moved(span.start)..moved(span.end)).label(*label)
        });
        let line = 1 + text[..start].bytes().filter(|byte| *byte == b'\n').count();
        let labels: Vec<_> = labels.collect();
        Snippet::source(shown.clone())
            .path(visible(&self.source.name).replace('\n', "\\u{000a}").replace('\r', "\\u{000d}"))
            .line_start(line)
            .annotations(labels)
    }
}

/// `text` with its hidden characters as escapes; tabs and line ends stay, which the printer knows.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| is_hidden(c) && !matches!(c, '\n' | '\r' | '\t');
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| if hidden(c) { push_escape(c, &mut out) } else { out.push(c) });
    Cow::Owned(out)
}

fn push_escape(c: char, out: &mut String) {
    let _ = write!(out, "\\u{{{:04x}}}", c as u32);
}

/// `span` cut to `text` and to character boundaries, so that no place can make the printer panic.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    start..text.ceil_char_boundary(span.end.clamp(start, text.len()))
}

/// Several diagnostics as one error: everything that was found wrong in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// As [`Diagnostic::of_revision`], each.
    #[must_use]
    pub fn of_revision(self, revision: &str) -> Self {
        Self(self.0.into_iter().map(|one| one.of_revision(revision)).collect())
    }

    /// Adds a line that says what to do next, once for all.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        if let Some(last) = self.0.pop() {
            self.0.push(last.help(help));
        }
        self
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(one: Diagnostic) -> Self {
        Self(vec![one])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|one| f.write_str(&one.render(false)))
    }
}

impl std::error::Error for Diagnostics {}

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

/// Whether a character is a control, bidirectional or zero-width one: it never belongs in a name or a text.
///
/// Source: Unicode general category Cc, the `Bidi_Control` property, and the zero-width characters that the Trojan Source
/// paper (CVE-2021-42574) and UTS #39 name; U+2028 and U+2029 end lines.
pub fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c, '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The known word nearest to `word`, for "did you mean"; none where nothing is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
