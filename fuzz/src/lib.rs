//! What several targets check.

use std::ops::Range;
use std::sync::Arc;

use portgen::allocation::Allocation;
use portgen::diagnostic::{self, Diagnostic, Origin, Source, render_all};
use portgen::manifest;
use portgen::manifest::validate::validate;

/// ports.toml as a command reads it; `None` if it is not UTF-8.
pub fn ports_toml(bytes: &[u8]) -> Option<Arc<Source>> {
    manifest::decode(Origin::Tree, bytes.to_vec()).map_err(|wrong| shown(&[wrong])).ok()
}

/// The allocation of a ports.toml without mistakes; whatever is said of another must be fit to be shown.
pub fn allocation(source: &Arc<Source>) -> Option<Allocation> {
    let validated = validate(source);
    shown(&validated.diagnostics);
    validated.allocation.filter(|_| validated.diagnostics.is_empty())
}

/// Messages have a text, and nothing in it acts on a terminal.
pub fn shown(diagnostics: &[Diagnostic]) {
    if !diagnostics.is_empty() {
        visible(&render_all(diagnostics, false));
    }
}

/// Line ends are the only hidden characters of a text.
pub fn visible(text: &str) {
    let hidden = text.chars().find(|c| diagnostic::is_hidden(*c) && *c != '\n');
    assert_eq!(hidden, None, "{text:?}");
}

/// The bytes are those of a port's digits.
pub fn digits(text: &str, digits: &Range<usize>, port: u16) {
    assert_eq!(text[digits.clone()].parse(), Ok(port), "{text:?} at {digits:?}");
}

/// Texts differ in digits only.
pub fn differ_in_digits(before: &str, after: &str) {
    let rest = |text: &str| {
        text.split(|c: char| c.is_ascii_digit()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("0")
    };
    assert_eq!(rest(before), rest(after));
}

/// The parts of an input, cut at lines of `%%`.
pub fn parts(text: &str) -> Vec<&str> {
    text.split("\n%%\n").collect()
}
