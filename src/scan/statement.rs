//! A number that a file states as a port.

use std::borrow::Cow;
use std::ops::Range;

use super::form::Form;
use crate::allocation::Binding;
use crate::formats::{Role, Written};

/// A number that a file states as a port, and what the file says of whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement<'t> {
    /// The number.
    pub port: u16,
    /// The bytes of its digits in the file; replacing them changes the number.
    pub digits: Range<usize>,
    /// Which of a service's numbers it is.
    pub view: View,
    /// Whose it is, as far as the file says.
    pub whose: Whose<'t>,
    /// The form that says that it is a port: compose ports.
    pub form: Form,
    /// Whether the form alone makes it the owner's port. A weak one, as `port: 4001` somewhere in a program, is one only where the
    /// owner has or had the number.
    pub is_strong: bool,
    /// Whether it takes the number on the machine, where two services cannot have one.
    pub publishes: bool,
    /// The port that programs are known by of which an address has the scheme: 5432 of `postgres://localhost:5433`.
    pub of_scheme: Option<u16>,
}

impl<'t> Statement<'t> {
    /// A strong statement that takes no port of the machine.
    pub fn new(port: u16, digits: Range<usize>, view: View, whose: Whose<'t>, form: Form) -> Self {
        Self { port, digits, view, whose, form, is_strong: true, publishes: false, of_scheme: None }
    }

    /// The number that a text is as a whole; `None` if it is no port.
    pub fn whole(text: &Written<'t>, view: View, whose: Whose<'t>, form: Form) -> Option<Self> {
        let number = text.port(Role::Unknown)?;
        Some(Self::new(number.port, number.digits, view, whose, form))
    }

    /// As one that takes the number on the machine.
    #[must_use]
    pub fn published(self) -> Self {
        Self { publishes: true, ..self }
    }

    /// As one that counts only where its owner has or had the number.
    #[must_use]
    pub fn weak(self) -> Self {
        Self { is_strong: false, ..self }
    }

    /// As a weak one, unless `is_sure`.
    #[must_use]
    pub fn weak_unless(self, is_sure: bool) -> Self {
        Self { is_strong: self.is_strong && is_sure, ..self }
    }
}

/// Which of the numbers of a binding a statement is about: it depends on where the reader of the file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// The published port: what follows `localhost:` on the machine.
    Host,
    /// What the process listens on in its container.
    Container,
    /// The port of the Kubernetes Service.
    Service,
    /// The port of the Kubernetes Service on the nodes.
    Node,
    /// What a process listens on, on the machine or in a container.
    Listen,
    /// The port of an address by name: inside of Compose's network or of the cluster.
    Network,
    /// Any of them.
    Any,
}

/// Whether a binding has a number on the nodes of a cluster.
fn has_node(binding: &Binding, port: u16) -> bool {
    binding.node_port.as_deref().is_some_and(|(node, _)| node.get() == port)
}

impl View {
    /// Whether a binding has the number in this view.
    pub fn has(self, binding: &Binding, port: u16) -> bool {
        let [host, container] = [binding.hosts(), binding.containers()].map(|ports| ports.has(port));
        let service = binding.service.get() == port;
        match self {
            Self::Host => host,
            Self::Container => container,
            Self::Service => service,
            Self::Node => binding.node_port.as_deref().is_none_or(|(node, _)| node.get() == port),
            Self::Listen => host || container,
            Self::Network => container || service,
            Self::Any => host || container || service || has_node(binding, port),
        }
    }

    /// The number that the binding has in this view; `None` where it has several to choose from, or is a range.
    pub fn of(self, binding: &Binding) -> Option<u16> {
        let [host, container, service] = [binding.host, binding.container, binding.service].map(|port| port.get());
        let number = match self {
            Self::Host => host,
            Self::Container => container,
            Self::Service => service,
            Self::Node => binding.node_port.as_deref()?.0.get(),
            Self::Listen if host == container => host,
            Self::Network if container == service => container,
            Self::Any if host == container && container == service => host,
            Self::Listen | Self::Network | Self::Any => return None,
        };
        (!binding.is_range()).then_some(number)
    }

    /// What the number is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Host => "host port",
            Self::Container => "container port",
            Self::Service => "service port",
            Self::Node => "node port",
            Self::Listen | Self::Network | Self::Any => "port",
        }
    }
}

/// What stands before `PORT` in the name of a variable of a port: `AUTH` of `AUTH_PORT`.
pub(super) fn before_port(name: &str) -> &str {
    name[..name.len() - "PORT".len()].trim_end_matches('_')
}

/// Whose a port is, as far as its file says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Whose<'t> {
    /// What the file is about: the service whose folder it is in.
    Own,
    /// The service with this name: a key of a Compose file, the name of a manifest.
    Named(Cow<'t, str>),
    /// The service with the first name, if the second is its image, which is empty for one that is built: a Compose file in a document.
    Sample(Cow<'t, str>, Cow<'t, str>),
    /// The service with the first name, else the one that runs the second, an image: a container beside what Compose starts.
    Image(Cow<'t, str>, Cow<'t, str>),
    /// The service that the host of an address names.
    Host(Cow<'t, str>),
    /// This machine's: the service with the number.
    Local,
    /// This machine's, as an address in a variable of this name: `AUTH` of `AUTH_URL`.
    LocalOf(Cow<'t, str>),
    /// This machine's, behind a text for people that may name the service.
    LocalIn(Cow<'t, str>),
    /// `localhost` in a container of the service with this name: the container itself, or the machine.
    Inside(Cow<'t, str>),
    /// The service that a variable is named after, `AUTH` of `AUTH_PORT`; else the one whose folder it is in.
    Variable(Cow<'t, str>),
    /// As `Variable`; else the service with the second name, which is told the variable.
    VariableOf(Cow<'t, str>, Cow<'t, str>),
    /// What a document is about, below a heading that may name the service.
    Under(Cow<'t, str>),
    /// The service that a stage of a Dockerfile is built for; else the one whose folder it is in.
    Stage(Cow<'t, str>),
    /// The service that a process is called as; else the one whose folder it is in.
    Process(Cow<'t, str>),
    /// The service with the first name that is one: the name of a manifest, the label that it selects.
    Either(Cow<'t, str>, Cow<'t, str>),
}

impl<'t> Whose<'t> {
    /// Whose a variable of a port is, by what stands before `PORT` in its name.
    pub(super) fn of_prefix(prefix: Cow<'t, str>) -> Self {
        if prefix.is_empty() { Self::Own } else { Self::Variable(prefix) }
    }
}
