//! Programs that have a file open for writing, and save it in place and in pieces: nothing of theirs is lost, and no half of a save is taken for
//! the whole. Linux says who has a file open; elsewhere, only the contents are compared.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use portgen::apply::{apply, exclusive};
use portgen::drift::{Difference, Kind};
use portgen::files::tree::STAGING;
use portgen::outputs::digest::digest;

use super::{LOCK, PLAIN, Project, codes, rel};
use crate::sandbox::Sandbox;

const PACKAGE: &str = "web/package.json";

const PORTS_TOML: &str = r#"version = 1

[platform]
name = "Shop"
id = "shop"

[ranges]
all = { ports = "4000-4099", purpose = "All" }

[groups.g]
ranges = ["all"]

[services.web]
group = "g"
port = 4001
package = "web/package.json"

[services.api]
group = "g"
port = 4002
"#;

/// Where the second service begins: what lies before is a valid ports.toml, too.
const HALF: &str = "[services.api]";

/// A project whose files are in step.
fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.put("ports.toml", PORTS_TOML);
    sandbox.put(PACKAGE, "{ \"scripts\": { \"dev\": \"next dev -p 4001\" } }\n");
    assert!(sandbox.portgen(["write"]).status.success());
    sandbox
}

fn open(path: impl AsRef<Path>) -> File {
    OpenOptions::new().read(true).write(true).open(path).unwrap()
}

/// Asserts that a command was refused because of what is open, and that nothing has changed.
fn refused(sandbox: &Sandbox, args: &[&str], file: &str) {
    let before = sandbox.state();
    let output = sandbox.portgen(args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
    assert!(
        said.contains(&format!("error[changed-meanwhile]: `{file}` is open for writing in another program")),
        "{said}"
    );
    assert!(sandbox.state() == before, "{args:?} has changed something");
}

fn done(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn no_command_edits_a_ports_toml_that_is_open_for_writing() {
    let sandbox = project();
    let held = open(sandbox.file("ports.toml"));
    let edits: [&[&str]; 6] = [
        &["add", "mail", "--group", "g"],
        &["move", "api", "4003"],
        &["rename", "api", "backend"],
        &["remove", "api"],
        &["reserve", "4050", "--reason", "later"],
        &["write"],
    ];
    for args in edits {
        refused(&sandbox, args, "ports.toml");
    }
    drop(held);
    // Whoever only reads is not in the way.
    let _reader = File::open(sandbox.file("ports.toml")).unwrap();
    done(&sandbox.portgen(["add", "mail", "--group", "g"]));
}

#[test]
fn no_command_edits_anything_while_a_package_json_is_open_for_writing() {
    let sandbox = project();
    let held = open(sandbox.file(PACKAGE));
    refused(&sandbox, &["move", "web", "4005"], PACKAGE);
    // What is not to be changed may be open.
    done(&sandbox.portgen(["add", "mail", "--group", "g"]));
    drop(held);
    done(&sandbox.portgen(["move", "web", "4005"]));
    assert!(sandbox.text(PACKAGE).contains("-p 4005"));
    sandbox.put("ports.toml", PORTS_TOML.replace("4001", "4009"));
    let held = open(sandbox.file(PACKAGE));
    refused(&sandbox, &["write"], PACKAGE);
    drop(held);
    done(&sandbox.portgen(["write"]));
    assert!(sandbox.text(PACKAGE).contains("-p 4009"));
}

/// Runs a command while an editor has saved the first half of a ports.toml, which is valid by itself, and saves the other one.
fn run_amid_a_save(sandbox: &Sandbox, args: &[&str]) -> Output {
    let saved = PORTS_TOML.replace("4002", "4022") + "# saved\n";
    let (first, second) = saved.split_at(saved.find(HALF).unwrap());
    let mut file = open(sandbox.file("ports.toml"));
    file.set_len(0).unwrap();
    file.write_all(first.as_bytes()).unwrap();
    thread::scope(|scope| {
        let command = scope.spawn(|| sandbox.portgen(args));
        thread::sleep(Duration::from_millis(300));
        file.write_all(second.as_bytes()).unwrap();
        drop(file);
        command.join().unwrap()
    })
}

#[test]
fn an_edit_waits_for_a_save_in_pieces() {
    let sandbox = project();
    done(&run_amid_a_save(&sandbox, &["add", "mail", "--group", "g"]));
    let text = sandbox.text("ports.toml");
    for kept in ["[services.web]", "[services.api]", "port = 4022", "# saved", "[services.mail]"] {
        assert!(text.contains(kept), "{kept} is lost: {text}");
    }
    done(&sandbox.portgen(["diff"]));
}

#[test]
fn write_takes_no_half_of_a_save_for_the_whole() {
    let sandbox = project();
    done(&run_amid_a_save(&sandbox, &["write"]));
    assert!(sandbox.text("ports.toml").contains("# saved"));
    done(&sandbox.portgen(["diff"]));
}

const SAVES: u32 = 1000;

/// Saves version after version in place and in pieces. After each, the file at the path has that version.
fn save_in_place(file: &Path) {
    for version in 1..=SAVES {
        let pause =
            |step: u32, most: u32| thread::sleep(Duration::from_micros(u64::from(version * step % 13 * most / 13)));
        let mut open = open(file);
        pause(1, 500);
        // As an editor that truncates only what it has open, so that whoever reads sees an old version or half of a new one.
        open.set_len(0).unwrap();
        open.rewind().unwrap();
        write!(open, "version {version} ").unwrap();
        pause(5, 500);
        open.write_all(b"port 1").unwrap();
        drop(open);
        let text = fs::read_to_string(file).unwrap();
        assert!(text.starts_with(&format!("version {version} port ")), "version {version} was lost: {text}");
        pause(7, 8000);
    }
}

#[test]
fn an_editor_that_saves_in_place_loses_no_save() {
    let project = Project::new(&[]);
    let file = project.root().join(PACKAGE);
    project.put(PACKAGE, "version 0 port 1");
    let (is_done, mut done, mut refused) = (AtomicBool::new(false), 0, 0);
    thread::scope(|scope| {
        let editor = scope.spawn(|| {
            let _last = Last(&is_done);
            save_in_place(&file);
        });
        while !is_done.load(Ordering::SeqCst) {
            let mut before = String::new();
            File::open(&file).unwrap().read_to_string(&mut before).unwrap();
            let after = before.replace("port 1", "port 3000");
            let [from, to] = [&before, &after].map(|text| Some(text.clone().into_bytes()));
            let Some(change) = Difference::between(&rel(PACKAGE), Kind::Reference, from, to) else { continue };
            let guard = exclusive(&project.tree, Duration::from_secs(10), || ()).unwrap();
            match apply(&guard, &rel(LOCK), &[change], PLAIN) {
                Ok(_) => done += 1,
                Err(error) => {
                    assert_eq!(error.0[0].code.as_str(), "changed-meanwhile", "{error}");
                    refused += 1;
                }
            }
        }
        editor.join().unwrap();
    });
    assert!(done > 0 && refused > 0, "the race took place: {done} replaced, {refused} refused");
}

/// Says that a thread has ended, however it ends.
struct Last<'a>(&'a AtomicBool);

impl Drop for Last<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Every output with the same text.
fn outputs<'a>(paths: &'a [String], text: &'a str) -> Vec<(&'a str, &'a str)> {
    paths.iter().map(|path| (&**path, text)).collect()
}

/// Writes to another link of a replaced file, as a program does that has found the old file and comes to open it only then. By then, portgen
/// writes outputs.
fn save_late(output: &Path, link: &Path) {
    while fs::read(output).unwrap() == b"old\n" {}
    fs::write(link, "saved").unwrap();
}

#[test]
fn a_save_to_the_old_file_is_kept_until_the_end_of_a_run() {
    let paths: Vec<String> = (0..300).map(|number| format!("generated/{number}")).collect();
    let in_time = (0..20).any(|_| {
        let mut project = Project::written(&outputs(&paths, "old\n"));
        project.render(&outputs(&paths, "new\n"));
        // Another file is replaced after the one that is saved.
        let packages = [PACKAGE, "apps/other/package.json"];
        packages.iter().for_each(|package| project.put(package, "port 1"));
        let [file, link, output] = [PACKAGE, "link", &*paths[0]].map(|path| project.root().join(path));
        fs::hard_link(&file, &link).unwrap();
        let mut changes = project.changes().unwrap();
        for package in packages {
            let [from, to] = ["port 1", "port 3000"].map(|text| Some(text.into()));
            changes.extend(Difference::between(&rel(package), Kind::Reference, from, to));
        }
        let guard = exclusive(&project.tree, Duration::from_secs(10), || ()).unwrap();
        let applied = thread::scope(|scope| {
            scope.spawn(|| save_late(&output, &link));
            apply(&guard, &rel(LOCK), &changes, PLAIN)
        });
        let is_refused = applied.is_err();
        if is_refused {
            assert_eq!(codes(applied), ["changed-meanwhile"]);
            assert_eq!(project.get(PACKAGE).unwrap(), b"saved");
            assert_eq!(project.kinds(), [(LOCK.to_owned(), Kind::Lock)], "the next `write` completes the run");
        }
        is_refused
    });
    assert!(in_time, "no save came in time");
}

#[test]
fn a_file_that_a_killed_run_has_replaced_is_not_thrown_away_while_it_is_open() {
    let project = Project::new(&[]);
    let short = |text: &str| digest(text.as_bytes()).hex()[..16].to_owned();
    let name = format!("{STAGING}/1-{}-{}", short("before"), short("after"));
    project.put(&format!("{STAGING}/ready"), "");
    project.put(&name, "before");
    let held = open(project.root().join(&name));
    assert_eq!(codes(project.write(PLAIN)), ["unsaved-edit"]);
    drop(held);
    project.write(PLAIN).unwrap();
    assert!(!project.tree.has_leftovers());
}
