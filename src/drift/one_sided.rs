//! Files in conflict that contain one side only, without markers. Git leaves them so if it cannot run the merge driver, and
//! the changes of the other side would be lost unnoticed.

use crate::diagnostic::{Diagnostic, Severity, codes, quoted};
use crate::files::disk::MOST;
use crate::files::names::PORTS_TOML;
use crate::files::tree::Tree;
use crate::git::objects::Objects;
use crate::git::{hash, merges};
use crate::outputs::digest::digest;
use crate::outputs::lock::{Lock, LockFile};
use crate::path::RelPath;

/// Warns about ports.toml and each output that is in conflict and contains our side only. Skips outputs whose other side is as
/// portgen wrote it, because `write` makes them again.
///
/// # Errors
/// The lock or a file cannot be read.
pub fn find(tree: &Tree, lock: &LockFile) -> Result<Vec<Diagnostic>, Diagnostic> {
    let mut found = Vec::new();
    if tree.snapshot().is_some() || !merges::is_under_way(tree.root()) {
        return Ok(found);
    }
    let unmerged = merges::unmerged(tree.root());
    if unmerged.is_empty() {
        return Ok(found);
    }
    let mut objects = Objects::start(tree.root())?;
    let theirs = their_lock(lock.path(), &mut objects);
    let locks: [Lock<&str>; 2] = [lock.owned()?, Lock::read(lock.path(), &theirs).unwrap_or_default()];
    let mut bytes = Vec::new();
    for (path, [ours, theirs]) in &unmerged {
        let is_known = path == PORTS_TOML || locks.iter().any(|lock| lock.owns(path));
        let Some(rel) = RelPath::parse(path).ok().filter(|_| is_known) else { continue };
        if !tree.read_into(&rel, &mut bytes)? || !hash::names(ours, &bytes) {
            continue;
        }
        if path == PORTS_TOML {
            found.push(warning(path, "the changes of their side are missing"));
            continue;
        }
        let digest = objects.read(theirs, MOST, &mut bytes).is_ok().then(|| digest(&bytes));
        if !digest.is_some_and(|digest| locks.iter().any(|lock| lock.recorded(path, &digest))) {
            found.push(warning(path, "their side was edited by hand, and that edit is missing"));
        }
    }
    Ok(found)
}

/// What the portgen.lock of the commit that is being merged holds; nothing if git does not have it.
fn their_lock(path: &RelPath, objects: &mut Objects) -> Vec<u8> {
    let commits = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "REVERT_HEAD^"];
    commits.iter().find_map(|commit| objects.file(commit, path)).unwrap_or_default()
}

fn warning(path: &str, lost: &str) -> Diagnostic {
    let message = format!("{} has a conflict in git, but contains our side only: {lost}", quoted(path));
    Diagnostic::new(codes::ONE_SIDED_MERGE, Severity::Warning, message)
        .help("if git could not run portgen: `git merge --abort`, fix that, then merge again")
        .help(format!("or `git checkout --merge {path}`; to keep our side, `git add {path}`"))
}
