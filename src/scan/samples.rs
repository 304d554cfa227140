//! What the Compose files in a document say of its other numbers.

use std::collections::HashMap;

use super::form::Form;
use super::names::Meant;
use super::owner::By;
use super::statement::View;
use super::verdict::{Ground, Judged, Verdict};

/// Leaves the numbers of a document that starts what ports.toml does not have: it is of another installation. Where it starts the platform
/// with a number that a service does not have, its addresses with that number are of that service, too.
pub(super) fn settle(judged: &mut [Judged]) {
    let is_of_another = judged.iter().any(|one| one.form == Form::Compose && one.stranger.is_some());
    let mut published: HashMap<u16, Option<Meant>> = HashMap::new();
    for one in judged.iter_mut().filter(|one| is_wrong(one)) {
        if is_of_another {
            (one.verdict, one.mend) = (Verdict::Unknown, None);
        } else if let Some(meant) = one.owner {
            published
                .entry(one.port)
                .and_modify(|known| *known = known.filter(|known| *known == meant))
                .or_insert(Some(meant));
        }
    }
    for one in judged.iter_mut().filter(|one| is_open(one)) {
        if let Some(meant) = published.get(&one.port).copied().flatten() {
            (one.owner, one.verdict) = (Some(meant), Verdict::Contradicts);
        }
    }
}

/// Whether a sample publishes a number that its service neither has nor had.
fn is_wrong(one: &Judged) -> bool {
    one.form == Form::Compose && one.verdict == Verdict::Contradicts && one.ground == Ground::Named
}

/// Whether an address of the machine has a number that nobody has.
fn is_open(one: &Judged) -> bool {
    let is_nobodys = one.owner.is_none() && one.stranger.is_none() && one.by == By::Number;
    is_nobodys
        && one.verdict == Verdict::Unknown
        && one.form == Form::Address
        && matches!(one.view, View::Host | View::Any)
}
