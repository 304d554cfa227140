//! Kubernetes manifests: Services, containers of workloads, addresses in any text.

use std::borrow::Cow;
use std::ops::Range;

use super::yaml::{self, Scalar, Step, Visit};
use super::{Claim, Fault, Numbers, Owner, Reading, Role, Written};
use crate::allocation::Protocol;

/// Reads the claims of manifests, one or several documents in a file: a Service's `port` and numeric `targetPort`, a container's
/// `containerPort` and `PORT`, the port of an Ingress's backend, and addresses of other services, which have the Service's port.
/// Faults: the file is not YAML, or a number that should be a port is not valid.
pub(super) fn read(text: &str) -> Reading<'_> {
    let (last, mut reading) = yaml::walk::<Manifest<'_>>(text);
    last.claims(&mut reading.claims);
    reading
}

/// The facts read from a document so far.
#[derive(Default)]
struct Manifest<'t> {
    document: usize,
    kind: Cow<'t, str>,
    name: Cow<'t, str>,
    ports: Vec<ServicePort>,
    variable: Cow<'t, str>,
}

/// One entry of a Service's `spec.ports`.
struct ServicePort {
    index: usize,
    numbers: Numbers,
    protocol: Protocol,
    span: Range<usize>,
}

impl<'t> Visit<'t> for Manifest<'t> {
    fn scalar(&mut self, scalar: Scalar<'_, 't>, reading: &mut Reading<'t>) {
        if scalar.document != self.document {
            let next = Self { document: scalar.document, ..Self::default() };
            std::mem::replace(self, next).claims(&mut reading.claims);
        }
        let Scalar { path, text, .. } = scalar;
        let Some((Step::Key(key), above)) = path.split_last() else {
            return yaml::addresses(&text, Role::Service, &mut reading.claims);
        };
        match (&**key, above) {
            ("kind", []) => self.kind = text.value,
            ("name", [Step::Key(top)]) if top == "metadata" => self.name = text.value,
            (key, [Step::Key(spec), Step::Key(ports), Step::Index(index)]) if spec == "spec" && ports == "ports" => {
                self.service_port(*index, key, &text, &mut reading.faults);
            }
            ("containerPort" | "hostPort", _) => reading.add(claim(Role::Container, &text), &text, NOT_A_PORT),
            // An Ingress names a Service's port: spec.rules[].http.paths[].backend.service.port.number.
            ("number", [.., Step::Key(of)]) if of == "port" => {
                reading.add(claim(Role::Service, &text), &text, NOT_A_PORT);
            }
            ("name", [.., Step::Key(env), Step::Index(_)]) if env == "env" => self.variable = text.value,
            ("value", [.., Step::Key(env), Step::Index(_)]) if env == "env" && self.variable == "PORT" => {
                reading.add(claim(Role::Container, &text), &text, NOT_A_PORT);
            }
            _ => yaml::addresses(&text, Role::Service, &mut reading.claims),
        }
    }
}

const NOT_A_PORT: &str = "not a port";
const PROTOCOLS: [(&str, Protocol); 3] = [("TCP", Protocol::Tcp), ("UDP", Protocol::Udp), ("SCTP", Protocol::Sctp)];

fn claim<'t>(role: Role, text: &Written<'_>) -> Option<Claim<'t>> {
    Some(Claim::new(Owner::Unsaid, text.port(role)?, text.span.clone()))
}

impl<'t> Manifest<'t> {
    fn service_port(&mut self, index: usize, key: &str, text: &Written<'_>, faults: &mut Vec<Fault>) {
        if self.ports.last().is_none_or(|last| last.index != index) {
            let (numbers, span) = (Numbers::default(), text.span.clone());
            self.ports.push(ServicePort { index, numbers, protocol: Protocol::Tcp, span });
        }
        let Some(entry) = self.ports.last_mut() else { return };
        let role = match key {
            "port" => Role::Service,
            "targetPort" => Role::Container,
            "nodePort" => Role::Node,
            "protocol" => {
                match PROTOCOLS.iter().find(|(name, _)| name.eq_ignore_ascii_case(&text.value)) {
                    Some((_, protocol)) => entry.protocol = *protocol,
                    None => faults.push(text.fault("not a protocol of a Service")),
                }
                return;
            }
            _ => return,
        };
        match text.port(role) {
            Some(number) => entry.numbers.set(number),
            // A `targetPort` may be the name of a container's port instead of a number.
            None if key == "port" => faults.push(text.fault(NOT_A_PORT)),
            None => {}
        }
        if key == "port" {
            entry.span = text.span.clone();
        }
    }

    fn claims(self, claims: &mut Vec<Claim<'t>>) {
        if self.kind != "Service" {
            return;
        }
        claims.extend(self.ports.into_iter().map(|entry| Claim {
            owner: Owner::Service(self.name.clone()),
            numbers: entry.numbers,
            protocol: Some(entry.protocol),
            expose: None,
            span: entry.span,
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_and_containers_of_several_documents() {
        let text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n  - {name: http, port: 80, targetPort: 8080}\n  - {port: 53, protocol: UDP, targetPort: dns}\n---\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{ports: [{containerPort: 8080}], env: [{name: PORT, value: \"8080\"}, {name: U, value: \"http://b.ns.svc:4001\"}]}]}}}\n";
        let Reading { claims, faults } = read(text);
        assert_eq!(faults, []);
        let all = |c: &Claim<'_>| [Role::Service, Role::Container].map(|role| c.numbers.get(role));
        let numbers: Vec<_> = claims.iter().map(all).collect();
        assert!(numbers.contains(&[Some(80), Some(8080)]));
        assert!(numbers.contains(&[Some(53), None]));
        assert_eq!(numbers.iter().filter(|n| **n == [None, Some(8080)]).count(), 2);
        let host = claims.iter().find(|c| c.owner == Owner::Host("b".into())).unwrap();
        assert_eq!(all(host), [Some(4001), None]);
        assert_eq!(claims.len(), 5);
        for number in claims.iter().flat_map(|claim| claim.numbers.iter()) {
            assert_eq!(text[number.digits.clone()], number.port.to_string());
        }
    }
}
