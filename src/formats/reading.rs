//! The result of reading a file: its claims and its faults.

use super::claim::Claim;
use super::claims::Claims;
use super::fault::Fault;
use super::written::Written;

/// The result of reading a file. Readers continue after a fault: a person's file may have faults, an output must not have any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading<'t> {
    /// What the file states.
    pub claims: Claims<'t>,
    /// The parts that are not valid in the format, or not in a form that portgen reads, in the order of the file.
    pub faults: Vec<Fault>,
}

impl<'t> Reading<'t> {
    /// Adds the claim of `text` or, if it is `None`, the fault "not a port".
    pub fn add(&mut self, claim: Option<Claim<'t>>, text: &Written<'_>, fault: &str) {
        match claim {
            Some(claim) => self.claims.push(claim),
            None => self.faults.push(text.fault(fault)),
        }
    }
}

impl<'t> From<Claims<'t>> for Reading<'t> {
    fn from(claims: Claims<'t>) -> Self {
        Self { claims, faults: Vec::new() }
    }
}
