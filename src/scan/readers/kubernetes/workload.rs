//! What runs pods: Deployments, jobs, whatever has the template of a pod.

use super::names::main_of;
use super::{Reader, number};
use crate::formats::yaml::tree::Id;
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View};

/// The ways to what is run, each with the way to its metadata: those of a template of a pod, of a job that is repeated, of a pod.
const PODS: [(&[&str], &[&str]); 3] = [
    (&["spec", "template", "spec"], &["spec", "template", "metadata"]),
    (&["spec", "jobTemplate", "spec", "template", "spec"], &["spec", "jobTemplate", "spec", "template", "metadata"]),
    (&["spec"], &["metadata"]),
];

/// The probes and hooks of a container, by the ways to them.
const PROBES: [&[&str]; 5] = [
    &["livenessProbe"],
    &["readinessProbe"],
    &["startupProbe"],
    &["lifecycle", "postStart"],
    &["lifecycle", "preStop"],
];

impl<'s> Reader<'s, '_> {
    /// Reads an object that runs pods; whether it does.
    pub(super) fn workload(&mut self, id: Id) -> bool {
        let runs = |(pod, _): &&(&[&str], &[&str])| {
            self.at(id, &[*pod, &["containers"]].concat()).is_some_and(|list| !self.tree.items(list).is_empty())
        };
        let Some((pod, metadata)) = PODS.iter().find(runs) else { return false };
        let labels = self.at(id, &[*metadata, &["labels"]].concat()).or_else(|| self.at(id, &["metadata", "labels"]));
        let owner = self.owner(id, labels);
        self.annotations(id, metadata, &owner);
        let main = self.items(id, &[*pod, &["containers"]].concat());
        let names: Vec<&str> = main.iter().map(|one| self.name_of(*one)).collect();
        let of_owner = names.iter().position(|name| *name == owner).unwrap_or_default();
        for (at, container) in main.iter().enumerate() {
            // What runs beside has a name of its own.
            let own = if at == of_owner { &*owner } else { names[at] };
            self.container(*container, own);
        }
        for container in self.items(id, &[*pod, &["initContainers"]].concat()) {
            self.container(*container, self.name_of(*container));
        }
        true
    }

    fn name_of(&self, container: Id) -> &'s str {
        self.tree.text(container, "name").map_or("", |name| &name.value)
    }

    fn container(&mut self, id: Id, own: &str) {
        let ports = self.items(id, &["ports"]);
        if !self.visit(1 + ports.len()) {
            return;
        }
        let names: Vec<_> =
            ports.iter().map(|port| self.tree.text(*port, "name").map_or("", |name| &name.value)).collect();
        let main = main_of(&names);
        let mut known = None;
        for (at, entry) in ports.iter().enumerate() {
            let [container, host] = ["containerPort", "hostPort"].map(|key| self.tree.text(*entry, key));
            let is_main = main == Some(at);
            known = known.or(container.filter(|_| is_main).map(|text| &*text.value));
            self.out.extend(
                number(container, View::Container, own, Form::ContainerPort).map(|one| one.weak_unless(is_main)),
            );
            // On the nodes of a cluster, which are other machines.
            self.out.extend(number(host, View::Host, own, Form::HostPort).map(Statement::weak));
        }
        self.probes(id, own, known);
        self.told(id, own);
    }

    /// What asks a container: the port that its service is known by, or one for this alone.
    fn probes(&mut self, id: Id, own: &str, known: Option<&str>) {
        for way in PROBES {
            let Some(probe) = self.at(id, way) else { continue };
            for how in ["httpGet", "tcpSocket", "grpc"] {
                let Some(port) = self.text(probe, &[how, "port"]) else { continue };
                let is_strong = known.is_some_and(|known| known == port.value);
                self.out.extend(
                    number(Some(port), View::Container, own, Form::Probe).map(|one| one.weak_unless(is_strong)),
                );
            }
        }
    }
}
