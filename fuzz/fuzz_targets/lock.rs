//! Any portgen.lock and any front matter: what is read can be shown, and where there is no file, a lock leaves nothing to delete.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portgen::diagnostic::{Origin, Source};
use portgen::drift::standing::Standing;
use portgen::files::tree::Tree;
use portgen::manifest::last_write;
use portgen::outputs::lock::{Lock, LockFile, path_in};
use portgen::templates::front_matter::FrontMatter;
use portgen_fuzz::{shown, visible};

fuzz_target!(|bytes: &[u8]| {
    let path = path_in("generated").expect("a path");
    let file = LockFile::new(path, Some(bytes.to_vec()));
    match Lock::parse(file.path(), bytes) {
        Ok(lock) => lock.paths().for_each(|path| assert!(lock.owns(path), "{path:?}")),
        Err(wrong) => shown(&[wrong]),
    }
    let tree = Tree::new("/nowhere");
    match Standing::new(&tree, &file).orphans(std::iter::empty()) {
        Ok(orphans) => assert!(orphans.is_empty(), "{orphans:?}"),
        Err(wrong) => shown(&wrong.0),
    }
    for (_, path) in last_write::files(bytes) {
        visible(path);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let source = Source::of(Origin::Tree, "templates/a.j2", text);
        if let Err(wrong) = FrontMatter::parse(&source) {
            shown(&[wrong]);
        }
    }
});
