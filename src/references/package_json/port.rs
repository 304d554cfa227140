//! A port in a script, and its meaning there.

use crate::formats::Number;

/// The meaning of a number; if two forms share a number, the first of these counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// From a flag, `PORT=` or `docker run -p`: the port of the program that the script starts.
    Stated,
    /// From a web URL on this machine or `--proxy 8791`: the port of that program or of another service.
    Addressed,
    /// From another address on this machine; counts only if it is the stated number.
    Mentioned,
}

/// One port in a script.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) number: Number,
    pub(super) kind: Kind,
}
