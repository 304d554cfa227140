//! The services of a repository without ports.toml, from what its files state: what a file says first of a service counts, and other
//! files are judged against it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::form::Form;
use super::found::{Scanned, ScannedFile};
use super::readers::COMPOSE;
use super::stage::{Stage, stage};
use super::statement::View;
use super::verdict::Judged;

/// One port of a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Port {
    host: Option<u16>,
    container: Option<u16>,
}

/// The text of the ports.toml that says what the files say: `scanned` with an allocation without services.
pub fn ports_toml(scanned: &Scanned<'_>) -> String {
    let mut services: BTreeMap<&str, Vec<Port>> = BTreeMap::new();
    let mut files: Vec<&ScannedFile<'_>> = scanned.files.iter().collect();
    // Compose files for development first: they say what is published on the machine.
    files.sort_by_key(|file| (file.kind != COMPOSE, stage(&file.path) != Stage::Development));
    for file in files {
        for (name, ports) in of_file(file) {
            services.entry(name).or_insert(ports);
        }
    }
    let mut in_cluster: BTreeMap<&str, u16> = BTreeMap::new();
    for (_, one) in scanned.judged().filter(|(_, one)| one.form == Form::ServicePort) {
        if let Some(name) = name(one) {
            in_cluster.entry(name).or_insert(one.port);
        }
    }
    let mut text = "version = 1\n[platform]\nname = \"Repository\"\nid = \"repository\"\n".to_owned();
    for (name, ports) in &services {
        let _ = writeln!(text, "[services.\"{name}\".ports]");
        for (index, Port { host, container }) in ports.iter().enumerate() {
            let (Some(any), expose) = (host.or(*container), if host.is_some() { "all" } else { "none" }) else {
                continue;
            };
            let container = container.unwrap_or(any);
            let service = in_cluster.get(name).filter(|_| index == 0).copied().unwrap_or(any);
            let _ = writeln!(
                text,
                "p{index} = {{ host = {any}, container = {container}, service = {service}, expose = \"{expose}\" }}"
            );
        }
    }
    text
}

/// The services that a file lists, with their ports.
fn of_file<'f>(file: &'f ScannedFile<'_>) -> BTreeMap<&'f str, Vec<Port>> {
    let mut services: BTreeMap<&str, Vec<Port>> = BTreeMap::new();
    let mut last: Option<(&str, usize)> = None;
    for one in &file.judged {
        let Some(name) = name(one) else { continue };
        let ports = services.entry(name).or_default();
        match one.view {
            View::Host | View::Service => ports.push(Port { host: Some(one.port), container: None }),
            View::Container => {
                let is_known = ports.iter().any(|port| port.container == Some(one.port));
                let same_line =
                    ports.last_mut().filter(|port| last == Some((name, one.line)) && port.container.is_none());
                match same_line {
                    Some(port) => port.container = Some(one.port),
                    None if is_known => {}
                    None => ports.push(Port { host: None, container: Some(one.port) }),
                }
            }
            _ => {}
        }
        last = Some((name, one.line));
    }
    services.retain(|_, ports| !ports.is_empty());
    services
}

/// The id of the service that a statement lists a port of.
fn name(one: &Judged) -> Option<&str> {
    let name = one.stranger.as_deref()?;
    let is_listed = one.form.infers() || one.publishes;
    let id = name.rsplit('/').next().unwrap_or_default();
    let is_id = !id.is_empty()
        && id.len() <= 63
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    Some(id).filter(|_| is_listed && is_id)
}
