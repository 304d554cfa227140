//! `portgen move`: another port for a service.

use super::args::{complete, editing, lookup, retire, scanning};
use crate::allocation::pick::{self, Asking};
use crate::allocation::{Allocation, Binding, Network, Numbers, Port, Ports, PublishedAs, Service};
use crate::claims::compose;
use crate::diagnostic::{Diagnostic, codes, counted, quoted};
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::manifest::edit::{Draft, string};
use crate::scan::{Meant, View};
use crate::session::{Exit, Session};

/// Which service, and where to.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen move postgres 5433             publish it on 5433; inside, it still listens on 5432
  portgen move api --next                take the next free port of its group
  portgen move api --container 8080      keep the port, and listen on 8080 inside its container
  portgen move kafka.metrics 9405        move one of several ports
  portgen move turn.relay 51000          move a range, which keeps its length; 51000-51200 gives it another one")]
pub struct Args {
    /// A service, or one of its bindings: `kafka`, `kafka.controller`
    #[arg(value_name = "SERVICE[.BINDING]", add = complete::bindings())]
    service: String,
    /// Its new port; of a range the first one, or the first and the last: `51000-51200`
    #[arg(value_parser = lookup::ports)]
    port: Option<Ports>,
    /// Take the first free port of its ranges
    #[arg(long, conflicts_with = "port")]
    next: bool,
    /// Change this number alone, also of a service that portgen tells its port
    #[arg(long, value_name = "WHICH", conflicts_with_all = ["container", "kubernetes"])]
    only: Option<Only>,
    /// The port inside its container; default: as it is, or the new port where portgen tells the service its port (`dir`, `build`,
    /// `package`), it is on the host's network, or it is a range
    #[arg(long, value_name = "PORT", value_parser = lookup::ports)]
    container: Option<Ports>,
    /// The port of its Kubernetes Service; default: as `--container`
    #[arg(long = "service", value_name = "PORT", value_parser = lookup::port)]
    kubernetes: Option<Port>,
    /// Why its port may lie outside its ranges
    #[arg(long, value_name = "REASON")]
    out_of_range: Option<String>,
    /// What becomes of the old port.
    #[command(flatten)]
    retire: retire::Args,
    /// How it is done.
    #[command(flatten)]
    edit: editing::Args,
}

/// The numbers of a port that can move alone.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Only {
    /// As seen from the host
    Host,
}

/// Moves the port, and prints the new one alone.
///
/// # Errors
/// There is no such service or binding, the port cannot be had, or the outputs cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    editing::run(&args.edit, session, |allocation, draft| {
        let at = lookup::binding_index(allocation, &args.service)?;
        let has_kubernetes = allocation.has_kubernetes() || is_in_manifests(&session.tree()?, allocation, at)?;
        Ok(moved(args, allocation, (at, has_kubernetes), draft)?)
    })
}

/// Whether a manifest of `[references]` has a Kubernetes Service with this port, where portgen writes none.
fn is_in_manifests(tree: &Tree, allocation: &Allocation, at: (usize, usize)) -> Result<bool, Diagnostic> {
    let references = &allocation.references;
    if references.files.is_empty() {
        return Ok(false);
    }
    let is_kept = |path: &str| references.keeps(path);
    let scanned = scanning::scanned(tree, allocation, &Earlier::in_git(tree), &is_kept)?;
    let mut judged = scanned.files.iter().flat_map(|file| &file.judged);
    Ok(judged.any(|one| one.view == View::Service && is_meant(one.owner, at)))
}

/// Whether a number is that of a binding, or may be: where only its service is known.
fn is_meant(owner: Option<Meant>, (service, binding): (usize, usize)) -> bool {
    owner.is_some_and(|(own, of)| own == service && of.is_none_or(|of| of == binding))
}

fn moved(
    args: &Args,
    allocation: &Allocation,
    (at, has_kubernetes): ((usize, usize), bool),
    draft: &mut Draft,
) -> Result<editing::Edited, Diagnostic> {
    let (service, binding) = allocation.binding(at);
    let ports = ports(args, allocation, (service, binding))?;
    let hosts = binding.hosts();
    let is_told = is_told(allocation, service, binding) || is_one_variable(binding);
    let follows = ports != hosts && args.only.is_none() && is_told;
    let numbers = Move { args, allocation, service, binding, follows, has_kubernetes }.numbers(ports, draft)?;
    if numbers == binding.numbers() && !binding.is_anywhere {
        let message = format!("{} already has {} {ports}", quoted(&args.service), ports.noun());
        return Err(Diagnostic::error(codes::DUPLICATE_PORT, message)
            .at(allocation.place(&binding.span), "here")
            .help(format!("`portgen move {} --next` takes the first free port", args.service)));
    }
    let followed = draft.edit_values(compose::follow(allocation, at, numbers))?;
    draft.set_numbers(&service.id, &binding.name, numbers)?;
    let was = binding.numbers();
    let others = if has_kubernetes { was.others_in(numbers) } else { was.containers_in(numbers) };
    let mut said = if ports == hosts && !binding.is_anywhere {
        format!("{} stays on {ports}; {others}", args.service)
    } else {
        released(args, allocation, (service, binding, ports), draft)?;
        format!("{} moved from {} to {ports}; {others}", args.service, binding.shown())
    };
    if followed > 0 {
        said = format!("{said}; {} in `compose` changed", counted(followed, "number"));
    }
    Ok(editing::Edited { result: ports.to_string(), said })
}

/// The ports on the host that are asked for; those of now where other numbers alone are.
fn ports(args: &Args, allocation: &Allocation, (service, binding): (&Service, &Binding)) -> Result<Ports, Diagnostic> {
    let ranges = allocation.ranges_of(service);
    let asked = args.port.map(|asked| of_length(args, asked, binding)).transpose()?;
    match asked {
        Some(ports) if ports == binding.hosts() => Ok(ports),
        Some(ports) => {
            let allowed = if args.out_of_range.is_some() { Vec::new() } else { ranges };
            let command = format!("portgen move {} ", args.service);
            pick::judge(allocation, Asking::Known(service, binding), ports, &allowed, &command).map(|()| ports)
        }
        None if args.next => pick::first_run(allocation, &ranges, binding.count),
        None if args.container.is_some() || args.kubernetes.is_some() => Ok(binding.hosts()),
        None => {
            let group = service.group.map_or(String::new(), |group| format!(" {}", allocation.groups[group].id));
            let message = format!("`portgen move {}` needs a port", args.service);
            Err(Diagnostic::error(codes::USAGE, message)
                .help(format!("`portgen move {} --next` takes the first free one", args.service))
                .help(format!("`portgen next{group}` shows it, and `portgen list --free` all of them")))
        }
    }
}

/// The ports that are asked for: of a range its first one alone keeps the length.
fn of_length(args: &Args, asked: Ports, binding: &Binding) -> Result<Ports, Diagnostic> {
    let name = quoted(&args.service);
    match (asked.is_one(), binding.is_range()) {
        (true, true) => Ports::starting(asked.first(), binding.count).ok_or_else(|| {
            let message = format!("{name} is a range of {} ports, and the highest port is 65535", binding.count);
            let help = format!("or give it another length: `portgen move {} {asked}-65535`", args.service);
            Diagnostic::error(codes::INVALID_PORT, message).help("choose a lower first port").help(help)
        }),
        (false, false) => {
            let message = format!("{name} is one port, and {asked} is a range");
            let help = format!("to make a range of it, write `\"{asked}\"` in ports.toml");
            Err(Diagnostic::error(codes::INVALID_PORT, message).help(help))
        }
        _ => Ok(asked),
    }
}

/// The old port is retired, and the new one is its own again if it was retired.
fn released(
    args: &Args,
    allocation: &Allocation,
    (service, binding, ports): (&Service, &Binding, Ports),
    draft: &mut Draft,
) -> Result<(), Diagnostic> {
    retire::take_back(draft, allocation, ports, |one| one.service == service.id)?;
    restate_exception(args, allocation, (service, binding, ports), draft)?;
    let why = format!("moved to {ports}");
    // Docker chose its number so far.
    if binding.is_anywhere {
        return Ok(());
    }
    for left in binding.hosts().without(ports) {
        args.retire.retire(draft, allocation, (&service.id, left), &why)?;
    }
    Ok(())
}

/// Whether the process of a service learns its new port: from portgen, or because it listens on the host itself. What hands out ports
/// of a range to its clients names the numbers that it listens on.
fn is_told(allocation: &Allocation, service: &Service, binding: &Binding) -> bool {
    // Where somebody else writes the Compose file, portgen tells no container its port.
    let is_in_container = allocation.outputs.has_compose() && (binding.is_range() || service.is_told_its_port());
    service.is_on_host() || is_in_container || service.has_scripts()
}

/// Whether one variable of the Compose file decides both its host port and its container port, which so are one number.
fn is_one_variable(binding: &Binding) -> bool {
    let published = binding.published_as.as_deref();
    binding.host == binding.container && published.is_some_and(PublishedAs::is_one_variable)
}

/// The move of one binding.
struct Move<'a> {
    args: &'a Args,
    allocation: &'a Allocation,
    service: &'a Service,
    binding: &'a Binding,
    /// Whether its other numbers move too. What listens on a number of its own choice is not asked to move: a service of other
    /// people's listens where its image does.
    follows: bool,
    /// Whether there is a Service. Without one its port, where it is not stated, is that of the host, and nothing is written.
    has_kubernetes: bool,
}

impl Move<'_> {
    fn numbers(&self, hosts: Ports, draft: &mut Draft) -> Result<Numbers, Diagnostic> {
        let host = hosts.first();
        let mut other = |asked: Option<Port>, key: &str, now: Port| {
            // On the host's network both numbers are one.
            let is_one =
                key == "container" && (self.service.network() == Network::Host || is_one_variable(self.binding));
            let follows = (self.follows || key == "service" && !self.has_kubernetes)
                && (is_one || !draft.states(&self.service.id, &self.binding.name, key));
            asked.unwrap_or(if follows { host } else { now })
        };
        let container = other(self.args.container.map(Ports::first), "container", self.binding.container);
        let service = other(self.args.kubernetes, "service", self.binding.service);
        let numbers = Numbers { host, container, service, count: hosts.count() };
        self.prove(numbers).map(|()| numbers)
    }

    /// Proves that what is asked for is as long as the range, and that a range is asked for no service port.
    fn prove(&self, numbers: Numbers) -> Result<(), Diagnostic> {
        let name = quoted(&self.args.service);
        let count = counted(numbers.count.into(), "port");
        if self.args.kubernetes.is_some() && self.binding.is_range() {
            let message = format!("{name} is a range, which has no port in a Kubernetes Service");
            return Err(Diagnostic::error(codes::USAGE, message).help("leave out `--service`"));
        }
        let asked = self.args.container.filter(|asked| asked.count() != numbers.count);
        if let Some(asked) = asked.filter(|asked| !asked.is_one()) {
            let own = counted(asked.count().into(), "port");
            let message = format!("`--container` is {own}, but {name} has {count} on the host");
            return Err(Diagnostic::error(codes::USAGE, message).help("give both the same length"));
        }
        if let Some(published) = self.binding.published_as.as_deref().filter(|_| is_one_variable(self.binding))
            && numbers.container != numbers.host
        {
            let message = format!("one variable is both the host port and the container port of {name}");
            return Err(Diagnostic::error(codes::USAGE, message)
                .at(self.allocation.place(&published.span), "both")
                .help(format!("move both to one number: `portgen move {} {}`", self.args.service, numbers.host))
                .help("or give the container port a number or a variable of its own"));
        }
        if Ports::starting(numbers.container, numbers.count).is_none() {
            let message = format!("{count} from {} go beyond 65535, the highest port", numbers.container);
            return Err(Diagnostic::error(codes::INVALID_PORT, message).help("choose others with `--container`"));
        }
        Ok(())
    }
}

/// An exception that is asked for is stated; one that nothing needs any more goes.
fn restate_exception(
    args: &Args,
    allocation: &Allocation,
    (service, binding, ports): (&Service, &Binding, Ports),
    draft: &mut Draft,
) -> Result<(), Diagnostic> {
    if let Some(reason) = &args.out_of_range {
        return draft.set_field(&service.id, &("out-of-range", string(reason)));
    }
    let ranges = allocation.ranges_of(service);
    for other in &service.bindings {
        let hosts = if other.name == binding.name { ports } else { other.hosts() };
        if !ranges.is_empty() && !pick::is_within(hosts, &ranges) {
            return Ok(());
        }
    }
    if service.exception.is_some() {
        draft.remove_field(&service.id, "out-of-range")?;
    }
    Ok(())
}
