//! The ports in a script, and their meaning there.

use super::misuse::Misuse;
use super::unstated::Unstated;
use crate::formats::Number;

/// The meaning of a number; if two forms share a number, the first of these counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// From an option of a server, `PORT=` or `docker run -p`: the port of the program that the script starts.
    Stated,
    /// From an option of a tool with a port of its own (Storybook).
    Tool,
    /// An address on this machine, or what a program waits for, opens, tunnels or frees.
    Addressed,
    /// An address with a user or another protocol than the web's, as databases have: not the port of this service.
    Database,
    /// Inside a container: it stays where the image listens.
    Inside,
    /// At the other end of a tunnel, or in the container of a service: it is right where the service listens on it there.
    There,
    /// As [`Kind::End`] where a range has or had it, else as [`Kind::Unknown`].
    Either,
    /// One of two numbers that may be the ends of a range. It counts only where a range has or had it.
    End,
    /// In no known form, but where a port may stand.
    Unknown,
    /// As [`Kind::Unknown`], at a host of the internet: it is named once, when the number has moved.
    Foreign,
}

impl Kind {
    /// Whether it is right where it is the port that a binding has, and follows.
    pub(super) fn follows(self) -> bool {
        self <= Self::Addressed || self.may_be_an_end()
    }

    /// Whether it may be the end of a range.
    pub(super) fn may_be_an_end(self) -> bool {
        matches!(self, Self::End | Self::Either)
    }
}

/// Of what time a number is: before a change of ports.toml, or now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// It means the same binding at any time.
    Plain,
    Before,
    Now,
    /// One service had it before, and another one has it now.
    Unknown,
    /// Two services had it, as alternatives, and one of them has it now.
    Shared,
    /// The last `write` and git's last commit know different bindings by it.
    Disputed,
}

/// One port in a script.
#[derive(Clone, Debug)]
pub(crate) struct Port {
    pub(crate) number: Number,
    pub(crate) kind: Kind,
}

/// The ports of one script.
#[derive(Debug, Default)]
pub(crate) struct Ports {
    pub(crate) all: Vec<Port>,
    /// What its programs do not do with their ports.
    pub(super) misuses: Vec<Misuse>,
    /// Where its servers get their ports that no number states.
    pub(super) unstated: Vec<Unstated>,
    /// Whether something sets `PORT`.
    pub(super) has_variable: bool,
}

impl Ports {
    pub(super) fn add(&mut self, kind: Kind, numbers: impl IntoIterator<Item = Number>) {
        for number in numbers {
            self.all.push(Port { number, kind });
        }
    }
}
