//! What has to change in `compose` if a binding gets other numbers.

use std::ops::Range;

use crate::allocation::{Allocation, Numbers, Port};
use crate::claims::At;
use crate::formats::Role;
use crate::manifest::document::Step;

use super::places::path;
use super::statements::{Holders, statements};

/// Another number for the digits of a value of ports.toml.
#[derive(Debug)]
pub struct Edit<'a> {
    /// The keys and indices on the way to the value, from the root of ports.toml.
    pub path: Vec<Step<'a>>,
    /// The bytes of the digits in the value.
    pub digits: Range<usize>,
    /// The number there now.
    pub before: u16,
    /// The new number.
    pub after: Port,
}

/// The places in `compose` that state a number of the binding `at`, if that gets the numbers `new`. A place that may as well
/// mean another binding is none.
pub fn follow(allocation: &Allocation, at: At, new: Numbers) -> Vec<Edit<'_>> {
    let holders = Holders::new(allocation);
    let mut edits = Vec::new();
    for statement in statements(allocation) {
        let [held] = *holders.of(&statement) else { continue };
        let after = match held.role {
            Role::Host => new.host,
            _ => new.container,
        };
        if held.at == at && after.get() != statement.stated.port {
            let path = path(allocation, &statement);
            let (digits, before) = (statement.stated.digits.clone(), statement.stated.port);
            edits.push(Edit { path, digits, before, after });
        }
    }
    edits
}
