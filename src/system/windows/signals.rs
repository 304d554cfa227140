//! Windows has no signals: the console tells every program that it has started.

use std::io;

/// Signals that are still to be passed on: none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stops;

impl Stops {
    /// Waits for nothing.
    ///
    /// # Errors
    /// None.
    pub fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Whether there is one: never.
    pub fn take_unsent(&self) -> bool {
        false
    }
}
