//! The ports of a Service. Whether they are is known at the end of the document, where its `kind` is.

use std::borrow::Cow;
use std::ops::Range;

use super::field::{self, Target};
use crate::allocation::Protocol;
use crate::formats::yaml::Scalar;
use crate::formats::{Claim, Fault, Numbers, Owner, PortName, Reading, Role, Written};
use crate::manifest::validate::names;

/// What a document says under `spec`.
#[derive(Default)]
pub(super) struct Service {
    entries: Vec<Entry>,
    faults: Vec<Fault>,
    has_node_ports: bool,
}

/// An entry of `ports`.
struct Entry {
    index: usize,
    numbers: Numbers,
    target: Option<String>,
    name: Option<String>,
    protocol: Protocol,
    node_port: Option<Range<usize>>,
    span: Range<usize>,
}

impl Service {
    pub(super) fn set_type(&mut self, kind: &str) {
        self.has_node_ports = matches!(kind, "NodePort" | "LoadBalancer");
    }

    /// A field of the entry `index` of `ports`.
    pub(super) fn field(&mut self, index: usize, key: &str, scalar: &Scalar<'_, '_>) {
        if self.entries.last().is_none_or(|last| last.index != index) {
            self.entries.push(Entry::new(index, scalar.text.span.clone()));
        }
        if let Some(entry) = self.entries.last_mut()
            && let Err(fault) = entry.set(key, scalar)
        {
            self.faults.push(fault);
        }
    }

    /// Adds the claims and faults of the Service with that name.
    pub(super) fn finish<'t>(mut self, name: Option<Written<'t>>, reading: &mut Reading<'t>) {
        let name: Cow<'t, str> = name.map(|name| name.value).unwrap_or_default();
        self.check();
        reading.faults.append(&mut self.faults);
        for entry in self.entries {
            let owner = match entry.target {
                Some(port) => Owner::PortName(Box::new(PortName { service: Some(name.clone()), port: port.into() })),
                None => Owner::Service(name.clone()),
            };
            let Entry { numbers, protocol, span, .. } = entry;
            reading.claims.push(Claim { owner, numbers, protocol: Some(protocol), expose: None, count: None, span });
        }
    }

    fn check(&mut self) {
        for (at, entry) in self.entries.iter().enumerate() {
            let others = &self.entries[..at];
            if entry.name.is_none() && self.entries.len() > 1 {
                self.faults.push(entry.fault("a port without a name, in a Service with several"));
            }
            if others.iter().any(|other| other.name.is_some() && other.name == entry.name) {
                self.faults.push(entry.fault("the second port of that name in one Service"));
            }
            if others.iter().any(|other| other.is_twin(entry)) {
                self.faults.push(entry.fault("the second port with that number and protocol in one Service"));
            }
            if let Some(span) = entry.node_port.clone().filter(|_| !self.has_node_ports) {
                self.faults
                    .push(Fault::new("a node port in a Service without `type: NodePort` or `LoadBalancer`", span));
            }
        }
    }
}

impl Entry {
    fn new(index: usize, span: Range<usize>) -> Self {
        let (numbers, protocol) = Default::default();
        Self { index, numbers, target: None, name: None, protocol, node_port: None, span }
    }

    fn fault(&self, message: &str) -> Fault {
        Fault::new(message, self.span.clone())
    }

    /// Whether both have the same number and protocol.
    fn is_twin(&self, other: &Self) -> bool {
        let [port, others] = [self, other].map(|entry| entry.numbers.get(Role::Service));
        port.is_some() && port == others && self.protocol == other.protocol
    }

    fn set(&mut self, key: &str, scalar: &Scalar<'_, '_>) -> Result<(), Fault> {
        let text = &scalar.text;
        match key {
            "port" => {
                self.span = text.span.clone();
                self.numbers.set(field::number(scalar, Role::Service)?);
            }
            "targetPort" => match field::number_or_name(scalar, Role::Container)? {
                Target::Number(number) => self.numbers.set(number),
                Target::Name(name) => self.target = Some(name),
            },
            "nodePort" => {
                self.numbers.set(field::number(scalar, Role::Node)?);
                self.node_port = Some(text.span.clone());
            }
            "protocol" => self.protocol = field::protocol(scalar)?,
            "name" => {
                field::string(scalar)?;
                if !names::is_label(&text.value) {
                    return Err(text.fault("not the name of a port of a Service: a DNS-1123 label in lower case"));
                }
                self.name = Some(text.value.clone().into_owned());
            }
            "appProtocol" if !names::is_qualified_key(&text.value) => {
                return Err(text.fault("not an application protocol, such as `http` or `example.com/http`"));
            }
            _ => {}
        }
        Ok(())
    }
}
