//! Container ports that an image does not listen on.

use serde_json::Value;

use super::scope::{Scope, number};
use crate::allocation::{Protocol, Service};
use crate::diagnostic::{Diagnostic, quoted};

/// What well-known images listen on, one a line.
const IMAGES: &str = include_str!("images.txt");

/// The most ports of an image that are named: a message is one line.
const SHOWN: usize = 3;

/// `image-port`: each service of a well-known image none of whose container ports is one that the image listens on.
pub(super) fn image_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for service in &scope.allocation.services {
        // An image that is built here listens where `PORT` says.
        let is_of_image = !service.is_told_its_port() && !has_other_program(service);
        let Some(image) = image(service).filter(|_| is_of_image) else { continue };
        if let Some(ports) = listens_on(image) {
            found.extend(unheard(scope, service, image, &ports));
        }
    }
    found
}

fn unheard(scope: &Scope<'_>, service: &Service, image: &str, ports: &[&str]) -> Option<Diagnostic> {
    let mut bindings =
        service.bindings.iter().filter(|binding| binding.protocol == Protocol::Tcp && !binding.is_range()).peekable();
    let first = *bindings.peek()?;
    let is_heard = |port: &str| ports.contains(&port) || service.compose.values().any(|value| states(value, port));
    if bindings.any(|binding| is_heard(&binding.container.to_string())) {
        return None;
    }
    let (id, image, own) = (quoted(&service.id), quoted(image), ports.first()?);
    let mut listens: Vec<String> = ports.iter().take(SHOWN).map(|port| quoted(port)).collect();
    if ports.len() > SHOWN {
        listens.push(format!("{} more", ports.len() - SHOWN));
    }
    let found = scope
        .found(format!(
            "{id} has container port {}, but {image} listens on {}",
            number(first.container),
            listens.join(", ")
        ))
        .at(scope.allocation.place(&first.span), "nothing answers on this container port")
        .help(format!("write {}", quoted(&format!("{{ host = {}, container = {own} }}", first.host))));
    Some(found.help("or accept it: `image-port = \"allow\"` in `[lints]`"))
}

/// Whether Compose starts another program than that of the image: `entrypoint`, or a `command` with a path or a shell.
fn has_other_program(service: &Service) -> bool {
    let command = match service.compose.get("command") {
        Some(Value::String(text)) => text.split_whitespace().next(),
        Some(Value::Array(words)) => words.first().and_then(Value::as_str),
        _ => None,
    };
    let is_other = command.is_some_and(|word| word.starts_with('/') || ["sh", "bash"].contains(&word));
    is_other || service.compose.contains_key("entrypoint")
}

/// The first port that a well-known image listens on: 5432 of `postgres:17`.
pub fn port_of_image(image: &str) -> Option<u16> {
    listens_on(bare(image)?)?.first()?.parse().ok()
}

/// Whether some image listens on a port.
pub fn is_port_of_an_image(port: u16) -> bool {
    let rows = IMAGES.lines().filter(|line| !line.starts_with('#'));
    let mut ports = rows.filter_map(|row| row.split(" | ").nth(1)).flat_map(|ports| ports.split(' '));
    ports.any(|one| one.parse() == Ok(port))
}

/// Whether a well-known image listens on a port.
pub fn has_port(image: &str, port: u16) -> bool {
    let ports = bare(image).and_then(listens_on).unwrap_or_default();
    ports.into_iter().any(|one| one.parse() == Ok(port))
}

/// The bare image of a service.
fn image(service: &Service) -> Option<&str> {
    bare(service.compose.get("image")?.as_str()?)
}

/// An image without its registry, `library/`, tag and digest.
pub fn bare(image: &str) -> Option<&str> {
    let image = image.split('@').next()?;
    let image = match image.split_once('/') {
        Some((registry, rest)) if registry.contains(['.', ':']) || registry == "localhost" => rest,
        _ => image,
    };
    let image = image.strip_prefix("library/").unwrap_or(image);
    image.split(':').next()
}

/// The ports that an image listens on; `None` if the image is not known.
fn listens_on(image: &str) -> Option<Vec<&'static str>> {
    let mut rows = IMAGES.lines().filter_map(|line| line.strip_prefix(image)?.strip_prefix(" | "));
    let ports = rows.next()?.split(" | ").next()?;
    Some(ports.split(' ').collect())
}

/// Whether a number stands anywhere in what Compose is told of a service: its command or a variable may have moved the port.
fn states(value: &Value, number: &str) -> bool {
    match value {
        Value::String(text) => text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits == number),
        Value::Number(own) => own.to_string() == number,
        Value::Array(list) => list.iter().any(|one| states(one, number)),
        Value::Object(table) => table.values().any(|one| states(one, number)),
        Value::Null | Value::Bool(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_an_image_ports_and_a_source() {
        let rows: Vec<Vec<&str>> =
            IMAGES.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(" | ").collect()).collect();
        assert!(rows.len() > 100 && rows.is_sorted_by_key(|row| row[0]));
        for row in rows {
            let [image, ports, source] = *row else { panic!("{row:?}") };
            assert!(ports.split(' ').all(|port| port.parse::<u16>().is_ok_and(|port| port > 0)), "{image}");
            assert_eq!(source.split(' ').count(), 3, "{image}: a repository, a file and a commit");
            assert_eq!(listens_on(image), Some(ports.split(' ').collect()), "{image}");
        }
    }
}
