//! What the merge driver has to know of an output: whether a side of it holds more than portgen has made.

use std::path::Path;

use crate::allocation::Outputs;
use crate::files::disk;
use crate::files::names::PORTS_TOML;
use crate::files::tree::Tree;
use crate::git::merges;
use crate::git::objects::Objects;
use crate::manifest::validate::validate;
use crate::manifest::{self, document};
use crate::outputs::digest::{Digest, digest};
use crate::outputs::lock::{self, Lock};
use crate::path::{OutputPath, RelPath};

/// Whether both versions of the output at `path` from `top` are as portgen wrote them, as the portgen.lock of each side says.
/// Then either will do until `write` makes the output again.
///
/// Where that cannot be found out, as in a repository without files, they are not.
pub(super) fn are_written(top: &Path, path: &str, ours: &Path, theirs: &Path) -> bool {
    Platform::around(top, path).is_some_and(|platform| platform.has_written(ours, theirs).unwrap_or(false))
}

/// The platform whose output it is, on our side.
struct Platform {
    tree: Tree,
    /// The output, from the root.
    output: RelPath,
    lock_path: RelPath,
    lock: Lock,
}

impl Platform {
    /// That of the nearest ports.toml above the output.
    fn around(top: &Path, path: &str) -> Option<Self> {
        let folder = Path::new(path).ancestors().skip(1).find(|folder| top.join(folder).join(PORTS_TOML).exists())?;
        let tree = Tree::new(top.join(folder));
        let ports_toml = manifest::read(&tree).ok()?;
        let validated = validate(&ports_toml);
        let directory = match validated.allocation.filter(|_| validated.diagnostics.is_empty()) {
            Some(allocation) => allocation.outputs.directory.as_str().to_owned(),
            // git may have left a conflict in it a moment ago.
            None => readable_directory(&ports_toml.text),
        };
        let file = lock::read(&tree, lock::path_in(&directory).ok()?).ok()?;
        let output = OutputPath::parse(Path::new(path).strip_prefix(folder).ok()?.to_str()?).ok()?;
        Some(Self { lock: file.owned().ok()?, lock_path: file.path().clone(), output: output.into(), tree })
    }

    fn has_written(&self, ours: &Path, theirs: &Path) -> Option<bool> {
        let [mut our_bytes, mut their_bytes] = [Vec::new(), Vec::new()];
        disk::read_file(ours, &mut our_bytes).ok()?;
        disk::read_file(theirs, &mut their_bytes).ok()?;
        let (ours, theirs) = (digest(&our_bytes), digest(&their_bytes));
        let their_lock = self.their_lock(&their_bytes);
        let other = their_lock.as_ref().unwrap_or(&self.lock);
        let is_ours = is_written(&self.lock, other, &self.output, &ours) || self.has_been_written(&ours);
        Some(
            is_ours
                && match &their_lock {
                    Some(lock) => is_written(lock, &self.lock, &self.output, &theirs),
                    None => self.has_been_written(&theirs),
                },
        )
    }

    /// The portgen.lock of the commit that is merged: of the first that has these bytes, or has the output under another name.
    fn their_lock(&self, bytes: &[u8]) -> Option<Lock> {
        let mut objects = Objects::start(self.tree.root()).ok()?;
        merges::being_merged(self.tree.root()).iter().find_map(|commit| {
            let lock = Lock::parse(&self.lock_path, &objects.file(commit, &self.lock_path)?).ok()?;
            let is_it = match objects.file(commit, &self.output) {
                Some(there) => there == bytes,
                None => is_written(&lock, &self.lock, &self.output, &digest(bytes)),
            };
            is_it.then_some(lock)
        })
    }

    /// Whether a portgen.lock in the history has the output with this digest.
    fn has_been_written(&self, digest: &Digest) -> bool {
        let line = lock::line(self.output.as_str(), digest);
        merges::has_had(self.tree.root(), self.lock_path.as_str(), &line)
    }
}

/// The outputs' directory of a ports.toml with mistakes in it, as far as it can be read.
fn readable_directory(ports_toml: &str) -> String {
    let (root, _) = document::read(ports_toml);
    let outputs = root.get("outputs").and_then(|outputs| outputs.get_ref().get("directory"));
    outputs.and_then(|directory| directory.get_ref().as_str()).unwrap_or(Outputs::DIRECTORY).to_owned()
}

/// Whether a side's lock has the output with this digest; or, where that side has it under another name, which the other side's
/// lock does not have, under that one.
fn is_written(lock: &Lock, other: &Lock, output: &RelPath, digest: &Digest) -> bool {
    if lock.owns(output.as_str()) {
        return lock.recorded(output.as_str(), digest);
    }
    lock.paths_of(digest).any(|former| !other.owns(former))
}
