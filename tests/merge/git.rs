//! Real git calls `portgen merge-driver`.

use std::process::Output;

use crate::sandbox::Sandbox;

const BASE: &str = "version = 1

[platform]
name = \"Shop\"
id = \"shop\"

[groups.frontend]
title = \"Frontend\"

[services.web]
group = \"frontend\"
port = 3000

[groups.backend]
title = \"Backend\"
";

/// What names the driver for the file.
const ATTRIBUTES: &str = "ports.toml merge=portgen\n";

/// A repository with one commit, in whose configuration the driver is.
struct Repository(Sandbox);

impl Repository {
    fn new(options: &str, attributes: &str) -> Self {
        let repository = Self(Sandbox::new());
        let driver = format!("'{}' merge-driver {options} %O %A %B %P", env!("CARGO_BIN_EXE_portgen"));
        repository.done(&["init", "--quiet", "--initial-branch", "main"]);
        repository.done(&["config", "merge.portgen.name", "ports.toml by services"]);
        repository.done(&["config", "merge.portgen.driver", &driver]);
        repository.0.put(".gitattributes", attributes);
        repository.commit(BASE);
        repository
    }

    fn git(&self, args: &[&str]) -> Output {
        self.0.git_words(args.iter().copied())
    }

    fn done(&self, args: &[&str]) -> String {
        let output = self.git(args);
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn commit(&self, text: &str) {
        self.0.put("ports.toml", text);
        self.done(&["add", "."]);
        self.done(&["commit", "--quiet", "--message", "change"]);
    }

    /// Two branches from the base, and what git says of merging the second into the first.
    fn merge(&self, ours: &str, theirs: &str) -> Output {
        self.done(&["switch", "--quiet", "--create", "theirs"]);
        self.commit(theirs);
        self.done(&["switch", "--quiet", "main"]);
        self.commit(ours);
        self.git(&["merge", "--no-edit", "theirs"])
    }
}

/// The text with a service at the end of the group.
fn with_service(id: &str, port: u16) -> String {
    let service = format!("port = 3000\n\n[services.{id}]\ngroup = \"frontend\"\nport = {port}\n");
    BASE.replace("port = 3000\n", &service)
}

#[test]
fn two_services_at_one_place_are_merged() {
    let repository = Repository::new("", ATTRIBUTES);
    let output = repository.merge(&with_service("admin", 3001), &with_service("kiosk", 3002));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let both = with_service("admin", 3001)
        .replace("port = 3001\n", "port = 3001\n\n[services.kiosk]\ngroup = \"frontend\"\nport = 3002\n");
    assert_eq!(repository.0.text("ports.toml"), both);
    assert_eq!(repository.done(&["status", "--porcelain"]), "");
    assert_eq!(repository.done(&["show", "HEAD:ports.toml"]), both);
}

/// Without the driver the same branches are a conflict: the test above can fail.
#[test]
fn git_alone_leaves_a_conflict_there() {
    let repository = Repository::new("", "");
    let output = repository.merge(&with_service("admin", 3001), &with_service("kiosk", 3002));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_contradiction_is_a_conflict_for_git() {
    let repository = Repository::new("--marker-size %L", "ports.toml merge=portgen conflict-marker-size=9\n");
    let output = repository.merge(&BASE.replace("3000", "3001"), &BASE.replace("3000", "3002"));
    assert_eq!(output.status.code(), Some(1));
    let conflict = "<<<<<<<<< ours\nport = 3001\n=========\nport = 3002\n>>>>>>>>> theirs\n";
    assert_eq!(repository.0.text("ports.toml"), BASE.replace("port = 3000\n", conflict));
    assert_eq!(repository.done(&["ls-files", "--unmerged"]).lines().count(), 3);
}

/// An error is none of the codes that git takes for a merge, and our version stays.
#[test]
fn what_cannot_be_read_is_a_failure() {
    let sandbox = Sandbox::new();
    sandbox.put("ours", BASE);
    sandbox.put("theirs", BASE);
    sandbox.put("large", vec![b'#'; portgen::manifest::MAX_BYTES + 1]);
    for (base, said) in [("missing", "No such file"), (".", "is not a regular file"), ("large", "is over 16 MiB")] {
        let before = sandbox.state();
        let output = sandbox.portgen(["merge-driver", base, "ours", "theirs"]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(129), "{stderr}");
        assert!(stderr.contains(said) && stderr.contains("cannot be read"), "{stderr}");
        assert_eq!(sandbox.state(), before);
    }
}

/// Where no file can be made beside our version, as with a name of the greatest length, it stays.
#[test]
fn what_cannot_be_written_is_a_failure() {
    let ours = "o".repeat(255);
    let sandbox = Sandbox::new();
    for name in ["base", &ours, "theirs"] {
        sandbox.put(name, BASE);
    }
    let before = sandbox.state();
    let output = sandbox.portgen(["merge-driver", "base", &ours, "theirs"]);
    assert_eq!(output.status.code(), Some(129));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot be replaced"));
    assert_eq!(sandbox.state(), before);
}

/// Without git there is no merge by lines: nothing is lost.
#[test]
fn without_git_nothing_is_merged_by_lines() {
    let sandbox = Sandbox::new();
    sandbox.put("base", "a = 1\n");
    sandbox.put("ours", "a = = 2\n");
    sandbox.put("theirs", "a = 3\n");
    let before = sandbox.state();
    let args = ["merge-driver", "base", "ours", "theirs"];
    let output = sandbox.command(env!("CARGO_BIN_EXE_portgen")).env("PATH", "").args(args).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(129), "{stderr}");
    assert!(stderr.contains("`git merge-file` failed"), "{stderr}");
    assert_eq!(sandbox.state(), before);
}

/// A driver that is set up wrongly is a failure, not a merge with conflicts in which their changes are missing.
#[test]
fn bad_usage_is_a_failure() {
    let sandbox = Sandbox::new();
    ["base", "ours", "theirs"].iter().for_each(|name| sandbox.put(name, BASE));
    let before = sandbox.state();
    for args in [
        "",
        "base ours",
        "base ours theirs path more",
        "--no-such base ours theirs",
        "--marker-size 0 base ours theirs",
    ] {
        let output = sandbox.portgen(["merge-driver"].into_iter().chain(args.split_whitespace()));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(129), "{args}: {stderr}");
        assert!(stderr.starts_with("error: ") && stderr.contains("--help"), "{args}: {stderr}");
        assert_eq!(sandbox.state(), before);
    }
    assert_eq!(sandbox.portgen(["merge-driver", "--help"]).status.code(), Some(0));
    let repository = Repository::new("--no-such", ATTRIBUTES);
    let output = repository.merge(&with_service("admin", 3001), &with_service("kiosk", 3002));
    assert!(!output.status.success());
    assert_eq!(repository.0.text("ports.toml"), with_service("admin", 3001));
}

/// Whether by keys or, where a version is no TOML, by lines.
#[test]
fn a_label_stays_in_its_line() {
    for broken in ["", "= =\n"] {
        let sandbox = Sandbox::new();
        for (name, port) in [("base", "3000"), ("ours", "3001"), ("theirs", "3002")] {
            sandbox.put(name, BASE.replace("3000", port) + broken);
        }
        let labels = ["--ours-label", "left\n>>>>>>> x", "--theirs-label", "right\r\n=======\u{85}\u{1b}[2J"];
        let output = sandbox.portgen(["merge-driver"].into_iter().chain(labels).chain(["base", "ours", "theirs"]));
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        let conflict = "<<<<<<< left >>>>>>> x\nport = 3001\n=======\nport = 3002\n>>>>>>> right  =======  [2J\n";
        assert_eq!(sandbox.text("ours"), BASE.replace("port = 3000\n", conflict) + broken);
    }
}
