//! What is wrong with an output.

use std::ops::Range;

use crate::allocation::{Allocation, Binding, Service};
use crate::claims::At;
use crate::diagnostic::{Code, codes, quoted};
use crate::formats::{self, Claim, Format, Owner};

/// What is wrong with an output.
#[derive(Debug)]
pub(super) enum Fault<'t> {
    /// The output is not valid in its format.
    Invalid {
        format: &'static str,
        /// What is wrong, and where.
        fault: formats::Fault,
    },
    /// The output states a port that no service has, or that differs from its owner's.
    Unallocated {
        claim: Claim<'t>,
        /// The binding whose port differs; `None` if no service has the port.
        owner: Option<At>,
    },
    /// The output does not state bindings that it must state.
    Lost { missing: Vec<At>, format: &'static Format },
}

impl Fault<'_> {
    pub(super) fn code(&self) -> Code {
        match self {
            Self::Invalid { .. } => codes::INVALID_OUTPUT,
            Self::Unallocated { .. } => codes::UNALLOCATED_PORT,
            Self::Lost { .. } => codes::LOST_PORT,
        }
    }

    pub(super) fn help(&self, allocation: &Allocation) -> Vec<String> {
        match self {
            Self::Invalid { .. } => {
                vec!["the output must be valid in the format that the front matter names".to_owned()]
            }
            Self::Unallocated { claim, .. } if claim.port_name().is_some() => {
                vec!["a port has the name of its binding: write `{{ binding.name }}`".to_owned()]
            }
            Self::Unallocated { claim, owner: None } if matches!(claim.owner, Owner::Named(_)) => vec![
                "the group `name` is around the name of a service or of one of its ports: `{{ binding.env }}`"
                    .to_owned(),
            ],
            Self::Unallocated { claim, owner: Some((service, binding)) }
                if allocation.services[*service].bindings[*binding].is_range() =>
            {
                if matches!(claim.owner, Owner::Variable(_)) {
                    return vec!["`_MIN_PORT` is `{{ binding.host }}`, `_MAX_PORT` is `{{ binding.last }}`".to_owned()];
                }
                vec![
                    "a range is stated whole, as `{{ binding.mapping }}` does".to_owned(),
                    "or leave it out: `{% for binding in service.bindings if binding.count == 1 %}`".to_owned(),
                ]
            }
            Self::Unallocated { .. } => vec![
                "allocate the port in ports.toml, or write `{{ binding.host }}`, `.container` or `.service`".to_owned(),
            ],
            Self::Lost { format, .. } => vec![
                "state it, or set what the output must state in the front matter: `claims: published` or `claims: any`"
                    .to_owned(),
                format!("read as ports in `{}`: {}", format.name, format.places),
                "how a port looks elsewhere, a pattern can say: `claims: '_PORT = (\\d+)'`".to_owned(),
            ],
        }
    }

    /// The bytes of the output that are wrong; `None` if something is missing.
    pub(super) fn span(&self) -> Option<&Range<usize>> {
        match self {
            Self::Invalid { fault, .. } => Some(&fault.span),
            Self::Unallocated { claim, .. } => Some(&claim.span),
            Self::Lost { .. } => None,
        }
    }

    /// Whether two faults, in two texts of one output, differ at most in their places.
    pub(super) fn is_like(&self, other: &Fault<'_>) -> bool {
        match (self, other) {
            (Self::Invalid { fault, .. }, Fault::Invalid { fault: other, .. }) => fault.message == other.message,
            (Self::Unallocated { claim, .. }, Fault::Unallocated { claim: other, .. }) => claim.says_the_same(other),
            (Self::Lost { .. }, Fault::Lost { .. }) => true,
            _ => false,
        }
    }

    /// The message about the output at `path`.
    pub(super) fn message(&self, path: &str, allocation: &Allocation) -> String {
        let path = quoted(path);
        match self {
            Self::Invalid { format, fault } => format!("{path} is not valid `{format}`: {}", fault.message),
            Self::Unallocated { claim, owner: None } if let Owner::Named(name) = &claim.owner => {
                format!("{path} states {} for {}, which names no service", numbers(claim), quoted(name))
            }
            Self::Unallocated { claim, owner: None } => {
                format!("{path} states {}, which no service has", numbers(claim))
            }
            Self::Unallocated { claim, owner: Some((service, binding)) } => {
                let service = &allocation.services[*service];
                let (id, has) = (quoted(&service.id), instead(claim, service, *binding));
                format!("{path} states {} for {id}, which has {has}", numbers(claim))
            }
            Self::Lost { missing, .. } => {
                format!("{path} does not state the port {}", ports(missing, allocation))
            }
        }
    }
}

/// The numbers of a claim: `host port 4001 with container port 3000`; for a port by its name alone, that.
fn numbers(claim: &Claim<'_>) -> String {
    let mut stated: Vec<String> = Vec::new();
    for number in claim.numbers.iter() {
        match claim.ports(number.role).filter(|ports| !ports.is_one()) {
            Some(ports) => stated.push(format!("{}s {ports}", number.role.name())),
            None => stated.push(format!("{} {}", number.role.name(), number.port)),
        }
    }
    stated.extend(claim.port_name().map(|name| format!("the port name {}", quoted(name))));
    stated.join(" with ")
}

/// What a service has where a claim is not true of it: its ports by name, or a binding.
fn instead(claim: &Claim<'_>, service: &Service, binding: usize) -> String {
    if claim.port_name().is_none() {
        return everything(&service.bindings[binding]);
    }
    let mut ports = Vec::with_capacity(service.bindings.len());
    for binding in &service.bindings {
        let name = quoted(&binding.name);
        ports.push(if binding.is_range() {
            format!("{name} with the range {}", binding.hosts())
        } else {
            format!("{name} with service port {}", binding.service)
        });
    }
    ports.join(", ")
}

fn everything(binding: &Binding) -> String {
    format!(
        "host {} {}, container {} {}{} ({}, exposed `{}`)",
        binding.hosts().noun(),
        binding.hosts(),
        binding.containers().noun(),
        binding.containers(),
        if binding.is_range() { String::new() } else { format!(", service port {}", binding.service) },
        binding.protocol.as_str(),
        binding.expose,
    )
}

/// The first host ports with their services: `4001 of a, 4002 of b and 3 more`.
fn ports(bindings: &[At], allocation: &Allocation) -> String {
    const MOST: usize = 5;
    let named = bindings.iter().take(MOST).map(|(service, binding)| {
        let service = &allocation.services[*service];
        format!("{} of {}", service.bindings[*binding].hosts(), quoted(&service.id))
    });
    let named = named.collect::<Vec<_>>().join(", ");
    match bindings.len() {
        count if count > MOST => format!("{named} and {} more", count - MOST),
        _ => named,
    }
}
