//! The lints: one table that everyone iterates; a lint is a function from the allocation to diagnostics.

use crate::allocation::{Allocation, Level};
use crate::diagnostic::Diagnostic;

/// One lint: a row of [`LINTS`].
#[derive(Debug)]
pub struct Lint {
    /// Its stable kebab-case name, as in `[lints]` and `portgen explain`.
    pub code: &'static str,
    /// What it does unless `[lints]` says otherwise.
    pub default: Level,
    /// Whether `[lints]` cannot lower it, because later steps rely on it.
    pub fixed: bool,
}

/// Every lint, by code. A new lint is one row here and one function.
pub const LINTS: &[Lint] = &[
    Lint { code: "browser-blocked-port", default: Level::Warn, fixed: false },
    Lint { code: "duplicate-port", default: Level::Deny, fixed: true },
    Lint { code: "env-name-collision", default: Level::Deny, fixed: true },
    Lint { code: "ephemeral-port", default: Level::Warn, fixed: false },
    Lint { code: "invalid-name", default: Level::Deny, fixed: true },
    Lint { code: "missing-package", default: Level::Warn, fixed: false },
    Lint { code: "node-port-range", default: Level::Warn, fixed: false },
    Lint { code: "out-of-range", default: Level::Deny, fixed: false },
    Lint { code: "overlapping-ranges", default: Level::Deny, fixed: false },
    Lint { code: "platform-port", default: Level::Warn, fixed: false },
    Lint { code: "privileged-port", default: Level::Warn, fixed: false },
    Lint { code: "reserved-port", default: Level::Deny, fixed: false },
    Lint { code: "retired-port", default: Level::Deny, fixed: false },
    Lint { code: "unknown-dependency", default: Level::Deny, fixed: true },
    Lint { code: "unknown-group", default: Level::Deny, fixed: true },
    Lint { code: "unused-exception", default: Level::Warn, fixed: false },
];

/// The lint `code`.
pub fn find(code: &str) -> Option<&'static Lint> {
    LINTS.iter().find(|lint| lint.code == code)
}

/// The level of a lint in this allocation.
pub fn level(allocation: &Allocation, code: &str) -> Level {
    let set = allocation.lint_levels.get(code).map(|(level, _)| *level);
    set.or_else(|| find(code).map(|lint| lint.default)).unwrap_or(Level::Deny)
}

/// Everything the lints find, in the order of the file.
pub fn run(_allocation: &Allocation) -> Vec<Diagnostic> {
    Vec::new()
}
