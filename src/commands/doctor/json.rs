//! The result for programs.

use serde_json::{Value, json};

use super::judge::Judged;
use super::notes::InCluster;
use crate::machine::holder::{Machine, Who};

/// One object: the instance, its ports with who holds each, why Docker does not tell, and what the cluster has.
pub(super) fn report(judged: &[Judged<'_>], instance: u16, machine: &Machine, cluster: Option<&[InCluster]>) -> Value {
    let mut all = json!({
        "version": 1,
        "instance": instance,
        "ports": judged.iter().map(port).collect::<Vec<_>>(),
        "docker": machine.docker_is_silent,
    });
    if let Some(cluster) = cluster {
        all["cluster"] = cluster.iter().map(InCluster::json).collect();
    }
    all
}

fn port(one: &Judged<'_>) -> Value {
    let owner = one.subject.owner;
    let holders = one.held.iter().map(|(held, _, is_right)| {
        let addresses: Vec<String> = held.addresses.iter().map(ToString::to_string).collect();
        let mut holder = who(&held.who);
        holder["addresses"] = addresses.into();
        holder["right"] = (*is_right).into();
        holder
    });
    json!({
        "service": owner.map(|(service, _)| &service.id),
        "binding": owner.map(|(_, binding)| &*binding.name),
        "first": one.ports.first().get(),
        "last": one.ports.last().get(),
        "protocol": one.subject.protocol.as_str(),
        "state": one.state.as_str(),
        "holders": holders.collect::<Vec<_>>(),
        "remark": one.remark,
    })
}

fn who(who: &Who) -> Value {
    match who {
        Who::Unseen => json!({ "kind": "unseen" }),
        Who::Process(one) => json!({
            "kind": "process",
            "program": one.program,
            "pid": one.pid,
            "folder": one.folder.as_ref().map(|folder| folder.to_string_lossy()),
        }),
        Who::Container(one) => json!({
            "kind": "container",
            "container": one.name,
            "project": one.project,
            "service": one.service,
        }),
    }
}
