//! What has to change in `compose` if a binding gets other numbers.

use crate::allocation::{Allocation, Numbers};
use crate::claims::At;
use crate::formats::Role;
use crate::manifest::edit::ValueEdit;

use super::places::path;
use super::statements::{Held, Holders, statements};

/// The places in `compose` that state a number of the binding `at`, if that gets the numbers `new`. A place that may as well
/// mean another binding is none.
pub fn follow(allocation: &Allocation, at: At, new: Numbers) -> Vec<ValueEdit<'_>> {
    let holders = Holders::new(allocation);
    let mut edits = Vec::new();
    for statement in statements(allocation) {
        let (old, before) = (allocation.binding(at).1.numbers(), statement.stated.port);
        let after = |held: &Held| match held.role {
            _ if held.at != at => None,
            Role::Host => old.hosts().moved(before, new.hosts()),
            _ => old.containers().moved(before, new.containers()),
        };
        let held = holders.of(&statement);
        let first = held.first().and_then(after);
        // What may mean one or the other follows where both become one number.
        if let Some(after) = first.filter(|one| one.get() != before && held.iter().all(|held| after(held) == first)) {
            let path = path(allocation, &statement);
            let part = statement.stated.digits;
            edits.push(ValueEdit { path, part, before: before.to_string(), after: after.to_string() });
        }
    }
    edits
}
