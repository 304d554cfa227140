//! What a change of the allocation means: one line for each thing that is not as it was, for whoever has to judge it.

mod bindings;
pub mod branches;
mod compose;
mod details;
mod service_in;
mod services;
mod settings;
mod templates;
mod things;

use crate::allocation::Allocation;
use crate::diagnostic::{Code, Diagnostic, Place, Severity, codes};
use crate::templates::own::Own;

/// What kind of thing has changed, in the order in which the lines stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A port can be reached from further away than it could: on every interface, by its `expose` or by the host's network.
    Exposed,
    /// A service that was not there.
    Added,
    /// A service that is there no more.
    Removed,
    /// A service with another id, and the same ports and description.
    Renamed,
    /// A port of a service has another number.
    Moved,
    /// A service has a port more or less, one of another kind, or another main one.
    Port,
    /// A number that somebody else had, and that is retired, is given out again.
    Reused,
    /// A port may lie outside its ranges, or may no more.
    Exception,
    /// A range or a group.
    Range,
    /// Numbers that are kept back, or given back.
    Withheld,
    /// A template of the project's own.
    Template,
    /// Lint levels, outputs, the platform.
    Setting,
    /// What is said of a service besides its ports.
    Detail,
}

impl Kind {
    /// The code under which a line is told.
    pub fn code(self) -> Code {
        match self {
            Self::Exposed => codes::EXPOSED,
            Self::Added => codes::ADDED,
            Self::Removed => codes::REMOVED,
            Self::Renamed => codes::RENAMED,
            Self::Moved => codes::MOVED,
            Self::Port => codes::PORT,
            Self::Reused => codes::REUSED,
            Self::Exception => codes::EXCEPTION,
            Self::Range => codes::RANGE,
            Self::Withheld => codes::WITHHELD,
            Self::Template => codes::TEMPLATE,
            Self::Setting => codes::SETTING,
            Self::Detail => codes::DETAIL,
        }
    }

    /// Whether security depends on it.
    pub fn is_security(self) -> bool {
        self == Self::Exposed
    }
}

/// One thing that has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What kind of thing.
    pub kind: Kind,
    /// What it is about: a service's id, `range backend`, `lint out-of-range`.
    pub subject: String,
    /// What has become of it, on one line; texts of the user's are in backticks.
    pub text: String,
    /// Where ports.toml says so now; none for what is there no more.
    pub place: Option<Place>,
}

impl Line {
    fn new(kind: Kind, subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self { kind, subject: subject.into(), text: text.into(), place: None }
    }

    /// The line as something that is said of ports.toml: a warning where security depends on it, else a note.
    pub fn diagnostic(&self) -> Diagnostic {
        let severity = if self.kind.is_security() { Severity::Warning } else { Severity::Note };
        let said = Diagnostic::new(self.kind.code(), severity, format!("{}: {}", self.subject, self.text));
        self.place.iter().fold(said, |said, place| said.at(place.clone(), ""))
    }
}

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What ports.toml says.
    pub allocation: &'a Allocation,
    /// The project's own templates, by name.
    pub templates: &'a [Own],
}

/// Everything that is not as it was, the gravest first, and then in the order of ports.toml.
pub fn review(before: Side<'_>, after: Side<'_>) -> Vec<Line> {
    let mut lines = services::compare(before.allocation, after.allocation);
    lines.extend(settings::compare(before.allocation, after.allocation));
    lines.extend(templates::compare(before.templates, after.templates));
    lines.sort_by_key(|line| line.kind);
    lines
}
