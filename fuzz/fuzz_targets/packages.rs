//! A ports.toml, a package.json and a Compose file of somebody: only digits of the package.json change, and only once.
#![no_main]

use std::cell::OnceCell;
use std::fs;

use libfuzzer_sys::fuzz_target;
use portgen::allocation::Allocation;
use portgen::claims::{Owners, check_replaced, extended, published_elsewhere};
use portgen::files::tree::Tree;
use portgen::manifest::earlier::Earlier;
use portgen::manifest::last_write::{HEADING, History, lines};
use portgen::outputs::lock::path_in;
use portgen::references::follow::follow;
use portgen_fuzz::{allocation, differ_in_digits, parts, ports_toml, shown};

const NOW: &str = "version = 1\nplatform = { name = \"A\", id = \"a\" }\noutputs.enable = [\"compose.ports.yml\"]\n\
    services.web = { port = { host = 4100, container = 3000 }, package = \"package.json\", dir = \".\" }\nservices.api = { port = 4001 }\n\
    services.db = { port = 5432, compose = { extends = { file = \"compose.yml\", service = \"db\" } } }\n";

fn allocated(text: &str) -> Allocation {
    ports_toml(text.as_bytes()).as_ref().and_then(allocation).expect("a valid ports.toml")
}

thread_local! {
    static FOLDER: OnceCell<tempfile::TempDir> = const { OnceCell::new() };
}

fuzz_target!(|text: &str| {
    let parts = parts(text);
    let mut now = allocated(NOW);
    FOLDER.with(|folder| {
        let folder =
            folder.get_or_init(|| tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder"));
        let package = folder.path().join("package.json");
        fs::write(&package, parts[0]).expect("a file");
        fs::write(folder.path().join("compose.yml"), parts.get(1).copied().unwrap_or("services: {}\n"))
            .expect("a file");
        let tree = Tree::new(folder.path());
        now.elsewhere = published_elsewhere(&tree, &now);
        shown(&extended(&tree, &now).said);
        let earlier = Earlier::of(&tree, allocated(&NOW.replace("4100", "3000")));
        shown(&check_replaced(&tree, &Owners::since(&now, &earlier)));
        let mut changes = Vec::new();
        let followed = follow(&tree, &Owners::since(&now, &earlier), &mut changes);
        shown(&followed.diagnostics);
        for change in &changes {
            let Ok(Some(after)) = change.after() else { panic!("no text") };
            let after = std::str::from_utf8(&after).expect("a text");
            differ_in_digits(parts[0], after);
            fs::write(&package, after).expect("a file");
        }
        if followed.has_changes {
            let settled = Earlier::of(&tree, allocated(NOW));
            let lock = [HEADING, &lines(&now, &History::default()), &followed.remembered].concat();
            let path = path_in("generated").expect("a path");
            let owners = Owners::since(&now, &settled).remembering(Some(lock.as_bytes()), &path);
            let again = follow(&tree, &owners, &mut Vec::new());
            assert!(!again.has_changes, "{}", parts[0]);
        }
    });
});
