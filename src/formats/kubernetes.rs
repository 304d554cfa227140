//! Kubernetes manifests: Services, workloads' containers, addresses in any text.

use std::borrow::Cow;
use std::ops::Range;

use super::yaml::{self, Scalar, Step, Visit};
use super::{Claim, Fault, Numbers, Owner, port};
use crate::allocation::Protocol;

/// The claims of manifests, one or several documents in a file: a Service's `port` and numeric `targetPort`, a container's
/// `containerPort` and `PORT`, the port of an Ingress's backend, and addresses of other services, which have the Service's port.
///
/// # Errors
/// It is not YAML, or a number that should be a port is none.
pub fn read(text: &str) -> Result<Vec<Claim<'_>>, Fault> {
    let Manifests { mut claims, last } = yaml::walk(text)?;
    last.claims(&mut claims);
    Ok(claims)
}

/// The documents of one file.
#[derive(Default)]
struct Manifests<'t> {
    claims: Vec<Claim<'t>>,
    last: Manifest<'t>,
}

impl<'t> Visit<'t> for Manifests<'t> {
    fn scalar(&mut self, scalar: Scalar<'_, 't>) -> Result<(), Fault> {
        if scalar.document != self.last.document {
            let next = Manifest { document: scalar.document, ..Manifest::default() };
            std::mem::replace(&mut self.last, next).claims(&mut self.claims);
        }
        self.last.scalar(scalar, &mut self.claims)
    }
}

/// What one document has said so far.
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

impl<'t> Manifest<'t> {
    fn scalar(&mut self, scalar: Scalar<'_, 't>, claims: &mut Vec<Claim<'t>>) -> Result<(), Fault> {
        let Scalar { path, value, span, .. } = scalar;
        let Some((Step::Key(key), above)) = path.split_last() else {
            yaml::addresses(value, &span, Numbers::service, claims);
            return Ok(());
        };
        let number = |kind: fn(u16) -> Numbers| match port(&value) {
            Some(number) => Ok(Claim::new(Owner::Unsaid, kind(number), span.clone())),
            None => Err(Fault::new("no port", span.clone())),
        };
        match (&**key, above) {
            ("kind", []) => self.kind = value,
            ("name", [Step::Key(top)]) if top == "metadata" => self.name = value,
            (key, [Step::Key(spec), Step::Key(ports), Step::Index(index)]) if spec == "spec" && ports == "ports" => {
                self.service_port(*index, key, &value, &span)?;
            }
            ("containerPort" | "hostPort", _) => claims.push(number(Numbers::container)?),
            // An Ingress names a Service's port: spec.rules[].http.paths[].backend.service.port.number.
            ("number", [.., Step::Key(of)]) if of == "port" => claims.push(number(Numbers::service)?),
            ("name", [.., Step::Key(env), Step::Index(_)]) if env == "env" => self.variable = value,
            ("value", [.., Step::Key(env), Step::Index(_)]) if env == "env" && self.variable == "PORT" => {
                claims.push(number(Numbers::container)?);
            }
            _ => yaml::addresses(value, &span, Numbers::service, claims),
        }
        Ok(())
    }

    fn service_port(&mut self, index: usize, key: &str, value: &str, span: &Range<usize>) -> Result<(), Fault> {
        if self.ports.last().is_none_or(|last| last.index != index) {
            let entry = ServicePort { index, numbers: Numbers::default(), protocol: Protocol::Tcp, span: span.clone() };
            self.ports.push(entry);
        }
        let Some(entry) = self.ports.last_mut() else { return Ok(()) };
        match key {
            "port" => {
                entry.numbers.service = Some(port(value).ok_or_else(|| Fault::new("no port", span.clone()))?);
                entry.span = span.clone();
            }
            "targetPort" => entry.numbers.container = port(value),
            "nodePort" => entry.numbers.any = port(value),
            "protocol" => {
                let known = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];
                let found = known.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(value));
                entry.protocol = found.ok_or_else(|| Fault::new("no protocol of a Service", span.clone()))?;
            }
            _ => {}
        }
        Ok(())
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
        let claims = read(text).unwrap();
        let numbers: Vec<_> = claims.iter().map(|c| c.numbers).collect();
        assert!(numbers.contains(&Numbers { service: Some(80), container: Some(8080), ..Numbers::default() }));
        assert!(numbers.contains(&Numbers::service(53)));
        assert_eq!(numbers.iter().filter(|n| **n == Numbers::container(8080)).count(), 2);
        let host = claims.iter().find(|c| c.owner == Owner::Host("b".into())).unwrap();
        assert_eq!(host.numbers, Numbers::service(4001));
        assert_eq!(claims.len(), 5);
    }
}
