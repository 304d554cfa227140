//! Files that people own: only swapped in when nobody saved them meanwhile.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use portgen::apply::{Applied, apply, exclusive};
use portgen::diagnostic::Diagnostics;
use portgen::drift::{Difference, Kind};
use portgen::files::tree::Tree;

use super::{LOCK, PLAIN, Project, codes, rel};
use crate::sandbox::Sandbox;

const PACKAGE: &str = "apps/web/package.json";

fn reference(before: &[u8], after: &[u8]) -> Difference<'static> {
    let [before, after] = [before, after].map(|bytes| Some(bytes.to_vec()));
    Difference::between(&rel(PACKAGE), Kind::Reference, before, after).expect("a difference")
}

fn apply_to(project: &Project, changes: &[Difference<'_>]) -> Result<Applied, Diagnostics> {
    let guard = exclusive(&project.tree, Duration::from_secs(10), || ())?;
    apply(&guard, &rel(LOCK), changes, PLAIN)
}

#[test]
fn the_ports_change_and_the_permissions_stay() {
    let project = Project::new(&[]);
    project.put(PACKAGE, "-p 1");
    fs::set_permissions(project.root().join(PACKAGE), fs::Permissions::from_mode(0o640)).unwrap();
    let applied = apply_to(&project, &[reference(b"-p 1", b"-p 3000")]).unwrap();
    assert_eq!(applied, Applied { references: 1, ..Applied::default() });
    assert_eq!(project.get(PACKAGE).unwrap(), b"-p 3000");
    assert_eq!(fs::metadata(project.root().join(PACKAGE)).unwrap().mode() & 0o7777, 0o640);
    assert_eq!(project.files().into_keys().collect::<Vec<_>>(), [PACKAGE], "no lock, no leftovers");
}

#[test]
fn what_was_saved_since_the_comparison_stays_and_nothing_else_is_written() {
    let project = Project::new(&[("generated/a", "a\n")]);
    project.put(PACKAGE, "saved");
    let mut changes = project.changes().unwrap();
    changes.push(reference(b"compared", b"new"));
    assert_eq!(codes(apply_to(&project, &changes)), ["changed-meanwhile"]);
    assert_eq!(project.get(PACKAGE).unwrap(), b"saved");
    assert_eq!(project.files().into_keys().collect::<Vec<_>>(), [PACKAGE]);
}

#[test]
fn what_was_removed_since_the_comparison_is_not_made_again() {
    let project = Project::new(&[]);
    assert_eq!(codes(apply_to(&project, &[reference(b"compared", b"new")])), ["changed-meanwhile"]);
    assert_eq!(project.get(PACKAGE), None);
}

/// As in a container that gets a single file from outside.
#[test]
fn a_file_that_cannot_be_replaced_is_named_with_the_reason() {
    super::in_namespace(
        "mkdir -p apps/web; printf 'port 1' > apps/web/package.json; mount --bind apps/web/package.json apps/web/package.json",
        "ownership::references::over_a_mount",
    );
}

#[test]
#[ignore = "runs on the mount that a_file_that_cannot_be_replaced_is_named_with_the_reason makes for it"]
fn over_a_mount() {
    let mut project = Project::new(&[]);
    project.tree = Tree::new(".");
    let refused = apply_to(&project, &[reference(b"port 1", b"port 3000")]).unwrap_err();
    assert_eq!(refused.0.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["cannot-write"], "{refused}");
    assert_eq!(fs::read(PACKAGE).unwrap(), b"port 1");
}

/// Saves version after version as editors do, by a rename, with ever other pauses; says which one it has saved.
fn edit(file: &Path, saved: &AtomicU32) {
    let beside = file.with_file_name(".package.json.swp");
    for version in 1..=SAVES {
        fs::write(&beside, format!("version {version} port 1")).unwrap();
        fs::rename(&beside, file).unwrap();
        saved.store(version, Ordering::SeqCst);
        // Now and then long enough for the whole of an exchange.
        let pause = if version % 40 == 0 { 30_000 } else { version % 13 * 70 };
        thread::sleep(Duration::from_micros(pause.into()));
    }
}

const SAVES: u32 = 2000;

#[test]
fn an_editor_loses_no_save() {
    let project = Project::new(&[]);
    let file = project.root().join(PACKAGE);
    project.put(PACKAGE, "version 0 port 1");
    let (saved, mut done, mut refused) = (AtomicU32::new(0), 0, 0);
    thread::scope(|scope| {
        scope.spawn(|| edit(&file, &saved));
        while saved.load(Ordering::SeqCst) < SAVES {
            let before = fs::read_to_string(&file).unwrap();
            let after = before.replace("port 1", "port 3000");
            if before == after {
                continue;
            }
            match apply_to(&project, &[reference(before.as_bytes(), after.as_bytes())]) {
                Ok(_) => done += 1,
                Err(error) => {
                    assert_eq!(error.0[0].code.as_str(), "changed-meanwhile", "{error}");
                    refused += 1;
                }
            }
            let last = saved.load(Ordering::SeqCst);
            let text = fs::read_to_string(&file).unwrap();
            let version: u32 = text.split(' ').nth(1).unwrap().parse().unwrap();
            assert!(version >= last, "version {last} was lost: {text}");
        }
    });
    assert!(done > 0 && refused > 0, "the race took place: {done} swapped, {refused} refused");
}

/// Whatever comes after ports.toml, `write` completes. Without it, the numbers of the other files would be nobody's.
#[test]
fn ports_toml_is_the_first_file_of_a_person_that_changes() {
    let sandbox = Sandbox::new();
    let packages: Vec<String> = (0..200).map(|number| format!("apps/{number}/package.json")).collect();
    let mut ports_toml =
        "version = 1\nplatform = { name = \"A\", id = \"a\" }\nservices.web = { port = 3000 }\n".to_owned();
    for (number, package) in packages.iter().enumerate() {
        ports_toml += &format!("services.s{number} = {{ port = {}, package = \"{package}\" }}\n", 4000 + number);
        sandbox.put(
            package,
            format!("{{ \"scripts\": {{ \"dev\": \"x -p {} && wait-on tcp:3000\" }} }}\n", 4000 + number),
        );
    }
    sandbox.put("ports.toml", ports_toml);
    for args in [&["write"][..], &["move", "web", "3100"]] {
        assert!(sandbox.portgen(args).status.success(), "{args:?}");
    }
    let changed = |path: &str| {
        let of = fs::metadata(sandbox.file(path)).unwrap();
        (of.ctime(), of.ctime_nsec())
    };
    let first = changed("ports.toml");
    assert!(packages.iter().all(|package| sandbox.text(package).contains("tcp:3100") && first <= changed(package)));
    assert!(first < changed(&packages[199]), "they take longer than the clock's tick");
}
