//! Nothing is touched until everything is ready, and nothing at all where something is in the way.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use portgen::apply::{apply, exclusive};
use portgen::drift::{Difference, Kind};
use portgen::files::tree::{STAGING, Tree};

use super::{LOCK, PLAIN, Project, codes, rel};
use crate::sandbox::paths;

const A: &str = "generated/a";
const B: &str = "generated/k8s/b";

/// Applies changes that were computed earlier, as if the disk had changed since.
fn apply_late(
    project: &Project,
    changes: &[Difference<'_>],
) -> Result<portgen::apply::Applied, portgen::diagnostic::Diagnostics> {
    // A process that another test is just starting may hold the lock for a moment.
    let guard = exclusive(&project.tree, Duration::from_secs(5), || ()).unwrap();
    apply(&guard, &rel(LOCK), changes, PLAIN)
}

fn meta(project: &Project, path: &str) -> fs::Metadata {
    fs::symlink_metadata(project.root().join(path)).unwrap()
}

#[test]
fn a_clean_tree_is_not_touched() {
    let project = Project::written(&[(A, "a\n"), (B, "b\n")]);
    let stamps =
        || [A, B, LOCK, "generated", "."].map(|path| (meta(&project, path).ino(), meta(&project, path).ctime_nsec()));
    let before = stamps();
    let applied = project.write(PLAIN).unwrap();
    assert_eq!(applied, portgen::apply::Applied::default());
    assert_eq!(stamps(), before);
}

#[test]
fn only_what_differs_is_replaced() {
    let mut project = Project::written(&[(A, "a\n"), (B, "b\n")]);
    let before = meta(&project, A).ino();
    project.render(&[(A, "a\n"), (B, "new\n")]);
    project.write(PLAIN).unwrap();
    assert_eq!(meta(&project, A).ino(), before);
}

#[test]
fn permissions_of_a_file_stay_and_a_read_only_one_is_replaced() {
    let mut project = Project::written(&[(A, "a\n")]);
    fs::set_permissions(project.root().join(A), fs::Permissions::from_mode(0o440)).unwrap();
    project.render(&[(A, "new\n")]);
    project.write(PLAIN).unwrap();
    assert_eq!(project.get(A).unwrap(), b"new\n");
    assert_eq!(meta(&project, A).mode() & 0o7777, 0o440);
}

#[test]
fn a_new_file_has_the_permissions_that_any_program_gives() {
    let project = Project::written(&[(A, "a\n")]);
    project.put("plain", "x");
    assert_eq!(meta(&project, A).mode(), meta(&project, "plain").mode());
}

/// Whatever `obstruct` puts in the way of a change and of a new file: an error for `diff` and for `write`, and both files
/// are as they were.
fn obstructed(code: &str, obstruct: fn(&Path)) {
    let mut project = Project::written(&[(A, "a\n"), (B, "b\n")]);
    project.render(&[(A, "new\n"), (B, "new\n"), ("generated/z/new", "new\n")]);
    let changes = project.changes().unwrap();
    obstruct(project.root());
    let listed = paths(project.root());
    assert_eq!(codes(project.changes()), [code]);
    codes(apply_late(&project, &changes));
    assert_eq!(project.get(A).unwrap(), b"a\n");
    assert_eq!(paths(project.root()), listed);
    assert!(!project.tree.has_leftovers());
}

#[test]
fn a_symlinked_folder() {
    obstructed("symlink", |root| {
        fs::rename(root.join("generated/k8s"), root.join("elsewhere")).unwrap();
        symlink("../elsewhere", root.join("generated/k8s")).unwrap();
    });
}

#[test]
fn a_symlinked_file() {
    obstructed("unreadable-file", |root| {
        fs::rename(root.join(B), root.join("elsewhere")).unwrap();
        symlink("../../elsewhere", root.join(B)).unwrap();
    });
}

#[test]
fn a_symlink_to_nothing() {
    obstructed("unreadable-file", |root| {
        fs::remove_file(root.join(B)).unwrap();
        symlink("nothing", root.join(B)).unwrap();
    });
}

#[test]
fn a_folder_in_the_place_of_a_file() {
    obstructed("unreadable-file", |root| {
        fs::remove_file(root.join(B)).unwrap();
        fs::create_dir(root.join(B)).unwrap();
    });
}

#[test]
fn a_file_in_the_place_of_a_folder() {
    obstructed("not-a-folder", |root| fs::write(root.join("generated/z"), "").unwrap());
}

#[test]
fn a_pipe_is_not_waited_for() {
    obstructed("unreadable-file", |root| {
        fs::remove_file(root.join(B)).unwrap();
        assert!(Command::new("mkfifo").arg(root.join(B)).status().unwrap().success());
    });
}

#[test]
fn a_file_that_appeared_since_the_comparison_is_not_overwritten() {
    let project = Project::new(&[(A, "a\n")]);
    let changes = project.changes().unwrap();
    project.put(A, "mine\n");
    assert_eq!(codes(apply_late(&project, &changes)), ["changed-meanwhile"]);
    assert_eq!(project.files().into_keys().collect::<Vec<_>>(), [A]);
    assert_eq!(project.get(A).unwrap(), b"mine\n");
}

#[test]
fn an_orphan_that_was_edited_since_the_comparison_is_kept() {
    let mut project = Project::written(&[(A, "a\n"), (B, "b\n")]);
    project.render(&[(A, "a\n")]);
    let changes = project.changes().unwrap();
    project.put(B, "mine\n");
    let applied = apply_late(&project, &changes).unwrap();
    assert_eq!((applied.deleted, applied.warnings.len()), (0, 1));
    assert_eq!(project.get(B).unwrap(), b"mine\n");
    assert_eq!(project.kinds(), []);
}

#[test]
fn an_orphan_that_was_removed_since_the_comparison_is_gone() {
    let mut project = Project::written(&[(A, "a\n"), (B, "b\n")]);
    project.render(&[(A, "a\n")]);
    let changes = project.changes().unwrap();
    fs::remove_file(project.root().join(B)).unwrap();
    assert_eq!(apply_late(&project, &changes).unwrap().deleted, 1);
    assert_eq!(project.kinds(), []);
}

#[test]
fn folders_made_for_nothing_go_again() {
    let project = Project::new(&[("generated/deep/er/a", "a\n"), ("z", "z\n")]);
    let changes = project.changes().unwrap();
    project.put("z", "mine\n");
    assert_eq!(codes(apply_late(&project, &changes)), ["changed-meanwhile"]);
    assert!(!project.root().join("generated").exists());
}

#[test]
fn a_staging_folder_that_is_none_is_refused() {
    let project = Project::new(&[(A, "a\n")]);
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("0"), "theirs").unwrap();
    symlink(outside.path(), project.root().join(STAGING)).unwrap();
    assert_eq!(codes(project.write(PLAIN)), ["cannot-write"]);
    assert_eq!(project.get(A), None);
    assert_eq!(fs::read(outside.path().join("0")).unwrap(), b"theirs");
}

#[test]
fn a_full_disk_changes_nothing() {
    super::in_namespace("mount -t tmpfs -o size=128k tmpfs .; cd \"$PWD\"", "ownership::writes::on_a_small_disk");
}

#[test]
#[ignore = "runs on the disk that a_full_disk_changes_nothing makes for it"]
fn on_a_small_disk() {
    let mut project = Project::written(&[]);
    project.tree = Tree::new(".");
    project.render(&[(A, "a\n"), (B, "b\n")]);
    project.write(PLAIN).unwrap();
    let before = paths(Path::new("."));
    let big = "x".repeat(100_000);
    project.render(&[(A, &big), (B, &big), ("generated/new/c", &big)]);
    let refused = project.write(PLAIN).unwrap_err();
    assert!(refused.to_string().contains("No space left"), "{refused}");
    assert_eq!(fs::read(A).unwrap(), b"a\n");
    assert_eq!(paths(Path::new(".")), before);
    assert!(!Path::new("generated/new").exists());
    project.render(&[(A, &big), (B, "b\n")]);
    project.write(PLAIN).unwrap();
    assert_eq!(project.kinds(), []);
}

#[test]
fn outputs_on_another_mount_are_staged_there() {
    super::in_namespace(
        "mkdir -p generated/k8s other; mount --bind other generated/k8s",
        "ownership::writes::across_mounts",
    );
}

#[test]
#[ignore = "runs on the mounts that outputs_on_another_mount_are_staged_there makes for it"]
fn across_mounts() {
    let mut project = Project::new(&[(A, "a\n"), (B, "b\n"), ("generated/k8s/sub/c", "c\n")]);
    project.tree = Tree::new(".");
    project.write(PLAIN).unwrap();
    assert_eq!(project.kinds(), []);
    let written = paths(Path::new("."));
    assert_eq!(written.len(), 6, "the two files of the mount are seen twice, and nothing else is left: {written:?}");
    // As a run that was killed would leave it.
    fs::create_dir(STAGING).unwrap();
    fs::write(Path::new(STAGING).join("elsewhere"), "generated/k8s\ngenerated/hal").unwrap();
    fs::create_dir(Path::new("generated/k8s").join(STAGING)).unwrap();
    project.write(PLAIN).unwrap();
    assert!(!Path::new(STAGING).exists() && !Path::new("generated/k8s").join(STAGING).exists());
    project.render(&[(A, "a\n")]);
    assert_eq!(project.write(PLAIN).unwrap().deleted, 2);
    assert_eq!(project.kinds(), [] as [(String, Kind); 0]);
}

#[test]
fn an_orphan_that_cannot_be_removed_is_refused_before_anything_changes() {
    super::in_namespace(
        "mkdir -p generated/k8s; mount -t tmpfs tmpfs generated/k8s",
        "ownership::writes::below_what_is_read_only",
    );
}

#[test]
#[ignore = "runs on the mount that an_orphan_that_cannot_be_removed_is_refused_before_anything_changes makes for it"]
fn below_what_is_read_only() {
    let mut project = Project::new(&[(A, "a\n"), ("generated/k8s/b", "b\n")]);
    project.tree = Tree::new(".");
    project.write(PLAIN).unwrap();
    mount(&["-o", "remount,ro", "generated/k8s"]);
    project.render(&[(A, "new\n")]);
    let refused = project.write(PLAIN).unwrap_err();
    assert!(refused.to_string().contains("nothing was changed"), "{refused}");
    assert_eq!(fs::read(A).unwrap(), b"a\n");
}

#[test]
fn an_orphan_that_stays_is_named() {
    super::in_namespace("mkdir generated", "ownership::writes::an_orphan_is_a_mount");
}

#[test]
#[ignore = "mounts, as an_orphan_that_stays_is_named lets it"]
fn an_orphan_is_a_mount() {
    let mut project = Project::new(&[(A, "a\n"), ("generated/k8s/b", "b\n")]);
    project.tree = Tree::new(".");
    project.write(PLAIN).unwrap();
    mount(&["--bind", "generated/k8s/b", "generated/k8s/b"]);
    project.render(&[(A, "new\n")]);
    let refused = project.write(PLAIN).unwrap_err();
    assert!(refused.to_string().contains("`generated/k8s/b` cannot be removed"), "{refused}");
    assert_eq!(fs::read(A).unwrap(), b"new\n");
}

fn mount(arguments: &[&str]) {
    assert!(std::process::Command::new("mount").args(arguments).status().unwrap().success(), "{arguments:?}");
}
