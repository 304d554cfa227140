//! Text read back must state exactly the planned claims: no port that nobody has, none of another service, none lost.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

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

/// Who has what, for looking up claims; each look-up table is made when a claim first asks for it.
#[derive(Debug)]
pub struct Index<'w> {
    world: &'w Arc<World>,
    by_id: HashMap<&'w str, usize>,
    by_title: OnceLock<HashMap<&'w str, Vec<At>>>,
    by_variable: OnceLock<HashMap<String, At>>,
    by_number: OnceLock<HashMap<u16, Vec<At>>>,
}

/// What is wrong with a text: the reason, and where in the text.
struct Wrong {
    code: &'static str,
    message: String,
    span: std::ops::Range<usize>,
}

impl<'w> Index<'w> {
    /// The index of `world`.
    pub fn new(world: &'w Arc<World>) -> Self {
        let by_id =
            world.allocation.services.iter().enumerate().map(|(index, service)| (&*service.id, index)).collect();
        let (by_title, by_variable, by_number) = Default::default();
        Self { world, by_id, by_title, by_variable, by_number }
    }

    fn get(&self, (service, binding): At) -> (&'w Service, &'w Binding) {
        let service = &self.world.allocation.services[service];
        (service, &service.bindings[binding])
    }

    fn all(&self) -> impl Iterator<Item = (At, &'w Service, &'w Binding)> {
        let services = self.world.allocation.services.iter().enumerate();
        services.flat_map(|(at, service)| {
            service.bindings.iter().enumerate().map(move |(index, binding)| ((at, index), service, binding))
        })
    }

    fn by_title(&self) -> &HashMap<&'w str, Vec<At>> {
        self.by_title.get_or_init(|| {
            let mut table: HashMap<&str, Vec<At>> = HashMap::new();
            self.all().for_each(|(at, service, _)| table.entry(&service.title).or_default().push(at));
            table
        })
    }

    fn by_variable(&self) -> &HashMap<String, At> {
        self.by_variable
            .get_or_init(|| self.all().map(|(at, service, binding)| (service.env_name(binding), at)).collect())
    }

    fn by_number(&self, claim: &Claim<'_>) -> Candidates<'_> {
        let Numbers { host, container, service, any } = claim.numbers;
        let table = self.by_number.get_or_init(|| {
            let mut table: HashMap<u16, Vec<At>> = HashMap::new();
            for (at, _, binding) in self.all() {
                for port in [binding.host, binding.container, binding.service] {
                    let holders = table.entry(port.get()).or_default();
                    if holders.last() != Some(&at) {
                        holders.push(at);
                    }
                }
            }
            table
        });
        let number = host.or(container).or(service).or(any);
        Candidates::These(number.and_then(|number| table.get(&number)).map_or(&[], Vec::as_slice))
    }

    /// The bindings that a claim can be about; none where its owner is nobody of the platform.
    fn candidates(&self, claim: &Claim<'_>) -> Option<Candidates<'_>> {
        let service = |id: &str| self.by_id.get(id).map(|service| Candidates::AllOf(*service));
        Some(match &claim.owner {
            Owner::Unsaid => self.by_number(claim),
            Owner::Service(id) => service(id).unwrap_or(Candidates::These(&[])),
            Owner::Host(host) => service(host)?,
            Owner::Variable(name) => match self.by_variable().get(&**name) {
                Some(at) => Candidates::These(std::slice::from_ref(at)),
                None => self.by_number(claim),
            },
            Owner::Title(title) => match self.by_title().get(&**title) {
                Some(these) => Candidates::These(these),
                None => self.by_number(claim),
            },
        })
    }
}

/// The bindings that a claim can be about.
enum Candidates<'i> {
    /// Every binding of a service.
    AllOf(usize),
    /// These.
    These(&'i [At]),
}

impl Candidates<'_> {
    fn iter(&self, index: &Index<'_>) -> impl Iterator<Item = At> {
        let (service, count, these): (usize, usize, &[At]) = match self {
            Self::AllOf(service) => (*service, index.world.allocation.services[*service].bindings.len(), &[]),
            Self::These(these) => (0, 0, these),
        };
        (0..count).map(move |binding| (service, binding)).chain(these.iter().copied())
    }
}

/// Checks one output: valid in its format, every claim a binding's, every binding of its subject stated.
///
/// # Errors
/// One diagnostic for each thing that is wrong, at the template's line.
pub fn verify(index: &Index<'_>, templates: &Templates, target: &Target, text: &str) -> Result<(), Vec<Diagnostic>> {
    let template = &templates.list[target.template];
    let wrong = check(index, template, target, text);
    if wrong.is_empty() {
        return Ok(());
    }
    // Once more before tidying, where offsets lead back to the template.
    let trace = Trace::new(index.world, templates, target);
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

fn check(index: &Index<'_>, template: &Template, target: &Target, text: &str) -> Vec<Wrong> {
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
        stated.extend(candidates.iter(index).filter(|at| agrees(claim, index.get(*at).1)));
        if stated.len() == before {
            let message = format!("{path} states {}", contradiction(index, claim, &candidates));
            wrong.push(Wrong { code: "unallocated-port", message, span: claim.span.clone() });
        }
    }
    stated.sort_unstable();
    wrong.extend(lost(index, template, target, &stated));
    wrong
}

/// The bindings of the subject that the output had to state and did not.
fn lost(index: &Index<'_>, template: &Template, target: &Target, stated: &[At]) -> Option<Wrong> {
    const MOST: usize = 5;
    let required = |binding: &Binding| match template.front.claims {
        Claims::All => true,
        Claims::Published => binding.published(),
        Claims::Any => false,
    };
    let missing: Vec<String> = bindings_of(index.world, target.subject)
        .into_iter()
        .filter(|(service, at, binding)| required(binding) && stated.binary_search(&(*service, *at)).is_err())
        .map(|(service, _, binding)| {
            format!("{} of {}", binding.host, quoted(&index.world.allocation.services[service].id))
        })
        .collect();
    let more = match missing.len() {
        0 => return None,
        count if count > MOST => format!(" and {} more", count - MOST),
        _ => String::new(),
    };
    let named = missing.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    let message = format!("{} does not state the port {named}{more}", quoted(target.path.as_str()));
    Some(Wrong { code: "lost-port", message, span: 0..0 })
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

fn contradiction(index: &Index<'_>, claim: &Claim<'_>, candidates: &Candidates<'_>) -> String {
    let Numbers { host, container, service, any } = claim.numbers;
    let named = [(host, "host port"), (container, "container port"), (service, "service port"), (any, "port")];
    let stated: Vec<String> =
        named.iter().filter_map(|(port, name)| port.map(|port| format!("{name} {port}"))).collect();
    let stated = stated.join(" with ");
    let Some((owner, binding)) = candidates.iter(index).next().map(|at| index.get(at)) else {
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
