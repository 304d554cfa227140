//! What has to change in `compose` if a binding gets other numbers.

use crate::allocation::{Allocation, Numbers};
use crate::claims::At;
use crate::formats::Role;
use crate::manifest::edit::ValueEdit;

use super::places::path;
use super::statements::{Holders, statements};

/// The places in `compose` that state a number of the binding `at`, if that gets the numbers `new`. A place that may as well
/// mean another binding is none.
pub fn follow(allocation: &Allocation, at: At, new: Numbers) -> Vec<ValueEdit<'_>> {
    let holders = Holders::new(allocation);
    let mut edits = Vec::new();
    for statement in statements(allocation) {
        let [held] = *holders.of(&statement) else { continue };
        if held.at != at {
            continue;
        }
        let (old, before) = (allocation.binding(at).1.numbers(), statement.stated.port);
        let after = match held.role {
            Role::Host => old.hosts().moved(before, new.hosts()),
            _ => old.containers().moved(before, new.containers()),
        };
        if let Some(after) = after.filter(|after| after.get() != before) {
            let path = path(allocation, &statement);
            let part = statement.stated.digits;
            edits.push(ValueEdit { path, part, before: before.to_string(), after: after.to_string() });
        }
    }
    edits
}
