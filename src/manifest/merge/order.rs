//! The order of a list after two changes.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::versions::Versions;

/// The ids of both sides, each once: in our order, or in theirs if only they moved something. An id that only the other side
/// has follows the last id before it that both have. Of two additions at one place, ours comes first.
pub(super) fn order<Id: Eq + Hash>(ids: Versions<Vec<&Id>>) -> Vec<&Id> {
    let ours_lead = has_moved(&ids.base, &ids.ours) || !has_moved(&ids.base, &ids.theirs);
    let (main, other) = if ours_lead { (ids.ours, ids.theirs) } else { (ids.theirs, ids.ours) };
    let [base, in_main, in_other] = [&ids.base, &main, &other].map(|ids| ids.iter().copied().collect::<HashSet<_>>());
    let mut followers = HashMap::<Option<&Id>, Vec<&Id>>::new();
    let mut last = None;
    for id in other {
        if in_main.contains(id) {
            last = Some(id);
        } else {
            followers.entry(last).or_default().push(id);
        }
    }
    let mut ordered = Vec::new();
    let mut waiting = followers.remove(&None).unwrap_or_default();
    for id in main {
        let added = !in_other.contains(id) && !base.contains(id);
        if !(added && ours_lead) {
            ordered.append(&mut waiting);
        }
        ordered.push(id);
        waiting.extend(followers.remove(&Some(id)).unwrap_or_default());
    }
    ordered.append(&mut waiting);
    ordered
}

/// Whether the ids of `base` that are left in `side` are in another order.
fn has_moved<Id: Eq + Hash>(base: &[&Id], side: &[&Id]) -> bool {
    let places: HashMap<&Id, usize> = base.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    !side.iter().filter_map(|id| places.get(id)).is_sorted()
}
