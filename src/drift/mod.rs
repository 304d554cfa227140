//! Before and after of one file: how it stands to what portgen would make of it.

mod middle;
pub mod one_sided;
mod patch;
pub mod recent_merges;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity, quoted};
use crate::files::load::PORTS_TOML;
use crate::files::snapshot::View;
use crate::files::tree::Tree;
use crate::git::conflict_markers;
use crate::outputs::lock::{self, Digest, Lock, LockFile};
use crate::path::RelPath;

pub use patch::{Stat, patch, stat};

/// How a file stands to what portgen would make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Nothing is at the path.
    Missing,
    /// An owned file as portgen once wrote it, but the allocation or a template has changed since.
    Stale,
    /// An owned file that was edited by hand: its hash is not the recorded one.
    HandEdited,
    /// An owned file as a merge has left it: with git's conflict markers, or with lines of both sides.
    Conflicted,
    /// A file that portgen has not written stands at an output's path.
    Foreign,
    /// An owned file that nothing generates any more; it is deleted.
    Orphan,
    /// An output of former times that git still has: its removal was not staged, or not committed, and nobody owns it any more.
    LeftBehind,
    /// An owned file that nothing generates any more and that was edited by hand; it is kept, and is no longer owned.
    EditedOrphan,
    /// A file that a person owns, in which only ports change; ports.toml itself where a command edits it.
    Reference,
    /// portgen.lock itself.
    Lock,
}

/// Before and after of one file; the two differ.
#[derive(Debug)]
pub struct Change {
    /// The file, from the root.
    pub path: RelPath,
    /// How it stands to what portgen would make of it.
    pub kind: Kind,
    /// Its bytes on disk; none where there is no file.
    pub before: Option<Vec<u8>>,
    /// Its bytes after `write`; none where it is deleted, and for an [`Kind::EditedOrphan`], which stays as it is.
    pub after: Option<Vec<u8>>,
}

impl Change {
    /// Whether it is an edit of ports.toml itself.
    pub fn is_allocation(&self) -> bool {
        self.kind == Kind::Reference && self.path.as_str() == PORTS_TOML
    }

    /// A change of a file that is no output (portgen.lock, a reference); none where the two are equal.
    pub fn between(path: &RelPath, kind: Kind, before: Option<Vec<u8>>, after: Option<Vec<u8>>) -> Option<Self> {
        (before != after).then(|| Self { path: path.clone(), kind, before, after })
    }

    /// Whether an output has line ends that portgen never writes: git converts them where `core.autocrlf` says so and
    /// .gitattributes says nothing.
    pub fn has_other_line_ends(&self) -> bool {
        let crlf =
            |bytes: &Option<Vec<u8>>| bytes.as_ref().is_some_and(|bytes| bytes.windows(2).any(|two| two == b"\r\n"));
        self.kind == Kind::HandEdited && crlf(&self.before) && !crlf(&self.after)
    }
}

/// Compares an output with what is on disk; none where the bytes are equal, whoever wrote them.
///
/// `buffer` holds the file meanwhile: with one for many files, an equal file costs no allocation. What differs is taken
/// over from both as it is.
///
/// # Errors
/// As [`Tree::read`].
pub fn compare(
    tree: &Tree,
    lock: &LockFile,
    path: &RelPath,
    after: Vec<u8>,
    buffer: &mut Vec<u8>,
) -> Result<Option<Change>, Diagnostic> {
    if tree.snapshot().is_some_and(|snapshot| snapshot.holds(path.as_str(), &after)) {
        return Ok(None);
    }
    let exists = tree.read_into(path, buffer)?;
    if exists && *buffer == after {
        return Ok(None);
    }
    let kind = if exists { standing(tree, lock, path, buffer)? } else { Kind::Missing };
    let fitting = |mut bytes: Vec<u8>| {
        bytes.shrink_to_fit();
        bytes
    };
    let before = exists.then(|| fitting(std::mem::take(buffer)));
    Ok(Some(Change { path: path.clone(), kind, before, after: Some(fitting(after)) }))
}

/// # Errors
/// The lock cannot be read.
fn standing(tree: &Tree, file: &LockFile, path: &RelPath, bytes: &[u8]) -> Result<Kind, Diagnostic> {
    let (lock, digest) = (file.lock()?, lock::digest(bytes));
    // git has followed another file to here, which was renamed on one side: it has the bytes, and is gone.
    let is_followed = || lock.is_merged() && lock.paths_of(&digest).any(|former| !tree.has(former));
    let is_suspect = || lock.is_merged() || conflict_markers::is_in(bytes);
    Ok(if !lock.owns(path.as_str()) {
        Kind::Foreign
    } else if lock.recorded(path.as_str(), &digest) {
        Kind::Stale
    } else if is_followed() || is_suspect() && tree.merges().have_made(file.path(), path.as_str(), bytes) {
        Kind::Conflicted
    } else {
        Kind::HandEdited
    })
}

/// The owned files that are not among `planned`, both sorted; those that are gone already are nothing.
///
/// # Errors
/// The lock names a path that no output can have, a folder on the way is a symlink, or a file cannot be read.
pub fn orphans<'p>(
    tree: &Tree,
    lock: &LockFile,
    planned: impl Iterator<Item = &'p str>,
) -> Result<Vec<Change>, Diagnostics> {
    let paths = lock::unplanned(lock.lock()?, planned)?;
    tree.refuse_symlinks(&paths)?;
    let mut changes = Vec::new();
    for path in paths {
        let Some(bytes) = tree.read(&path)? else { continue };
        let is_merged = lock.lock()?.is_merged();
        let kind = match standing(tree, lock, &path, &bytes)? {
            Kind::HandEdited => Kind::EditedOrphan,
            _ if is_merged && tree.merges().have_own(lock.path(), path.as_str()) => Kind::EditedOrphan,
            _ => Kind::Orphan,
        };
        changes.push(Change { path, kind, before: Some(bytes), after: None });
    }
    Ok(changes)
}

/// Of what git's index holds, the files that portgen.lock in the last commit lists, and the one in the index does not: nobody has
/// staged that they are gone, and with the commit nobody would own them any more. None in another view of the files.
///
/// # Errors
/// The lock cannot be read, or a file.
pub fn left_staged(tree: &Tree, file: &LockFile) -> Result<Vec<Change>, Diagnostic> {
    let mut changes = Vec::new();
    let Some(index) = tree.snapshot().filter(|snapshot| *snapshot.view() == View::Index) else { return Ok(changes) };
    let committed = index.committed(file.path()).filter(|committed| file.bytes() != Some(committed));
    let Some(Ok(former)) = committed.map(|committed| Lock::parse(file.path(), &committed)) else { return Ok(changes) };
    let lock = file.lock()?;
    for path in former.paths().filter(|path| !lock.owns(path)).filter_map(|path| RelPath::parse(path).ok()) {
        changes.extend(left_behind(tree, &path, |digest| former.recorded(path.as_str(), digest))?);
    }
    Ok(changes)
}

/// A file that nothing generates any more, where it is there as portgen once wrote it.
///
/// # Errors
/// As [`Tree::read`].
pub fn left_behind(
    tree: &Tree,
    path: &RelPath,
    is_written: impl Fn(&Digest) -> bool,
) -> Result<Option<Change>, Diagnostic> {
    let bytes = tree.read(path)?.filter(|bytes| is_written(&lock::digest(bytes)));
    Ok(bytes.map(|bytes| Change { path: path.clone(), kind: Kind::LeftBehind, before: Some(bytes), after: None }))
}

/// A warning for each orphan that is kept because it was edited by hand.
pub fn kept_orphans(changes: &[Change]) -> Vec<Diagnostic> {
    let edited = changes.iter().filter(|change| change.kind == Kind::EditedOrphan);
    edited.map(|change| kept_orphan(&change.path)).collect()
}

pub(crate) fn kept_orphan(path: &RelPath) -> Diagnostic {
    let shown = quoted(path.as_str());
    let message = format!("{shown} is not generated any more, but was edited by hand: it is kept");
    Diagnostic::new("edited-orphan", Severity::Warning, message)
        .help("`portgen write` leaves it to you; remove it if you don't need it")
}
