//! Matches the entries of two versions of a list.

use std::collections::HashMap;

/// The entries of two versions of a list.
#[derive(Debug)]
pub(super) struct Matching<'a, T> {
    /// The entries of the later version, each with its earlier version.
    pub(super) entries: Vec<(Option<&'a T>, &'a T)>,
    /// The entries of the earlier version that are gone.
    pub(super) removed: Vec<&'a T>,
    /// Whether the entries of both versions are in another order.
    pub(super) is_reordered: bool,
}

/// Whether the second entry may be a later version of the first.
pub(super) type Rule<T> = fn(&T, &T) -> bool;

/// For entries with unique names.
pub(super) fn always<T>(_: &T, _: &T) -> bool {
    true
}

impl<'a, T> Matching<'a, T> {
    /// Matches entries with equal names, `same` ones first, then the remaining entries that are `renamed`.
    pub(super) fn new(before: &'a [T], after: &'a [T], name: fn(&T) -> &str, same: Rule<T>, renamed: Rule<T>) -> Self {
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, one) in before.iter().enumerate() {
            by_name.entry(name(one)).or_default().push(at);
        }
        let mut former = vec![None; after.len()];
        for rule in [same, always] {
            for (one, former) in after.iter().zip(&mut former).filter(|(_, former)| former.is_none()) {
                *former = by_name.get_mut(name(one)).and_then(|left| take(left, before, one, rule));
            }
        }
        let mut left: Vec<usize> = by_name.into_values().flatten().collect();
        left.sort_unstable();
        for (one, former) in after.iter().zip(&mut former).filter(|(_, former)| former.is_none()) {
            *former = take(&mut left, before, one, renamed);
        }
        Self {
            is_reordered: !former.iter().flatten().is_sorted(),
            entries: former.into_iter().map(|at| at.map(|at: usize| &before[at])).zip(after).collect(),
            removed: left.into_iter().map(|at| &before[at]).collect(),
        }
    }
}

/// Takes the first entry that matches `rule` from those `left`.
fn take<T>(left: &mut Vec<usize>, before: &[T], one: &T, rule: Rule<T>) -> Option<usize> {
    let found = left.iter().position(|at| rule(&before[*at], one))?;
    Some(left.remove(found))
}
