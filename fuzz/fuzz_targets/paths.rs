//! Any path and any text for people: a path stays inside the root, and nothing that is printed acts on a terminal.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portgen::diagnostic::{Diagnostic, Place, Source, codes, counted, covered, quoted, quoted_whole};
use portgen::drift::for_people;
use portgen::path::{Folder, OutputPath, RelPath, collision_key};
use portgen_fuzz::{parts, shown, visible};

fn inside(text: &str) {
    assert!(!text.is_empty() && !text.starts_with('/') && !text.contains('\\'), "{text:?}");
    assert!(text.split('/').all(|part| !matches!(part, "" | "." | "..")), "{text:?}");
    visible(text);
}

fuzz_target!(|text: &str| {
    let parts = parts(text);
    if let Ok(path) = RelPath::parse(parts[0]) {
        assert_eq!(path.as_str(), parts[0]);
        inside(path.as_str());
        path.parent().into_iter().for_each(inside);
        let key = collision_key(path.as_str());
        assert_eq!(collision_key(&key), key);
    }
    if let Ok(path) = OutputPath::parse(parts[0]) {
        inside(path.as_str());
        assert_eq!(RelPath::from(path).as_str(), parts[0]);
    }
    let _ = Folder::parse(parts[0]);
    if let Some(joined) = RelPath::joined(parts[0], parts.get(1).unwrap_or(&"a")) {
        inside(joined.as_str());
    }
    visible(&quoted(text));
    visible(&quoted_whole(text));
    visible(&quoted(&covered(text)));
    visible(&for_people(text.as_bytes(), false).replace('\t', ""));
    visible(&counted(2, "file"));
    let source = Source::new("a", text);
    let middle = text.floor_char_boundary(text.len() / 2);
    let places = [0..text.len(), 0..middle, middle..text.len(), middle..middle].map(|span| Place::new(&source, span));
    shown(&[Diagnostic::error(codes::SYNTAX, quoted(text)).at_each(places, "here").help(quoted(text))]);
});
