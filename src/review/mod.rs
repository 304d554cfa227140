//! What a change of the allocation means: one line for each thing that changed, for reviewers.

mod bindings;
pub mod branches;
mod compose;
mod matching;
mod services;
mod settings;
mod templates;

use crate::allocation::{Allocation, Binding, Service};
use crate::diagnostic::{Code, Diagnostic, Place, Severity, codes};
use crate::templates::own::Own;

/// The codes of lines, the most important first.
const ORDER: [Code; 13] = [
    codes::EXPOSED,
    codes::ADDED,
    codes::REMOVED,
    codes::RENAMED,
    codes::MOVED,
    codes::PORT,
    codes::REUSED,
    codes::EXCEPTION,
    codes::RANGE,
    codes::WITHHELD,
    codes::TEMPLATE,
    codes::SETTING,
    codes::DETAIL,
];

/// One thing that has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What kind of change it is.
    pub code: Code,
    /// The thing that changed: a service's id, `range backend`, `lint out-of-range`.
    pub subject: String,
    /// How it changed, on one line; the user's texts are in backticks.
    pub text: String,
    /// The place in the later ports.toml; `None` if the thing was removed.
    pub place: Option<Place>,
}

impl Line {
    fn new(code: Code, subject: impl AsRef<str>, text: impl Into<String>) -> Self {
        Self { code, subject: subject.as_ref().to_owned(), text: text.into(), place: None }
    }

    /// Whether the change affects security.
    pub fn is_security(&self) -> bool {
        self.code == codes::EXPOSED
    }

    /// The line as a diagnostic of ports.toml: a warning if it affects security, else a note.
    pub fn diagnostic(&self) -> Diagnostic {
        let severity = if self.is_security() { Severity::Warning } else { Severity::Note };
        let diagnostic = Diagnostic::new(self.code, severity, format!("{}: {}", self.subject, self.text));
        match &self.place {
            Some(place) => diagnostic.at(place.clone(), ""),
            None => diagnostic,
        }
    }
}

/// A service with the allocation that it is in.
#[derive(Clone, Copy)]
struct ServiceIn<'a> {
    allocation: &'a Allocation,
    service: &'a Service,
}

/// The numbers of a service's ports, for a message.
fn numbers(service: &Service) -> String {
    let numbers: Vec<String> = service.bindings.iter().map(Binding::number).collect();
    if numbers.is_empty() { "no port".to_owned() } else { numbers.join(", ") }
}

/// One side of the comparison.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The allocation.
    pub allocation: &'a Allocation,
    /// The project's own templates, by name.
    pub templates: &'a [Own],
}

/// Everything that changed, the most important first, then in the order of ports.toml.
pub fn review(before: Side<'_>, after: Side<'_>) -> Vec<Line> {
    let mut lines = services::compare(before.allocation, after.allocation);
    lines.extend(settings::compare(before.allocation, after.allocation));
    lines.extend(templates::compare(before.templates, after.templates));
    lines.sort_by_key(|line| ORDER.iter().position(|code| *code == line.code));
    lines
}
