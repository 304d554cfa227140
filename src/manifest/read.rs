//! ports.toml is read, and its bytes become text.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use toml_parser::lexer::{Token, TokenKind};

use super::document::first_too_late;
use super::hidden;
use crate::diagnostic::{Diagnostic, Origin, Place, Source, codes, quoted};
use crate::files::names::PORTS_TOML;
use crate::files::snapshot::{Snapshot, View};
use crate::files::tree::Tree;
use crate::git;

/// The most bytes that ports.toml may have: 16 MiB.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The most keys, values, signs, comments and line breaks that it may have: to read one takes up to 150 bytes. 10,000 services have a third of them.
const MAX_TOKENS: usize = 3 << 19;

/// As how many a dot counts: each in `a.b.c = 1` makes a table.
const DOT: usize = 3;

const RIGHT_FILE: &str = "an allocation of 10,000 services is about 1 MiB: is this the right file?";

/// ports.toml.
///
/// # Errors
/// It is no regular file, too large, or not UTF-8.
pub fn read(tree: &Tree) -> Result<Arc<Source>, Diagnostic> {
    let bytes = tree.read_head(PORTS_TOML, MAX_BYTES as u64).map_err(|error| unreadable(tree, &error))?;
    decode(tree.origin(), bytes)
}

fn unreadable(tree: &Tree, error: &io::Error) -> Diagnostic {
    if let Some(snapshot) = tree.snapshot().filter(|_| error.kind() == io::ErrorKind::NotFound) {
        return absent_in(snapshot);
    }
    let help = match (tree.snapshot(), error.kind()) {
        (Some(_), io::ErrorKind::Other) => git::FETCH,
        _ => "ports.toml must be a regular file, committed to the repository",
    };
    Diagnostic::error(codes::UNREADABLE_FILE, format!("ports.toml cannot be read: {error}")).help(help)
}

/// A revision is only ever something to compare with.
fn absent_in(snapshot: &Snapshot) -> Diagnostic {
    let absent = format!("there is no ports.toml in {}", snapshot.name());
    let error = match snapshot.view() {
        View::Index => Diagnostic::error(codes::NO_PORTS_TOML, absent),
        View::Revision(_) => Diagnostic::error(codes::NOTHING_TO_COMPARE, format!("{absent}: nothing to compare with"))
            .help("check the files by themselves: `portgen check` and `portgen diff`"),
    };
    error.help(snapshot.mend_absence(PORTS_TOML))
}

/// The text of a ports.toml, without a byte order mark: TOML ignores one, and so lines, columns and spans are those of
/// what the user sees. Whoever splices the file's own bytes adds the three of the mark.
///
/// # Errors
/// More than [`MAX_BYTES`] or more in them than portgen reads, or not UTF-8.
pub fn decode(origin: Origin, bytes: Vec<u8>) -> Result<Arc<Source>, Diagnostic> {
    if bytes.len() > MAX_BYTES {
        let name = Source::of(origin, PORTS_TOML, "").name();
        let message = format!("{} is larger than the 16 MiB that portgen reads", quoted(&name));
        return Err(Diagnostic::error(codes::TOO_LARGE, message).help(RIGHT_FILE));
    }
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            let source = source(origin, text);
            match first_too_much(&source.text) {
                Some((first, why)) => Err(too_much(&source, &first, why)),
                None => Ok(source),
            }
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            Err(not_utf8(origin, error.as_bytes(), at))
        }
    }
}

/// Why a text of permitted size is not read, as the predicate of a sentence about the file, and what to do.
type Why = (&'static str, &'static str);

/// The first of a text that takes more time or memory than any ports.toml should.
fn first_too_much(text: &str) -> Option<(Range<usize>, Why)> {
    const MANY: Why = ("has more keys, values and lines than portgen reads", RIGHT_FILE);
    const LATE: Why = (
        "has so many tables behind their own parts that it takes too long to read",
        "write each table before those inside of it: `[services.web]`, then `[services.web.ports]`",
    );
    first_too_many(text).map(|at| (at..at, MANY)).or_else(|| first_too_late(text).map(|line| (line, LATE)))
}

/// Whether no text of this kind is read: to merge it would take too long.
pub(super) fn is_too_much(text: &str) -> bool {
    text.len() > MAX_BYTES || first_too_much(text).is_some()
}

/// Where the part of a text starts that is more than [`MAX_TOKENS`].
fn first_too_many(text: &str) -> Option<usize> {
    // None is shorter than a byte.
    let most = text.len() + (DOT - 1) * memchr::memchr_iter(b'.', text.as_bytes()).count();
    let mut count = 0;
    let is_too_many = |token: &Token| {
        count += if token.kind() == TokenKind::Dot { DOT } else { 1 };
        count > MAX_TOKENS
    };
    let source = toml_parser::Source::new(if most > MAX_TOKENS { text } else { "" });
    source.lex().find(is_too_many).map(|token| token.span().start())
}

fn too_much(source: &Arc<Source>, first: &Range<usize>, (why, help): Why) -> Diagnostic {
    let message = format!("{} {why}", quoted(&source.name()));
    // To look for secrets in all of it would take as long as to read it.
    let told = self::source(source.origin.clone(), &source.text[..first.end]);
    let place = Place::new(&told, first.start..first.start);
    Diagnostic::error(codes::TOO_LARGE, message).at(place, "what follows is not read").help(help)
}

/// A text of ports.toml whose values are hidden where they may be secrets.
pub fn source(origin: Origin, text: impl Into<String>) -> Arc<Source> {
    Source::hiding(origin, PORTS_TOML, text, hidden::secrets)
}

fn not_utf8(origin: Origin, bytes: &[u8], at: usize) -> Diagnostic {
    let byte = bytes.get(at).copied().unwrap_or_default();
    let source = source(origin, String::from_utf8_lossy(bytes));
    // Every byte before the first bad one is valid, so its offset is the same in the lossy text.
    let place = Place::new(&source, at..at + char::REPLACEMENT_CHARACTER.len_utf8());
    let line = place.line();
    Diagnostic::error(
        codes::NOT_UTF8,
        format!("{} is not UTF-8: byte {at} (line {line}) is 0x{byte:02x}", quoted(&source.name())),
    )
    .at(place, "the first byte that is not UTF-8")
    .help("save the file as UTF-8")
}
