//! The ports that are looked at.

use crate::allocation::{Allocation, Binding, Port, Ports, Protocol, Service};
use crate::commands::args::lookup;
use crate::diagnostic::{Diagnostic, codes};

/// Ports of one protocol, and whose they are; nobody's where ports.toml does not have them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) owner: Option<(&'a Service, &'a Binding)>,
    pub(super) ports: Ports,
    pub(super) protocol: Protocol,
    /// The instance in which somebody has it, where it is not this one.
    pub(super) elsewhere: Option<(&'a str, u16)>,
}

impl Subject<'_> {
    /// Its ports, each with the protocol.
    pub(super) fn numbers(&self) -> impl Iterator<Item = (u16, Protocol)> + use<> {
        let protocol = self.protocol;
        self.ports.iter().map(move |port| (port, protocol))
    }
}

/// The ports of ports.toml before they are those of an instance, for what is asked by number.
#[derive(Debug)]
pub(super) struct Written {
    instances: Vec<(u16, String, Ports, Protocol)>,
}

impl Written {
    pub(super) fn of(allocation: &Allocation) -> Self {
        let mut all = Vec::new();
        for (service, binding) in taking(allocation) {
            let others = allocation
                .instances
                .iter()
                .flat_map(|instances| instances.others().map(move |number| (number, instances)));
            let others =
                others.filter_map(|(number, instances)| Some((number, instances.ports(binding.hosts(), number)?)));
            for (number, ports) in others.chain([(0, binding.hosts())]) {
                all.push((number, service.id.clone(), ports, binding.protocol));
            }
        }
        Self { instances: all }
    }

    /// Who has a port in some instance.
    fn holder(&self, port: Port) -> Option<(&str, u16)> {
        let mut all = self.instances.iter();
        all.find(|(_, _, ports, _)| ports.contains(port)).map(|(number, service, ..)| (&**service, *number))
    }
}

/// The bindings that take a port of the machine whose number is known.
fn taking(allocation: &Allocation) -> impl Iterator<Item = (&Service, &Binding)> {
    let known = |binding: &Binding| !binding.is_anywhere && binding.protocol != Protocol::Sctp;
    allocation.bindings().filter(move |(service, binding)| service.takes_host_port(binding) && known(binding))
}

/// Every port that ports.toml has on the machine, in the order of the numbers.
pub(super) fn all(allocation: &Allocation) -> Vec<Subject<'_>> {
    let mut all: Vec<Subject<'_>> = taking(allocation).map(of_binding).collect();
    all.sort_by_key(|one| (one.ports, one.protocol));
    all
}

/// What the command line names.
///
/// # Errors
/// No such service or binding, or a number that no port has.
pub(super) fn named<'a>(
    allocation: &'a Allocation,
    written: &'a Written,
    target: &str,
) -> Result<Vec<Subject<'a>>, Diagnostic> {
    if target.bytes().all(|byte| byte.is_ascii_digit()) {
        let port = lookup::port(target).map_err(|why| Diagnostic::error(codes::INVALID_PORT, why))?;
        return Ok(of_number(allocation, written, port));
    }
    if allocation.services.iter().any(|service| service.id == target) {
        let service = lookup::service(allocation, target)?;
        return Ok(service.bindings.iter().map(|binding| of_binding((service, binding))).collect());
    }
    Ok(vec![of_binding(allocation.binding(lookup::binding_index(allocation, target)?))])
}

fn of_binding<'a>((service, binding): (&'a Service, &'a Binding)) -> Subject<'a> {
    let (ports, protocol) = (binding.hosts(), binding.protocol);
    Subject { owner: Some((service, binding)), ports, protocol, elsewhere: None }
}

fn of_number<'a>(allocation: &'a Allocation, written: &'a Written, port: Port) -> Vec<Subject<'a>> {
    let ports = Ports::from(port);
    let own = taking(allocation).filter(|(_, binding)| binding.hosts().contains(port));
    let own: Vec<Subject<'a>> = own.map(|own| Subject { ports, ..of_binding(own) }).collect();
    if !own.is_empty() {
        return own;
    }
    let elsewhere = written.holder(port);
    let of = |protocol| Subject { owner: None, ports, protocol, elsewhere };
    vec![of(Protocol::Tcp), of(Protocol::Udp)]
}
