//! Text read back must state exactly the planned claims: no port that nobody has, none of another service, none lost.

use std::collections::HashMap;
use std::sync::Arc;

use crate::allocation::{Binding, Service};
use crate::diagnostic::{Diagnostic, Source, quoted};
use crate::formats::{Claim, Numbers, Owner};
use crate::plan::Target;
use crate::render::Trace;
use crate::templates::front_matter::Claims;
use crate::templates::view::{World, bindings_of};
use crate::templates::{Template, Templates};

/// A service's index and a binding's within it.
type At = (usize, usize);

/// Who has what, for looking up claims.
#[derive(Debug)]
pub struct Index {
    world: Arc<World>,
    by_id: HashMap<String, usize>,
    by_title: HashMap<String, Vec<usize>>,
    by_variable: HashMap<String, At>,
    by_number: HashMap<u16, Vec<At>>,
}

/// What is wrong with a text: the reason, and where in the text.
struct Wrong {
    code: &'static str,
    message: String,
    span: std::ops::Range<usize>,
}

impl Index {
    /// The index of `world`.
    pub fn new(world: &Arc<World>) -> Self {
        let services = &world.allocation.services;
        let mut by_title: HashMap<String, Vec<usize>> = HashMap::with_capacity(services.len());
        let mut by_variable = HashMap::with_capacity(services.len());
        let mut by_number: HashMap<u16, Vec<At>> = HashMap::with_capacity(services.len());
        for (index, service) in services.iter().enumerate() {
            by_title.entry(service.title.clone()).or_default().push(index);
            for (at, binding) in service.bindings.iter().enumerate() {
                by_variable.insert(service.env_name(binding), (index, at));
                let mut numbers = [binding.host.get(), binding.container.get(), binding.service.get()];
                numbers.sort_unstable();
                for (slot, number) in numbers.iter().enumerate() {
                    if slot == 0 || numbers[slot - 1] != *number {
                        by_number.entry(*number).or_default().push((index, at));
                    }
                }
            }
        }
        let by_id = services.iter().enumerate().map(|(index, service)| (service.id.clone(), index)).collect();
        Self { world: Arc::clone(world), by_id, by_title, by_variable, by_number }
    }

    fn get(&self, (service, binding): At) -> (&Service, &Binding) {
        let service = &self.world.allocation.services[service];
        (service, &service.bindings[binding])
    }

    fn of(&self, service: usize) -> impl Iterator<Item = At> {
        (0..self.world.allocation.services[service].bindings.len()).map(move |binding| (service, binding))
    }

    /// The bindings that a claim can be about; none where its owner is nobody of the platform.
    fn candidates(&self, claim: &Claim<'_>) -> Option<Vec<At>> {
        let numbers = claim.numbers;
        let number = numbers.host.or(numbers.container).or(numbers.service).or(numbers.any);
        let by_number = || number.and_then(|number| self.by_number.get(&number)).cloned().unwrap_or_default();
        Some(match &claim.owner {
            Owner::Unsaid => by_number(),
            Owner::Service(id) => self.by_id.get(&**id).map(|service| self.of(*service).collect()).unwrap_or_default(),
            Owner::Host(host) => self.of(*self.by_id.get(&**host)?).collect(),
            Owner::Variable(name) => self.by_variable.get(&**name).map_or_else(by_number, |at| vec![*at]),
            Owner::Title(title) => match self.by_title.get(&**title) {
                Some(services) => services.iter().flat_map(|service| self.of(*service)).collect(),
                None => by_number(),
            },
        })
    }
}

/// Checks one output: valid in its format, every claim a binding's, every binding of its subject stated.
///
/// # Errors
/// One diagnostic for each thing that is wrong, at the template's line.
pub fn verify(index: &Index, templates: &Templates, target: &Target, text: &str) -> Result<(), Vec<Diagnostic>> {
    let template = &templates.list[target.template];
    let wrong = check(index, template, target, text);
    if wrong.is_empty() {
        return Ok(());
    }
    // Once more before tidying, where offsets lead back to the template.
    let trace = Trace::new(&index.world, templates, target);
    let traced = trace.as_ref().map(|trace| check(index, template, target, &trace.text)).unwrap_or_default();
    let located = |at: usize| {
        if wrong[at].code == "lost-port" {
            return template.path_place.clone();
        }
        let place = trace.as_ref().zip(traced.get(at)).and_then(|(trace, wrong)| trace.place(templates, &wrong.span));
        place.unwrap_or_else(|| template.path_place.clone())
    };
    Err(wrong.iter().enumerate().map(|(at, wrong)| diagnostic(target, wrong, located(at), text)).collect())
}

fn diagnostic(target: &Target, wrong: &Wrong, place: crate::diagnostic::Place, text: &str) -> Diagnostic {
    let help = match wrong.code {
        "unallocated-port" => {
            "allocate the port in ports.toml, or write `{{ binding.host }}`, `.container` or `.service`"
        }
        "lost-port" => {
            "state it, or say in the front matter what the output holds: `claims: published` or `claims: any`"
        }
        _ => "the output must be valid in the format that the front matter names",
    };
    let output = Source::new(target.path.as_str(), text);
    let diagnostic = Diagnostic::error(wrong.code, wrong.message.clone()).at(place, "made here");
    let rendered = if wrong.code == "lost-port" {
        diagnostic
    } else {
        diagnostic.at(crate::diagnostic::Place::new(&output, wrong.span.clone()), "comes out as this")
    };
    rendered.help(help)
}

fn check(index: &Index, template: &Template, target: &Target, text: &str) -> Vec<Wrong> {
    let path = quoted(target.path.as_str());
    let claims = match (template.front.format.read)(text) {
        Ok(claims) => claims,
        Err(fault) => {
            let message = format!("{path} is no valid `{}`: {}", template.front.format.name, fault.message);
            return vec![Wrong { code: "invalid-output", message, span: fault.span }];
        }
    };
    let mut wrong = Vec::new();
    let mut stated: Vec<At> = Vec::with_capacity(claims.len());
    for claim in &claims {
        let Some(candidates) = index.candidates(claim) else { continue };
        let before = stated.len();
        stated.extend(candidates.iter().filter(|at| agrees(claim, index.get(**at).1)));
        if stated.len() == before {
            let message = format!("{path} states {}", contradiction(index, claim, &candidates));
            wrong.push(Wrong { code: "unallocated-port", message, span: claim.span.clone() });
        }
    }
    stated.sort_unstable();
    wrong.extend(lost(index, template, target, &stated));
    wrong
}

/// The bindings of the subject that the output had to state and did not; nothing to say where claims are wrong already is
/// left out: a wrong number is also a lost one, and both places help.
fn lost(index: &Index, template: &Template, target: &Target, stated: &[At]) -> Vec<Wrong> {
    let required = |binding: &Binding| match template.front.claims {
        Claims::All => true,
        Claims::Published => binding.published(),
        Claims::Any => false,
    };
    let missing = bindings_of(&index.world, target.subject)
        .into_iter()
        .filter(|(service, at, binding)| required(binding) && stated.binary_search(&(*service, *at)).is_err());
    missing
        .map(|(service, _, binding)| {
            let id = quoted(&index.world.allocation.services[service].id);
            let message = format!("{} does not state {id}'s port {}", quoted(target.path.as_str()), binding.host);
            Wrong { code: "lost-port", message, span: 0..0 }
        })
        .collect()
}

fn agrees(claim: &Claim<'_>, binding: &Binding) -> bool {
    let Numbers { host, container, service, any } = claim.numbers;
    let (own_host, own_container, own_service) = (binding.host.get(), binding.container.get(), binding.service.get());
    host.is_none_or(|port| port == own_host)
        && container.is_none_or(|port| port == own_container)
        && service.is_none_or(|port| port == own_service)
        && any.is_none_or(|port| port == own_host || port == own_container || port == own_service)
        && claim.protocol.is_none_or(|protocol| protocol == binding.protocol)
        && claim.expose.is_none_or(|expose| expose == binding.expose)
}

fn contradiction(index: &Index, claim: &Claim<'_>, candidates: &[At]) -> String {
    let Numbers { host, container, service, any } = claim.numbers;
    let named = [(host, "host port"), (container, "container port"), (service, "service port"), (any, "port")];
    let stated: Vec<String> =
        named.iter().filter_map(|(port, name)| port.map(|port| format!("{name} {port}"))).collect();
    let stated = stated.join(" with ");
    let Some((owner, binding)) = candidates.first().map(|at| index.get(*at)) else {
        return format!("{stated}, which nobody is allocated");
    };
    format!(
        "{stated} for {}, which has host port {}, container port {}, service port {} ({}, exposed `{}`)",
        quoted(&owner.id),
        binding.host,
        binding.container,
        binding.service,
        binding.protocol.as_str(),
        binding.expose.as_str(),
    )
}
