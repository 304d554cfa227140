//! Finds git's recent merges, and makes a merge again.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command};
use std::{env, fs};

use tempfile::TempDir;

use super::command::{Repository, spawn};
use super::{command, line, run, setting};

/// A merge that git has made or is making. All fields name commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The commit that was merged into.
    pub ours: String,
    /// The commit that was merged.
    pub theirs: String,
    /// The merge bases.
    pub bases: Vec<String>,
    /// Whether git chose another base than the common ancestors, as in a cherry-pick or a revert.
    is_picked: bool,
}

/// The merges that may have produced the files below `folder`: the merge, cherry-pick, rebase step or revert that is under way
/// (gitrevisions(7)), and the last merge on this branch.
pub fn merges(folder: &Path) -> Vec<Merge> {
    let mut merges = Vec::new();
    let Some(head) = with_parents(folder, &["HEAD"]).into_iter().next() else { return merges };
    if let [merged, ..] = with_parents(folder, &["MERGE_HEAD"]).as_slice() {
        merges.push(merge(folder, &head, merged));
    }
    for name in ["CHERRY_PICK_HEAD", "REBASE_HEAD", "REVERT_HEAD"] {
        let [commit, parents @ ..] = &*with_parents(folder, &[name]) else { continue };
        // If the commit is itself a merge, git may have used any of its parents.
        for parent in parents {
            let (theirs, base) = if name == "REVERT_HEAD" { (parent, commit) } else { (commit, parent) };
            let (ours, theirs, bases) = (head.clone(), theirs.clone(), vec![base.clone()]);
            merges.push(Merge { ours, theirs, bases, is_picked: true });
        }
    }
    if let [_, ours, theirs] = with_parents(folder, &["--merges", "HEAD"]).as_slice() {
        merges.push(merge(folder, ours, theirs));
    }
    merges
}

/// The commits that the last commit has merged, if it is a merge, and those that are being merged into it.
pub fn sides(folder: &Path) -> Vec<String> {
    let mut sides = match &*with_parents(folder, &["HEAD"]) {
        [_, parents @ ..] if parents.len() > 1 => parents.to_vec(),
        _ => Vec::new(),
    };
    let git_dir = Repository::around(folder).map(|repository| repository.git_dir).unwrap_or_default();
    sides.extend(noted(&git_dir, "MERGE_HEAD").split_whitespace().map(str::to_owned));
    sides
}

fn merge(folder: &Path, ours: &str, theirs: &str) -> Merge {
    let bases = line(folder, &["merge-base", "--all", ours, theirs]).unwrap_or_default();
    let bases = bases.lines().map(str::to_owned).collect();
    Merge { ours: ours.to_owned(), theirs: theirs.to_owned(), bases, is_picked: false }
}

/// The first commit that `git rev-list` lists, and its parents; empty if it lists none.
fn with_parents(folder: &Path, of: &[&str]) -> Vec<String> {
    let list = [&["rev-list", "--parents", "--max-count=1"], of, &["--"]].concat();
    line(folder, &list).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

/// The result of a merge that git made again.
#[derive(Debug)]
pub struct Made {
    /// The files below the folder, as `git ls-tree -r -z` prints them.
    pub list: Vec<u8>,
    /// A `git cat-file --batch` that can read them.
    pub objects: Child,
    /// The folder of the objects that the repository does not have.
    pub scratch: TempDir,
}

/// How outputs may have been merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// By lines, by a git without portgen's merge driver.
    Git,
    /// By lines, by portgen's merge driver.
    Lines,
    /// Not merged: the merge driver keeps our side of two outputs that portgen wrote.
    Ours,
}

impl Driver {
    /// All drivers.
    pub const ALL: [Self; 3] = [Self::Git, Self::Lines, Self::Ours];

    /// The git setting for this driver; `None` if git needs no setting.
    fn setting(self) -> Option<&'static str> {
        match self {
            Self::Git => None,
            // Unlike git's own merge, `git merge-file` joins conflicts that are close to each other.
            Self::Lines => Some("merge.portgen.driver=git merge-file --marker-size=%L %A %O %B"),
            Self::Ours => Some("merge.portgen.driver=true"),
        }
    }
}

/// Makes a merge again, with conflict markers, without changing the repository. Returns `None` if git cannot (before 2.38), or if
/// `driver` is [`Driver::Git`] but the merge driver is set.
pub fn again(folder: &Path, merge: &Merge, driver: Driver) -> Option<Made> {
    if driver == Driver::Git && setting(folder, "merge.portgen.driver").ok()?.is_some() {
        return None;
    }
    let beside = Beside::new(folder)?;
    let [ours, theirs] = match merge.bases.as_slice() {
        [base] if merge.is_picked => [beside.child_of(base, &merge.ours)?, beside.child_of(base, &merge.theirs)?],
        _ => [merge.ours.clone(), merge.theirs.clone()],
    };
    let mut arguments = driver.setting().map_or(Vec::new(), |setting| vec!["-c", setting]);
    arguments.extend(["merge-tree", "--write-tree", "--allow-unrelated-histories", ours.trim(), theirs.trim()]);
    let merged = beside.git(&arguments).output().ok()?;
    // 1: with conflicts.
    if !matches!(merged.status.code(), Some(0 | 1)) {
        return None;
    }
    let tree = String::from_utf8(merged.stdout).ok()?;
    let list = printed(beside.git(&["ls-tree", "-r", "-z", tree.lines().next()?]))?;
    let objects = spawn(beside.git(&["cat-file", "--batch"])).ok()?;
    Some(Made { list, objects, scratch: beside.scratch })
}

/// A repository with a scratch folder for new objects.
struct Beside<'a> {
    folder: &'a Path,
    /// The folder of the repository's objects, quoted for the environment of git.
    objects: String,
    scratch: TempDir,
}

impl<'a> Beside<'a> {
    fn new(folder: &'a Path) -> Option<Self> {
        let objects = line(folder, &["rev-parse", "--path-format=absolute", "--git-path", "objects"]).ok()?;
        let objects = format!("\"{}\"", objects.replace('\\', "\\\\").replace('"', "\\\""));
        Some(Self { folder, objects, scratch: tempfile::tempdir().ok()? })
    }

    fn git(&self, arguments: &[&str]) -> Command {
        let mut git = command(self.folder, arguments);
        git.env("GIT_OBJECT_DIRECTORY", self.scratch.path());
        git.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", &self.objects);
        git
    }

    /// Makes a commit with the files of `commit` and `base` as its only parent.
    fn child_of(&self, base: &str, commit: &str) -> Option<String> {
        let tree = format!("{commit}^{{tree}}");
        let made = printed(anonymous(self.git(&["commit-tree", "-p", base, "-m", "-", &tree])))?;
        String::from_utf8(made).ok()
    }
}

/// Lets git commit without a configured user.
pub(super) fn anonymous(mut git: Command) -> Command {
    for who in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{who}_NAME"), "-").env(format!("GIT_{who}_EMAIL"), "-");
        git.env(format!("GIT_{who}_DATE"), "@0 +0000");
    }
    git
}

fn printed(mut git: Command) -> Option<Vec<u8>> {
    let output = git.output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// Whether a merge, rebase or the like is or recently was under way in the repository of `folder`. Does not run git.
pub fn is_under_way(folder: &Path) -> bool {
    Repository::around(folder).is_some_and(|repository| repository.git_dir.join("AUTO_MERGE").exists())
}

/// The files below `folder` that are in conflict and exist on both sides, each with the object names of our and their version.
pub fn unmerged(folder: &Path) -> Vec<(String, [String; 2])> {
    let listed = run(folder, &["ls-files", "--unmerged", "-z"]).unwrap_or_default();
    let mut sides: BTreeMap<String, [String; 2]> = BTreeMap::new();
    for row in listed.split(|byte| *byte == 0).filter_map(|row| std::str::from_utf8(row).ok()) {
        let Some((facts, path)) = row.split_once('\t') else { continue };
        if let [_, object, stage @ ("2" | "3")] = *facts.split(' ').collect::<Vec<_>>() {
            sides.entry(path.to_owned()).or_default()[usize::from(stage == "3")] = object.to_owned();
        }
    }
    sides.into_iter().filter(|(_, sides)| sides.iter().all(|side| !side.is_empty())).collect()
}

/// The commits that git may be merging while it runs a merge driver, the most likely first; some may not exist.
///
/// Git names the merged commit in an environment variable `GITHEAD_<commit>`. The steps of a rebase, and its stash, are in files
/// of the git directory.
pub fn being_merged(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        env::vars_os().filter_map(|(key, _)| Some(key.to_str()?.strip_prefix("GITHEAD_")?.to_owned())).collect();
    let git_dir = Repository::around(folder).map(|repository| repository.git_dir).unwrap_or_default();
    // The last step that was done, and the next step.
    names.extend(noted(&git_dir, "rebase-merge/done").lines().last().and_then(commit_of_step));
    names.extend(noted(&git_dir, "sequencer/todo").lines().next().and_then(commit_of_step));
    for file in ["rebase-apply/original-commit", "rebase-merge/autostash", "rebase-apply/autostash", "MERGE_AUTOSTASH"]
    {
        names.push(noted(&git_dir, file).trim().to_owned());
    }
    names.retain(|name| is_commit(name));
    names.push("refs/stash".to_owned());
    names
}

/// A file of the git directory; empty if it does not exist.
fn noted(git_dir: &Path, file: &str) -> String {
    fs::read_to_string(git_dir.join(file)).unwrap_or_default()
}

/// A step is a verb, sometimes an option, and a commit.
fn commit_of_step(step: &str) -> Option<String> {
    step.split(' ').skip(1).find(|word| is_commit(word)).map(str::to_owned)
}

/// Whether a word can be the name of a commit, in full or abbreviated.
fn is_commit(word: &str) -> bool {
    word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether the file at `path` from `folder` contained `text` in a commit of any branch, tag or stash.
pub fn has_had(folder: &Path, path: &str, text: &str) -> bool {
    let (text, path) = (format!("-S{text}"), format!(":(literal){path}"));
    let log =
        ["-c", "log.showRoot=true", "log", "-1", "--format=%H", "--full-history", "-m", &text, "--all", "--", &path];
    run(folder, &log).is_ok_and(|commit| !commit.is_empty())
}
