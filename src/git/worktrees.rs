//! The worktrees of a repository, each with the number of the instance that is kept in its git directory.
//!
//! Source: gitrepository-layout(5) and git-worktree(1): `commondir`, `worktrees/*/gitdir`.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::command::Repository;

/// The file of the number, in the git directory of a worktree: never committed, and gone with the worktree.
pub const KEPT: &str = "portgen-instance";

/// The file that is locked while a number is taken, in the git directory of the repository. It stays there.
const LOCK: &str = "portgen-instance.lock";

/// The repository around a folder, found without running git.
#[derive(Debug)]
pub struct Worktrees {
    /// The git directory of this worktree.
    git_dir: PathBuf,
    /// The git directory of the repository: the same in its main worktree.
    common: PathBuf,
}

/// A worktree that is there.
#[derive(Debug, PartialEq, Eq)]
pub struct Worktree {
    /// Its folder.
    pub folder: PathBuf,
    /// The number that is kept for it; none where it has taken none.
    pub instance: Option<u16>,
    /// Whether it is the main one, which git calls so because the others were made from it.
    pub is_main: bool,
    /// Whether it is the one that was asked from.
    pub is_this: bool,
}

impl Worktrees {
    /// Those of the repository around `folder`; none outside of one.
    pub fn around(folder: &Path) -> Option<Self> {
        let git_dir = Repository::around(folder)?.git_dir;
        let common = match fs::read_to_string(git_dir.join("commondir")) {
            Ok(path) => dunce::canonicalize(git_dir.join(path.trim_end())).ok()?,
            Err(_) => git_dir.clone(),
        };
        Some(Self { git_dir, common })
    }

    /// Where the number of this worktree is kept.
    pub fn kept_at(&self) -> PathBuf {
        self.git_dir.join(KEPT)
    }

    /// Whether this is a worktree beside the main one.
    pub fn is_linked(&self) -> bool {
        self.git_dir != self.common
    }

    /// The number that is kept for this worktree; none where it has taken none.
    ///
    /// # Errors
    /// The file cannot be read, or has no number.
    pub fn instance(&self) -> io::Result<Option<u16>> {
        instance(&self.git_dir)
    }

    /// The worktrees whose folders are there, the main one first, the others by their names.
    ///
    /// # Errors
    /// A number cannot be read: who has it would be unknown.
    pub fn all(&self) -> io::Result<Vec<Worktree>> {
        let mut all = Vec::new();
        if !self.is_bare() {
            // That of a submodule, or of `--separate-git-dir`, lies elsewhere.
            let is_beside = self.common.file_name().is_some_and(|name| name == ".git");
            let folder = self.common.parent().filter(|_| is_beside).unwrap_or(&self.common);
            all.push(self.worktree(folder.to_path_buf(), &self.common)?);
        }
        let mut linked: Vec<PathBuf> = match fs::read_dir(self.common.join("worktrees")) {
            Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
            Err(_) => Vec::new(),
        };
        linked.sort();
        for git_dir in linked {
            let Ok(link) = fs::read_to_string(git_dir.join("gitdir")) else { continue };
            let link = git_dir.join(link.trim_end_matches(['\r', '\n']));
            // git keeps a locked one that is away, and one that was moved does not know yet that it is there.
            let is_there = link.exists() || git_dir.join("locked").exists() || self.is_own(&git_dir);
            if let Some(folder) = link.parent().filter(|_| is_there) {
                all.push(self.worktree(folder.to_path_buf(), &git_dir)?);
            }
        }
        Ok(all)
    }

    fn worktree(&self, folder: PathBuf, git_dir: &Path) -> io::Result<Worktree> {
        let (is_main, is_this) = (*git_dir == self.common, self.is_own(git_dir));
        let instance = instance(git_dir).map_err(|error| {
            let place = git_dir.strip_prefix(&self.common).unwrap_or(git_dir);
            io::Error::new(error.kind(), format!("{}: {error}", Path::new(".git").join(place).display()))
        })?;
        Ok(Worktree { folder, instance, is_main, is_this })
    }

    fn is_own(&self, git_dir: &Path) -> bool {
        dunce::canonicalize(git_dir).is_ok_and(|git_dir| git_dir == self.git_dir)
    }

    /// Whether there is no main worktree: `core.bare`, git-config(1).
    fn is_bare(&self) -> bool {
        let config = fs::read_to_string(self.common.join("config")).unwrap_or_default();
        config.lines().any(|line| line.replace(char::is_whitespace, "") == "bare=true")
    }

    /// Keeps everyone else from taking a number until the file is dropped; the system releases the lock when the process ends.
    ///
    /// # Errors
    /// The file cannot be made or locked.
    pub fn lock(&self) -> io::Result<File> {
        let file = File::options().create(true).truncate(false).write(true).open(self.common.join(LOCK))?;
        file.lock()?;
        Ok(file)
    }

    /// Keeps a number for this worktree, or none any more. Whoever reads the file meanwhile has the old number or the new one.
    ///
    /// # Errors
    /// The git directory cannot be written.
    pub fn keep(&self, number: Option<u16>) -> io::Result<()> {
        let Some(number) = number else {
            return match fs::remove_file(self.kept_at()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        };
        let mut file = tempfile::NamedTempFile::new_in(&self.git_dir)?;
        writeln!(file, "{number}")?;
        file.persist(self.kept_at())?;
        Ok(())
    }
}

fn instance(git_dir: &Path) -> io::Result<Option<u16>> {
    match fs::read_to_string(git_dir.join(KEPT)) {
        Ok(text) => {
            let wrong = || io::Error::new(io::ErrorKind::InvalidData, format!("there is no number in its {KEPT}"));
            text.trim_end().parse().map(Some).map_err(|_| wrong())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
