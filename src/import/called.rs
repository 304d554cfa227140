//! What the services of Compose files are called, as people would say it: without what all names of a platform begin with, and without
//! names that are of others.

use std::collections::{BTreeSet, HashMap};

use super::evidence::{Evidence, Use};
use super::naming;

/// From how many services on what all their names begin with is the name of the platform.
const MOST_BY_CHANCE: usize = 3;

/// Mends the names of the services of Compose files, which stand file by file. `project` is the key of the name of the repository.
pub(super) fn mend(all: &mut [Evidence], project: &str) {
    for file in all.chunk_by_mut(|one, other| one.at.file == other.at.file) {
        mark_images(file, project);
        leave_others(file, project);
    }
    if !all.iter().any(|one| one.is_taken)
        && let Some(prefix) = prefix(all)
    {
        shorten(all, &prefix);
    }
}

/// Whether a service is a part of the repository: it is built here, or its image is called as the repository.
pub(super) fn is_own(one: &Evidence) -> bool {
    one.dir.is_some() || one.is_own_image
}

fn has_own_image(one: &Evidence, project: &str) -> bool {
    let is_of_project = |part: &str| {
        let key = naming::key(part);
        key == project || key.strip_prefix(project).is_some_and(|rest| rest.starts_with('-'))
    };
    !project.is_empty() && one.image.as_deref().is_some_and(|all| all.split('/').any(is_of_project))
}

/// Leaves out names besides the key that are those of other services of the file, or of the project: a `container_name` may be anything.
fn leave_others(file: &mut [Evidence], project: &str) {
    let keys: Vec<Option<String>> = file.iter().map(|one| one.key.as_deref().map(naming::key)).collect();
    for (at, one) in file.iter_mut().enumerate() {
        let is_of_other =
            |name: &str| keys.iter().enumerate().any(|(other, key)| other != at && key.as_deref() == Some(name));
        let is_own = is_own(one);
        let own = one.key.clone();
        one.names.retain(|name| {
            let key = naming::key(name);
            Some(name) == own.as_ref() || !is_of_other(&key) && (is_own || key != project)
        });
    }
}

/// Marks the services whose image is one of the project, and those that it tells from the others of the file.
fn mark_images(file: &mut [Evidence], project: &str) {
    let images: Vec<String> = file.iter().filter_map(|one| one.image.clone()).collect();
    for one in file {
        let is_only = |image: &String| images.iter().filter(|other| *other == image).count() == 1;
        one.is_own_image = has_own_image(one, project);
        one.is_alone = one.is_own_image && one.image.as_ref().is_some_and(is_only);
    }
}

/// What the names of a file and most names of all files begin with, up to a `-`, `_` or `.`.
fn prefix(all: &[Evidence]) -> Option<String> {
    let squeezed: BTreeSet<String> = keys(all).map(naming::squeezed).collect();
    all.chunk_by(|one, other| one.at.file == other.at.file).find_map(|file| {
        let prefix = common(&keys(file).collect::<Vec<_>>())?;
        let plain = naming::squeezed(prefix);
        let with = squeezed.iter().filter(|key| key.starts_with(&plain)).count();
        let is_of_most = 3 * with >= 2 * squeezed.len();
        (is_of_most || has_folders_without(file, prefix)).then(|| prefix.to_owned())
    })
}

/// Whether most services of a file are built from folders that are called as they are, but for the prefix.
fn has_folders_without(file: &[Evidence], prefix: &str) -> bool {
    let is_called = |one: &&Evidence| {
        let folder = one.dir.as_deref().and_then(|dir| dir.rsplit('/').next());
        folder.is_some() && one.key.as_deref().and_then(|key| key.strip_prefix(prefix)) == folder
    };
    2 * file.iter().filter(is_called).count() > file.len()
}

/// The keys of the services that more than tests start.
fn keys(all: &[Evidence]) -> impl Iterator<Item = &str> {
    all.iter().filter(|one| one.stage != Use::Test).filter_map(|one| one.key.as_deref())
}

/// What keys begin with, where something is left of each that can be a name.
fn common<'k>(keys: &[&'k str]) -> Option<&'k str> {
    let (first, others) = keys.split_first().filter(|(_, others)| others.len() + 1 >= MOST_BY_CHANCE)?;
    let ends = first.rmatch_indices(['-', '_', '.']).map(|(at, _)| &first[..=at]);
    let is_name = |rest: &str| rest.len() > 1 && rest.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_of_all =
        |prefix: &&str| [first].into_iter().chain(others).all(|key| key.strip_prefix(prefix).is_some_and(is_name));
    ends.into_iter().find(is_of_all)
}

/// Puts the short names first, also those of `opapi` where there is an `op-api`; the others are aliases.
fn shorten(all: &mut [Evidence], prefix: &str) {
    let short = |key: &str| key.strip_prefix(prefix).filter(|short| naming::is_id(short)).map(str::to_owned);
    let known: HashMap<String, String> =
        keys(all).filter_map(|key| Some((naming::squeezed(key), short(key)?))).collect();
    for one in all {
        let short = one.key.as_deref().and_then(|key| known.get(&naming::squeezed(key)));
        one.names.splice(0..0, short.cloned());
    }
}
