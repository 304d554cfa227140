//! The lints: one table that everyone iterates; a lint is a function from the allocation to diagnostics.
//!
//! A lint about host ports looks at published bindings only: what is not on the host can neither collide there nor be
//! blocked, reserved or out of range there.

mod collisions;
mod cycles;
mod hazards;
mod names;
mod ranges;
mod reserved_and_retired;
mod scope;

use crate::allocation::holders::Holders;
use crate::allocation::pools;
use crate::allocation::{Allocation, Level};
use crate::diagnostic::{Code, Diagnostic, Severity, Text, codes};

pub use crate::allocation::free_ports::{Taken, first_free};
pub use crate::allocation::occupancy::Occupancy;
pub use scope::Scope;

/// What a lint does: everything it finds, in any order.
pub type Check = fn(&Scope<'_>) -> Vec<Diagnostic>;

/// One lint: a row of [`LINTS`].
#[derive(Debug)]
pub struct Lint {
    /// Its stable kebab-case name, as in `[lints]` and `portgen explain`.
    pub code: Code,
    /// What it does unless `[lints]` says otherwise.
    pub default: Level,
    /// Whether `[lints]` cannot lower it, because later steps rely on it.
    pub fixed: bool,
    /// Why, the source of the rule, an example that triggers it, and how to mend it: Markdown.
    pub explanation: &'static str,
    /// The function; none where validation or the pass reports it.
    pub check: Option<Check>,
}

/// Every lint, by code. A new lint is one row here and one function.
pub const LINTS: &[Lint] = &[
    Lint {
        code: codes::BROWSER_BLOCKED_PORT,
        default: Level::Warn,
        fixed: false,
        explanation: include_str!("explain/browser-blocked-port.md"),
        check: Some(hazards::browser_blocked_port),
    },
    Lint {
        code: codes::DEPENDENCY_CYCLE,
        default: Level::Deny,
        fixed: false,
        explanation: include_str!("explain/dependency-cycle.md"),
        check: Some(cycles::dependency_cycle),
    },
    Lint {
        code: codes::DUPLICATE_PORT,
        default: Level::Deny,
        fixed: true,
        explanation: include_str!("explain/duplicate-port.md"),
        check: Some(collisions::duplicate_port),
    },
    Lint {
        code: codes::ENV_NAME_COLLISION,
        default: Level::Deny,
        fixed: true,
        explanation: include_str!("explain/env-name-collision.md"),
        check: Some(names::env_name_collision),
    },
    Lint {
        code: codes::EPHEMERAL_PORT,
        default: Level::Warn,
        fixed: false,
        explanation: include_str!("explain/ephemeral-port.md"),
        check: Some(hazards::ephemeral_port),
    },
    Lint {
        code: codes::INVALID_NAME,
        default: Level::Deny,
        fixed: true,
        explanation: include_str!("explain/invalid-name.md"),
        check: None,
    },
    Lint {
        code: codes::MISSING_PACKAGE,
        default: Level::Warn,
        fixed: false,
        explanation: include_str!("explain/missing-package.md"),
        check: None,
    },
    Lint {
        code: codes::NODE_PORT_RANGE,
        default: Level::Warn,
        fixed: false,
        explanation: include_str!("explain/node-port-range.md"),
        check: Some(hazards::node_port_range),
    },
    Lint {
        code: codes::OUT_OF_RANGE,
        default: Level::Deny,
        fixed: false,
        explanation: include_str!("explain/out-of-range.md"),
        check: Some(ranges::out_of_range),
    },
    Lint {
        code: codes::OVERLAPPING_RANGES,
        default: Level::Deny,
        fixed: false,
        explanation: include_str!("explain/overlapping-ranges.md"),
        check: Some(ranges::overlapping_ranges),
    },
    Lint {
        code: codes::PLATFORM_PORT,
        default: Level::Warn,
        fixed: false,
        explanation: include_str!("explain/platform-port.md"),
        check: Some(hazards::platform_port),
    },
    Lint {
        code: codes::PRIVILEGED_PORT,
        default: Level::Warn,
        fixed: false,
        explanation: include_str!("explain/privileged-port.md"),
        check: Some(hazards::privileged_port),
    },
    Lint {
        code: codes::RESERVED_PORT,
        default: Level::Deny,
        fixed: false,
        explanation: include_str!("explain/reserved-port.md"),
        check: Some(reserved_and_retired::reserved_port),
    },
    Lint {
        code: codes::RETIRED_PORT,
        default: Level::Deny,
        fixed: false,
        explanation: include_str!("explain/retired-port.md"),
        check: Some(reserved_and_retired::retired_port),
    },
    Lint {
        code: codes::UNKNOWN_DEPENDENCY,
        default: Level::Deny,
        fixed: true,
        explanation: include_str!("explain/unknown-dependency.md"),
        check: None,
    },
    Lint {
        code: codes::UNKNOWN_GROUP,
        default: Level::Deny,
        fixed: true,
        explanation: include_str!("explain/unknown-group.md"),
        check: None,
    },
    Lint {
        code: codes::UNUSED_EXCEPTION,
        default: Level::Warn,
        fixed: false,
        explanation: include_str!("explain/unused-exception.md"),
        check: Some(ranges::unused_exception),
    },
];

/// The lint `code`.
pub fn find(code: &str) -> Option<&'static Lint> {
    LINTS.iter().find(|lint| lint.code.as_str() == code)
}

/// How grave a finding of a lint is in this allocation; none where the lint is allowed.
pub fn severity(allocation: &Allocation, code: Code) -> Option<Severity> {
    match allocation.level(code) {
        Level::Allow => None,
        Level::Warn => Some(Severity::Warning),
        Level::Deny => Some(Severity::Finding),
    }
}

/// A finding of the lint `code`, without a place as yet; none where this allocation allows the lint.
pub fn diagnostic(allocation: &Allocation, code: Code, message: impl Into<Text>) -> Option<Diagnostic> {
    severity(allocation, code).map(|severity| Diagnostic::new(code, severity, message))
}

/// Everything the lints find, in the order of the file.
pub fn run(allocation: &Allocation) -> Vec<Diagnostic> {
    let (holders, pools) = (Holders::new(allocation), pools::Pools::new(allocation));
    let mut found = Vec::new();
    for lint in LINTS {
        if let (Some(check), Some(severity)) = (lint.check, severity(allocation, lint.code)) {
            found.extend(check(&Scope::new(&holders, &pools, lint.code, severity)));
        }
    }
    found.sort_by_key(Diagnostic::start);
    found
}
