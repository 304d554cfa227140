//! Kubernetes manifests: Services, workloads' containers, addresses in any text.

use std::borrow::Cow;
use std::ops::Range;

use super::yaml::{self, Scalar, Step};
use super::{Claim, Fault, Numbers, Owner, port};
use crate::allocation::Protocol;

/// The claims of manifests, one or several documents in a file: a Service's `port` and numeric `targetPort`, a container's
/// `containerPort` and `PORT`, the port of an Ingress's backend, and addresses of other services, which have the Service's port.
///
/// # Errors
/// It is not YAML, or a number that should be a port is none.
pub fn read(text: &str) -> Result<Vec<Claim<'_>>, Fault> {
    let mut claims = Vec::new();
    let mut manifest = Manifest::default();
    yaml::walk(text, |scalar| {
        if scalar.document != manifest.document {
            let done = std::mem::replace(&mut manifest, Manifest { document: scalar.document, ..Manifest::default() });
            done.claims(&mut claims);
        }
        manifest.scalar(scalar, &mut claims)
    })?;
    manifest.claims(&mut claims);
    Ok(claims)
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
    fn scalar(&mut self, scalar: &Scalar<'_, 't>, claims: &mut Vec<Claim<'t>>) -> Result<(), Fault> {
        let value = scalar.value;
        match scalar.path {
            [Step::Key(key)] if key == "kind" => self.kind = value.clone(),
            [Step::Key(top), Step::Key(key)] if top == "metadata" && key == "name" => self.name = value.clone(),
            [Step::Key(spec), Step::Key(ports), Step::Index(index), Step::Key(key)]
                if spec == "spec" && ports == "ports" =>
            {
                self.service_port(*index, key, value, &scalar.span)?;
            }
            [.., Step::Key(key)] if matches!(&**key, "containerPort" | "hostPort") => {
                let number = port(value).ok_or_else(|| Fault::new("no port", scalar.span.clone()))?;
                claims.push(Claim::new(Owner::Unsaid, Numbers::container(number), scalar.span.clone()));
            }
            // An Ingress names a Service's port: spec.rules[].http.paths[].backend.service.port.number.
            [.., Step::Key(of), Step::Key(key)] if of == "port" && key == "number" => {
                let number = port(value).ok_or_else(|| Fault::new("no port", scalar.span.clone()))?;
                claims.push(Claim::new(Owner::Unsaid, Numbers::service(number), scalar.span.clone()));
            }
            [.., Step::Key(env), Step::Index(_), Step::Key(key)] if env == "env" && key == "name" => {
                self.variable = value.clone();
            }
            [.., Step::Key(env), Step::Index(_), Step::Key(key)]
                if env == "env" && key == "value" && self.variable == "PORT" =>
            {
                let number = port(value).ok_or_else(|| Fault::new("no port", scalar.span.clone()))?;
                claims.push(Claim::new(Owner::Unsaid, Numbers::container(number), scalar.span.clone()));
            }
            _ => yaml::addresses(value.clone(), &scalar.span, Numbers::service, claims),
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
