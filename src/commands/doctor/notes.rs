//! What else there is to say of this machine, and of a cluster.

use serde_json::{Value, json};

use super::judge::{Judged, State};
use crate::allocation::{Allocation, Protocol};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::machine::cluster::{self, ClusterService};
use crate::machine::holder::Machine;
use crate::machine::limits;

/// Docker that does not answer, numbers that this system keeps for itself, and what to do about strangers.
pub(super) fn of(machine: &Machine, judged: &[Judged<'_>]) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(why) = &machine.docker_is_silent {
        notes.push(format!("portgen: Docker does not say what it publishes: {why}"));
    }
    notes.extend(ephemeral(judged));
    notes.extend(privileged(judged));
    if judged.iter().any(|one| one.state == State::Taken) {
        notes.push(
            "portgen: end who has a port of yours (`portgen doctor PORT --end` asks first), or run on other ports: `portgen instance next`"
                .to_owned(),
        );
    }
    notes
}

/// The services whose numbers an outgoing connection may have by chance, on this machine.
fn ephemeral(judged: &[Judged<'_>]) -> Option<String> {
    let range = limits::ephemeral()?;
    let of = |one: &&Judged<'_>| {
        one.ports.shared(range).is_some_and(|ports| ports.iter().any(|port| !limits::is_spared(port)))
    };
    let named = named(judged.iter().filter(of));
    (!named.is_empty()).then(|| {
        format!("portgen: this system gives {range} to outgoing connections: reserve what is in use (`net.ipv4.ip_local_reserved_ports`), or move {named}")
    })
}

/// The services of this machine that may not listen where they should.
fn privileged(judged: &[Judged<'_>]) -> Option<String> {
    let first = limits::first_unprivileged()?;
    let of = |one: &&Judged<'_>| {
        one.ports.first().get() < first
            && one.state == State::Free
            && one.subject.owner.is_some_and(|(service, _)| service.is_on_host())
    };
    let named = named(judged.iter().filter(of));
    (!named.is_empty()).then(|| format!("portgen: below {first}, only root may listen on this system: {named}"))
}

/// Services, each once.
fn named<'j>(judged: impl Iterator<Item = &'j Judged<'j>>) -> String {
    let mut names: Vec<&str> = judged.filter_map(|one| Some(&*one.subject.owner?.0.id)).collect();
    names.dedup();
    names.join(", ")
}

/// A port of ports.toml in a cluster.
#[derive(Debug)]
pub(super) struct InCluster {
    service: String,
    port: u16,
    /// What is wrong; empty where nothing is.
    wrong: String,
    pub(super) is_wrong: bool,
}

impl InCluster {
    pub(super) fn shown(&self) -> String {
        let end = if self.is_wrong { &*self.wrong } else { "as in ports.toml" };
        format!("portgen: in the cluster, {} port {}: {end}", self.service, self.port)
    }

    pub(super) fn json(&self) -> Value {
        json!({ "service": self.service, "port": self.port, "right": !self.is_wrong, "reason": self.wrong })
    }
}

/// Every port of a Kubernetes Service, as the cluster has it.
///
/// # Errors
/// kubectl cannot be run, or does not reach the cluster.
pub(super) fn cluster(allocation: &Allocation, context: &str) -> Result<Vec<InCluster>, Diagnostic> {
    let namespace = &*allocation.platform.id;
    let there = cluster::services(context, namespace).map_err(|why| {
        let message = format!("the Services of {} are not known: kubectl says {}", quoted(context), quoted(&why));
        Diagnostic::error(codes::FAILED, message).help("`kubectl config get-contexts` shows the contexts")
    })?;
    let mut all = Vec::new();
    for (service, binding) in allocation.bindings().filter(|(_, binding)| !binding.is_range()) {
        let Some(name) = service.kubernetes_name() else { continue };
        let port = binding.service.get();
        let wrong = wrong(&there, name, port, binding.protocol);
        all.push(InCluster {
            service: name.to_owned(),
            port,
            is_wrong: wrong.is_some(),
            wrong: wrong.unwrap_or_default(),
        });
    }
    Ok(all)
}

fn wrong(there: &[ClusterService], name: &str, port: u16, protocol: Protocol) -> Option<String> {
    let Some(found) = there.iter().find(|one| one.name == name) else {
        return Some("there is no such Service".to_owned());
    };
    let is_there = found.ports.iter().any(|(own, of)| *own == port && of.eq_ignore_ascii_case(protocol.as_str()));
    let others: Vec<String> = found.ports.iter().map(|(own, _)| own.to_string()).collect();
    (!is_there).then(|| format!("the Service has {}", others.join(", ")))
}
