//! The folders of services that nothing is built from: those that are called as the services are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::naming;
use super::places::{is_shared, is_shared_name};
use super::propose::Proposed;
use super::usage::{is_sample, is_test};

/// Gives each service that may be a part of the repository, and of which no folder is known, the one that is called as it is: `cart-service` or
/// `shop-cart` of the repository `shop` for `cart`. `parts` are the folders that something is built or started from.
pub(super) fn find(all: &mut [Proposed], parts: &BTreeSet<&str>, project: &str) {
    let taken: BTreeSet<String> = all.iter().filter_map(|one| one.dir.clone()).collect();
    let mut by_name: HashMap<String, Vec<&str>> = HashMap::new();
    for part in parts.iter().filter(|part| is_home(part) && !taken.contains(**part)) {
        for name in names(part, project) {
            by_name.entry(name).or_default().push(part);
        }
    }
    let mut claims: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (at, one) in all.iter().enumerate() {
        if one.may_be_own && one.dir.as_deref().is_none_or(is_shared) {
            let found =
                called(one).into_iter().enumerate().filter_map(|(rank, name)| Some((rank, by_name.get(&name)?)));
            // Of several folders of one name, none.
            if let Some((rank, [only])) = found.map(|(rank, parts)| (rank, &parts[..])).next() {
                claims.entry(only).or_default().push((rank, at));
            }
        }
    }
    for (part, mut claims) in claims {
        claims.sort_unstable();
        if let [(rank, at), others @ ..] = &claims[..]
            && others.first().is_none_or(|(other, _)| other > rank)
        {
            all[*at].dir = Some(part.to_owned());
            all[*at].is_own = true;
        }
    }
}

/// What a service is called, what says most at the beginning: itself, its image, what is left of its name.
fn called(one: &Proposed) -> Vec<String> {
    let id = naming::key(&one.id);
    let stem = naming::stem(&id).to_owned();
    let images = one.programs.iter().map(|name| naming::key(name));
    [id].into_iter().chain(images).chain([stem]).collect()
}

/// Whether a folder may be that of a service.
fn is_home(part: &str) -> bool {
    let last = part.rsplit('/').next().unwrap_or_default();
    let path = format!("{part}/");
    !naming::is_general(last) && !is_shared_name(last) && !is_shared(part) && !is_sample(&path) && !is_test(&path)
}

/// What a service in a folder may be called.
fn names(part: &str, project: &str) -> BTreeSet<String> {
    let key = naming::key(part.rsplit('/').next().unwrap_or_default());
    let own = key.strip_prefix(project).and_then(|rest| rest.strip_prefix('-')).unwrap_or(&key).to_owned();
    [naming::stem(&own).to_owned(), own, key].into_iter().collect()
}
