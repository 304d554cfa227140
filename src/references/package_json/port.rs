//! A port in a script, and what it stands for there.

use crate::formats::Number;

/// What a number stands for; where two forms meet in one number, the first of these counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A flag, `PORT=` or `docker run -p` states it: the port of what the script starts.
    Stated,
    /// A web URL on this machine or `--proxy 8791`: what the script starts, or another service.
    Addressed,
    /// Another address on this machine, of interest only where it is the stated number.
    Mentioned,
}

/// One port in a script.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) number: Number,
    pub(super) kind: Kind,
}
