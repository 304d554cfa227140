//! The bytes that the floors work with: those that portgen wrote, in one file, with an index beside it.

use std::fmt::Write;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::tree::{self, Tree};

/// The expected bytes of every file of a tree, on disk for another process to load.
pub(crate) struct Expected {
    folder: TempDir,
}

impl Expected {
    /// What is written in `tree` now; it must be the yardstick's 3N+1 files and portgen's own lock.
    pub(crate) fn of(tree: &Tree) -> Result<Self> {
        let mut paths: Vec<String> = (0..tree.size()).map(tree::package).collect();
        outputs(tree.root(), Path::new("generated"), &mut paths)?;
        paths.retain(|path| path != "generated/portgen.lock");
        paths.sort_unstable();
        let due = 3 * tree.size() + 1;
        ensure!(paths.len() == due, "the first write made {} files, the yardstick's are {due}", paths.len());
        let folder = tempfile::Builder::new().prefix("yardstick-expected-").tempdir()?;
        let (mut bytes, mut index) = (Vec::new(), String::new());
        for path in paths {
            let content = fs::read(tree.root().join(&path))?;
            writeln!(index, "{} {path}", content.len())?;
            bytes.extend(content);
        }
        fs::write(folder.path().join("bytes"), bytes)?;
        fs::write(folder.path().join("index"), index)?;
        Ok(Self { folder })
    }

    /// The folder that [`Loaded::from`] takes.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn outputs(root: &Path, folder: &Path, paths: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            outputs(root, &path, paths)?;
        } else {
            paths.push(path.to_str().context("a path that is not UTF-8")?.to_owned());
        }
    }
    Ok(())
}

/// The expected bytes in memory.
pub(crate) struct Loaded {
    bytes: Vec<u8>,
    files: Vec<(PathBuf, usize)>,
}

impl Loaded {
    /// Reads what [`Expected::of`] wrote.
    pub(crate) fn from(folder: &Path) -> Result<Self> {
        let mut bytes = Vec::new();
        fs::File::open(folder.join("bytes"))?.read_to_end(&mut bytes)?;
        let index = fs::read_to_string(folder.join("index"))?;
        let files = index.lines().map(|row| {
            let (length, path) = row.split_once(' ').context("an index row without a path")?;
            Ok((PathBuf::from(path), length.parse()?))
        });
        let files = files.collect::<Result<_>>()?;
        Ok(Self { bytes, files })
    }

    /// Each file with its bytes.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        let mut rest = self.bytes.as_slice();
        self.files.iter().map(move |(path, length)| {
            let (own, after) = rest.split_at(*length);
            rest = after;
            (path.as_path(), own)
        })
    }
}
