//! Services, and what selects their pods: NetworkPolicies, monitors.

use std::borrow::Cow;

use super::names::{main_of, stem};
use super::{Reader, USUAL, number};
use crate::formats::port;
use crate::formats::yaml::tree::Id;
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose};

impl Reader<'_, '_> {
    pub(super) fn service(&mut self, id: Id) {
        let name = self.name(id);
        let owner = stem(&name);
        // What is asked for by the name of a headless Service is the pod itself.
        let is_headless = owner.len() < name.len() || self.is_headless(id);
        let ports = self.items(id, &["spec", "ports"]);
        if !self.visit(ports.len()) || self.text(id, &["spec", "externalName"]).is_some() {
            return;
        }
        let names: Vec<_> =
            ports.iter().map(|port| self.tree.text(*port, "name").map_or("", |name| &name.value)).collect();
        let (main, known) = (main_of(&names), self.out.len());
        for (at, entry) in ports.iter().enumerate() {
            let text = |key| self.tree.text(*entry, key);
            let [service, target, node] = ["port", "targetPort", "nodePort"].map(text);
            let is_main = main == Some(at);
            let is_usual = service.and_then(|text| port(&text.value)).is_some_and(|port| USUAL.contains(&port));
            self.out.extend(
                number(service, View::Service, owner, Form::ServicePort)
                    .map(|one| one.weak_unless(is_main && !is_usual && !is_headless)),
            );
            self.out
                .extend(number(target, View::Container, owner, Form::TargetPort).map(|one| one.weak_unless(is_main)));
            self.out.extend(number(node, View::Node, owner, Form::NodePort).map(|one| one.weak_unless(is_main)));
        }
        self.annotations(id, &["metadata"], owner);
        if let Some(label) = self.at(id, &["spec", "selector"]).and_then(|selector| self.label(selector)) {
            for one in &mut self.out[known..] {
                one.whose = Whose::Either(Cow::Owned(owner.to_owned()), Cow::Owned(label.clone()));
            }
        }
    }

    fn is_headless(&self, id: Id) -> bool {
        self.text(id, &["spec", "clusterIP"]).is_some_and(|address| address.value == "None")
    }

    /// What Prometheus is told to ask, and Dapr.
    pub(super) fn annotations(&mut self, id: Id, way: &[&str], owner: &str) {
        let Some(annotations) = self.at(id, &[way, &["annotations"]].concat()) else { return };
        let scraped = self.tree.text(annotations, "prometheus.io/port");
        self.out.extend(number(scraped, View::Container, owner, Form::Annotation).map(Statement::weak));
        let app = self.tree.text(annotations, "dapr.io/app-port");
        self.out.extend(number(app, View::Container, owner, Form::Annotation));
    }

    /// The ports of pods that are reached: those that the policy is for, and those that it lets them ask.
    pub(super) fn network_policy(&mut self, id: Id) {
        let own = self.selected(id, &["spec", "podSelector"]);
        for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
            for rule in self.items(id, &["spec", direction]) {
                let asked: Vec<_> =
                    self.items(*rule, &[peers]).iter().map(|peer| self.selected(*peer, &["podSelector"])).collect();
                let owner = match (direction, &*asked) {
                    ("ingress", _) => own.clone(),
                    (_, [one]) => one.clone(),
                    _ => None,
                };
                for entry in self.items(*rule, &["ports"]) {
                    let Some(text) = self.tree.text(*entry, "port").filter(|_| self.visit(1)) else { continue };
                    let whose = owner.clone().map_or(Whose::Local, |owner| Whose::Named(Cow::Owned(owner)));
                    // Also what is only measured, or checked.
                    self.out.extend(
                        Statement::whole(text, View::Container, whose, Form::NetworkPolicy).map(Statement::weak),
                    );
                }
            }
        }
    }

    /// The ports of pods that Istio lets others ask, or not.
    ///
    /// Source: <https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation>.
    pub(super) fn authorization_policy(&mut self, id: Id) {
        let Some(owner) = self.selected(id, &["spec", "selector"]) else { return };
        for rule in self.items(id, &["spec", "rules"]) {
            for to in self.items(*rule, &["to"]) {
                let ports = ["ports", "notPorts"].map(|key| self.items(*to, &["operation", key]));
                for text in ports.into_iter().flatten() {
                    let text = self.tree.scalar(*text).filter(|_| self.visit(1));
                    self.out.extend(number(text, View::Container, &owner, Form::NetworkPolicy).map(Statement::weak));
                }
            }
        }
    }

    /// Where a Service without a selector leads.
    pub(super) fn endpoints(&mut self, id: Id) {
        let name = self.name(id);
        for subset in self.items(id, &["subsets"]) {
            for entry in self.items(*subset, &["ports"]) {
                let text = self.tree.text(*entry, "port").filter(|_| self.visit(1));
                self.out.extend(number(text, View::Container, &name, Form::Endpoint).map(Statement::weak));
            }
        }
    }

    /// The ports of the machine that kind maps to those of its nodes.
    ///
    /// Source: <https://kind.sigs.k8s.io/docs/user/configuration/#extra-port-mappings>.
    pub(super) fn kind_cluster(&mut self, id: Id) {
        for node in self.items(id, &["nodes"]) {
            for entry in self.items(*node, &["extraPortMappings"]) {
                for (key, view) in [("containerPort", View::Any), ("hostPort", View::Host)] {
                    let Some(text) = self.tree.text(*entry, key).filter(|_| self.visit(1)) else { continue };
                    self.out.extend(Statement::whole(text, view, Whose::Local, Form::Mapping));
                }
            }
        }
    }

    fn selected(&self, id: Id, way: &[&str]) -> Option<String> {
        self.label(self.at(id, &[way, &["matchLabels"]].concat())?)
    }

    /// What the Prometheus operator is told to ask.
    pub(super) fn monitor(&mut self, id: Id) {
        let owner = self.selected(id, &["spec", "selector"]).unwrap_or_else(|| stem(&self.name(id)).to_owned());
        for list in ["endpoints", "podMetricsEndpoints"] {
            for entry in self.items(id, &["spec", list]) {
                for key in ["targetPort", "portNumber"] {
                    let text = self.tree.text(*entry, key).filter(|_| self.visit(1));
                    self.out.extend(number(text, View::Container, &owner, Form::Monitor).map(Statement::weak));
                }
            }
        }
    }
}
