//! portgen.lock as text, and one `write` at a time.

use std::process::Command;
use std::time::{Duration, Instant};

use portgen::apply::exclusive;
use portgen::diagnostic::Diagnostics;
use portgen::drift::Kind;
use portgen::drift::standing::Standing;
use portgen::files::tree::Tree;
use portgen::outputs::digest::digest;
use portgen::outputs::lock::{Lock, LockFile};
use proptest::prelude::{any, proptest};

use super::{LOCK, PLAIN, Project, codes, rel};
use crate::tries::tries;

fn parse(text: &str) -> Lock {
    Lock::parse(&rel(LOCK), text.as_bytes()).expect("a lock")
}

fn line(path: &str, bytes: &str) -> String {
    format!("{}  {path}\n", digest(bytes.as_bytes()).hex())
}

#[test]
fn what_is_rendered_is_read_back_sorted() {
    let entries = [(rel("b b/ö\"x"), digest(b"2")), (rel("a"), digest(b"1"))];
    let lock = parse(&Lock::of(entries.to_vec(), String::new()).parts().collect::<String>());
    assert_eq!(lock.paths().collect::<Vec<_>>(), ["a", "b b/ö\"x"]);
    assert!(entries.iter().all(|(path, digest)| lock.recorded(path.as_str(), digest)));
    assert!(!lock.recorded("a", &digest(b"2")) && !lock.owns("b") && !lock.is_empty());
    assert!(parse("# only a comment\n\n").is_empty());
}

#[test]
fn sha256sum_reads_it() {
    let project = Project::written(&[("generated/a b.yml", "a\n"), ("generated/ö.yml", ""), ("top", "no end")]);
    let check =
        || Command::new("sha256sum").args(["--strict", "-c", LOCK]).current_dir(project.root()).output().unwrap();
    let good = check();
    assert!(good.status.success(), "{good:?}");
    assert!(good.stderr.is_empty(), "{good:?}");
    project.put("top", "edited");
    assert!(!check().status.success());
}

#[test]
fn both_sides_of_a_conflict_count() {
    let text = format!(
        "{}<<<<<<< HEAD\n{}||||||| base\n{}=======\n{}{}>>>>>>> branch\n",
        line("a", "a"),
        line("b", "ours"),
        line("b", "base"),
        line("b", "theirs"),
        line("c", "c"),
    );
    let lock = parse(&text);
    assert_eq!(lock.paths().collect::<Vec<_>>(), ["a", "b", "c"]);
    for side in ["ours", "base", "theirs"] {
        assert!(lock.recorded("b", &digest(side.as_bytes())), "{side}");
    }
}

#[test]
fn a_merge_with_conflicts_is_mended_by_one_write() {
    let mut project = Project::written(&[("generated/a", "a\n"), ("generated/b", "b\n")]);
    let lock = String::from_utf8(project.get(LOCK).unwrap()).unwrap();
    let theirs = line("generated/b", "theirs\n");
    project.put(LOCK, format!("<<<<<<< HEAD\n{lock}=======\n{theirs}>>>>>>> branch\n"));
    project.put("generated/b", "theirs\n");
    project.render(&[("generated/a", "a\n"), ("generated/b", "merged\n")]);
    assert_eq!(project.kinds(), [("generated/b".to_owned(), Kind::Stale), (LOCK.to_owned(), Kind::Lock)]);
    project.write(PLAIN).unwrap();
    assert_eq!(project.kinds(), []);
}

#[test]
fn line_ends_of_windows_are_read() {
    assert!(parse(&line("a", "a").replace('\n', "\r\n")).recorded("a", &digest(b"a")));
}

#[test]
fn a_broken_line_is_an_error_at_its_place() {
    for bad in ["nonsense", "0123  a", &line("a", "a").to_uppercase(), &line("a", "a").replace("  ", " ")] {
        let error = Lock::parse(&rel(LOCK), format!("# one\n{bad}\n").as_bytes()).unwrap_err();
        let place = &error.labels[0].place;
        assert_eq!(
            (error.code.as_str(), place.line(), place.span.len()),
            ("broken-lock", 2, bad.trim_end().len()),
            "{bad}"
        );
    }
    let error = Lock::parse(&rel(LOCK), b"# one\n\xff").unwrap_err();
    assert!(error.message.contains("byte 6"), "{error:?}");
}

#[test]
fn a_lock_cannot_name_what_no_output_can_be() {
    let project = Project::new(&[]);
    project.put("ports.toml", "x");
    for path in ["../x", "/etc/passwd", ".git/config", "a\\b", "ports.toml"] {
        let result = Standing::new(&project.tree, &LockFile::new(rel(LOCK), Some(line(path, "x").into())))
            .orphans(std::iter::empty());
        assert_eq!(codes(result), ["broken-lock"], "{path}");
    }
}

#[test]
fn a_second_portgen_waits_and_then_says_so() {
    let project = Project::new(&[]);
    let guard = exclusive(&project.tree, Duration::ZERO, || ()).unwrap();
    let start = Instant::now();
    let refused = exclusive(&project.tree, Duration::from_millis(100), || ()).unwrap_err();
    assert!(start.elapsed() >= Duration::from_millis(100));
    assert_eq!(refused.code.as_str(), "busy");
    // After a second of silence it says once what it waits for.
    let mut said = 0;
    let refused = exclusive(&project.tree, Duration::from_millis(1_200), || said += 1).unwrap_err();
    assert_eq!((refused.code.as_str(), said), ("busy", 1));
    drop(guard);
    // A process that another test is just starting may hold the lock for a moment.
    assert!(exclusive(&project.tree, Duration::from_millis(900), || said += 1).is_ok());
    assert_eq!(said, 1);
}

#[test]
fn a_root_that_is_not_there_cannot_be_locked() {
    assert_eq!(exclusive(&Tree::new("/does/not/exist"), Duration::ZERO, || ()).unwrap_err().code.as_str(), "busy");
}

/// A folder that cannot be opened is not an empty one.
#[test]
fn a_root_that_is_not_a_folder_has_no_files_and_says_so() {
    let project = Project::written(&[("generated/a", "a\n")]);
    let file = Tree::new(project.root().join("generated/a"));
    assert_eq!(codes(file.read(&rel("generated/a")).map_err(|error| Diagnostics(vec![error]))), ["unreadable-file"]);
    assert_eq!(Tree::new("/does/not/exist").read(&rel("generated/a")).unwrap(), None);
}

proptest! {
    #![proptest_config(tries(256))]

    /// Asserts nothing but that it ends.
    #[test]
    fn fuzz_whatever_a_lock_holds_it_is_read_without_a_panic(bytes in any::<Vec<u8>>()) {
        let _ = Lock::parse(&rel(LOCK), &bytes);
    }
}
