//! Outputs that are in no commit because git ignores them.

use std::collections::HashSet;

use super::{Difference, Kind};
use crate::diagnostic::{Diagnostic, Severity, codes, counted, quoted};
use crate::files::names::LOCK;
use crate::files::tree::Tree;
use crate::git;
use crate::path::RelPath;

/// The most files that a message names.
const MOST_NAMED: usize = 10;

/// Outputs that one line of a `.gitignore` hides.
#[derive(Debug)]
pub struct Ignored {
    /// The line, as `.gitignore:2`, and its pattern.
    pub rule: git::Rule,
    /// The outputs, from the root.
    pub paths: Vec<RelPath>,
    /// The outermost folders of them that the line hides as a whole; git looks at nothing in them.
    folders: Vec<String>,
}

/// The outputs among `changes`, which are sorted by path, that are missing and that git ignores, by the lines that hide them. Empty if
/// git cannot be asked.
pub fn find(tree: &Tree, changes: &[Difference<'_>]) -> Vec<Ignored> {
    let mut absent = Vec::new();
    for change in changes {
        if change.kind == Kind::Missing || change.kind == Kind::Lock && change.before.is_none() {
            absent.push(change.path.as_str());
        }
    }
    if absent.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Ignored> = Vec::new();
    for (path, rule) in git::ignored(tree.root(), &absent) {
        let Ok(at) = changes.binary_search_by(|change| change.path.as_str().cmp(&path)) else { continue };
        let change = &changes[at];
        match found.iter_mut().find(|ignored| ignored.rule == rule) {
            Some(ignored) => ignored.add(tree, change.path.clone()),
            None => {
                let folders = hidden_folder(tree, &path, &rule).into_iter().collect();
                found.push(Ignored { rule, paths: vec![change.path.clone()], folders });
            }
        }
    }
    found
}

/// The outermost folder of `path` that `rule` hides.
fn hidden_folder(tree: &Tree, path: &str, rule: &git::Rule) -> Option<String> {
    // With a `/` at its end, it is a folder for git even where it is not there.
    let folders: Vec<&str> = path.match_indices('/').map(|(end, _)| &path[..=end]).collect();
    git::ignored(tree.root(), &folders).into_iter().find(|(_, other)| other == rule).map(|(folder, _)| folder)
}

/// As [`find`], and takes them out of `changes`: whoever has no such file has not changed it.
pub fn take(tree: &Tree, changes: &mut Vec<Difference<'_>>) -> Vec<Ignored> {
    let found = find(tree, changes);
    let paths: HashSet<&RelPath> = found.iter().flat_map(|ignored| &ignored.paths).collect();
    changes.retain(|change| !paths.contains(&change.path));
    found
}

impl Ignored {
    /// Adds an output. Where the line hides no folder of the first one, it hides files.
    fn add(&mut self, tree: &Tree, path: RelPath) {
        let is_known = self.folders.iter().any(|folder| path.as_str().starts_with(folder.as_str()));
        if !self.folders.is_empty() && !is_known {
            self.folders.extend(hidden_folder(tree, path.as_str(), &self.rule));
        }
        self.paths.push(path);
    }

    /// What is said where they are not judged.
    pub fn note(&self) -> Diagnostic {
        let message = format!("{} not in git and not judged: {}", self.subject(), self.reason());
        Diagnostic::new(codes::IGNORED_OUTPUT, Severity::Note, message)
    }

    /// What is said where they are written: they will not be in the commit.
    pub fn warning(&self) -> Diagnostic {
        let message = format!("{} not committed: {}", self.subject(), self.reason());
        Diagnostic::new(codes::IGNORED_OUTPUT, Severity::Warning, message)
            .help(self.how_to_commit())
            .help("otherwise run `portgen write` in every clone: `portgen diff` does not judge what is not there")
    }

    /// The outputs, without portgen.lock.
    pub fn outputs(&self) -> impl Iterator<Item = &RelPath> {
        self.paths.iter().filter(|path| !path.as_str().ends_with(LOCK))
    }

    /// A line of the .gitignore beside ports.toml goes before those of folders above, and below what stands above it. The first line is for
    /// a pattern with the folder (`generated/`), the second for one with what is in it (`generated/*`).
    fn how_to_commit(&self) -> String {
        let it = self.it();
        if let Some(file) = self.own_file() {
            return format!(
                "to commit {it}, remove this line of {}: it counts more than a .gitignore above",
                quoted(file)
            );
        }
        let lines = |folder: &String| [format!("`!/{folder}`"), format!("`!/{folder}**`")];
        match (&*self.folders, self.paths.as_slice()) {
            ([_, ..], _) => {
                let lines: Vec<String> = self.folders.iter().flat_map(lines).collect();
                let lines = listed(&lines);
                format!("to commit {it}, add the lines {lines} at the end of the .gitignore beside ports.toml")
            }
            ([], [one]) => format!(
                "to commit it, `git add --force {one}`, or add the line `!/{one}` at the end of the .gitignore beside ports.toml"
            ),
            ([], paths) => format!(
                "to commit {it}, add a line for each, such as `!/{}`, at the end of the .gitignore beside ports.toml",
                paths[0]
            ),
        }
    }

    /// The .gitignore with the line, if it lies in a folder below ports.toml.
    fn own_file(&self) -> Option<&str> {
        let (file, _) = self.rule.place.rsplit_once(':')?;
        let folder = file.strip_suffix("/.gitignore")?;
        let is_below =
            self.paths.iter().all(|path| path.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')));
        is_below.then_some(file)
    }

    fn it(&self) -> &'static str {
        if self.paths.len() == 1 { "it" } else { "them" }
    }

    fn subject(&self) -> String {
        match self.paths.as_slice() {
            [] => String::new(),
            [one] => format!("{} is", quoted(one.as_str())),
            paths if paths.len() > MOST_NAMED => {
                let others = counted(paths.len() - MOST_NAMED, "more file");
                format!("{} and {others} are", names(&paths[..MOST_NAMED]))
            }
            [paths @ .., last] => format!("{} and {} are", names(paths), quoted(last.as_str())),
        }
    }

    fn reason(&self) -> String {
        format!("{} ignores {}: {}", self.rule.place, self.it(), quoted(&self.rule.pattern))
    }
}

/// Texts as a list for a message: `a, b and c`.
fn listed(texts: &[String]) -> String {
    match texts {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => texts.concat(),
    }
}

/// Paths as a list for a message.
fn names(paths: &[RelPath]) -> String {
    let names: Vec<String> = paths.iter().map(|path| quoted(path.as_str())).collect();
    names.join(", ")
}
