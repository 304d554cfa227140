//! Who calls a service by its id.

use crate::allocation::Allocation;
use crate::diagnostic::Place;
use crate::formats::compose_values::Whose;

use super::places::Places;
use super::statements::statements;

/// An address of a service in `compose`.
#[derive(Debug)]
pub struct Caller {
    /// The service whose `compose` has it; `None` for `[compose]`.
    pub service: Option<usize>,
    /// Where its port is written.
    pub place: Place,
}

/// The addresses with the id of a service and a port in every `compose`, its own included.
pub fn callers(allocation: &Allocation, id: &str) -> Vec<Caller> {
    let statements = statements(allocation);
    let mut calls = statements.iter().filter(|one| one.stated.whose == Whose::Host(id.to_owned())).peekable();
    if calls.peek().is_none() {
        return Vec::new();
    }
    let places = Places::new(allocation, &statements);
    calls.map(|one| Caller { service: one.service, place: places.of(one) }).collect()
}
