//! Numbers next to each other that belong to somebody else.

use super::{Port, Ports};

/// Numbers next to each other, first and last included.
#[derive(Debug)]
pub struct Zone {
    /// The first number.
    pub first: u16,
    /// The last number.
    pub last: u16,
    /// Who has them, as the end of the sentence that a hazard's `because` starts.
    pub whose: &'static str,
}

impl Zone {
    /// The numbers.
    pub fn ports(&self) -> Option<Ports> {
        Ports::new(Port::new(self.first.into())?, Port::new(self.last.into())?)
    }
}

/// Numbers from `first` to `last`.
pub const fn zone(first: u16, last: u16, whose: &'static str) -> Zone {
    Zone { first, last, whose }
}

/// One number.
pub const fn port(number: u16, whose: &'static str) -> Zone {
    zone(number, number, whose)
}
