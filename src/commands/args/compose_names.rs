//! Where the Compose keys of a service name another service.

use serde_json::Value;

use crate::allocation::{Allocation, Service};
use crate::claims::compose::Caller;
use crate::diagnostic::{Diagnostic, codes, quoted};

/// Whether a service says to Compose that it depends on another; a list or a table, which can be edited.
pub fn depends(service: &Service, id: &str) -> bool {
    match service.compose.get("depends_on") {
        Some(Value::Array(list)) => list.iter().any(|one| one == id),
        Some(Value::Object(table)) => table.contains_key(id),
        _ => false,
    }
}

/// Refuses to go on where a service names another in a Compose key that is not edited, or in a URL: Compose takes no name of a service that
/// is not there.
///
/// # Errors
/// One names it: which, and in which key.
pub fn refuse_other_names(allocation: &Allocation, id: &str) -> Result<(), Diagnostic> {
    for service in allocation.services.iter().filter(|service| service.id != id) {
        for (key, value) in service.written_compose() {
            if (KEYS.contains(&key.as_str()) && names(value, id)) || calls(value, id) {
                let message =
                    format!("{} names {} in {} of its `compose`", quoted(&service.id), quoted(id), quoted(key));
                return Err(Diagnostic::error(codes::NEEDED_SERVICE, message)
                    .at(allocation.place(&service.span), "this one")
                    .help("change it there first: portgen edits only `depends_on`"));
            }
        }
    }
    Ok(())
}

/// Refuses to go on where addresses in `compose` have the name of a service, because a host's name is not edited.
///
/// # Errors
/// There are such addresses: each of them.
pub fn refuse_callers(id: &str, callers: Vec<Caller>) -> Result<(), Diagnostic> {
    if callers.is_empty() {
        return Ok(());
    }
    let message = format!("`compose` calls {} by its id", quoted(id));
    let places = callers.into_iter().map(|caller| caller.place);
    let error = Diagnostic::error(codes::NEEDED_SERVICE, message).at_each(places, "its address");
    Err(error.help("change the name there first, or write `${ports.<service>.url}`, which follows"))
}

/// The Compose keys that name services: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md>.
const KEYS: [&str; 6] = ["network_mode", "pid", "ipc", "links", "volumes_from", "extends"];

fn names(value: &Value, id: &str) -> bool {
    match value {
        Value::String(text) => starts_with_name(text.strip_prefix("service:").unwrap_or(text), id),
        Value::Array(list) => list.iter().filter_map(Value::as_str).any(|text| starts_with_name(text, id)),
        Value::Object(table) => {
            table.get("service").and_then(Value::as_str).is_some_and(|text| starts_with_name(text, id))
        }
        _ => false,
    }
}

/// Whether a text is a name, or a name and something behind a colon.
fn starts_with_name(text: &str, id: &str) -> bool {
    text.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// Whether a text anywhere in a value holds a URL of the service.
fn calls(value: &Value, id: &str) -> bool {
    match value {
        Value::String(text) => text.split("://").skip(1).any(|behind| {
            let host = behind.split(['/', ':', '?', '#', ',']).next().unwrap_or_default();
            host.rsplit('@').next() == Some(id)
        }),
        Value::Array(list) => list.iter().any(|one| calls(one, id)),
        Value::Object(table) => table.values().any(|one| calls(one, id)),
        _ => false,
    }
}
