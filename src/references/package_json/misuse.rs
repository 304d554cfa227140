//! What a program does not do with the port that a script gives it.

use std::ops::Range;

use crate::allocation::Allocation;
use crate::diagnostic::{Code, Place};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::formats::programs::{Is, Program};
use crate::lints;

/// One finding in a script.
#[derive(Clone, Debug)]
pub(super) struct Misuse {
    pub(super) what: What,
    pub(super) program: &'static Program,
    /// The bytes of the option or the variable in the script.
    pub(super) span: Range<usize>,
}

/// What is wrong.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// It does not take a port with this option.
    Option(String),
    /// It does not read `PORT`.
    Variable,
    /// It goes on with another port where its own is taken.
    GoesOn,
}

impl Misuse {
    fn code(&self) -> Code {
        match self.what {
            What::Option(_) => codes::UNKNOWN_PORT_OPTION,
            What::Variable => codes::UNREAD_PORT,
            What::GoesOn => codes::NOT_STRICT,
        }
    }

    /// The diagnostic at `place`; `None` where the lint is allowed.
    pub(super) fn said(&self, allocation: &Allocation, script: &str, place: Place) -> Option<Diagnostic> {
        let (program, flag) = (quoted(self.program.name()), self.program.flag());
        let script = quoted(script);
        let version = self.program.version();
        let (message, label, help) = match &self.what {
            What::Option(option) => (
                format!("{program} in {script} does not take its port from {}", quoted(option)),
                format!("not an option for the port ({version})"),
                match self.program.is {
                    Is::Tasks => "give it to what runs, behind `--`, or in the script of that".to_owned(),
                    _ => format!("write {}", quoted(flag)),
                },
            ),
            What::Variable => (
                format!("{program} in {script} does not read `PORT`"),
                format!("not read ({version})"),
                format!("write {}, or allow `unread-port` where its configuration reads `PORT`", quoted(flag)),
            ),
            What::GoesOn => {
                let (how, strict) = self.program.goes_on().unwrap_or_default();
                let strict = match strict {
                    "" => "it has no option against that".to_owned(),
                    option => format!("add {}", quoted(option)),
                };
                (
                    format!("{program} in {script} goes on with another port where its own is taken"),
                    format!("takes the {how} one ({version})"),
                    strict,
                )
            }
        };
        let said = lints::diagnostic(allocation, self.code(), message)?;
        Some(said.at(place, label).help(help))
    }
}
