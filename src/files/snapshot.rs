//! The files of a folder as git has them: in the index, or in a revision.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Mutex;

use crate::diagnostic::{Diagnostic, Origin, codes, quoted};
use crate::files::disk;
use crate::git;
use crate::git::hash;
use crate::git::objects::Objects;
use crate::path::RelPath;

/// Which of git's views of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// What is about to be committed.
    Index,
    /// A revision, as git names it.
    Revision(String),
}

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A symlink.
    Symlink,
    /// A submodule: git knows its commit, not its files.
    Submodule,
}

/// The files of a folder in one view.
///
/// git names each file by the hash of its bytes. So it is seldom asked for bytes: those that are at hand, because they are
/// on the disk or because a text has just been made, are hashed instead. One git answers for all others.
#[derive(Debug)]
pub struct Snapshot {
    folder: PathBuf,
    view: View,
    /// By path from the folder, sorted.
    entries: Vec<Entry>,
    objects: Mutex<Objects>,
}

#[derive(Debug)]
struct Entry {
    path: Box<str>,
    kind: Kind,
    object: Box<str>,
}

impl Snapshot {
    /// The files below `folder` as `view` has them.
    ///
    /// # Errors
    /// git cannot be run, `folder` is in no repository, the revision does not exist, or the index has conflicts.
    pub fn new(folder: &Path, view: &View) -> Result<Self, Diagnostic> {
        // Both at once: starting git is what takes the time.
        let objects = Objects::start(folder)?;
        let entries = match view {
            View::Index => listed(&git::run(folder, &["ls-files", "--stage", "-z"])?, staged)?,
            View::Revision(revision) => listed(&git::files(folder, revision)?, committed)?,
        };
        Ok(Self { folder: folder.to_owned(), view: view.clone(), entries, objects: Mutex::new(objects) })
    }

    /// The files below `folder` that git makes of a merge.
    ///
    /// # Errors
    /// git has ended already.
    pub fn of_merge(folder: &Path, list: &[u8], objects: Child) -> Result<Self, Diagnostic> {
        let (entries, objects) = (listed(list, committed)?, Objects::of(objects)?);
        let view = View::Revision("the merge".to_owned());
        Ok(Self { folder: folder.to_owned(), view, entries, objects: Mutex::new(objects) })
    }

    /// Which view it is.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The view, for a message.
    pub fn name(&self) -> String {
        match &self.view {
            View::Index => "git's index".to_owned(),
            View::Revision(revision) => quoted(revision),
        }
    }

    /// What to do where a file has to be in this view and is not.
    pub fn mend_absence(&self, path: &str) -> String {
        match &self.view {
            View::Index => format!("`git add {path}`"),
            View::Revision(_) => format!("or name a revision that has {path}"),
        }
    }

    /// Where the texts of its files come from.
    pub fn origin(&self) -> Origin {
        match &self.view {
            View::Index => Origin::Tree,
            View::Revision(revision) => Origin::Revision(revision.clone()),
        }
    }

    /// What is at `path`; none where nothing is, or a folder.
    pub fn kind(&self, path: &str) -> Option<Kind> {
        self.find(path).map(|entry| entry.kind)
    }

    /// The paths below `folder`, sorted, with what they are.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = (&str, Kind)> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let start = self.entries.partition_point(|entry| *entry.path < *prefix);
        let below = self.entries[start..].iter().take_while(move |entry| entry.path.starts_with(&prefix));
        below.filter(|entry| !self.is_intended(entry)).map(|entry| (&*entry.path, entry.kind))
    }

    /// Whether there is a regular file with these bytes at `path`. Nothing is read.
    pub fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        self.find(path).is_some_and(|entry| entry.kind == Kind::File && hash::names(&entry.object, bytes))
    }

    /// The paths of all files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.path)
    }

    /// Whether both have the same at `path`. Nothing is read.
    pub fn is_alike(&self, other: &Self, path: &str) -> bool {
        let [own, others] = [self, other].map(|files| files.find(path).map(|entry| (entry.kind, &entry.object)));
        own == others
    }

    /// Puts the bytes of a regular file in the place of what `buffer` holds.
    ///
    /// # Errors
    /// Nothing is there, it is no regular file, it has more than `most` bytes, or git fails.
    pub fn read(&self, path: &str, most: u64, buffer: &mut Vec<u8>) -> io::Result<()> {
        let entry = self.find(path).ok_or(io::ErrorKind::NotFound)?;
        match entry.kind {
            Kind::File if self.is_on_disk(entry, buffer) && buffer.len() as u64 <= most => Ok(()),
            Kind::File => {
                let mut objects = self.objects.lock().map_err(|_| io::Error::other("git failed before"))?;
                objects.read(&entry.object, most, buffer).map_err(|error| match error.kind() {
                    io::ErrorKind::FileTooLarge => error,
                    // A git that may not fetch what it lacks ends.
                    _ => io::Error::other("git does not have its bytes here"),
                })
            }
            Kind::Symlink => {
                Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a symlink, which portgen does not follow"))
            }
            Kind::Submodule => {
                Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a submodule, not a regular file"))
            }
        }
    }

    /// The bytes that the last commit has at `path`; none where there is no such file or commit.
    pub fn committed(&self, path: &RelPath) -> Option<Vec<u8>> {
        self.objects.lock().ok()?.file("HEAD", path)
    }

    /// Whether the disk has the very same bytes at this path; they are then in `buffer`.
    fn is_on_disk(&self, entry: &Entry, buffer: &mut Vec<u8>) -> bool {
        disk::read_file(&self.folder.join(&*entry.path), buffer).is_ok() && hash::names(&entry.object, buffer)
    }

    fn find(&self, path: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| (*entry.path).cmp(path)).ok()?;
        self.entries.get(at).filter(|entry| !self.is_intended(entry))
    }

    /// Whether the index has an entry without bytes for a path that `git add -N` has named: it is in no commit.
    fn is_intended(&self, entry: &Entry) -> bool {
        self.view == View::Index
            && git::is_empty(&entry.object)
            && !git::is_staged(&self.folder, &entry.path, &entry.object)
    }
}

/// Reads a list of git's: entries end in NUL, their path follows a tab.
fn listed(list: &[u8], entry: fn(&[&str]) -> Option<(Kind, String)>) -> Result<Vec<Entry>, Diagnostic> {
    let mut entries = Vec::new();
    let mut unmerged = Vec::new();
    for row in list.split(|byte| *byte == 0).filter(|row| !row.is_empty()) {
        // A path that is not UTF-8 is none that portgen knows of.
        let Ok(row) = std::str::from_utf8(row) else { continue };
        let Some((facts, path)) = row.split_once('\t') else { continue };
        let facts: Vec<&str> = facts.split(' ').collect();
        match entry(&facts) {
            Some((kind, object)) => entries.push(Entry { path: path.into(), kind, object: object.into() }),
            None => unmerged.push(path),
        }
    }
    unmerged.dedup();
    if let Some(first) = unmerged.first() {
        let more = match unmerged.len() - 1 {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        return Err(Diagnostic::error(
            codes::UNMERGED_INDEX,
            format!("the index has conflicts: {}{more}", quoted(first)),
        )
        .help("resolve them, `git add` the files, and run this again"));
    }
    entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(entries)
}

/// `<mode> <object> <stage>` of git-ls-files(1); none for an entry in conflict.
fn staged(facts: &[&str]) -> Option<(Kind, String)> {
    match facts {
        [mode, object, "0"] => Some((kind(mode), (*object).to_owned())),
        _ => None,
    }
}

/// `<mode> <type> <object>` of git-ls-tree(1).
fn committed(facts: &[&str]) -> Option<(Kind, String)> {
    match facts {
        [mode, _, object] => Some((kind(mode), (*object).to_owned())),
        _ => None,
    }
}

fn kind(mode: &str) -> Kind {
    match mode {
        "120000" => Kind::Symlink,
        "160000" => Kind::Submodule,
        _ => Kind::File,
    }
}
