//! What a number or a name in a file stands for.

use std::ops::Range as Span;

use crate::allocation::{Allocation, Binding, Service};
use crate::scan::{Judged, Scanned};

/// What a number or a name stands for.
#[derive(Debug)]
pub(super) struct Target {
    /// The service, by its index.
    pub(super) service: usize,
    /// Its binding, where only one can be meant.
    pub(super) binding: Option<usize>,
    /// The bytes of the number or the name.
    pub(super) span: Span<usize>,
    /// What a scan says of it; none in ports.toml.
    pub(super) judged: Option<Judged>,
}

impl Target {
    /// Its service, and the bindings that can be meant.
    pub(super) fn meant<'a>(&self, allocation: &'a Allocation) -> (&'a Service, Vec<&'a Binding>) {
        let service = &allocation.services[self.service];
        let bindings = service.bindings.iter().enumerate();
        let meant = bindings.filter(|(index, _)| self.binding.is_none_or(|binding| binding == *index));
        (service, meant.map(|(_, binding)| binding).collect())
    }

    /// Whether a statement is one of the same port, or of the same service where no port is meant.
    pub(super) fn is_of(&self, one: &Judged) -> bool {
        one.owner.is_some_and(|(service, binding)| {
            service == self.service && (self.binding.is_none() || binding.is_none() || binding == self.binding)
        })
    }
}

/// What lies at the byte `at` of a file other than ports.toml.
pub(super) fn in_file(scanned: &Scanned<'_>, path: &str, at: usize) -> Option<Target> {
    let file = scanned.files.iter().find(|file| file.path == path)?;
    let judged = file.judged.iter().find(|one| has(&one.digits, at) && one.owner.is_some())?;
    let (service, binding) = judged.owner?;
    Some(Target { service, binding, span: judged.digits.clone(), judged: Some(judged.clone()) })
}

/// What lies at the byte `at` of ports.toml.
pub(super) fn in_ports_toml(allocation: &Allocation, at: usize) -> Option<Target> {
    for (index, service) in allocation.services.iter().enumerate() {
        let bindings = service.bindings.iter().enumerate();
        let mut spans = bindings.flat_map(|(at, one)| [(Some(at), &one.span), (Some(at), &one.service_span)]);
        let own = spans
            .find(|(_, span)| has(span, at))
            .or_else(|| Some((None, &service.span)).filter(|(_, span)| has(span, at)));
        if let Some((binding, span)) = own {
            return Some(Target { service: index, binding, span: span.clone(), judged: None });
        }
        if let Some((needed, span)) = service.depends_on.iter().find(|(_, span)| has(span, at)) {
            return Some(Target { service: *needed, binding: None, span: span.clone(), judged: None });
        }
    }
    None
}

/// Whether a cursor at the byte `at` is in a word, or right behind it.
fn has(span: &Span<usize>, at: usize) -> bool {
    span.start <= at && at <= span.end
}
