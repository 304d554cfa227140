//! What a lint looks at, and how it words what it finds.

use crate::allocation::holders::Holders;
use crate::allocation::pools::{Pool, Pools};
use crate::allocation::{Allocation, Binding, Port, Service, shortage};
use crate::diagnostic::{Code, Diagnostic, Severity, Text, quoted};

/// The allocation as one lint sees it.
#[derive(Debug)]
pub struct Scope<'a> {
    /// The allocation.
    pub allocation: &'a Allocation,
    /// Who holds which number.
    pub holders: &'a Holders<'a>,
    pools: &'a Pools<'a>,
    code: Code,
    severity: Severity,
}

impl<'a> Scope<'a> {
    pub(super) fn new(holders: &'a Holders<'a>, pools: &'a Pools<'a>, code: Code, severity: Severity) -> Self {
        Self { allocation: holders.allocation, holders, pools, code, severity }
    }

    /// A finding, as grave as the lint's level says.
    pub fn found(&self, message: impl Into<Text>) -> Diagnostic {
        Diagnostic::new(self.code, self.severity, message)
    }

    /// Something the lint accepts, but tells.
    pub fn accepted(&self, message: impl Into<Text>) -> Diagnostic {
        Diagnostic::new(self.code, Severity::Note, message)
    }

    /// Every binding that is on the host, with its service, in the order of the file.
    pub fn published(&self) -> impl Iterator<Item = (&'a Service, &'a Binding)> {
        self.allocation.bindings().filter(|(service, binding)| service.takes_host_port(binding))
    }

    /// What to do about the number of a binding of `service`: the first free one, or as many as it has.
    pub fn another_port(&self, service: &Service, binding: &Binding) -> String {
        let pool = self.pool(service);
        let count = binding.count;
        match pool.first_free(self.pools.free(), count) {
            Some((ports, range)) if count == 1 => {
                format!("`{ports}` is the first free port of {}", quoted(&range.id))
            }
            Some((ports, range)) => format!("`{ports}` are the first {count} free ports of {}", quoted(&range.id)),
            None if pool.is_empty() && count == 1 => {
                "choose a number that no service has and no lint rejects".to_owned()
            }
            None if pool.is_empty() => "choose numbers that no service has and no lint rejects".to_owned(),
            None if count == 1 => format!("no port of {pool} is free{}", self.accepted_by_lints(pool)),
            None => format!("no {count} ports of {pool} are free in a row{}", self.accepted_by_lints(pool)),
        }
    }

    /// The end of a sentence that says that no port of a pool is free.
    fn accepted_by_lints(&self, pool: &Pool<'_>) -> String {
        let lints: Vec<String> = shortage::objecting(self.allocation, pool.ranges()).map(quoted).collect();
        match &*lints {
            [] => ": widen it in `[ranges]`".to_owned(),
            [lint] => format!(" that {lint} accepts: widen it in `[ranges]`"),
            _ => format!(" that {} accept: widen it in `[ranges]`", lints.join(" and ")),
        }
    }

    pub(super) fn pool(&self, service: &Service) -> &Pool<'a> {
        self.pools.of(service)
    }
}

/// A port number in a message.
pub(super) fn number(port: Port) -> String {
    format!("`{port}`")
}
