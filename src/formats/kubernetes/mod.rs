//! Kubernetes manifests: Services, workloads, references to Services, addresses in any text.

mod backend;
mod field;
mod service;

use std::borrow::Cow;
use std::num::NonZeroU16;

use super::yaml::{self, Scalar, Step, Visit};
use super::{Claim, Fault, Owner, PortName, Reading, Role, Written};
use crate::manifest::validate::names;
use backend::Backend;
use field::Target;
use service::Service;

/// Reads the claims of manifests, one or several documents in a file: the ports of a Service, `containerPort`, probes and `PORT` of
/// a container, the ingress ports of a NetworkPolicy, backends of an Ingress and of routes, and addresses of other services, which
/// have the Service's port. Faults: the file is not YAML, or the API server refuses a field that has to do with ports.
pub(super) fn read(text: &str) -> Reading<'_> {
    let (last, mut reading) = yaml::walk::<Manifest<'_>>(text);
    last.finish(&mut reading);
    // Kubernetes has no ranges of ports.
    reading.claims.iter_mut().for_each(|claim| claim.count = Some(NonZeroU16::MIN));
    reading.faults.sort_by_key(|fault| fault.span.start);
    reading
}

/// The facts read from a document so far.
#[derive(Default)]
struct Manifest<'t> {
    document: usize,
    kind: Cow<'t, str>,
    name: Option<Written<'t>>,
    service: Service,
    backend: Option<Backend<'t>>,
    variable: Cow<'t, str>,
}

impl<'t> Visit<'t> for Manifest<'t> {
    fn scalar(&mut self, scalar: Scalar<'_, 't>, reading: &mut Reading<'t>) {
        if scalar.document != self.document {
            let next = Self { document: scalar.document, ..Self::default() };
            std::mem::replace(self, next).finish(reading);
        }
        if let Some((prefix, part)) = backend::part(scalar.path) {
            self.part_of_backend(prefix, part, &scalar, reading);
        } else if let Err(fault) = self.field(&scalar, reading) {
            reading.faults.push(fault);
        }
    }
}

impl<'t> Manifest<'t> {
    fn field(&mut self, scalar: &Scalar<'_, 't>, reading: &mut Reading<'t>) -> Result<(), Fault> {
        let text = &scalar.text;
        let Some((Step::Key(key), above)) = scalar.path.split_last() else {
            yaml::addresses(text, Role::Service, &mut reading.claims);
            return Ok(());
        };
        match (&**key, above) {
            ("kind", []) => self.kind = text.value.clone(),
            ("name", [Step::Key(top)]) if top == "metadata" => {
                field::string(scalar)?;
                self.name = Some(text.clone());
            }
            ("type", [Step::Key(spec)]) if spec == "spec" => self.service.set_type(&text.value),
            (key, [Step::Key(spec), Step::Key(ports), Step::Index(index)]) if spec == "spec" && ports == "ports" => {
                self.service.field(*index, key, scalar);
            }
            (key, [.., Step::Key(list), Step::Index(_)]) if list == "env" => self.variable(key, scalar, reading)?,
            (_, [.., Step::Key(of)]) if matches!(&**of, "labels" | "annotations" | "matchLabels" | "selector") => {
                field::string(scalar)?;
            }
            (key, above) => {
                if !port(key, above, scalar, reading)? {
                    yaml::addresses(text, Role::Service, &mut reading.claims);
                }
            }
        }
        Ok(())
    }

    /// A field of an entry of `env`.
    fn variable(&mut self, key: &str, scalar: &Scalar<'_, 't>, reading: &mut Reading<'t>) -> Result<(), Fault> {
        let text = &scalar.text;
        match key {
            "name" => self.variable = text.value.clone(),
            "value" => {
                field::string(scalar)?;
                if self.variable == "PORT" {
                    let number = text.port(Role::Container).ok_or_else(|| text.fault("not a port"))?;
                    reading.claims.push(Claim::new(Owner::Unsaid, number, text.span.clone()));
                } else {
                    yaml::addresses(text, Role::Service, &mut reading.claims);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn part_of_backend(&mut self, prefix: &[Step<'t>], part: &str, scalar: &Scalar<'_, 't>, reading: &mut Reading<'t>) {
        if let Some(done) = self.backend.take_if(|last| !last.is_at(prefix)) {
            done.finish(reading);
        }
        let backend = self.backend.get_or_insert_with(|| Backend::new(prefix, scalar.text.span.clone()));
        if let Err(fault) = backend.set(part, scalar) {
            reading.faults.push(fault);
        }
    }

    fn finish(self, reading: &mut Reading<'t>) {
        if let Some(backend) = self.backend {
            backend.finish(reading);
        }
        if let Some(name) = &self.name
            && !is_name(&self.kind, &name.value)
        {
            reading.faults.push(name.fault(format!("not the name of a {}", self.kind)));
        }
        if self.kind == "Service" {
            self.service.finish(self.name, reading);
        }
    }
}

/// A port of a pod, and what goes with it; `false` for another field.
fn port<'t>(key: &str, above: &[Step<'_>], scalar: &Scalar<'_, 't>, reading: &mut Reading<'t>) -> Result<bool, Fault> {
    match (key, Place::of(above)) {
        ("containerPort" | "hostPort", _) | ("port", Place::GrpcProbe) => {
            reading.claims.push(of_pod(Target::Number(field::number(scalar, Role::Container)?), scalar));
        }
        ("port", Place::Probe | Place::Ingress) => {
            reading.claims.push(of_pod(field::number_or_name(scalar, Role::Container)?, scalar));
        }
        // What leaves a pod may go anywhere.
        ("port", Place::Egress) => {
            field::number_or_name(scalar, Role::Container)?;
        }
        ("endPort", Place::Ingress | Place::Egress) => {
            field::number(scalar, Role::Container)?;
        }
        ("protocol", Place::Ingress | Place::Egress | Place::Container) => {
            field::protocol(scalar)?;
        }
        ("name", Place::Container) => {
            field::port_name(scalar)?;
        }
        ("number", Place::Port) => {
            let number = field::number(scalar, Role::Service)?;
            reading.claims.push(Claim::new(Owner::Unsaid, number, scalar.text.span.clone()));
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Where a field with a port may stand.
enum Place {
    /// An entry of `ports` of a container.
    Container,
    /// `httpGet` or `tcpSocket`, of a probe or a hook.
    Probe,
    /// `grpc` of a probe, which takes numbers alone.
    GrpcProbe,
    /// An entry of `ports` of a NetworkPolicy, for what comes in.
    Ingress,
    /// The same, for what goes out.
    Egress,
    /// `port` itself.
    Port,
    Elsewhere,
}

impl Place {
    /// The place that a path leads to.
    fn of(path: &[Step<'_>]) -> Self {
        match path {
            [.., Step::Key(of), Step::Index(_), Step::Key(ports), Step::Index(_)] if ports == "ports" => match &**of {
                "containers" | "initContainers" => Self::Container,
                "ingress" => Self::Ingress,
                "egress" => Self::Egress,
                _ => Self::Elsewhere,
            },
            [.., Step::Key(key)] => match &**key {
                "httpGet" | "tcpSocket" => Self::Probe,
                "grpc" => Self::GrpcProbe,
                "port" => Self::Port,
                _ => Self::Elsewhere,
            },
            _ => Self::Elsewhere,
        }
    }
}

fn of_pod<'t>(target: Target, scalar: &Scalar<'_, 't>) -> Claim<'t> {
    let span = scalar.text.span.clone();
    match target {
        Target::Number(number) => Claim::new(Owner::Unsaid, number, span),
        Target::Name(port) => {
            let owner = Owner::PortName(Box::new(PortName { service: None, port: port.into() }));
            Claim { owner, numbers: Default::default(), protocol: None, expose: None, count: None, span }
        }
    }
}

/// Whether an object may have a name. Kinds that are not here have rules of their own.
fn is_name(kind: &str, name: &str) -> bool {
    match kind {
        "Service" => names::is_service_name(name),
        "Namespace" => names::is_label(name),
        "ConfigMap" | "CronJob" | "DaemonSet" | "Deployment" | "Gateway" | "GRPCRoute" | "HTTPRoute" | "Ingress"
        | "Job" | "NetworkPolicy" | "Pod" | "Secret" | "StatefulSet" | "TCPRoute" | "TLSRoute" | "UDPRoute" => {
            names::is_domain(name)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_and_containers_of_several_documents() {
        let text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n  - {name: http, port: 80, targetPort: 8080}\n  - {name: dns, port: 53, protocol: UDP, targetPort: dns}\n---\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{ports: [{containerPort: 8080}], env: [{name: PORT, value: \"8080\"}, {name: U, value: \"http://b.ns.svc:4001\"}]}]}}}\n";
        let Reading { claims, faults } = read(text);
        assert_eq!(faults, []);
        let all = |c: &Claim<'_>| [Role::Service, Role::Container].map(|role| c.numbers.get(role));
        let numbers: Vec<_> = claims.iter().map(all).collect();
        assert!(numbers.contains(&[Some(80), Some(8080)]));
        assert!(numbers.contains(&[Some(53), None]));
        assert_eq!(numbers.iter().filter(|n| **n == [None, Some(8080)]).count(), 2);
        let host = claims.iter().find(|c| c.owner == Owner::Domain("b.ns.svc".into())).unwrap();
        assert_eq!(all(host), [Some(4001), None]);
        assert_eq!(claims.iter().count(), 5);
        for number in claims.iter().flat_map(|claim| claim.numbers.iter()) {
            assert_eq!(text[number.digits.clone()], number.port.to_string());
        }
    }
}
