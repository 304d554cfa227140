//! What a file states about a port: its owner, the numbers, and the bytes of their digits.

use std::borrow::Cow;
use std::num::NonZeroU16;
use std::ops::Range;

use crate::allocation::{Binding, Expose, Port, Ports, Protocol};

/// What a file states about one port. All its numbers must belong to the same binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The owner of the port, according to the file.
    pub owner: Owner<'a>,
    /// The numbers.
    pub numbers: Numbers,
    /// The protocol, if the file states one.
    pub protocol: Option<Protocol>,
    /// How far the port is published, if the file states that.
    pub expose: Option<Expose>,
    /// How many ports the numbers start, if the file states that.
    pub count: Option<NonZeroU16>,
    /// The bytes of the claim in the file, for messages.
    pub span: Range<usize>,
}

impl<'a> Claim<'a> {
    /// A claim with one number and its owner only.
    pub fn new(owner: Owner<'a>, number: Number, span: Range<usize>) -> Self {
        Self { owner, numbers: number.into(), protocol: None, expose: None, count: None, span }
    }

    /// Whether the numbers, name, protocol and exposure are true of `binding`; ignores the service.
    pub fn is_so_of(&self, binding: &Binding) -> bool {
        self.port_name().is_none_or(|name| name == binding.name)
            && self.numbers.iter().all(|number| number.is_of(binding) || self.is_inside(&number, binding))
            && self.protocol.is_none_or(|protocol| protocol == binding.protocol)
            && self.expose.is_none_or(|expose| expose.is_as(binding.expose))
            && self.count.is_none_or(|count| count.get() == binding.count)
            && (!binding.is_range() || self.is_end_of(binding))
    }

    /// Whether a number of an address is one of a range.
    fn is_inside(&self, number: &Number, binding: &Binding) -> bool {
        binding.is_range() && matches!(self.owner, Owner::Host(_) | Owner::Domain(_)) && number.is_inside(binding)
    }

    /// Whether a variable that is named after an end of a range, `<NAME>_MIN_PORT`, has that end.
    fn is_end_of(&self, binding: &Binding) -> bool {
        let (Owner::Variable(name) | Owner::Named(name)) = &self.owner else { return true };
        let [hosts, containers] = [binding.hosts(), binding.containers()];
        let ends = match name.rsplit_once('_') {
            Some((_, "MIN")) => [hosts.first(), containers.first()],
            Some((_, "MAX")) => [hosts.last(), containers.last()],
            _ => return true,
        };
        self.numbers.iter().all(|number| ends.iter().any(|end| end.get() == number.port))
    }

    /// The numbers with `role` that the claim states, where it says how many they are.
    pub fn ports(&self, role: Role) -> Option<Ports> {
        let first = Port::new(self.numbers.get(role)?.into())?;
        Ports::starting(first, self.count.map_or(1, NonZeroU16::get))
    }

    /// The name of the port, if the file names it.
    pub fn port_name(&self) -> Option<&str> {
        match &self.owner {
            Owner::PortName(named) => Some(&named.port),
            _ => None,
        }
    }

    /// Whether both claims state the same, in whatever places.
    pub fn says_the_same(&self, other: &Claim<'_>) -> bool {
        self.owner == other.owner
            && self.numbers.ports().eq(other.numbers.ports())
            && (self.protocol, self.expose, self.count) == (other.protocol, other.expose, other.count)
    }
}

/// The owner of a port, according to the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner<'a> {
    /// The file does not say.
    Unsaid,
    /// The service with this id.
    Service(Cow<'a, str>),
    /// The host of an address: the service with this id, else a host outside the platform.
    Host(Cow<'a, str>),
    /// As [`Owner::Host`], perhaps with a domain behind the id: `auth.shop.svc`.
    Domain(Cow<'a, str>),
    /// The service or binding with this environment name (`AUTH_SERVICE` of `AUTH_SERVICE_PORT`).
    Variable(Cow<'a, str>),
    /// As [`Owner::Variable`], in a file that has no other variables.
    Named(Cow<'a, str>),
    /// The service with this title.
    Title(Cow<'a, str>),
    /// The service with this title; else the number may be no port at all.
    PerhapsTitle(Cow<'a, str>),
    /// The port of that name.
    PortName(Box<PortName<'a>>),
}

/// A port by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortName<'a> {
    /// The service that has it, if the file says.
    pub service: Option<Cow<'a, str>>,
    /// The name of the binding.
    pub port: Cow<'a, str>,
}

/// Which of the three numbers of a binding a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The published port.
    Host,
    /// The port inside the container.
    Container,
    /// The port of the Kubernetes Service.
    Service,
    /// The port of the Kubernetes Service on the nodes.
    Node,
    /// The format does not say.
    Unknown,
}

impl Role {
    /// The number of `binding` with this role; `None` for `Unknown`, and for `Node` where ports.toml does not say.
    pub fn of(self, binding: &Binding) -> Option<Port> {
        match self {
            Self::Host => Some(binding.host),
            Self::Container => Some(binding.container),
            Self::Service => Some(binding.service),
            Self::Node => binding.node_port.as_deref().map(|(port, _)| *port),
            Self::Unknown => None,
        }
    }

    /// The name of a number with this role, in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Host => "host port",
            Self::Container => "container port",
            Self::Service => "service port",
            Self::Node => "node port",
            Self::Unknown => "port",
        }
    }
}

/// One number that a file states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// The number.
    pub port: u16,
    /// The role of the number.
    pub role: Role,
    /// The bytes of its digits in the file; replacing them changes the number.
    pub digits: Range<usize>,
}

impl Number {
    fn is_of(&self, binding: &Binding) -> bool {
        match self.role.of(binding) {
            Some(port) => port.get() == self.port || (binding.is_range() && self.is_last_of(binding)),
            None => {
                [binding.host, binding.container, binding.service].iter().any(|port| port.get() == self.port)
                    || (binding.is_range() && self.is_last_of(binding))
            }
        }
    }

    /// Whether it is one of the ports of a range.
    pub fn is_inside(&self, binding: &Binding) -> bool {
        let [host, container] = [binding.hosts(), binding.containers()].map(|ports| ports.has(self.port));
        match self.role {
            Role::Host => host,
            Role::Container => container,
            Role::Service | Role::Node => false,
            Role::Unknown => host || container,
        }
    }

    /// Whether it is the last port of a range.
    fn is_last_of(&self, binding: &Binding) -> bool {
        let [host, container] = [binding.hosts(), binding.containers()].map(|ports| ports.last().get() == self.port);
        match self.role {
            Role::Host => host,
            Role::Container => container,
            Role::Service | Role::Node => false,
            Role::Unknown => host || container,
        }
    }
}

/// The numbers that a file states about one port, at most one of each role, in the order of the roles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers([Option<Packed>; Self::MOST]);

/// A [`Number`] in fewer bytes, for files with tens of thousands of numbers. No file that portgen reads has 4 GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Packed {
    start: u32,
    /// How many digits, at most five.
    len: u8,
    port: u16,
    role: Role,
}

impl Packed {
    fn number(self) -> Number {
        let start = self.start as usize;
        Number { port: self.port, role: self.role, digits: start..start + usize::from(self.len) }
    }
}

impl Numbers {
    /// The most numbers that a format states of a port: Kubernetes has `port`, `targetPort` and `nodePort`.
    const MOST: usize = 3;

    /// Sets the number of a role, replacing the old one.
    pub fn set(&mut self, Number { port, role, digits }: Number) {
        let (start, len) = (digits.start as u32, digits.len() as u8);
        let at = self.0.iter().position(|known| known.is_none_or(|known| known.role >= role));
        debug_assert!(at.is_some(), "a port with a fourth number");
        let Some(at) = at else { return };
        if self.0[at].is_some_and(|known| known.role != role) {
            self.0.copy_within(at..Self::MOST - 1, at + 1);
        }
        self.0[at] = Some(Packed { start, len, port, role });
    }

    /// The number of a role.
    pub fn get(&self, role: Role) -> Option<u16> {
        self.0.iter().flatten().find(|number| number.role == role).map(|number| number.port)
    }

    /// The ports alone, with their roles.
    fn ports(&self) -> impl Iterator<Item = (Role, u16)> {
        self.0.iter().flatten().map(|number| (number.role, number.port))
    }

    /// The numbers: host, container, service, then the one with an unknown role.
    pub fn iter(&self) -> impl Iterator<Item = Number> {
        self.0.into_iter().flatten().map(Packed::number)
    }
}

impl From<Number> for Numbers {
    fn from(number: Number) -> Self {
        let mut numbers = Self::default();
        numbers.set(number);
        numbers
    }
}

/// Parses `text`, plain decimal digits, as a port.
pub fn port(text: &str) -> Option<u16> {
    if text.len() > "65535".len() {
        return None;
    }
    let mut number = 0;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u32::from(digit);
    }
    u16::try_from(number).ok().filter(|port| *port != 0)
}

/// Parses `text` as a range of ports: `50000-50100`.
pub fn range(text: &str) -> Option<Ports> {
    let (first, last) = text.split_once('-')?;
    let [first, last] = [first, last].map(|end| port(end).and_then(|end| Port::new(end.into())));
    Ports::new(first?, last?)
}

/// Whether a key of a data file names a port: `port`, `targetPort`, `http-port`, `http_port`; not `support` or `viewport`.
pub fn names_a_port(key: &str) -> bool {
    // libpq's, see <https://www.postgresql.org/docs/current/libpq-envars.html>.
    key.eq_ignore_ascii_case("port")
        || key == "PGPORT"
        || ["Port", "-port", "_port", "_PORT"].iter().any(|end| key.len() > end.len() && key.ends_with(end))
}
