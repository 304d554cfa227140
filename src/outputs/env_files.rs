//! Outputs for the host that a container gets: `env_file` or a mount of a `.env` file whose numbers are those of the host.

use crate::allocation::{Allocation, Environment, Ports, Service};
use crate::claims::{At, Extended, Owners};
use crate::diagnostic::{Diagnostic, Diagnostics, codes, quoted};
use crate::formats::{Claim, Role};
use crate::lints;
use crate::manifest::document::Step;
use crate::manifest::places::Places;
use crate::outputs::plan::Target;
use crate::outputs::render;
use crate::path::RelPath;
use crate::templates::Templates;
use crate::templates::context::Context;

/// How an address of the host starts in a container.
const HOST_AND_COLON: &str = "host.docker.internal:";
/// The most variables that are named: a message is one line.
const SHOWN: usize = 3;

/// `host-env-file`: every `.env` output that a container gets and in which a port or an address is not so in the container.
///
/// # Errors
/// As [`render::render`].
pub fn judge(
    context: &'static Context,
    templates: &Templates,
    targets: &[Target],
    owners: &Owners<'_>,
    extended: &Extended,
) -> Result<Vec<Diagnostic>, Diagnostics> {
    let allocation = &context.allocation;
    let mut found = Vec::new();
    if lints::severity(allocation, codes::HOST_ENV_FILE).is_none() {
        return Ok(found);
    }
    let places = Places::new(allocation);
    for (at, service) in allocation.services.iter().enumerate().filter(|(_, service)| !service.is_on_host()) {
        let files = given(service).into_iter().chain(of_extended(allocation, extended, at));
        for given in files {
            let Ok(target) = targets.binary_search_by(|target| target.path.as_str().cmp(given.file.as_str())) else {
                continue;
            };
            let container = Container { context, owners, at };
            let wrong = container.wrong_variables(templates, &targets[target])?;
            if !wrong.is_empty() {
                found.extend(diagnostic(&places, service, &given, &wrong));
            }
        }
    }
    Ok(found)
}

/// A file that a container gets.
pub(super) struct Given<'a> {
    pub(super) file: RelPath,
    /// The way to it from the service.
    pub(super) path: Vec<Step<'a>>,
}

/// The files of `env_file` and of single mounts, from the root.
fn given(service: &Service) -> Vec<Given<'_>> {
    let mut all = env_files(service);
    let source = |text: &str| text.split_once(':').map_or(text, |(source, _)| source).to_owned();
    all.extend(files(service, ["volumes", "source"], source));
    all
}

/// The files of `env_file` of the services that a service extends.
pub(super) fn of_extended<'a>(allocation: &'a Allocation, extended: &Extended, at: usize) -> Vec<Given<'a>> {
    let Some(extends) = &allocation.services[at].extends else { return Vec::new() };
    let mut bases = allocation.services.iter().filter(|base| extends.file.is_none() && base.id == extends.service);
    let of_base = bases.next().map(env_files).unwrap_or_default().into_iter().map(|given| given.file);
    let of_files = extended.env_files.iter().filter(|(of, _)| *of == at).map(|(_, file)| file.clone());
    let way = vec![Step::Key("compose"), Step::Key("extends")];
    of_base.chain(of_files).map(|file| Given { file, path: way.clone() }).collect()
}

/// The files of `env_file`, from the root.
pub(super) fn env_files(service: &Service) -> Vec<Given<'_>> {
    files(service, ["env_file", "path"], str::to_owned)
}

/// The files that a key names, in a list or alone; a table has the file in a field of its own.
fn files<'a>(service: &'a Service, [key, field]: [&'static str; 2], file: fn(&str) -> String) -> Vec<Given<'a>> {
    let Some(value) = service.compose.get(key) else { return Vec::new() };
    let items = value.as_array().map_or_else(|| vec![value], |items| items.iter().collect());
    let mut all = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        let mut path = vec![Step::Key("compose"), Step::Key(key)];
        path.extend(value.is_array().then_some(Step::Index(index)));
        path.extend(item.is_object().then_some(Step::Key(field)));
        let text = item.get(field).unwrap_or(item).as_str().unwrap_or_default();
        all.extend(RelPath::joined("", &file(text)).map(|file| Given { file, path }));
    }
    all
}

/// A service that runs in a container, by its index.
struct Container<'a, 'e> {
    context: &'static Context,
    owners: &'a Owners<'e>,
    at: usize,
}

/// A variable that is not so in the container, and what would be.
struct Wrong {
    name: String,
    instead: String,
}

impl Container<'_, '_> {
    /// The variables that are not so in the container, and that its `environment` does not set.
    fn wrong_variables(&self, templates: &Templates, target: &Target) -> Result<Vec<Wrong>, Diagnostic> {
        let front = &templates.list[target.template].front;
        if front.format.name != "dotenv" {
            return Ok(Vec::new());
        }
        let text = render::render(self.context, templates, target.piece())?;
        let set = self.context.environment_names(self.at);
        let mut wrong = Vec::new();
        for claim in front.read(&text).claims.iter() {
            let line = text[..claim.span.start].rsplit('\n').next().unwrap_or_default();
            let Some((name, before)) = line.split_once('=') else { continue };
            if set.iter().any(|one| one == name) {
                continue;
            }
            let mut meant = Vec::new();
            self.owners.judge(claim, target.subject, |at| meant.push(at));
            if let Some(first) = meant.first()
                && !meant.iter().any(|at| self.is_so(claim, before, *at))
            {
                let is_last = claim.numbers.iter().any(|number| number.port == self.last(*first));
                wrong.push(Wrong { name: name.to_owned(), instead: self.placeholder(before, *first, is_last) });
            }
        }
        Ok(wrong)
    }

    /// Whether a number is right in the container if it means this binding; `before` is the value up to the number.
    fn is_so(&self, claim: &Claim<'_>, before: &str, at: At) -> bool {
        let (service, binding) = self.owners.get(at);
        let is_own = at.0 == self.at;
        let seen = match claim.numbers.get(Role::Host) {
            Some(_) if before.ends_with(HOST_AND_COLON) => binding.hosts(),
            // `localhost` is the container itself.
            Some(_) if before.ends_with(':') && !is_own => return false,
            _ if is_own => binding.containers(),
            _ => {
                let first = service.seen_by(&self.context.allocation.services[self.at], binding).1;
                Ports::starting(first, binding.count).unwrap_or(first.into())
            }
        };
        let hosts = binding.hosts();
        let seen = |stated: u16| if binding.is_range() { hosts.moved(stated, seen) } else { Some(seen.first()) };
        claim.numbers.iter().all(|number| seen(number.port).is_some_and(|seen| seen.get() == number.port))
    }

    /// The last port of a range on the host; 0 of one port.
    fn last(&self, at: At) -> u16 {
        let binding = self.owners.get(at).1;
        if binding.is_range() { binding.hosts().last().get() } else { 0 }
    }

    fn placeholder(&self, before: &str, at: At, is_last: bool) -> String {
        let (service, binding) = self.owners.get(at);
        let property = match (before.contains("://"), service.is_on_host(), is_last) {
            (true, _, _) => "url",
            (false, true, false) => "host",
            (false, true, true) => "last",
            (false, false, false) => "container",
            (false, false, true) => "container-last",
        };
        let name = if service.bindings.len() == 1 { String::new() } else { format!(".{}", binding.name) };
        format!("${{ports.{}{name}.{property}}}", service.id)
    }
}

fn diagnostic(places: &Places<'_>, service: &Service, given: &Given<'_>, wrong: &[Wrong]) -> Option<Diagnostic> {
    let (id, file) = (quoted(&service.id), quoted(given.file.as_str()));
    let mut names: Vec<String> = wrong.iter().take(SHOWN).map(|one| quoted(&one.name)).collect();
    if wrong.len() > SHOWN {
        names.push(format!("{} more", wrong.len() - SHOWN));
    }
    let are = if wrong.len() == 1 { "is" } else { "are" };
    let message = format!("{id} gets {file} in its container, but {} {are} for the host there", names.join(", "));
    let found = lints::diagnostic(places.allocation(), codes::HOST_ENV_FILE, message)?;
    let found = found.at(places.of(service, &given.path), "made for programs on the host");
    let found = match service.told() {
        Environment::All => found.help("remove it: the container gets its ports and the addresses of its `depends-on`"),
        _ => found.help("write `environment = \"all\"` instead: its ports and the addresses of its `depends-on`"),
    };
    let Wrong { name, instead } = wrong.first()?;
    Some(
        found
            .help(format!("or state the others in `environment` of its `compose`: `{name} = \"{instead}\"`"))
            .help("or accept it: `host-env-file = \"allow\"` in `[lints]`"),
    )
}
