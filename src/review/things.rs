//! Things with a name, as they are in two lists.

use std::collections::{HashMap, HashSet};

use super::{Kind, Line};

/// One thing with what it is, and what else is said of it, each under a word of its own.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Thing {
    pub(super) name: String,
    pub(super) is: String,
    pub(super) besides: Vec<(&'static str, String)>,
}

impl Thing {
    pub(super) fn new(name: String, is: String) -> Self {
        Self { name, is, besides: Vec::new() }
    }
}

/// Lines for what is new, gone or different; and for another order, where the list has a name because its order shows.
pub(super) fn compare(kind: Kind, list: Option<&str>, before: &[Thing], after: &[Thing]) -> Vec<Line> {
    let former = former(before, after);
    let mut lines = Vec::new();
    for (thing, at) in after.iter().zip(&former) {
        match at {
            Some(at) if before[*at].name != thing.name => {
                lines.push(Line::new(kind, &thing.name, format!("was {}", before[*at].name)));
            }
            Some(at) => lines.extend(different(kind, &before[*at], thing)),
            None => lines.push(Line::new(kind, &thing.name, format!("new, {}", thing.is))),
        }
    }
    let kept: HashSet<usize> = former.iter().copied().flatten().collect();
    let gone = before.iter().enumerate().filter(|(at, _)| !kept.contains(at));
    lines.extend(gone.map(|(_, thing)| Line::new(kind, &thing.name, format!("removed, {}", thing.is))));
    if let Some(list) = list.filter(|_| is_reordered(&former)) {
        lines.push(Line::new(kind, list, "in another order"));
    }
    lines
}

/// Whether what has an index from before is in another order now.
pub(super) fn is_reordered(former: &[Option<usize>]) -> bool {
    !former.iter().flatten().is_sorted()
}

/// The index of what each thing was. Several may have one name: those that are as they were find each other first. What is new is
/// what has gone and was the same under another name.
fn former(before: &[Thing], after: &[Thing]) -> Vec<Option<usize>> {
    let mut left: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, thing) in before.iter().enumerate() {
        left.entry(&thing.name).or_default().push(at);
    }
    let mut take = |thing: &Thing, whichever: bool| {
        let left = left.get_mut(&*thing.name)?;
        let at = left.iter().position(|at| whichever || before[*at] == *thing)?;
        Some(left.remove(at))
    };
    let unchanged: Vec<Option<usize>> = after.iter().map(|thing| take(thing, false)).collect();
    let by_name: Vec<Option<usize>> =
        after.iter().zip(unchanged).map(|(thing, at)| at.or_else(|| take(thing, true))).collect();
    let mut gone: Vec<usize> = left.into_values().flatten().collect();
    gone.sort_unstable();
    let mut renamed = |thing: &Thing| {
        let is_it = |at: &usize| (&before[*at].is, &before[*at].besides) == (&thing.is, &thing.besides);
        gone.iter().position(is_it).map(|at| gone.remove(at))
    };
    after.iter().zip(by_name).map(|(thing, at)| at.or_else(|| renamed(thing))).collect()
}

fn different(kind: Kind, was: &Thing, is: &Thing) -> Vec<Line> {
    let whole = (was.is != is.is).then(|| format!("{} -> {}", was.is, is.is));
    let besides = was.besides.iter().zip(&is.besides).filter(|((_, was), (_, is))| was != is);
    let besides = besides.map(|((what, was), (_, is))| format!("{what} {was} -> {is}"));
    whole.into_iter().chain(besides).map(|text| Line::new(kind, &is.name, text)).collect()
}
