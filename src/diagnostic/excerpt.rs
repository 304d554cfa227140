//! The only excerpt printer: a diagnostic as the terminal shows it.

use std::fmt::Write as _;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::window::{Mark, Window, windows};
use super::{Diagnostic, Label, Severity, Source, Text, counted};

/// The most characters of a message, a label or a line of help.
const MOST_CHARACTERS: usize = 2_000;

/// The most places of a diagnostic that are shown.
const MOST_PLACES: usize = 10;

/// The most places that are named besides.
const MOST_NAMED: usize = 50;

/// How much of a diagnostic is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// With excerpts.
    Excerpts,
    /// With the names of the places alone.
    Names,
}

impl Diagnostic {
    /// The diagnostic as the terminal shows it, excerpts included, ending in a line break.
    pub fn render(&self, color: bool) -> String {
        self.render_with(color, Detail::Excerpts)
    }

    pub(super) fn render_with(&self, color: bool, detail: Detail) -> String {
        let level = match self.severity {
            Severity::Note => Level::NOTE,
            Severity::Warning => Level::WARNING,
            Severity::Finding | Severity::Error => Level::ERROR,
        };
        let mut group = Group::with_title(level.primary_title(cut(&self.message)).id(self.code.as_str()));
        let excerpts = if detail == Detail::Excerpts { self.excerpts() } else { Vec::new() };
        for excerpt in &excerpts {
            group = group.elements(excerpt.windows.iter().map(|window| excerpt.snippet(window)));
        }
        let mut help: Vec<String> = self.help.iter().map(|help| cut(help)).collect();
        if detail == Detail::Excerpts && self.labels.len() > MOST_PLACES {
            help.insert(0, cut(&self.more_places()));
        }
        for help in &help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = renderer.term_width(120).render(&[group]);
        text.push('\n');
        if detail == Detail::Names
            && let Some(place) = self.primary()
        {
            let _ = writeln!(text, " --> {}:{}:{}", Text::from(place.source.name()), place.line(), place.column());
        }
        excerpts.iter().fold(text, |text, excerpt| excerpt.with_true_columns(text))
    }

    /// The places that are not shown: `and 2 more places: ports.toml:40:5, ports.toml:41:3`.
    fn more_places(&self) -> String {
        let more = self.labels.get(MOST_PLACES..).unwrap_or_default();
        let named = more.iter().take(MOST_NAMED).map(|Label { place, .. }| {
            format!("{}:{}:{}", Text::from(place.source.name()), place.line(), place.column())
        });
        let mut text = format!("and {}: {}", counted(more.len(), "more place"), named.collect::<Vec<_>>().join(", "));
        if more.len() > MOST_NAMED {
            text.push_str(", …");
        }
        text
    }

    /// The labels of each text, the primary one's text first.
    fn excerpts(&self) -> Vec<Excerpt<'_>> {
        let mut sources: Vec<(&Source, Vec<Mark<'_>>)> = Vec::new();
        for (index, Label { place, text }) in self.labels.iter().take(MOST_PLACES).enumerate() {
            let mark = Mark::new(place, index == 0, text, &self.message);
            match sources.iter_mut().find(|(known, _)| std::ptr::eq(*known, place.source.as_ref())) {
                Some((_, marks)) => marks.push(mark),
                None => sources.push((&place.source, vec![mark])),
            }
        }
        sources.into_iter().map(|(source, marks)| Excerpt::of(source, &marks)).collect()
    }
}

/// The start of a text that is too long to be read.
fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// What is shown of one text.
struct Excerpt<'a> {
    path: Text,
    windows: Vec<Window<'a>>,
}

impl<'a> Excerpt<'a> {
    fn of(source: &Source, marks: &[Mark<'a>]) -> Self {
        Self { path: Text::from(source.name()), windows: windows(source, marks) }
    }

    fn snippet<'w>(&'w self, window: &'w Window<'_>) -> Snippet<'w, Annotation<'w>> {
        let annotations = window.marks.iter().map(|mark| {
            let kind = if mark.is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(mark.span.clone()).label(cut(mark.label))
        });
        let snippet = Snippet::source(window.text.as_str()).path(self.path.as_str()).line_start(window.line);
        snippet.annotations(annotations.collect::<Vec<_>>())
    }

    /// The printer counts columns in what it is shown of a line: in the lines that name a place, they become those of the file.
    fn with_true_columns(&self, text: String) -> String {
        let marks = self.windows.iter().flat_map(|window| &window.marks);
        let moved: Vec<_> = marks.filter(|mark| mark.column != mark.shown_column).collect();
        if moved.is_empty() {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            match moved.iter().find(|mark| names(line, &self.spot(mark.line, mark.shown_column))) {
                Some(mark) => {
                    let (shown, true_spot) =
                        (self.spot(mark.line, mark.shown_column), self.spot(mark.line, mark.column));
                    out += &line.replacen(&shown, &true_spot, 1);
                }
                None => out += line,
            }
        }
        out
    }

    fn spot(&self, line: usize, column: usize) -> String {
        format!("{}:{line}:{column}", self.path)
    }
}

/// Whether a line of the printer's is the one that says where a place is, and `spot` that place.
fn names(line: &str, spot: &str) -> bool {
    let Some((before, named)) = line.split_once("--> ").or_else(|| line.split_once("::: ")) else { return false };
    let Some((_, rest)) = named.split_once(spot) else { return false };
    // Numbers of lines, blanks and colors.
    let is_margin = before.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '\x1b' | '[' | ';' | 'm'));
    is_margin && !rest.starts_with(|c: char| c.is_ascii_digit())
}
