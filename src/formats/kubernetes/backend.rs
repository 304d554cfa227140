//! References to a port of a Service: the backends of an Ingress and of the routes of the Gateway API.

use std::borrow::Cow;
use std::ops::Range;

use super::field;
use crate::formats::yaml::{Scalar, Step};
use crate::formats::{Claim, Fault, Number, Owner, PortName, Reading, Role};

/// One reference, as far as it is read.
pub(super) struct Backend<'t> {
    /// The way to it.
    prefix: Vec<Step<'t>>,
    service: Option<Cow<'t, str>>,
    number: Option<Number>,
    name: Option<String>,
    /// Whether it is another kind of object, or in another namespace.
    is_elsewhere: bool,
    span: Range<usize>,
}

/// The way to the reference that a scalar is a part of, and which part.
pub(super) fn part<'p, 't>(path: &'p [Step<'t>]) -> Option<(&'p [Step<'t>], &'p str)> {
    let (last, above) = path.split_last()?;
    let key = last.key()?;
    match above {
        // An Ingress.
        [rest @ .., Step::Key(port)] if port == "port" && is_backend(rest) => {
            Some((rest, if key == "number" { "port" } else { "portName" }))
        }
        _ if is_backend(above) => Some((above, key)),
        // A route, and a filter of it.
        [.., Step::Key(refs), Step::Index(_)] if refs == "backendRefs" => Some((above, key)),
        [.., Step::Key(single)] if single == "backendRef" => Some((above, key)),
        _ => None,
    }
}

/// Whether a path leads to the Service that a backend of an Ingress names.
fn is_backend(path: &[Step<'_>]) -> bool {
    let [.., Step::Key(backend), Step::Key(service)] = path else { return false };
    service == "service" && matches!(&**backend, "backend" | "defaultBackend")
}

impl<'t> Backend<'t> {
    pub(super) fn new(prefix: &[Step<'t>], span: Range<usize>) -> Self {
        Self { prefix: prefix.to_vec(), service: None, number: None, name: None, is_elsewhere: false, span }
    }

    pub(super) fn is_at(&self, prefix: &[Step<'_>]) -> bool {
        self.prefix == prefix
    }

    pub(super) fn set(&mut self, part: &str, scalar: &Scalar<'_, 't>) -> Result<(), Fault> {
        let text = &scalar.text;
        match part {
            "name" => {
                field::string(scalar)?;
                self.service = Some(text.value.clone());
            }
            "port" => {
                self.number = Some(field::number(scalar, Role::Service)?);
                self.span = text.span.clone();
            }
            "portName" => {
                self.name = Some(field::port_name(scalar)?);
                self.span = text.span.clone();
            }
            "kind" => self.is_elsewhere |= text.value != "Service",
            "namespace" => self.is_elsewhere = true,
            _ => {}
        }
        Ok(())
    }

    pub(super) fn finish(self, reading: &mut Reading<'t>) {
        let Self { service, number, name, span, .. } = self;
        if number.is_some() && name.is_some() {
            reading.faults.push(Fault::new("`number` and `name` of a port exclude each other", span));
            return;
        }
        if self.is_elsewhere {
            return;
        }
        if let Some(number) = number {
            reading.claims.push(Claim::new(service.map_or(Owner::Unsaid, Owner::Service), number, span));
        } else if let Some(port) = name {
            let owner = Owner::PortName(Box::new(PortName { service, port: port.into() }));
            reading.claims.push(Claim {
                owner,
                numbers: Default::default(),
                protocol: None,
                expose: None,
                count: None,
                span,
            });
        }
    }
}
