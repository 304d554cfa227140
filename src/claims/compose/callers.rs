//! Who calls a service by its id.

use serde_json::Value as Json;

use crate::allocation::Allocation;
use crate::diagnostic::Place;
use crate::formats::compose_values::Whose;
use crate::manifest::document::Step;

use super::places::Places;
use super::statements::{Statement, of_placeholders, statements};

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
    let mut statements = statements(allocation);
    statements.extend(of_placeholders(allocation, &statements));
    let host = Whose::Host(id.to_owned());
    let is_call =
        |one: &&Statement<'_>| one.stated.whose == host && (!one.is_placeholder || has_id(allocation, one, id));
    let mut calls = statements.iter().filter(is_call).peekable();
    if calls.peek().is_none() {
        return Vec::new();
    }
    let places = Places::new(allocation, &statements);
    let mut callers: Vec<Caller> = calls.map(|one| Caller { service: one.service, place: places.of(one) }).collect();
    callers.dedup_by(|one, other| one.place.span == other.place.span);
    callers
}

/// Whether the id itself is written before a placeholder: `http://web:${ports.web.container}`.
fn has_id(allocation: &Allocation, statement: &Statement<'_>, id: &str) -> bool {
    let compose = match statement.service {
        Some(at) => allocation.services[at].written_compose(),
        None => allocation.written_compose(),
    };
    let [Step::Key(first), rest @ ..] = &*statement.stated.path else { return false };
    let value = rest.iter().try_fold(&compose[*first], |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    });
    let text = value.and_then(Json::as_str);
    text.is_some_and(|text| text.contains(&format!("{id}:${{")))
}
