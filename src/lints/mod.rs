//! The lints: one table that everyone iterates; a lint is a function from the allocation to diagnostics.
//!
//! A lint about host ports looks at published bindings only: what is not on the host can neither collide there nor be
//! blocked, reserved or out of range there.

mod collisions;
mod cycles;
mod hazards;
mod images;
mod instances;
mod names;
mod ranges;
mod replicas;
mod reserved_and_retired;
mod scope;
mod service_ports;
mod unbuilt;

use crate::allocation::Level::{Allow, Deny, Warn};
use crate::allocation::holders::Holders;
use crate::allocation::pools;
use crate::allocation::{Allocation, Level};
use crate::diagnostic::{Code, Diagnostic, Severity, Text, codes};

pub use crate::allocation::free_ports::{Taken, first_free};
pub use crate::allocation::occupancy::Occupancy;
pub use images::{bare, has_port, is_port_of_an_image, port_of_image};
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

impl Lint {
    const fn new(code: Code, default: Level, explanation: &'static str, check: Option<Check>) -> Self {
        Self { code, default, fixed: false, explanation, check }
    }

    const fn fixed(self) -> Self {
        Self { fixed: true, ..self }
    }
}

/// Every lint, by code. A new lint is one row here and one function.
pub const LINTS: &[Lint] = &[
    Lint::new(
        codes::BROWSER_BLOCKED_PORT,
        Warn,
        include_str!("explain/browser-blocked-port.md"),
        Some(hazards::browser_blocked_port),
    ),
    Lint::new(codes::CONTAINER_PORT, Warn, include_str!("explain/container-port.md"), None),
    Lint::new(
        codes::DEPENDENCY_CYCLE,
        Deny,
        include_str!("explain/dependency-cycle.md"),
        Some(cycles::dependency_cycle),
    ),
    Lint::new(codes::DUPLICATE_PORT, Deny, include_str!("explain/duplicate-port.md"), Some(collisions::duplicate_port))
        .fixed(),
    Lint::new(
        codes::DUPLICATE_SERVICE_PORT,
        Deny,
        include_str!("explain/duplicate-service-port.md"),
        Some(service_ports::duplicate_service_port),
    )
    .fixed(),
    Lint::new(
        codes::ENV_NAME_COLLISION,
        Deny,
        include_str!("explain/env-name-collision.md"),
        Some(names::env_name_collision),
    )
    .fixed(),
    Lint::new(codes::EPHEMERAL_PORT, Warn, include_str!("explain/ephemeral-port.md"), Some(hazards::ephemeral_port)),
    Lint::new(codes::EXTENDED_PORT, Warn, include_str!("explain/extended-port.md"), None),
    Lint::new(codes::FORMER_PORT, Warn, include_str!("explain/former-port.md"), None),
    Lint::new(codes::GUESSED_IMAGE, Warn, include_str!("explain/guessed-image.md"), Some(unbuilt::guessed_image)),
    Lint::new(codes::GUESSED_PORT, Warn, include_str!("explain/guessed-port.md"), None),
    Lint::new(codes::HOST_ENV_FILE, Warn, include_str!("explain/host-env-file.md"), None),
    Lint::new(codes::IMAGE_PORT, Warn, include_str!("explain/image-port.md"), Some(images::image_port)),
    Lint::new(codes::INSTANCE_PORT, Deny, include_str!("explain/instance-port.md"), Some(instances::instance_port))
        .fixed(),
    Lint::new(codes::INVALID_NAME, Deny, include_str!("explain/invalid-name.md"), None).fixed(),
    Lint::new(
        codes::KUBERNETES_RANGE,
        Warn,
        include_str!("explain/kubernetes-range.md"),
        Some(service_ports::kubernetes_range),
    ),
    Lint::new(codes::MISSING_COMPOSE_SERVICE, Warn, include_str!("explain/missing-compose-service.md"), None),
    Lint::new(codes::MISSING_PACKAGE, Warn, include_str!("explain/missing-package.md"), None),
    Lint::new(
        codes::MIXED_PROTOCOLS,
        Warn,
        include_str!("explain/mixed-protocols.md"),
        Some(service_ports::mixed_protocols),
    ),
    Lint::new(codes::NODE_PORT_RANGE, Warn, include_str!("explain/node-port-range.md"), Some(hazards::node_port_range)),
    Lint::new(codes::NOT_STRICT, Allow, include_str!("explain/not-strict.md"), None),
    Lint::new(codes::OUT_OF_RANGE, Deny, include_str!("explain/out-of-range.md"), Some(ranges::out_of_range)),
    Lint::new(
        codes::OVERLAPPING_RANGES,
        Deny,
        include_str!("explain/overlapping-ranges.md"),
        Some(ranges::overlapping_ranges),
    ),
    Lint::new(codes::OVERRIDDEN_VARIABLE, Warn, include_str!("explain/overridden-variable.md"), None),
    Lint::new(codes::PACKAGE_WITHOUT_PORT, Warn, include_str!("explain/package-without-port.md"), None),
    Lint::new(codes::PLATFORM_PORT, Warn, include_str!("explain/platform-port.md"), Some(hazards::platform_port)),
    Lint::new(codes::PRIVILEGED_PORT, Warn, include_str!("explain/privileged-port.md"), Some(hazards::privileged_port)),
    Lint::new(codes::REPLACED_PORT, Warn, include_str!("explain/replaced-port.md"), None),
    Lint::new(
        codes::REPLICATED_PORT,
        Warn,
        include_str!("explain/replicated-port.md"),
        Some(replicas::replicated_port),
    ),
    Lint::new(
        codes::RESERVED_PORT,
        Deny,
        include_str!("explain/reserved-port.md"),
        Some(reserved_and_retired::reserved_port),
    ),
    Lint::new(
        codes::RETIRED_PORT,
        Deny,
        include_str!("explain/retired-port.md"),
        Some(reserved_and_retired::retired_port),
    ),
    Lint::new(codes::SCRIPT_PORT, Warn, include_str!("explain/script-port.md"), None),
    Lint::new(codes::STALE_PORT, Deny, include_str!("explain/stale-port.md"), None),
    Lint::new(codes::UNKNOWN_DEPENDENCY, Deny, include_str!("explain/unknown-dependency.md"), None).fixed(),
    Lint::new(codes::UNKNOWN_GROUP, Deny, include_str!("explain/unknown-group.md"), None).fixed(),
    Lint::new(codes::UNKNOWN_HOST, Warn, include_str!("explain/unknown-host.md"), None),
    Lint::new(codes::UNKNOWN_PORT_OPTION, Warn, include_str!("explain/unknown-port-option.md"), None),
    Lint::new(codes::UNREAD_PORT, Warn, include_str!("explain/unread-port.md"), None),
    Lint::new(
        codes::UNUSED_EXCEPTION,
        Warn,
        include_str!("explain/unused-exception.md"),
        Some(ranges::unused_exception),
    ),
];

/// The lint `code`.
pub fn find(code: &str) -> Option<&'static Lint> {
    LINTS.iter().find(|lint| lint.code.as_str() == code)
}

/// How grave a finding of a lint is in this allocation; none where the lint is allowed.
pub fn severity(allocation: &Allocation, code: Code) -> Option<Severity> {
    match allocation.level(code) {
        Allow => None,
        Warn => Some(Severity::Warning),
        Deny => Some(Severity::Finding),
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
