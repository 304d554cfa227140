//! Which files a command has changed, and which of them are listed.

use std::collections::BTreeSet;

use crate::sandbox::State;

/// Which outputs are listed.
pub(super) enum Outputs {
    /// None.
    Hidden,
    /// All of them, and they are counted.
    Listed,
    /// Those at or below these paths.
    Below(Vec<String>),
}

impl Outputs {
    fn shows(&self, path: &str) -> bool {
        match self {
            Self::Hidden => false,
            Self::Listed => true,
            Self::Below(places) => places.iter().any(|place| {
                path.strip_prefix(place.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }),
        }
    }
}

/// A line for each file that is new, another or gone.
pub(super) fn changed(before: &State, after: &State, outputs: &Outputs) -> String {
    let new = after.iter().filter_map(|(path, is)| match before.get(path) {
        None => Some(('+', path)),
        Some(was) if was.0 != is.0 => Some(('~', path)),
        Some(_) => None,
    });
    let gone = before.keys().filter(|path| !after.contains_key(*path)).map(|path| ('-', path));
    let owned = owned(before).into_iter().chain(owned(after)).collect();
    new.chain(gone)
        .filter(|(_, path)| outputs.shows(path) || !is_output(path, &owned))
        .map(|(sign, path)| format!("{sign} {path}\n"))
        .collect()
}

/// A patch without the lines of portgen.lock, of which there is one for every output.
pub(super) fn without_lock(text: &str) -> String {
    const PARTS: [&str; 8] = ["+", "-", " ", "@@", "\\", "new file mode", "deleted file mode", "index "];
    let mut in_lock = false;
    let shown = |line: &&str| {
        in_lock = match line.strip_prefix("diff --git ") {
            Some(paths) => paths.trim_end().ends_with("/portgen.lock"),
            None => in_lock && PARTS.iter().any(|part| line.starts_with(part)),
        };
        !in_lock || line.starts_with("diff --git ")
    };
    text.split_inclusive('\n').filter(shown).collect()
}

/// The paths in all locks, each counted from the folder of the ports.toml that the lock belongs to.
pub(super) fn owned(state: &State) -> BTreeSet<String> {
    let mut owned = BTreeSet::new();
    for (lock, (bytes, _)) in state.iter().filter(|(path, _)| is_lock(path)) {
        let root = root(lock, state);
        let text = String::from_utf8_lossy(bytes);
        let paths = text.lines().filter_map(|line| line.split_once("  "));
        owned.extend(paths.map(|(_, path)| format!("{root}{path}")));
    }
    owned
}

/// The nearest folder above that has a ports.toml, with its `/`.
fn root<'p>(lock: &'p str, state: &State) -> &'p str {
    let folders = lock.rmatch_indices('/').map(|(at, _)| &lock[..=at]);
    folders.into_iter().find(|folder| state.contains_key(&format!("{folder}ports.toml"))).unwrap_or("")
}

fn is_lock(path: &str) -> bool {
    path.rsplit('/').next() == Some("portgen.lock") && !path.starts_with(".git/")
}

/// Whether portgen owns the file, or something in the folder.
fn is_output(path: &str, owned: &BTreeSet<String>) -> bool {
    is_lock(path) || owned.contains(path) || (path.ends_with('/') && owned.iter().any(|owned| owned.starts_with(path)))
}
