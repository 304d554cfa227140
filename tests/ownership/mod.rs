//! The last step of the pass: comparing, ownership, patches and staged writes, in folders of their own.

#[cfg(target_os = "linux")]
mod editors;
mod interruptions;
mod kinds;
mod locks;
mod patches;
mod references;
mod writes;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use portgen::apply::{Applied, Permit, apply, exclusive};
use portgen::diagnostic::Diagnostics;
use portgen::drift::standing::Standing;
use portgen::drift::{After, Difference, Kind};
use portgen::files::tree::Tree;
use portgen::outputs::digest::digest;
use portgen::outputs::lock::{Lock, LockFile};
use portgen::outputs::next_lock::NextLock;
use portgen::path::RelPath;

use crate::sandbox::Sandbox;

/// Where the lock of every test lies.
const LOCK: &str = "generated/portgen.lock";

/// No leave to overwrite anything.
const PLAIN: Permit = Permit { force: false, replace: false };

fn rel(path: &str) -> RelPath {
    RelPath::parse(path).expect("a path that portgen takes")
}

/// A project: a folder, and what would be rendered for it.
struct Project {
    sandbox: Sandbox,
    tree: Tree,
    outputs: BTreeMap<String, Vec<u8>>,
}

impl Project {
    /// A project in an empty folder; outputs are `(path, text)`.
    fn new(outputs: &[(&str, &str)]) -> Self {
        let sandbox = Sandbox::new();
        let tree = Tree::new(sandbox.path());
        let mut project = Self { sandbox, tree, outputs: BTreeMap::new() };
        project.render(outputs);
        project
    }

    /// A project that was written once.
    fn written(outputs: &[(&str, &str)]) -> Self {
        let project = Self::new(outputs);
        project.write(PLAIN).expect("a first write");
        project
    }

    /// From now on these are the outputs.
    fn render(&mut self, outputs: &[(&str, &str)]) {
        self.outputs = outputs.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    }

    fn root(&self) -> &Path {
        self.sandbox.path()
    }

    fn put(&self, path: &str, bytes: impl AsRef<[u8]>) {
        self.sandbox.put(path, bytes);
    }

    fn get(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.sandbox.file(path)).ok()
    }

    /// Every file below the root with its bytes.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let paths = self.sandbox.state().into_keys().filter(|path| !path.ends_with('/'));
        paths.map(|path| (path.clone(), self.get(&path).expect("a file that was listed"))).collect()
    }

    fn changes(&self) -> Result<Vec<Difference<'_>>, Diagnostics> {
        changes(&self.tree, &self.outputs)
    }

    fn kinds(&self) -> Vec<(String, Kind)> {
        let changes = self.changes().expect("a comparison");
        changes.into_iter().map(|change| (change.path.to_string(), change.kind)).collect()
    }

    fn write(&self, permit: Permit) -> Result<Applied, Diagnostics> {
        write(&self.tree, &self.outputs, permit)
    }
}

/// The changes of outputs, of orphans and of the lock, as `diff` and `write` see them.
fn changes<'t>(tree: &'t Tree, outputs: &BTreeMap<String, Vec<u8>>) -> Result<Vec<Difference<'t>>, Diagnostics> {
    let lock_path = rel(LOCK);
    let on_disk = tree.read(&lock_path)?;
    let lock = LockFile::new(lock_path.clone(), on_disk.clone());
    let planned: Vec<(RelPath, &Vec<u8>)> = outputs.iter().map(|(path, bytes)| (rel(path), bytes)).collect();
    tree.refuse_symlinks(planned.iter().map(|(path, _)| path).chain([&lock_path]))?;
    let standing = Standing::new(tree, &lock);
    let (mut found, mut buffer) = (Vec::new(), Vec::new());
    for (path, bytes) in &planned {
        found.extend(standing.compare(path, bytes, || After::Held(bytes.as_slice().into()), &mut buffer)?);
    }
    found.extend(standing.orphans(planned.iter().map(|(path, _)| path.as_str()))?);
    let entries: Vec<_> = planned.iter().map(|(path, bytes)| (path.clone(), digest(bytes))).collect();
    let next = NextLock::new(Arc::new(Lock::of(entries, String::new())), String::new());
    let text = next.render().into_bytes();
    if let Some(difference) = Difference::between(&lock_path, Kind::Lock, on_disk, Some(text)) {
        found.push(Difference { after: Some(After::Lock(Box::new(next))), ..difference });
    }
    Ok(found)
}

fn write(tree: &Tree, outputs: &BTreeMap<String, Vec<u8>>, permit: Permit) -> Result<Applied, Diagnostics> {
    let guard = exclusive(tree, Duration::from_secs(10), || ())?;
    apply(&guard, &rel(LOCK), &changes(tree, outputs)?, permit)
}

/// Runs the ignored test `name` in a namespace of its own, after `setup` in a shell there. Where the system lets nobody mount, the
/// test is skipped with a line that says so; with `REQUIRE_MOUNTS=1`, as in `.ci/run`, it fails.
fn in_namespace(setup: &str, name: &str) {
    let possible = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
    if !possible.is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("REQUIRE_MOUNTS").is_none(), "{name}: this system lets nobody mount");
        // Past the capture of the test: a skip has to be seen.
        let _ = writeln!(std::io::stderr(), "{name}: skipped, this system lets nobody mount");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let script = format!("set -e; {setup}; exec \"$0\" --ignored --exact {name}");
    let mut shell = Command::new("unshare");
    shell.args(["-rm", "sh", "-c", &script]).arg(std::env::current_exe().expect("this program"));
    let output = shell.current_dir(folder.path()).output().expect("a shell");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

/// The codes of what went wrong.
fn codes<T: std::fmt::Debug>(result: Result<T, Diagnostics>) -> Vec<&'static str> {
    result.expect_err("a refusal").0.iter().map(|one| one.code.as_str()).collect()
}
