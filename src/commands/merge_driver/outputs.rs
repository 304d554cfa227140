//! What the merge driver has to know of an output: whether a side of it holds more than portgen has made.

use std::path::Path;

use crate::disk;
use crate::git;
use crate::load::{self, PORTS_TOML};
use crate::lock;
use crate::tree::Tree;
use crate::validate::validate;

/// Whether all of these versions of the output at `path` from `top` are bytes that portgen wrote at some time, as the
/// portgen.lock on the disk or one in the history says. Then any of them will do until `write` makes the output again.
///
/// Where that cannot be found out, as in a repository without files, they are not.
pub(super) fn are_written(top: &Path, path: &str, versions: &[&Path]) -> bool {
    are_known(top, path, versions).unwrap_or(false)
}

fn are_known(top: &Path, path: &str, versions: &[&Path]) -> Option<bool> {
    let above = Path::new(path).ancestors().skip(1).map(|folder| top.join(folder));
    let tree = Tree::new(above.into_iter().find(|folder| folder.join(PORTS_TOML).exists())?);
    let allocation = validate(&load::ports_toml(&tree).ok()?).allocation?;
    let file = load::lock(&tree, load::lock_path(allocation.outputs.directory.as_str()).ok()?).ok()?;
    let lock = file.lock().ok()?;
    let mut bytes = Vec::new();
    let is_known = |version: &&Path| {
        disk::read_file(version, &mut bytes).is_ok() && {
            let digest = lock::digest(&bytes);
            lock.knows(&digest) || git::has_had(tree.root(), file.path().as_str(), &digest.hex())
        }
    };
    Some(versions.iter().all(is_known))
}
