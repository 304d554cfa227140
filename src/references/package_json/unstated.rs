//! Servers that a script starts without a number for their port.

use crate::formats::programs::Program;

/// Where a server gets its port that no number states.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unstated {
    /// A variable of the script: `next dev -p $PORT`.
    Variable,
    /// What the program does by itself: it reads `PORT`, or has a default.
    Server(&'static Program),
}

impl Unstated {
    /// The port that the server takes by itself.
    pub(super) fn default_port(self) -> Option<u16> {
        match self {
            Self::Variable => None,
            Self::Server(program) => program.default_port(),
        }
    }

    /// Whether somebody else tells it its port.
    pub(super) fn reads_port(self) -> bool {
        match self {
            Self::Variable => true,
            Self::Server(program) => program.reads_port(),
        }
    }
}
