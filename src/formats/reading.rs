//! What a reader makes of a file: what it states, and what could not be read.

use super::claim::Claim;
use super::fault::Fault;
use super::written::Written;

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
    /// Takes over the claim of `text`; where there is none, that is a fault: "not a port".
    pub fn add(&mut self, claim: Option<Claim<'t>>, text: &Written<'_>, fault: &str) {
        match claim {
            Some(claim) => self.claims.push(claim),
            None => self.faults.push(text.fault(fault)),
        }
    }
}

impl<'t> From<Vec<Claim<'t>>> for Reading<'t> {
    fn from(claims: Vec<Claim<'t>>) -> Self {
        Self { claims, faults: Vec::new() }
    }
}
