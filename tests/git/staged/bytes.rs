//! Where the bytes come from: from what is at hand if its hash is the right one, else from git.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::{PORTS, refused, repository, run, staged};
use crate::sandbox::Sandbox;

/// Which commands of git's `diff --staged` runs, in their order, and what it says.
fn gits(sandbox: &Sandbox) -> (Vec<String>, String) {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut portgen = sandbox.command(env!("CARGO_BIN_EXE_portgen"));
    portgen.args(["diff", "--staged", "--name-only"]).env("GIT_TRACE", log.path());
    let said = String::from_utf8(portgen.output().unwrap().stderr).unwrap();
    let log = fs::read_to_string(log.path()).unwrap();
    let commands = log.lines().filter_map(|line| line.split_once("built-in: git ")?.1.split(' ').next());
    let mut commands: Vec<String> = commands.map(str::to_owned).collect();
    // They are started at the same time.
    commands.sort_unstable();
    (commands, said)
}

/// Services, each with a package.json, whose Compose file is too large for a pipe; all of it staged.
fn many() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("init --quiet --initial-branch=main");
    let mut ports = PORTS.split("[services").next().unwrap().to_owned();
    for at in 4000..4800 {
        writeln!(ports, "[services.s{at}]\nport = {at}\ndir = \"s{at}\"\npackage = \"s{at}/package.json\"").unwrap();
        let package = format!("{{ \"name\": \"s{at}\", \"scripts\": {{ \"dev\": \"next dev -p {at}\" }} }}\n");
        sandbox.put(&format!("s{at}/package.json"), package);
    }
    sandbox.put("ports.toml", ports);
    assert_eq!(run(&sandbox, "write").0, 0);
    sandbox.done("add --all");
    sandbox
}

/// Where git has the bytes of a staged file.
fn object(sandbox: &Sandbox, path: &str) -> std::path::PathBuf {
    let name = String::from_utf8(sandbox.git(&format!("rev-parse :{path}")).stdout).unwrap();
    sandbox.file(".git/objects").join(&name[..2]).join(name[2..].trim_end())
}

#[test]
fn git_is_asked_once_for_the_list_and_once_for_all_bytes() {
    let sandbox = repository();
    let (asked, said) = gits(&sandbox);
    assert_eq!(asked, ["cat-file", "ls-files"], "{said}");
    for path in ["ports.toml", "web/package.json", "generated/portgen.lock", "generated/env/web.env"] {
        sandbox.put(path, "something else\n");
    }
    let (asked, said) = gits(&sandbox);
    assert_eq!(asked, ["cat-file", "ls-files"], "{said}");
    assert!(said.contains("no drift"), "{said}");
}

#[test]
fn many_and_large_files_are_read_from_git_whole() {
    let sandbox = many();
    let compose = sandbox.text("generated/docker-compose.yml");
    assert!(compose.len() > 64 << 10);
    assert_eq!(staged(&sandbox), [""; 0]);
    // Edited, staged, and then gone from the disk, as everything else.
    sandbox.put("generated/docker-compose.yml", format!("{compose}# the end\n"));
    sandbox.done("add --all");
    for path in String::from_utf8(sandbox.git("ls-files").stdout).unwrap().lines().filter(|path| *path != "ports.toml")
    {
        fs::remove_file(sandbox.file(path)).unwrap();
    }
    sandbox.put("ports.toml", "version = 1\n");
    assert_eq!(staged(&sandbox), ["generated/docker-compose.yml"]);
    let (_, patch, _) = run(&sandbox, "diff --staged");
    assert!(patch.ends_with("\n-# the end\n"), "{patch}");
}

#[test]
fn bytes_that_git_has_lost_are_taken_from_the_disk_or_named() {
    let sandbox = repository();
    for path in ["web/package.json", "generated/env/web.env"] {
        fs::remove_file(object(&sandbox, path)).unwrap();
    }
    // The text of an output is made anew: its hash is all that has to be known.
    fs::remove_file(sandbox.file("generated/env/web.env")).unwrap();
    assert_eq!(staged(&sandbox), [""; 0]);
    sandbox.put("web/package.json", "{}\n");
    let said = refused(&sandbox);
    assert!(said.contains("`web/package.json` cannot be read: git does not have its bytes here\n"), "{said}");
}

#[test]
fn what_the_disk_has_in_the_place_of_a_file_is_no_matter() {
    let sandbox = repository();
    let replace = |path: &str, by: &dyn Fn(&Path)| {
        fs::remove_file(sandbox.file(path)).unwrap();
        by(&sandbox.file(path));
    };
    replace("web/package.json", &|path| fs::create_dir(path).unwrap());
    replace("generated/portgen.lock", &|path| std::os::unix::fs::symlink("/dev/zero", path).unwrap());
    replace("generated/env/web.env", &|path| {
        let made = sandbox.command("mkfifo").arg(path).status().unwrap();
        assert!(made.success());
    });
    let (exit, out, said) = run(&sandbox, "diff --staged --name-only");
    assert_eq!((exit, out.as_str()), (0, ""), "{said}");
}

#[test]
fn a_repository_with_the_longer_hashes_is_judged() {
    let sandbox = Sandbox::new();
    sandbox.done("init --quiet --object-format=sha256");
    sandbox.put("ports.toml", PORTS);
    sandbox.put("web/package.json", "{ \"scripts\": { \"dev\": \"next dev -p 4001\" } }\n");
    assert_eq!(run(&sandbox, "write").0, 0);
    sandbox.done("add --all");
    assert_eq!(gits(&sandbox).0, ["cat-file", "ls-files"]);
    sandbox.put("generated/env/web.env", "PORT=1\n");
    sandbox.done("add --all");
    assert_eq!(staged(&sandbox), ["generated/env/web.env"]);
}

#[test]
fn a_file_over_its_limit_is_refused_wherever_its_bytes_are() {
    let sandbox = repository();
    sandbox.put("ports.toml", format!("{PORTS}{}", "# more\n".repeat(3 << 20)));
    sandbox.done("add --all");
    let on_disk = refused(&sandbox);
    assert!(on_disk.contains("ports.toml cannot be read: it is too large\n"), "{on_disk}");
    sandbox.put("ports.toml", PORTS);
    assert_eq!(refused(&sandbox), on_disk);
}
