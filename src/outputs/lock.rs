//! portgen.lock: which files portgen owns, and the hashes of what it wrote.
//!
//! Each line is `<sha256>  <path>`, as `sha256sum -c` reads it. A path may stand there with several hashes, each of which is
//! then known as portgen's: while `write` runs, the old and the new one, whichever an interrupted run leaves on the disk;
//! after a merge, those of both sides.
//!
//! Where portgen updates files that people own, comments remember the host ports of the last `write`: [`last_write`].

use std::borrow::Cow;
use std::io;

use super::digest::Digest;
use crate::diagnostic::{Diagnostic, Place, Source, codes, quoted};
use crate::files::names::LOCK;
use crate::files::tree::Tree;
use crate::git::conflict_markers;
use crate::manifest::last_write;
use crate::path::{OutputPath, RelPath};

const HEADER: &str = "\
# Made by portgen: every file it owns, with its SHA-256. Don't edit; after a merge conflict run `portgen write`.
# From the folder of ports.toml, `sha256sum -c` reads this file too.
";

/// Where portgen.lock lies: in the directory of the outputs.
///
/// # Errors
/// The path is too long.
pub fn path_in(directory: &str) -> Result<RelPath, Diagnostic> {
    let path = format!("{directory}/{LOCK}");
    let proven = OutputPath::parse(&path).map(RelPath::from);
    proven.map_err(|reason| Diagnostic::error(codes::OUTPUT_PATH, format!("the lock's path {reason}")))
}

/// portgen.lock, which lies at `path`.
///
/// # Errors
/// It cannot be read.
pub fn read(tree: &Tree, path: RelPath) -> Result<LockFile, Diagnostic> {
    let bytes = tree.read(&path)?;
    Ok(LockFile::new(path, bytes))
}

/// portgen.lock on the disk.
#[derive(Debug)]
pub struct LockFile {
    path: RelPath,
    bytes: Option<Vec<u8>>,
}

impl LockFile {
    /// The file at `path`; `bytes` is what it holds, none where there is none.
    pub fn new(path: RelPath, bytes: Option<Vec<u8>>) -> Self {
        Self { path, bytes }
    }

    /// Where it lies.
    pub fn path(&self) -> &RelPath {
        &self.path
    }

    /// What it holds; none where there is none.
    pub fn bytes(&self) -> Option<&[u8]> {
        self.bytes.as_deref()
    }

    /// Which files it says portgen owns, without what it remembers of the last `write`; none where there is no file.
    ///
    /// # Errors
    /// As [`Lock::parse`].
    pub fn owned<'l, P: Ord + AsRef<str> + From<&'l str>>(&'l self) -> Result<Lock<P>, Diagnostic> {
        let text = decoded(&self.path, self.bytes().unwrap_or_default())?;
        Ok(Lock::of(entries(&self.path, text)?, String::new()))
    }
}

/// portgen.lock as read; the default is that of a project without one. Its paths are its own, or borrowed from the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock<P = Box<str>> {
    /// Sorted and without repetition; a path may have several digests.
    entries: Vec<(P, Digest)>,
    /// The lines that remember the last `write`, or several.
    remembered: String,
    is_merged: bool,
}

impl Lock {
    /// Reads portgen.lock, which lies at `path`.
    ///
    /// Lines that git put there for a conflict are skipped, so that every side's hashes are known.
    ///
    /// # Errors
    /// The first line that is neither a comment nor an entry, or the byte at which the text ends to be UTF-8.
    pub fn parse(path: &RelPath, text: &[u8]) -> Result<Self, Diagnostic> {
        Self::read(path, text)
    }
}

impl<'t, P: Ord + AsRef<str> + From<&'t str>> Lock<P> {
    /// As [`Lock::parse`].
    ///
    /// # Errors
    /// As [`Lock::parse`].
    pub(crate) fn read(path: &RelPath, text: &'t [u8]) -> Result<Self, Diagnostic> {
        let text = decoded(path, text)?;
        let remembered = text.lines().filter(|line| last_write::is_remembered(line));
        Ok(Self::of(entries(path, text)?, remembered.flat_map(|line| [line, "\n"]).collect()))
    }

    /// This lock with `more` files, the lines of `ports` and `files` that it does not remember yet, and those of `blocks`: every hash and every
    /// port of either.
    #[must_use]
    pub(crate) fn union(
        self,
        more: impl Iterator<Item = (&'t RelPath, Digest)>,
        [ports, files]: [&str; 2],
        blocks: &str,
    ) -> Self {
        let Self { mut entries, mut remembered, .. } = self;
        entries.reserve_exact(more.size_hint().0);
        entries.extend(more.map(|(path, digest)| (path.as_str().into(), digest)));
        if remembered.strip_prefix(ports) != Some(files) {
            remembered.push_str(ports);
            remembered.push_str(files);
        }
        remembered.push_str(blocks);
        Self::of(entries, remembered)
    }
}

impl<P: Ord + AsRef<str>> Lock<P> {
    /// The lock of the files `entries`, with the lines that remember the last `write`.
    pub fn of(mut entries: Vec<(P, Digest)>, remembered: String) -> Self {
        entries.sort_unstable();
        entries.dedup();
        let is_merged = entries.windows(2).any(|two| two[0].0 == two[1].0);
        Self { entries, remembered, is_merged }
    }

    /// Whether `other` has the same text.
    pub(crate) fn is<Q: AsRef<str>>(&self, other: &Lock<Q>) -> bool {
        let same = |(own, other): (&(P, Digest), &(Q, Digest))| own.0.as_ref() == other.0.as_ref() && own.1 == other.1;
        self.entries.len() == other.entries.len()
            && self.remembered == other.remembered
            && self.entries.iter().zip(&other.entries).all(same)
    }

    /// The lines that remember the last `write`.
    pub(crate) fn remembered(&self) -> &str {
        &self.remembered
    }

    /// Whether no file is owned.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Each file with its hash, by path.
    pub fn entries(&self) -> &[(P, Digest)] {
        &self.entries
    }

    /// Whether portgen owns the file at `path`.
    pub fn owns(&self, path: &str) -> bool {
        !self.at(path).is_empty()
    }

    /// Whether portgen wrote a file with this digest to `path`.
    pub fn recorded(&self, path: &str, digest: &Digest) -> bool {
        self.at(path).iter().any(|(_, recorded)| recorded == digest)
    }

    /// Whether there are several hashes for some file: those of both sides of a merge, or of a `write` that is not over.
    pub fn is_merged(&self) -> bool {
        self.is_merged
    }

    /// Every path to which portgen wrote a file with this digest.
    pub fn paths_of(&self, digest: &Digest) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(move |(_, known)| known == digest).map(|(path, _)| path.as_ref())
    }

    /// Every owned path once, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.chunk_by(|a, b| a.0 == b.0).filter_map(|same| same.first()).map(|(path, _)| path.as_ref())
    }

    /// Writes the text of portgen.lock, which is never held as a whole.
    ///
    /// # Errors
    /// As writing does.
    pub(crate) fn write(&self, to: &mut impl io::Write) -> io::Result<()> {
        self.parts().try_for_each(|part| to.write_all(part.as_bytes()))
    }

    /// Whether `text` is the text of portgen.lock.
    pub(crate) fn has_text(&self, text: &[u8]) -> bool {
        self.rest_of(text).is_some_and(<[u8]>::is_empty)
    }

    /// What stands in `text` behind the text of portgen.lock; none if it does not start with that.
    pub fn rest_of<'b>(&self, mut text: &'b [u8]) -> Option<&'b [u8]> {
        for part in self.head() {
            text = text.strip_prefix(part.as_bytes())?;
        }
        for (path, digest) in &self.entries {
            for part in [&digest.digits()[..], b"  ", path.as_ref().as_bytes(), b"\n"] {
                text = text.strip_prefix(part)?;
            }
        }
        Some(text)
    }

    /// The text of portgen.lock, line by line.
    pub fn parts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let lines = self.entries.iter().map(|(path, digest)| Cow::Owned(line(path.as_ref(), digest) + "\n"));
        self.head().map(Cow::Borrowed).into_iter().chain(lines)
    }

    /// What stands before the lines of the files.
    fn head(&self) -> [&str; 3] {
        let heading = if self.remembered.is_empty() { "" } else { last_write::HEADING };
        [HEADER, heading, &self.remembered]
    }

    /// The entries of `path`.
    fn at(&self, path: &str) -> &[(P, Digest)] {
        let first = self.entries.partition_point(|(known, _)| known.as_ref() < path);
        let entries = &self.entries[first..];
        &entries[..entries.iter().take_while(|(known, _)| known.as_ref() == path).count()]
    }
}

fn decoded<'t>(path: &RelPath, text: &'t [u8]) -> Result<&'t str, Diagnostic> {
    std::str::from_utf8(text)
        .map_err(|error| broken(format!("{} is not UTF-8: see byte {}", quoted(path.as_str()), error.valid_up_to())))
}

/// The entries of a text of portgen.lock, in its order.
fn entries<'t, P: From<&'t str>>(path: &RelPath, text: &'t str) -> Result<Vec<(P, Digest)>, Diagnostic> {
    let mut entries = Vec::with_capacity(text.lines().filter(|line| !line.starts_with('#')).count());
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let entry = line.trim_end_matches(['\n', '\r']);
        if !is_between_entries(entry) {
            entries.push(parse_entry(entry).ok_or_else(|| {
                let place = Place::new(&Source::new(path.as_str(), text), start..start + entry.len());
                broken(format!("{} has a line that portgen does not write", quoted(path.as_str())))
                    .at(place, "expected a SHA-256, two spaces and a path")
            })?);
        }
        start += line.len();
    }
    Ok(entries)
}

/// The line of a file in portgen.lock, without its end.
pub(crate) fn line(path: &str, digest: &Digest) -> String {
    let digits = digest.digits();
    [str::from_utf8(&digits).unwrap_or_default(), "  ", path].concat()
}

fn is_between_entries(line: &str) -> bool {
    line.is_empty() || line.starts_with('#') || conflict_markers::marker(line.as_bytes()).is_some()
}

fn parse_entry<'t, P: From<&'t str>>(line: &'t str) -> Option<(P, Digest)> {
    let (hex, path) = line.split_once("  ")?;
    Some((path.into(), Digest::parse(hex)?))
}

fn broken(message: String) -> Diagnostic {
    Diagnostic::error(codes::BROKEN_LOCK, message).help(
        "restore it from git, or remove it and run `portgen write --replace`, so that portgen owns its outputs again",
    )
}

/// The owned paths that are not among `planned`, which are sorted, proven.
///
/// # Errors
/// A path that no output can have: someone wrote it there, and what it names is not portgen's to delete.
pub(crate) fn unplanned<'p>(
    lock: &Lock<&str>,
    planned: impl Iterator<Item = &'p str>,
) -> Result<Vec<RelPath>, Diagnostic> {
    let mut planned = planned.peekable();
    let mut is_planned = |path: &str| {
        while planned.next_if(|planned| *planned < path).is_some() {}
        planned.peek().is_some_and(|planned| *planned == path)
    };
    let prove = |path: &str| match OutputPath::parse(path) {
        Ok(_) if path == "ports.toml" => {
            Err(broken("portgen.lock lists ports.toml, which cannot be an output".to_owned()))
        }
        Ok(proven) => Ok(proven.into()),
        Err(reason) => Err(broken(format!("portgen.lock lists {}, which {reason}", quoted(path)))),
    };
    lock.paths().filter(|path| !is_planned(path)).map(prove).collect()
}
