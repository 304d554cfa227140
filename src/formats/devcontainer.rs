//! The ports of a devcontainer.json, <https://containers.dev/implementors/json_reference/>: `forwardPorts`, `portsAttributes`, `appPort`.

use std::borrow::Cow;

use super::{Claim, Claims, Number, Owner, Role, Written, compose, url};

/// Adds the port of one value of `forwardPorts` or `appPort`: a number, `host:port`, or what Docker publishes (`8000:8010`). Returns
/// whether `key` is one of them.
pub(super) fn value<'t>(key: &str, text: &Written<'t>, claims: &mut Claims<'t>) -> bool {
    match key {
        "forwardPorts" => claims.extend(port(text)),
        "appPort" => claims.extend(port(text).or_else(|| compose::published(text))),
        _ => return false,
    }
    true
}

/// Whether the keys of a table are ports, also in the settings of VS Code: `remote.portsAttributes`. Some of them are ranges and
/// regular expressions, which hold whatever has one of these ports.
pub(super) fn has_ports_as_keys(key: &str) -> bool {
    matches!(key, "portsAttributes" | "remote.portsAttributes")
}

/// A number, or `host:port`.
pub(super) fn port<'t>(text: &Written<'t>) -> Option<Claim<'t>> {
    if let Some(number) = text.port(Role::Unknown) {
        return Some(Claim::new(Owner::Unsaid, number, text.span.clone()));
    }
    let address = url::all(&text.value).find(|address| address.span.end == text.value.len())?;
    let owner = if address.is_local() { Owner::Unsaid } else { Owner::Domain(Cow::Owned(address.host.to_owned())) };
    let number = Number { port: address.port, role: Role::Unknown, digits: text.places().of(address.span) };
    Some(Claim::new(owner, number, text.span.clone()))
}
