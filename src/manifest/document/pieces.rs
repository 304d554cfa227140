//! A long file is parsed piece by piece: the parser needs about twenty times the bytes of what it is given.

use std::ops::Range;
use std::{panic, thread};

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// About how many bytes a piece has.
const SIZE: usize = 64 << 10;

/// The tree of a long text, cut at headers of tables; none where the parser has to see the text whole: it is short, it has a
/// mistake, or two pieces are about one thing.
pub(super) fn read(text: &str) -> Option<DeTable<'_>> {
    if text.len() <= SIZE {
        return None;
    }
    // Allocators keep what a thread allocates together: of a thread of its own, all of the tree's memory is free again after it.
    let parsed = thread::scope(|scope| scope.spawn(|| in_pieces(text, SIZE)).join());
    parsed.unwrap_or_else(|panic| panic::resume_unwind(panic))
}

/// A piece that is cut where no line ends is not TOML, so a wrong cut makes no wrong tree.
fn in_pieces(text: &str, size: usize) -> Option<DeTable<'_>> {
    let start = header(text, 0)?;
    let mut root = DeTable::parse(&text[..start]).ok()?.into_inner();
    for piece in cut(text, start, size) {
        let table = DeTable::parse(&text[piece.clone()]).ok()?;
        join(&mut root, table.into_inner(), piece.start, start)?;
    }
    Some(root)
}

/// The pieces from the header at `start` on.
fn cut(text: &str, mut start: usize, size: usize) -> impl Iterator<Item = Range<usize>> {
    std::iter::from_fn(move || {
        let piece = start..header(text, start + size).unwrap_or(text.len());
        start = piece.end;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Where the first line behind `from` starts that is the header of a table such as `[platform]` or `[services.web]`. One inside a
/// service belongs to that service.
fn header(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut ends = memchr::memchr_iter(b'\n', bytes.get(from..)?).map(|end| from + end + 1);
    ends.find(|start| {
        let line = bytes[*start..].split(|byte| *byte == b'\n').next().unwrap_or_default();
        line.starts_with(b"[") && !line.starts_with(b"[[") && memchr::memchr_iter(b'.', line).count() < 2
    })
}

/// Adds what a piece of the file says, which starts `at` it; `first` is where the first header is.
fn join<'t>(root: &mut DeTable<'t>, piece: DeTable<'t>, at: usize, first: usize) -> Option<()> {
    for (key, value) in piece {
        let Some((known, _)) = root.get_key_value(&**key.get_ref()) else {
            root.insert(moved_key(key, at), moved(value, at));
            continue;
        };
        // Made by nothing but the headers of tables in it, as `services` by `[services.web]`; and before the first header, tables
        // are made in other ways.
        if value.span() != key.span() || known.span().start < first {
            return None;
        }
        let known = root.get_mut(&**key.get_ref())?.get_mut();
        let (DeValue::Table(known), DeValue::Table(more)) = (known, value.into_inner()) else { return None };
        for (key, value) in more {
            if known.insert(moved_key(key, at), moved(value, at)).is_some() {
                return None;
            }
        }
    }
    Some(())
}

/// A value whose places are those in the whole file.
fn moved<'t>(value: Spanned<DeValue<'t>>, by: usize) -> Spanned<DeValue<'t>> {
    let span = value.span();
    let value = match value.into_inner() {
        DeValue::Array(items) => DeValue::Array(items.into_iter().map(|item| moved(item, by)).collect()),
        DeValue::Table(table) => {
            DeValue::Table(table.into_iter().map(|(key, value)| (moved_key(key, by), moved(value, by))).collect())
        }
        other => other,
    };
    Spanned::new(span.start + by..span.end + by, value)
}

fn moved_key<'t>(key: Spanned<DeString<'t>>, by: usize) -> Spanned<DeString<'t>> {
    let span = key.span();
    Spanned::new(span.start + by..span.end + by, key.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether `text` could be read in pieces; then it has no mistake, and its tree is that of the whole.
    fn agree(text: &str, size: usize) -> bool {
        let Some(joined) = in_pieces(text, size) else { return false };
        let whole = DeTable::parse(text).map(Spanned::into_inner);
        assert_eq!(Ok(format!("{joined:?}")), whole.map(|whole| format!("{whole:?}")), "{text}");
        true
    }

    const LINES: [&str; 13] = [
        "a = 1",
        "b.c = 1",
        "a = [",
        "]",
        "a = \"\"\"",
        "\"\"\"",
        "[a]",
        "[b]",
        "[b.a] # d",
        "['b' . \"c\"]",
        "[b.c.d]",
        "[[b]]",
        "[[b.c]]",
    ];

    #[test]
    fn lines_in_any_order_make_the_tree_of_the_whole() {
        let mut joined = 0;
        for at in 0..LINES.len().pow(4) {
            let lines = [at, at / 13, at / 169, at / 2197].map(|at| LINES[at % 13].to_owned() + "\n");
            joined += usize::from(agree(&lines.concat(), 1));
        }
        assert!(joined > 400, "{joined}");
    }

    #[test]
    fn a_file_of_many_services_is_read_in_pieces() {
        let service = |at: usize| {
            format!(
                "[services.s{at:04}]\ntitle = \"é {at}\"\nports = {{ a = {at} }}\n\n[services.s{at:04}.compose]\nb = [1, 2]\n\n"
            )
        };
        let many: String = (0..4000).map(service).collect();
        let many =
            format!("version = 1\n\n[platform]\nid = \"a\"\n\n{many}[[retired]]\nport = 1\n\n[[retired]]\nport = 2\n");
        assert!(many.len() > 4 * SIZE);
        assert!(agree(&many, SIZE));
        assert!(agree(&many.replace('\n', "\r\n"), SIZE));
        assert!(!agree(&format!("{many}[services.s0007]\n"), SIZE));
        assert!(!agree(&format!("{many}[services]\n"), SIZE));
    }
}
