//! The files below the root, as the first and the last step of the pass see them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::{Diagnostic, Diagnostics, Origin, codes, quoted};
use crate::files::disk::{MOST, open_regular, read_at_most, read_pieces, read_whole};
use crate::files::snapshot::{Kind, Snapshot, View};
use crate::git;
use crate::path::RelPath;
use crate::system;

/// The folder below the root in which `write` makes files ready; there only while it runs, or after it was interrupted.
pub const STAGING: &str = ".portgen-staging";

/// The folder of ports.toml and everything below it.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    files: Files,
    /// The bytes of files that an editor has not saved, by their paths.
    unsaved: HashMap<String, Vec<u8>>,
    /// How many files were read.
    read: Arc<AtomicUsize>,
    /// Which ones, where somebody wants to know.
    names: Option<Mutex<BTreeSet<String>>>,
}

/// Where the bytes of the files come from.
#[derive(Debug)]
enum Files {
    /// From the disk. The root, opened once: what lies below it is found from there.
    Disk(io::Result<system::Folder>),
    /// From git; nothing can be written there.
    Git(Snapshot),
}

fn opened(root: &io::Result<system::Folder>, path: &RelPath) -> io::Result<fs::File> {
    let again = |error: &io::Error| error.raw_os_error().map_or(error.kind().into(), io::Error::from_raw_os_error);
    root.as_ref().map_err(again)?.file_below(path.as_str())
}

impl Tree {
    /// The tree below `root` as it is on the disk.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        let files = Files::Disk(system::Folder::open(&root));
        Self { files, root, unsaved: HashMap::new(), read: Arc::default(), names: None }
    }

    /// The same tree with other bytes in some files, by their paths: what an editor has not saved.
    #[must_use]
    pub fn with_unsaved(self, unsaved: HashMap<String, Vec<u8>>) -> Self {
        Self { unsaved, ..self }
    }

    /// The same tree, which remembers what is read in it.
    #[must_use]
    pub fn remembering(self) -> Self {
        Self { names: Some(Mutex::default()), ..self }
    }

    /// The paths of the files that were read so far and are there, sorted; none of a tree that does not remember.
    pub fn remembered(&self) -> Vec<String> {
        let Some(names) = &self.names else { return Vec::new() };
        let names = names.lock().unwrap_or_else(PoisonError::into_inner);
        names.iter().filter(|name| self.has(name)).cloned().collect()
    }

    /// The tree below `root` as git has it.
    ///
    /// # Errors
    /// As [`Snapshot::new`].
    pub fn in_git(root: impl Into<PathBuf>, view: &View) -> Result<Self, Diagnostic> {
        let root = root.into();
        let files = Files::Git(Snapshot::new(&root, view)?);
        Ok(Self { files, root, unsaved: HashMap::new(), read: Arc::default(), names: None })
    }

    /// The same folder in another revision.
    ///
    /// # Errors
    /// As [`Snapshot::new`].
    pub fn at(&self, revision: &str) -> Result<Self, Diagnostic> {
        Self::in_git(&self.root, &View::Revision(revision.to_owned()))
    }

    /// The tree as git has it; none for what is on the disk.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        match &self.files {
            Files::Disk(_) => None,
            Files::Git(snapshot) => Some(snapshot),
        }
    }

    /// Where the texts of its files come from.
    pub fn origin(&self) -> Origin {
        self.snapshot().map_or(Origin::Tree, Snapshot::origin)
    }

    /// The folder of ports.toml.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where `path` lies on the disk.
    pub fn on_disk(&self, path: &RelPath) -> PathBuf {
        self.root.join(path.as_str())
    }

    /// The bytes of a file; none where there is none.
    ///
    /// # Errors
    /// The file or a folder on the way to it is a symlink, it is no regular file or over 256 MiB, or cannot be read.
    pub fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, Diagnostic> {
        let mut bytes = Vec::new();
        let found = self.read_into(path, &mut bytes)?;
        bytes.shrink_to_fit();
        Ok(found.then_some(bytes))
    }

    /// Puts the bytes of a file in the place of what `buffer` holds, and says whether there is one.
    ///
    /// With one buffer for many files, a file costs opening, reading and closing: no allocation, no question for its size.
    ///
    /// # Errors
    /// As [`Tree::read`].
    pub fn read_into(&self, path: &RelPath, buffer: &mut Vec<u8>) -> Result<bool, Diagnostic> {
        if self.begin(path.as_str(), buffer) {
            return Ok(true);
        }
        let read = match &self.files {
            Files::Disk(root) => opened(root, path).and_then(|file| read_whole(&file, buffer)),
            Files::Git(snapshot) => snapshot.read(path.as_str(), MOST, buffer),
        };
        self.found(path, read)
    }

    /// As [`Tree::read_into`], but not of a file of more than `most` bytes; whether it was read.
    ///
    /// # Errors
    /// As reading does: there is no such file, it is no regular file, or on the way to it is a symlink.
    pub fn read_at_most(&self, path: &RelPath, most: u64, buffer: &mut Vec<u8>) -> io::Result<bool> {
        if self.begin(path.as_str(), buffer) {
            return Ok(buffer.len() as u64 <= most);
        }
        match &self.files {
            Files::Disk(root) => read_at_most(&opened(root, path)?, most, buffer),
            Files::Git(snapshot) => match snapshot.read(path.as_str(), most, buffer) {
                Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Ok(false),
                read => read.map(|()| true),
            },
        }
    }

    /// Gives `take` the bytes of a file, piece by piece, and says whether there is one; `buffer` is used on the way.
    ///
    /// # Errors
    /// As [`Tree::read`].
    pub fn read_pieces(
        &self,
        path: &RelPath,
        buffer: &mut Vec<u8>,
        mut take: impl FnMut(&[u8]),
    ) -> Result<bool, Diagnostic> {
        if self.begin(path.as_str(), buffer) {
            take(buffer);
            return Ok(true);
        }
        let read = match &self.files {
            Files::Disk(root) => opened(root, path).and_then(|file| read_pieces(&file, buffer, take)),
            Files::Git(snapshot) => snapshot.read(path.as_str(), MOST, buffer).map(|()| take(buffer)),
        };
        self.found(path, read)
    }

    /// How many files were read so far, which goes on; one that is read twice counts twice.
    pub fn count(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.read)
    }

    /// Counts a file that is read. Whether an editor has not saved it; its bytes then take the place of what `buffer` holds.
    fn begin(&self, path: &str, buffer: &mut Vec<u8>) -> bool {
        self.read.fetch_add(1, Ordering::Relaxed);
        if let Some(names) = &self.names {
            names.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        }
        let Some(bytes) = self.unsaved.get(path) else { return false };
        buffer.clear();
        buffer.extend_from_slice(bytes);
        true
    }

    /// Whether there is a file where one was read.
    fn found(&self, path: &RelPath, read: io::Result<()>) -> Result<bool, Diagnostic> {
        match read {
            Ok(()) => Ok(true),
            // git has nothing below a symlink; on the disk, the way through it has failed already.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.snapshot().and_then(|_| self.blocked(path)).map_or(Ok(false), Err)
            }
            Err(error) => Err(self.blocked(path).unwrap_or_else(|| self.unreadable(path, &error))),
        }
    }

    /// The bytes of a file of a fixed name; of one with more than `most`, one more than that.
    ///
    /// # Errors
    /// It is not a regular file, or cannot be read.
    pub fn read_head(&self, path: &str, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if self.begin(path, &mut bytes) {
            return Ok(bytes);
        }
        match self.snapshot() {
            Some(snapshot) => snapshot.read(path, most, &mut bytes)?,
            None => {
                let file = open_regular(&self.root.join(path))?;
                // Its size and one more, so that the end is met without asking for room again.
                bytes.reserve_exact(file.metadata().map_or(0, |meta| meta.len().min(most) as usize + 1));
                file.take(most + 1).read_to_end(&mut bytes)?;
            }
        }
        Ok(bytes)
    }

    fn unreadable(&self, path: &RelPath, error: &io::Error) -> Diagnostic {
        let message = format!("{} cannot be read: {error}", quoted(path.as_str()));
        Diagnostic::error(codes::UNREADABLE_FILE, message).help(match (&self.files, error.kind()) {
            (Files::Git(_), io::ErrorKind::Other) => git::FETCH,
            _ => "move it out of the way, or make it a readable file",
        })
    }

    /// What is wrong with the folders on the way to `path`.
    fn blocked(&self, path: &RelPath) -> Option<Diagnostic> {
        self.refuse_symlinks([path]).err().and_then(|Diagnostics(faults)| faults.into_iter().next())
    }

    /// Whether anything is at `path`.
    pub fn has(&self, path: &str) -> bool {
        match &self.files {
            Files::Disk(_) => fs::symlink_metadata(self.root.join(path)).is_ok(),
            Files::Git(snapshot) => snapshot.kind(path).is_some(),
        }
    }

    /// Whether a symlink is at `path`.
    pub fn is_symlink(&self, path: &str) -> bool {
        match &self.files {
            Files::Disk(_) => self.root.join(path).is_symlink(),
            Files::Git(snapshot) => snapshot.kind(path) == Some(Kind::Symlink),
        }
    }

    /// Whether the staging folder of an interrupted `write` is still there.
    pub fn has_leftovers(&self) -> bool {
        self.snapshot().is_none() && fs::symlink_metadata(self.root.join(STAGING)).is_ok()
    }

    /// Proves that every folder on the way to `paths` is a real one or does not exist yet; each folder is looked at once.
    ///
    /// # Errors
    /// One for each folder that is a symlink, which could lead out of the root, or that is no folder.
    pub fn refuse_symlinks<'a>(&self, paths: impl IntoIterator<Item = &'a RelPath>) -> Result<(), Diagnostics> {
        let mut seen = HashSet::new();
        let mut faults = Vec::new();
        for folder in paths.into_iter().filter_map(RelPath::parent) {
            if !seen.insert(folder) {
                continue;
            }
            let ends = folder.match_indices('/').map(|(end, _)| end).chain([folder.len()]);
            for end in ends {
                let prefix = &folder[..end];
                if end == folder.len() || seen.insert(prefix) {
                    faults.extend(self.folder_fault(prefix));
                }
            }
        }
        Diagnostics(faults).into_result()
    }

    fn folder_fault(&self, folder: &str) -> Option<Diagnostic> {
        let found = match &self.files {
            Files::Git(snapshot) => {
                return match snapshot.kind(folder)? {
                    Kind::Symlink => Some(symlinked_folder(folder)),
                    Kind::File => Some(no_folder(folder)),
                    // What is in there is not in this repository.
                    Kind::Submodule => None,
                };
            }
            Files::Disk(root) => root.as_ref().ok()?.found(folder),
        };
        match found.ok()?.kind {
            system::Kind::Symlink => Some(symlinked_folder(folder)),
            system::Kind::Folder => None,
            _ => Some(no_folder(folder)),
        }
    }
}

fn no_folder(folder: &str) -> Diagnostic {
    Diagnostic::error(codes::NOT_A_FOLDER, format!("{} is not a directory, but has outputs below it", quoted(folder)))
        .help("move it out of the way, or move the output with `[outputs]`")
}

fn symlinked_folder(folder: &str) -> Diagnostic {
    symlinked(folder).help("make it a real directory, or move the output with `[outputs]`")
}

/// What is said of a symlink; what to do depends on what it stands for.
pub(crate) fn symlinked(path: &str) -> Diagnostic {
    Diagnostic::error(codes::SYMLINK, format!("{} is a symlink, which portgen does not follow", quoted(path)))
}
