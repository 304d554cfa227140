//! How a file stands to what portgen would make of it, and what `write` does about it.

use portgen::apply::Permit;
use portgen::drift::{Kind, kept_orphans};

use super::{LOCK, PLAIN, Project, codes};

const A: &str = "generated/a.yml";
const B: &str = "generated/k8s/b.yaml";
const CONFLICT: &str = "a\n<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> branch\n";
const FORCE: Permit = Permit { force: true, replace: false };
const REPLACE: Permit = Permit { force: false, replace: true };

fn one(path: &str, kind: Kind) -> Vec<(String, Kind)> {
    vec![(path.to_owned(), kind)]
}

fn with_lock(path: &str, kind: Kind) -> Vec<(String, Kind)> {
    vec![(path.to_owned(), kind), (LOCK.to_owned(), Kind::Lock)]
}

#[test]
fn a_first_write_creates_and_ends_clean() {
    let project = Project::new(&[(A, "a\n"), (B, "b\n")]);
    let missing = [A, B].map(|path| (path.to_owned(), Kind::Missing));
    assert_eq!(project.kinds(), [missing.to_vec(), one(LOCK, Kind::Lock)].concat());
    let applied = project.write(PLAIN).unwrap();
    assert_eq!((applied.created, applied.updated, applied.deleted), (2, 0, 0));
    assert_eq!(project.kinds(), []);
    assert_eq!(project.files().into_keys().collect::<Vec<_>>(), [A, B, LOCK]);
}

#[test]
fn a_file_that_portgen_wrote_is_stale_and_updated() {
    let mut project = Project::written(&[(A, "a\n")]);
    project.render(&[(A, "new\n")]);
    assert_eq!(project.kinds(), with_lock(A, Kind::Stale));
    assert_eq!(project.write(PLAIN).unwrap().updated, 1);
    assert_eq!(project.get(A).unwrap(), b"new\n");
    assert_eq!(project.kinds(), []);
}

#[test]
fn a_hand_edited_file_is_refused_without_force_and_not_replaced() {
    let project = Project::written(&[(A, "a\n")]);
    project.put(A, "mine\n");
    assert_eq!(project.kinds(), one(A, Kind::HandEdited));
    assert_eq!(codes(project.write(PLAIN)), ["hand-edited"]);
    assert_eq!(codes(project.write(REPLACE)), ["hand-edited"]);
    assert_eq!(project.get(A).unwrap(), b"mine\n");
    assert_eq!(project.write(FORCE).unwrap().updated, 1);
    assert_eq!(project.get(A).unwrap(), b"a\n");
    assert_eq!(project.kinds(), []);
}

#[test]
fn a_foreign_file_is_refused_without_replace_and_not_forced() {
    let project = Project::new(&[(A, "a\n")]);
    project.put(A, CONFLICT);
    assert_eq!(project.kinds(), with_lock(A, Kind::Foreign));
    assert_eq!(codes(project.write(PLAIN)), ["foreign-file"]);
    assert_eq!(codes(project.write(FORCE)), ["foreign-file"]);
    assert_eq!(project.files().into_keys().collect::<Vec<_>>(), [A], "nothing is written beside it");
    assert_eq!(project.write(REPLACE).unwrap().updated, 1);
    assert_eq!(project.kinds(), []);
}

#[test]
fn every_refusal_is_reported_at_once_and_says_how_to_go_on() {
    let mut project = Project::written(&[(A, "a\n")]);
    project.put(A, "mine\n");
    project.put(B, "theirs\n");
    project.render(&[(A, "a\n"), (B, "b\n")]);
    let refused = project.write(PLAIN).unwrap_err();
    let text = refused.to_string();
    assert_eq!(refused.0.len(), 2);
    for expected in [A, B, "--force", "--replace"] {
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn a_foreign_file_with_the_very_bytes_is_taken_over_silently() {
    let project = Project::new(&[(A, "a\n")]);
    project.put(A, "a\n");
    assert_eq!(project.kinds(), one(LOCK, Kind::Lock));
    let applied = project.write(PLAIN).unwrap();
    assert_eq!((applied.created, applied.updated), (0, 0));
    assert_eq!(project.kinds(), []);
}

#[test]
fn conflict_markers_are_an_edit_where_no_merge_has_made_them() {
    let project = Project::written(&[(A, "a\n")]);
    project.put(A, CONFLICT);
    assert_eq!(project.kinds(), one(A, Kind::HandEdited));
}

#[test]
fn markers_that_are_no_conflict_are_an_edit() {
    let project = Project::written(&[(A, "a\n")]);
    project.put(A, "Title\n=======\n");
    assert_eq!(project.kinds(), one(A, Kind::HandEdited));
}

#[test]
fn an_orphan_goes_with_the_folders_it_leaves_empty() {
    let mut project = Project::written(&[(A, "a\n"), (B, "b\n"), ("top/deep/c", "c\n")]);
    project.render(&[(A, "a\n")]);
    let orphans = [B, "top/deep/c"].map(|path| (path.to_owned(), Kind::Orphan));
    assert_eq!(project.kinds(), [orphans.to_vec(), one(LOCK, Kind::Lock)].concat());
    assert_eq!(project.write(PLAIN).unwrap().deleted, 2);
    assert_eq!(project.files().into_keys().collect::<Vec<_>>(), [A, LOCK]);
    assert!(!project.root().join("generated/k8s").exists());
    assert!(project.root().join("top/deep").exists(), "folders outside of the outputs' own are not portgen's");
    assert_eq!(project.kinds(), []);
}

#[test]
fn a_folder_with_something_else_in_it_stays() {
    let mut project = Project::written(&[(A, "a\n"), (B, "b\n")]);
    project.put("generated/k8s/mine.yaml", "mine\n");
    project.render(&[(A, "a\n")]);
    project.write(PLAIN).unwrap();
    assert_eq!(project.files().into_keys().collect::<Vec<_>>(), [A, "generated/k8s/mine.yaml", LOCK]);
}

#[test]
fn an_edited_orphan_is_kept_and_becomes_the_users() {
    let mut project = Project::written(&[(A, "a\n"), (B, "b\n")]);
    project.put(B, "mine\n");
    project.render(&[(A, "a\n")]);
    assert_eq!(project.kinds(), with_lock(B, Kind::EditedOrphan));
    assert_eq!(kept_orphans(&project.changes().unwrap()).len(), 1);
    assert_eq!(project.write(FORCE).unwrap().deleted, 0);
    assert_eq!(project.get(B).unwrap(), b"mine\n");
    assert_eq!(project.kinds(), [], "write, then diff, is clean");
    project.render(&[(A, "a\n"), (B, "b\n")]);
    assert_eq!(project.kinds(), with_lock(B, Kind::Foreign), "never overwritten without a word");
}

#[test]
fn an_orphan_that_is_gone_is_nothing_but_a_line_of_the_lock() {
    let mut project = Project::written(&[(A, "a\n"), (B, "b\n")]);
    std::fs::remove_file(project.root().join(B)).unwrap();
    project.render(&[(A, "a\n")]);
    assert_eq!(project.kinds(), one(LOCK, Kind::Lock));
    project.write(PLAIN).unwrap();
    assert!(!project.root().join("generated/k8s").exists());
}
