//! What a reader makes of a file: what it states, and what could not be read.

use std::ops::Range;

use super::claim::Claim;

/// What was read of a file. A reader goes on behind what it cannot read: a file that portgen makes must have no fault, one that a
/// person keeps may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading<'t> {
    /// What the file states.
    pub claims: Vec<Claim<'t>>,
    /// What is not valid in the file's format, or is none of the forms that portgen reads; in the order of the file.
    pub faults: Vec<Fault>,
}

impl<'t> Reading<'t> {
    /// Takes over a claim, or why there is none.
    pub fn add(&mut self, claim: Result<Claim<'t>, Fault>) {
        match claim {
            Ok(claim) => self.claims.push(claim),
            Err(fault) => self.faults.push(fault),
        }
    }
}

impl<'t> From<Vec<Claim<'t>>> for Reading<'t> {
    fn from(claims: Vec<Claim<'t>>) -> Self {
        Self { claims, faults: Vec::new() }
    }
}

/// Where and why a file is not valid in its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, without a full stop.
    pub message: String,
    /// Bytes of the file.
    pub span: Range<usize>,
}

impl Fault {
    /// A fault at `span`.
    pub fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span }
    }
}
