//! A scratch project in a temporary folder, and what may be asked of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder of its own that goes away at the end.
pub(crate) struct Sandbox {
    folder: TempDir,
}

/// Every file and symlink below a folder, with its bytes (or where it points) and when it was last written.
pub(crate) type State = BTreeMap<String, (Vec<u8>, Option<std::time::SystemTime>)>;

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(&fs::read(self.file(name)).unwrap_or_else(|error| panic!("{name}: {error}")))
            .into_owned()
    }

    /// The program that is tested, in this folder, without color and without the caller's environment of git. `PORTGEN_TESTED` names another one,
    /// with what starts it, as `ci/windows` does: `wine portgen.exe`.
    pub(crate) fn portgen<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Output {
        let named = std::env::var_os("PORTGEN_TESTED").map(|named| named.into_string().unwrap());
        let tested = named.unwrap_or_else(|| env!("CARGO_BIN_EXE_portgen").to_owned());
        let mut words = tested.split(' ');
        self.command(words.next().unwrap()).args(words).args(args).output().unwrap()
    }

    /// git in this folder, as one and the same person at one and the same time; what it calls finds portgen on the path.
    pub(crate) fn git(&self, args: &str) -> Output {
        self.git_words(args.split_whitespace())
    }

    /// As `git`, word by word.
    pub(crate) fn git_words<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Output {
        let mut git = self.calling("git");
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), "A").env(format!("GIT_{who}_EMAIL"), "a@example.com");
            git.env(format!("GIT_{who}_DATE"), "2026-01-31T12:00:00Z");
        }
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        // Faster: no examples of hooks in every repository, and no housekeeping after every commit.
        git.env("GIT_TEMPLATE_DIR", "").args(["-c", "maintenance.auto=false", "-c", "gc.auto=0"]);
        git.args(words).output().unwrap()
    }

    /// git, which has to succeed.
    pub(crate) fn done(&self, args: &str) {
        let output = self.git(args);
        assert!(output.status.success(), "git {args}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// A program in this folder that finds portgen on the path.
    pub(crate) fn calling(&self, program: &str) -> Command {
        let portgen = Path::new(env!("CARGO_BIN_EXE_portgen")).parent().unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = [portgen.to_path_buf()].into_iter().chain(std::env::split_paths(&path));
        let mut command = self.command(program);
        command.env("PATH", std::env::join_paths(folders).unwrap());
        command
    }

    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path()).env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env("NO_COLOR", "1");
        command
    }

    pub(crate) fn state(&self) -> State {
        let mut state = State::new();
        collect(self.path(), self.path(), &mut state);
        state
    }

    /// Another sandbox with the same files.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::new();
        let done = Command::new("cp").arg("-a").arg(self.path().join(".")).arg(copy.path()).status().unwrap();
        assert!(done.success());
        copy
    }
}

/// The state without the times.
pub(crate) fn contents(state: State) -> BTreeMap<String, String> {
    state.into_iter().map(|(name, (bytes, _))| (name, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

/// The files and symlinks below a folder.
pub(crate) fn paths(folder: &Path) -> Vec<String> {
    let mut state = State::new();
    collect(folder, folder, &mut state);
    state.into_keys().filter(|path| !path.ends_with('/')).collect()
}

fn collect(root: &Path, folder: &Path, state: &mut State) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        let meta = fs::symlink_metadata(&path).unwrap();
        if meta.is_symlink() {
            state.insert(name, (fs::read_link(&path).unwrap().to_string_lossy().into_owned().into_bytes(), None));
        } else if meta.is_dir() {
            state.insert(format!("{name}/"), (Vec::new(), None));
            collect(root, &path, state);
        } else {
            // Reading a pipe would wait for somebody who writes.
            let bytes = if meta.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
            state.insert(name, (bytes, meta.modified().ok()));
        }
    }
}
