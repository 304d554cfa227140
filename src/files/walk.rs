//! The files below a folder of the tree, on the disk and in git alike.

use std::io;
use std::num::NonZero;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::files::snapshot::Kind;
use crate::files::tree::{Tree, symlinked};
use crate::git;
use crate::path::relative;
use crate::system::Folder;

/// More threads than this only wait for each other in the kernel's directory locks.
const MOST_THREADS: usize = 8;

/// Something below a folder that is not a directory.
#[derive(Debug)]
pub struct Entry {
    /// The path from the root, with `/` between its components.
    pub path: String,
    /// Whether it is a symlink; none is followed.
    pub is_symlink: bool,
}

/// What lies below a folder.
#[derive(Debug, Default)]
pub struct Walk {
    /// By path.
    pub entries: Vec<Entry>,
    /// What cannot be looked at.
    pub faults: Vec<Diagnostic>,
}

impl Tree {
    /// Everything below `folder`; nothing where there is no such folder. On the disk that includes what git ignores.
    pub fn walk(&self, folder: &str) -> Walk {
        if self.is_symlink(folder) {
            return Walk { entries: Vec::new(), faults: vec![symlinked(folder).help("make it a real directory")] };
        }
        let mut walk = match self.snapshot() {
            Some(snapshot) => Walk {
                entries: snapshot
                    .below(folder)
                    .map(|(path, kind)| Entry { path: path.to_owned(), is_symlink: kind == Kind::Symlink })
                    .collect(),
                faults: Vec::new(),
            },
            None => self.walk_disk(folder),
        };
        walk.entries.sort_by(|a, b| a.path.cmp(&b.path));
        walk
    }

    /// The files that git sees, but for symlinks: on the disk those that it tracks or would add, without what it ignores.
    ///
    /// Rules for what is ignored are those of `.gitignore`, of `.git/info/exclude` and of the user's own file, also where the folder is no
    /// repository.
    pub fn walk_as_git(&self) -> Walk {
        let mut walk = match self.snapshot() {
            Some(_) => {
                let mut walk = self.walk("");
                walk.entries.retain(|entry| !entry.is_symlink);
                walk
            }
            None => {
                let mut walk = self.walk_unignored();
                walk.entries.extend(self.tracked_all_the_same());
                walk
            }
        };
        walk.entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        walk.entries.dedup_by(|next, one| next.path == one.path);
        walk
    }

    /// The files that git tracks although its rules ignore them.
    fn tracked_all_the_same(&self) -> Vec<Entry> {
        let listed = git::run(self.root(), &["ls-files", "-z", "--cached", "--ignored", "--exclude-standard"]);
        let listed = String::from_utf8(listed.unwrap_or_default()).unwrap_or_default();
        let paths = listed.split('\0').filter(|path| !path.is_empty() && !self.is_symlink(path) && self.has(path));
        paths.map(|path| Entry { path: path.to_owned(), is_symlink: false }).collect()
    }

    fn walk_unignored(&self) -> Walk {
        let found = Mutex::new(Walk::default());
        let mut builder = WalkBuilder::new(self.root());
        builder.hidden(false).ignore(false).require_git(false).filter_entry(|entry| {
            // What lies in a repository of its own is not this one's.
            let is_own = entry.file_name() == ".git" || Folder::is_lock(entry.file_name());
            !is_own && (entry.depth() == 0 || !is_repository(entry))
        });
        builder.threads(thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS));
        builder.build_parallel().run(|| {
            let mut own = Collected { walk: Walk::default(), found: &found };
            Box::new(move |entry| {
                own.take(entry, self.root());
                WalkState::Continue
            })
        });
        found.into_inner().unwrap_or_default()
    }

    fn walk_disk(&self, folder: &str) -> Walk {
        let mut walk = Walk::default();
        for entry in WalkBuilder::new(self.root().join(folder)).standard_filters(false).build() {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => {}
                Ok(entry) => match relative(self.root(), entry.path()) {
                    Some(path) => {
                        walk.entries.push(Entry { path, is_symlink: entry.path_is_symlink() });
                    }
                    None => walk.faults.push(not_utf8(folder, &entry.file_name().to_string_lossy())),
                },
                Err(error) if is_absent(&error) => {}
                Err(error) => walk.faults.push(unreadable(folder, &error)),
            }
        }
        walk
    }
}

/// Whether a folder is the top of a repository, a submodule say.
fn is_repository(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir()) && entry.path().join(".git").symlink_metadata().is_ok()
}

/// What one thread has found; at its end it is handed over.
struct Collected<'f> {
    walk: Walk,
    found: &'f Mutex<Walk>,
}

impl Collected<'_> {
    fn take(&mut self, entry: Result<DirEntry, ignore::Error>, root: &Path) {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => self.add(&entry, root),
            Ok(_) => {}
            Err(error) if is_absent(&error) => {}
            Err(error) => self.walk.faults.push(unreadable(".", &error)),
        }
    }

    fn add(&mut self, entry: &DirEntry, root: &Path) {
        match relative(root, entry.path()) {
            Some(path) => self.walk.entries.push(Entry { path, is_symlink: false }),
            None => self.walk.faults.push(not_utf8(".", &entry.file_name().to_string_lossy())),
        }
    }
}

impl Drop for Collected<'_> {
    fn drop(&mut self) {
        if let Ok(mut found) = self.found.lock() {
            found.entries.append(&mut self.walk.entries);
            found.faults.append(&mut self.walk.faults);
        }
    }
}

/// Whether something has gone away since it was listed, or was never there.
fn is_absent(error: &ignore::Error) -> bool {
    error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}

fn not_utf8(folder: &str, name: &str) -> Diagnostic {
    Diagnostic::error(codes::UNREADABLE_FILE, format!("the name {} in {folder}/ is not UTF-8", quoted(name)))
        .help("rename it")
}

fn unreadable(folder: &str, error: &ignore::Error) -> Diagnostic {
    Diagnostic::error(codes::UNREADABLE_FILE, format!("{folder}/ cannot be read: {error}"))
        .help("make it readable, or move it out of the way")
}
