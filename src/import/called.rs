//! What the services of Compose files are called, as people would say it: without what all names of a platform begin with, without what
//! says only that they are containers, and without names that are of others.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::evidence::{Evidence, Use};
use super::naming;

/// From how many services on what all their names begin with is the name of the platform.
const MOST_BY_CHANCE: usize = 3;

/// What a key may end in that says only how the service is started.
const CONTAINERS: [&str; 3] = ["-container", "_container", ".container"];

/// Mends the names of the services of Compose files, which stand file by file. `project` is the key of the name of the repository,
/// `parts` are the names of the folders in it that something is built or started from.
pub(super) fn mend(all: &mut [Evidence], project: &str, parts: &HashSet<&str>) {
    let images = Images::of(all, parts);
    for file in all.chunk_by_mut(|one, other| one.at.file == other.at.file) {
        for one in &mut *file {
            one.hints.extend(images.part(one, parts).map(str::to_owned));
            one.is_own_image = has_own_image(one, project) || images.part(one, parts).is_some();
        }
        mark_alone(file);
        leave_others(file, project);
    }
    if !all.iter().any(|one| one.is_taken)
        && let Some(prefix) = prefix(all)
    {
        shorten(all, &prefix);
    }
    all.chunk_by_mut(|one, other| one.at.file == other.at.file).for_each(|file| leave_containers(file, parts));
}

/// Whether a service is a part of the repository: it is built here, or its image is called as the repository.
pub(super) fn is_own(one: &Evidence) -> bool {
    one.dir.is_some() || one.is_built || one.is_own_image
}

fn has_own_image(one: &Evidence, project: &str) -> bool {
    let is_of_project = |part: &str| {
        let key = naming::key(part);
        key == project || key.strip_prefix(project).is_some_and(|rest| rest.starts_with('-'))
    };
    !project.is_empty() && one.image.as_deref().is_some_and(|all| all.split('/').any(is_of_project))
}

/// Leaves out names besides the key that other services of the file have, or the project: a `container_name` may be anything, and several
/// may answer to one name in a network.
fn leave_others(file: &mut [Evidence], project: &str) {
    let names = |one: &Evidence| one.names.iter().map(|name| naming::key(name)).collect::<BTreeSet<String>>();
    let mut counts: HashMap<String, usize> = HashMap::new();
    file.iter().flat_map(names).for_each(|name| *counts.entry(name).or_default() += 1);
    for one in file.iter_mut() {
        let is_of_other = |name: &str| counts.get(name).is_some_and(|count| *count > 1);
        let is_own = is_own(one);
        let own = one.key.clone();
        one.names.retain(|name| {
            let key = naming::key(name);
            Some(name) == own.as_ref() || !is_of_other(&key) && (is_own || key != project)
        });
    }
}

/// Marks the services whose image is one of the repository that tells them from the others of the file.
fn mark_alone(file: &mut [Evidence]) {
    let images: Vec<String> = file.iter().filter_map(|one| one.image.clone()).collect();
    for one in file {
        let is_only = |image: &String| images.iter().filter(|other| *other == image).count() == 1;
        one.is_alone = one.is_own_image && one.image.as_ref().is_some_and(is_only);
    }
}

/// What images are called that are built from folders of the repository: `acme/order-service-shop` and `acme/user-service-shop` from
/// `order-service` and `user-service`.
struct Images(HashSet<[String; 2]>);

impl Images {
    /// What stands before and behind the names of at least two folders in those of images.
    fn of(all: &[Evidence], parts: &HashSet<&str>) -> Self {
        let mut known: HashMap<[String; 2], HashSet<&str>> = HashMap::new();
        for one in all {
            for (part, around) in image_of(one).into_iter().flat_map(|image| around(image, parts)) {
                known.entry(around).or_default().insert(part);
            }
        }
        Self(known.into_iter().filter(|(_, parts)| parts.len() > 1).map(|(around, _)| around).collect())
    }

    /// The name of the folder that the image of a service is built from, as its name says.
    fn part<'p>(&self, one: &Evidence, parts: &HashSet<&'p str>) -> Option<&'p str> {
        let all = image_of(one).into_iter().flat_map(|image| around(image, parts));
        all.filter(|(_, around)| self.0.contains(around)).map(|(part, _)| part).max_by_key(|part| part.len())
    }
}

/// An image that may be one of the repository: it has an owner, and is not that of a known program.
fn image_of(one: &Evidence) -> Option<&str> {
    one.image.as_deref().filter(|image| image.contains('/') && one.image_port.is_none() && one.dir.is_none())
}

/// The names of folders that are in that of an image, each with what stands before and behind it there: its owner before all.
fn around<'p>(image: &str, parts: &HashSet<&'p str>) -> Vec<(&'p str, [String; 2])> {
    let mut found = Vec::new();
    for part in parts {
        for (at, _) in image.match_indices(part) {
            let (before, behind) = (&image[..at], &image[at + part.len()..]);
            let is_word = before.ends_with(['/', '-', '_', '.']) && !behind.contains('/');
            if is_word && (behind.is_empty() || behind.starts_with(['-', '_', '.'])) {
                found.push((*part, [before.to_owned(), behind.to_owned()]));
            }
        }
    }
    found
}

/// Puts the name first that the one so far has without saying that it is a container, where a folder or an image has that name and no other
/// service of the file.
fn leave_containers(file: &mut [Evidence], parts: &HashSet<&str>) {
    let known: HashSet<String> = file.iter().flat_map(|one| one.names.first().or(one.key.as_ref()).cloned()).collect();
    for one in file.iter_mut().filter(|one| !one.is_taken) {
        let short = one.names.first().and_then(|name| CONTAINERS.iter().find_map(|end| name.strip_suffix(end)));
        let Some(short) = short.filter(|short| naming::is_id(short) && !known.contains(*short)) else { continue };
        let key = naming::key(short);
        let is_known = |name: &str| naming::key(name) == key;
        if parts.iter().any(|part| is_known(part)) || one.hints.iter().any(|hint| is_known(hint)) {
            let short = short.to_owned();
            one.names.insert(0, short);
        }
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
