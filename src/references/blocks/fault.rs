//! What is wrong with the lines that mark blocks.

use std::sync::Arc;

use super::block::Line;
use crate::diagnostic::{Diagnostic, Place, Source, codes, quoted};

/// A line that marks a block as it cannot be marked.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) wrong: Wrong,
    pub(super) line: Line,
    /// The line that has begun the block that is open there.
    pub(super) other: Option<Line>,
}

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Something stands behind its comment.
    NotAlone,
    /// It begins a block inside of another.
    Nested,
    /// It ends nothing.
    Unbegun,
    /// It ends a block of another name.
    OtherEnd,
    /// It begins what nothing ends.
    Unended,
    /// It does not say with which template.
    Unnamed,
    /// It says more than portgen knows.
    Talkative,
}

impl Wrong {
    /// The message, and what to do.
    fn said(self) -> (&'static str, &'static str) {
        const FORM: &str =
            "write `portgen:begin TEMPLATE`, or `portgen:begin TEMPLATE SERVICE` for a template about one service";
        match self {
            Self::NotAlone => {
                ("a line that begins or ends a block has nothing else on it", "put the comment on a line of its own")
            }
            Self::Nested => ("a block begins inside of another", "end the first one with `portgen:end`"),
            Self::Unbegun => {
                ("`portgen:end` ends no block", "begin it with `portgen:begin TEMPLATE`, or remove this line")
            }
            Self::OtherEnd => {
                ("`portgen:end` names another block than the one that is open", "write `portgen:end` alone")
            }
            Self::Unended => {
                ("a block does not end", "end it with a comment that says `portgen:end`, on a line of its own")
            }
            Self::Unnamed => ("a block does not name its template", FORM),
            Self::Talkative => ("a block says more than its template and what it is about", FORM),
        }
    }
}

impl Fault {
    /// What is said of it; `source` shows the line.
    pub(super) fn diagnostic(&self, source: &Arc<Source>) -> Diagnostic {
        let (message, help) = self.wrong.said();
        let message = format!("{message} in {}", quoted(&source.path));
        let place = |line: &Line| Place::new(source, line.span.clone());
        let said = Diagnostic::error(codes::BROKEN_BLOCK, message).at(place(&self.line), "");
        let said = self.other.iter().fold(said, |said, other| said.at(place(other), "begins here"));
        said.help(help)
    }
}
