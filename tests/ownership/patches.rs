//! The patch of `diff` goes through the real `git apply`, forwards and backwards.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

use portgen::drift::{Change, Kind, Stat, patch, write_patch};

use super::{PLAIN, Project, rel};

type Case<'a> = (&'a str, Option<&'a [u8]>, Option<&'a [u8]>);

fn change((path, before, after): Case<'_>) -> Change {
    let owned = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
    Change { path: rel(path), kind: Kind::Stale, before: owned(before), after: owned(after) }
}

fn git(folder: &Path, arguments: &[&str], input: &[u8]) {
    let mut git = Command::new("git");
    git.args(["-c", "core.autocrlf=false"]).args(arguments).current_dir(folder);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let mut child = git.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("git");
    std::io::Write::write_all(&mut child.stdin.take().expect("its input"), input).expect("the patch is taken");
    let output = child.wait_with_output().expect("its end");
    assert!(output.status.success(), "{}\n{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(input));
}

/// Applies the patch of the cases at `prefix` below a repository's top level, compares, and takes it back again.
fn round_trip(cases: &[Case<'_>], prefix: &str) {
    let project = Project::new(&[]);
    git(project.root(), &["init", "-q", "."], b"");
    let side = |pick: fn(&Case<'_>) -> Option<Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        cases.iter().filter_map(|case| Some((format!("{prefix}{}", case.0), pick(case)?))).collect()
    };
    let before = side(|case| case.1.map(<[u8]>::to_vec));
    let after = side(|case| case.2.map(<[u8]>::to_vec));
    for (path, bytes) in &before {
        project.put(path, bytes);
    }
    let changes: Vec<Change> = cases.iter().map(|case| change(*case)).collect();
    let patch = patch(&changes, prefix.as_bytes());
    let files = || -> BTreeMap<String, Vec<u8>> {
        project.files().into_iter().filter(|(path, _)| !path.starts_with(".git/")).collect()
    };
    git(project.root(), &["apply", "--whitespace=nowarn"], &patch);
    assert_eq!(files(), after, "{}", String::from_utf8_lossy(&patch));
    git(project.root(), &["apply", "--whitespace=nowarn", "-R"], &patch);
    assert_eq!(files(), before);
}

const CASES: &[Case<'_>] = &[
    ("generated/new", None, Some(b"a\nb\n")),
    ("generated/new-one", None, Some(b"a\n")),
    ("generated/new-no-end", None, Some(b"a\nb")),
    ("generated/new-empty", None, Some(b"")),
    ("generated/gone", Some(b"a\nb\n"), None),
    ("generated/gone-no-end", Some(b"a"), None),
    ("generated/gone-empty", Some(b""), None),
    ("generated/filled", Some(b""), Some(b"a\n")),
    ("generated/emptied", Some(b"a\nb\n"), Some(b"")),
    ("generated/changed", Some(b"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n"), Some(b"1\n2\nx\n4\n5\n6\n7\n8\n9\n10\ny\n")),
    ("generated/end-lost", Some(b"a\nb\n"), Some(b"a\nb")),
    ("generated/end-won", Some(b"a\nb"), Some(b"a\nb\n")),
    ("generated/no-end", Some(b"a\nb"), Some(b"x\nb")),
    ("generated/crlf", Some(b"a\r\nb\r\nc\r\n"), Some(b"a\r\nx\r\nc\r\n")),
    ("generated/to-lf", Some(b"a\r\nb\r\n"), Some(b"a\nb\n")),
    ("generated/lone-cr", Some(b"a\rb\rc\n"), Some(b"a\rx\rc\n")),
    ("generated/end-cr", Some(b"a\nb\r"), Some(b"a\nc\r")),
    ("generated/latin1", Some(b"caf\xe9\n\xff\n"), Some(b"caf\xe8\n\xff\n")),
    ("generated/nul", Some(b"a\0b\nc\n"), Some(b"a\0x\nc\n")),
    ("generated/signs", Some(b"-- a\n++ b\n@@ -1 +1 @@\n"), Some(b"-- x\n++ y\n@@ -1 +1 @@\n")),
    ("generated/a blank.yml", Some(b"a\n"), Some(b"b\n")),
    ("generated/new blank", None, Some(b"b\n")),
    ("generated/empty blank", None, Some(b"")),
    ("generated/x b/y b/z", None, Some(b"")),
    ("generated/\"quote\" and blank", Some(b"a\n"), Some(b"b\n")),
    ("generated/\u{f6}\u{1f600}", Some(b"a\n"), Some(b"b\n")),
    ("generated/it's $(id) *", None, Some(b"b\n")),
];

#[test]
fn each_case_goes_through_git_apply_and_back() {
    for case in CASES {
        round_trip(&[*case], "");
    }
}

#[test]
fn all_cases_in_one_patch_below_the_top_level() {
    round_trip(CASES, "");
    round_trip(CASES, "sub/d\u{ef}r \"x\"/");
}

/// The patch of all that differs.
fn patch_of(project: &Project) -> Vec<u8> {
    let mut patch = Vec::new();
    let take = |lines: &[u8]| {
        assert!(lines.is_empty() || lines.ends_with(b"\n"), "a piece that does not end with a line");
        patch.extend_from_slice(lines);
        Ok(())
    };
    write_patch(&project.changes().unwrap(), b"", take).unwrap();
    patch
}

/// Texts of many lines, in which there is much to take for something else.
fn long(lines: std::ops::Range<usize>, port: impl Fn(usize) -> usize) -> Vec<u8> {
    let service = |n: usize| format!("  s{n}:\n    ports:\n      - \"{}\"\n    environment:\n", port(n));
    lines.map(service).collect::<String>().into_bytes()
}

#[test]
fn long_files_go_through_git_apply_and_back() {
    let plain = long(0..6_000, |n| n);
    let texts = [
        long(0..6_000, |n| n + 20_000),
        long(0..6_000, |n| if n == 3_000 { 1 } else { n }),
        long(0..6_000, |n| if n % 700 == 0 { 1 } else { n }),
        [long(9_000..9_500, |n| n), plain.clone()].concat(),
        [&plain[..50_000], &long(9_000..12_000, |n| n), &plain[50_000..]].concat(),
        [&plain[..50_000], &plain[150_000..], b"no end"].concat(),
        long(7_000..13_000, |n| n),
        plain[..plain.len() - 1].to_vec(),
        [&plain[..], b"\n"].concat(),
    ];
    for text in &texts {
        round_trip(&[("generated/long", Some(&plain), Some(text))], "");
        round_trip(&[("generated/long", Some(text), Some(&plain))], "");
    }
}

#[test]
fn hunks_of_long_files_hold_what_differs_and_nothing_else() {
    let plain = long(0..6_000, |n| n);
    let few = long(0..6_000, |n| if n % 700 == 0 { n + 1 } else { n });
    let stat = |after: &[u8]| Stat::of(&change(("long", Some(&plain), Some(after))));
    assert_eq!((stat(&few).added, stat(&few).removed, stat(&few).line), (9, 9, 3));
    let every = stat(&long(0..6_000, |n| n + 20_000));
    assert_eq!((every.added, every.removed, every.line), (6_000, 6_000, 3));
    let more = stat(&[&plain[..50_000], &long(9_000..12_000, |n| n), &plain[50_000..]].concat());
    assert!(more.added < 12_010 && more.removed < 10, "{more:?}");
}

#[test]
fn a_clean_tree_has_an_empty_patch() {
    let project = Project::written(&[("generated/a", "a\n")]);
    assert_eq!(patch_of(&project), b"");
}

#[test]
fn the_patch_of_a_project_makes_it_clean() {
    let mut project = Project::written(&[("generated/a", "a\n"), ("generated/gone", "x\n"), ("generated/kept", "x\n")]);
    project.put("generated/a", "hand\n");
    project.put("generated/kept", "mine\n");
    project.render(&[("generated/a", "new\n"), ("generated/b", "b\n")]);
    let patch = patch_of(&project);
    git(project.root(), &["apply"], &patch);
    assert_eq!(project.kinds(), []);
    assert_eq!(project.get("generated/kept").unwrap(), b"mine\n", "what is kept is not in the patch");
    assert!(project.write(PLAIN).is_ok());
}

#[test]
fn lines_are_counted() {
    let changes = [
        change(("a", Some(b"1\n2\n3\n"), Some(b"1\nx\ny\n3\n"))),
        change(("b", None, Some(b"1\n2"))),
        change(("c", Some(b"1\n"), None)),
    ];
    let counted = changes.map(|change| Stat::of(&change));
    let counts: Vec<_> = counted.iter().map(|stat| (stat.path.as_str(), stat.added, stat.removed)).collect();
    assert_eq!(counts, [("a", 2, 1), ("b", 2, 0), ("c", 0, 1)]);
}

#[test]
fn megabytes_of_changed_lines_take_no_time() {
    let text = |seed: usize, common: usize| -> Vec<u8> {
        let line = |i: usize| match common {
            0 => format!("          containerPort: {}\n", i * 2 + seed),
            _ if i.is_multiple_of(common) => format!("line {}\n", i % 7),
            _ => format!("          containerPort: {}\n", (i * 7919 + seed * 31) % 65_536),
        };
        (0..70_000).map(line).collect::<String>().into_bytes()
    };
    let start = processor_time();
    for common in [0, 1, 2, 3] {
        let (before, after) = (text(0, common), text(1, common));
        let changes = [change(("big", Some(&before), Some(&after)))];
        let counted = Stat::of(&changes[0]);
        assert_eq!(counted.added, counted.removed);
        assert!(common == 1 || counted.added > 0);
        assert!(patch(&changes, b"").len() > 10);
    }
    let taken = processor_time() - start;
    assert!(taken < Duration::from_secs(30), "{taken:?}");
}

/// What this thread has had of the processor: on a busy machine a clock says more than that.
fn processor_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap().into()
}

/// The folder of a repository is named as its owner likes.
#[test]
fn a_folder_whose_name_is_not_utf_8_is_named_byte_by_byte() {
    use std::os::unix::ffi::OsStrExt as _;
    let project = Project::new(&[]);
    git(project.root(), &["init", "-q", "."], b"");
    let folder = project.root().join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(
        folder.join("ports.toml"),
        "version = 1\n[platform]\nname = \"A\"\nid = \"a\"\n[services.web]\nport = 3000\n",
    )
    .unwrap();
    let portgen = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_portgen")).args(arguments).current_dir(&folder).output().unwrap()
    };
    let patch = portgen(&["diff"]).stdout;
    git(project.root(), &["apply"], &patch);
    assert!(portgen(&["diff"]).status.success(), "{}", String::from_utf8_lossy(&patch));
}
