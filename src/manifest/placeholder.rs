//! `${ports.<service>[.<binding>].<number>}` in a value of `compose`. Compose knows no variable with a dot, so nothing else means it.

use std::ops::Range;

use crate::allocation::{Allocation, Service};

/// What a placeholder starts with.
const START: &str = "${ports.";

/// A placeholder in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placeholder {
    /// Its bytes in the text, from the `$` to the `}`.
    pub(crate) span: Range<usize>,
    /// The bytes of the service and the binding: `web` or `kafka.controller`.
    pub(crate) name: Range<usize>,
    /// The bytes of what it asks for: `host`.
    pub(crate) property: Range<usize>,
}

/// Whether a text may have a placeholder.
pub(crate) fn may_have(text: &str) -> bool {
    text.contains(START)
}

/// The placeholders of a text, in its order. `$$` is a dollar, as in Compose.
pub(crate) fn placeholders(text: &str) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(dollar) = text[at..].find('$').map(|dollar| at + dollar) {
        at = dollar + 1;
        if text[at..].starts_with('$') {
            at += 1;
        } else if text[dollar..].starts_with(START)
            && let Some(length) = text[dollar..].find('}')
        {
            at = dollar + length + 1;
            let name = dollar + START.len()..at - 1;
            let dot = text[name.clone()].rfind('.').map_or(name.end, |dot| name.start + dot);
            let property = (dot + 1).min(name.end)..name.end;
            found.push(Placeholder { span: dollar..at, name: name.start..dot, property });
        }
    }
    found
}

/// The service of a name, and what follows its id: the name of a binding, if there is one. The longest id counts.
pub(crate) fn service_of<'a, 'n>(allocation: &'a Allocation, name: &'n str) -> Option<(&'a Service, Option<&'n str>)> {
    let (id, binding) = parts(name, |id| allocation.services.iter().any(|service| service.id == id));
    let service = allocation.services.iter().find(|service| service.id == id)?;
    Some((service, binding))
}

/// The id in a name and the name of a binding behind it, if there is one. An id may have dots, so the whole name is the id where
/// it `is_id`.
pub(crate) fn parts(name: &str, is_id: impl Fn(&str) -> bool) -> (&str, Option<&str>) {
    match name.rsplit_once('.') {
        Some((id, binding)) if !is_id(name) => (id, Some(binding)),
        _ => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_properties_are_found() {
        let text = "a ${ports.web.host} $${ports.no.host} $$${ports.kafka.controller.url} ${PORT} ${ports.x} ${ports.";
        let found: Vec<_> = placeholders(text).into_iter().map(|one| (&text[one.name], &text[one.property])).collect();
        assert_eq!(found, [("web", "host"), ("kafka.controller", "url"), ("x", "")]);
    }
}
