//! Any portgen.lock and any front matter: what is read can be shown, and a lock that is read owns no path outside of the root.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portgen::diagnostic::{Origin, Source};
use portgen::manifest::last_write;
use portgen::outputs::lock::{LockFile, path_in};
use portgen::path::RelPath;
use portgen::templates::front_matter::FrontMatter;
use portgen_fuzz::{shown, visible};

fuzz_target!(|bytes: &[u8]| {
    let path = path_in("generated").expect("a path");
    let file = LockFile::new(path, Some(bytes.to_vec()));
    match file.lock() {
        Ok(lock) => {
            for path in lock.paths() {
                assert!(RelPath::parse(path).is_ok_and(|path| path.as_str() == lock_path(&path)), "{path:?}");
                assert!(lock.owns(path));
            }
        }
        Err(wrong) => shown(&[wrong]),
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

fn lock_path(path: &RelPath) -> &str {
    let text = path.as_str();
    assert!(!text.starts_with('/') && text.split('/').all(|part| part != ".." && !part.is_empty()), "{text:?}");
    text
}
