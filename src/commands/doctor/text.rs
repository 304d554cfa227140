//! The result for people: a table.

use super::judge::{Judged, State};
use crate::allocation::Protocol;
use crate::commands::args::columns::columns;

const HEAD: [&str; 4] = ["PORT", "SERVICE", "STATE", "WHO LISTENS"];

/// A line for each holder of each port; free ports only where all are asked for. Nothing where there is nothing to say.
pub(super) fn table(judged: &[Judged<'_>], with_free: bool) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    for one in judged.iter().filter(|one| with_free || one.state != State::Free) {
        let mut first = [number(one), owner(one), one.state.as_str().to_owned()];
        let mut lines: Vec<String> =
            one.held.iter().map(|(held, shown, _)| format!("{shown}, on {}", held.addresses())).collect();
        lines.extend(one.remark.clone());
        if lines.is_empty() {
            lines.push("-".to_owned());
        }
        for line in lines {
            let [port, service, state] = first;
            rows.push([port, service, state, line]);
            first = [const { String::new() }; 3];
        }
    }
    if rows.len() == 1 { String::new() } else { columns(&rows) }
}

fn number(one: &Judged<'_>) -> String {
    match one.subject.protocol {
        Protocol::Tcp => one.ports.to_string(),
        other => format!("{}/{}", one.ports, other.as_str()),
    }
}

/// Whose it is in ports.toml: a service with the name of its port where it has several; in another instance, which one.
fn owner(one: &Judged<'_>) -> String {
    match (one.subject.owner, one.subject.elsewhere) {
        (Some((service, _)), _) if service.bindings.len() == 1 => service.id.clone(),
        (Some((service, binding)), _) => format!("{}.{}", service.id, binding.name),
        (None, Some((service, number))) => format!("{service} in instance {number}"),
        (None, None) => "nobody's".to_owned(),
    }
}
