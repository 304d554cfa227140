//! `${ports.<service>[.<binding>].<number>}` in a value of `compose`. Compose knows no variable with a dot, so nothing else means it.

use std::ops::Range;

use crate::allocation::Service;

/// What a placeholder starts with.
const START: &str = "${ports.";
/// How the name in it starts.
const NAME: &str = "ports.";

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

/// Whether a text may have a placeholder, or something that is meant to be one.
pub(crate) fn may_have(text: &str) -> bool {
    text.contains('$') && text.contains(NAME)
}

/// What is meant to be a placeholder and is none: `${ports.web.host` without its end, `${ ports.web.host }`, `$ports.web.host`. To Compose
/// some of these are the variable `ports`, which is empty.
pub(crate) fn malformed(text: &str) -> Vec<Range<usize>> {
    let well = placeholders(text);
    let mut found = Vec::new();
    for (at, _) in text.match_indices(NAME) {
        let before = text[..at].trim_end_matches(' ');
        let dollar = before.strip_suffix('{').unwrap_or(before);
        let Some(start) = dollar.strip_suffix('$').map(str::len) else { continue };
        let dollars = dollar.len() - dollar.trim_end_matches('$').len();
        let is_bare_word = dollar.len() == before.len() && before.len() < at;
        if dollars % 2 == 1 && !is_bare_word && well.binary_search_by_key(&start, |one| one.span.start).is_err() {
            let is_end = |c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c);
            let end = text[at..].find(is_end).map_or(text.len(), |length| at + length);
            let spaces = text[end..].len() - text[end..].trim_start_matches(' ').len();
            found.push(start..if text[end + spaces..].starts_with('}') { end + spaces + 1 } else { end });
        }
    }
    found
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
            && let Some(length) = end(&text[dollar..])
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

/// Where the `}` of a placeholder is; a text that goes on in another way has none.
fn end(text: &str) -> Option<usize> {
    let is_outside = |c: char| c.is_whitespace() || "$\"'}".contains(c);
    let end = "${".len() + text["${".len()..].find(is_outside)?;
    text[end..].starts_with('}').then_some(end)
}

/// The service of a name, and what follows its id: the name of a binding, if there is one. The longest id counts.
pub(crate) fn service_of<'a, 'n>(
    name: &'n str,
    find: impl Fn(&str) -> Option<&'a Service>,
) -> Option<(&'a Service, Option<&'n str>)> {
    let (id, binding) = parts(name, |id| find(id).is_some());
    Some((find(id)?, binding))
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
    fn what_is_meant_to_be_a_placeholder_is_found() {
        let text = "${ports.a.host ${ ports.b.host } $ports.c.url/v1 ${ports.d $$ports.e ${ports.f.host} $ ports.g x_ports.h ${ports.i}";
        let found: Vec<_> = malformed(text).into_iter().map(|part| &text[part]).collect();
        assert_eq!(found, ["${ports.a.host", "${ ports.b.host }", "$ports.c.url", "${ports.d"]);
    }

    #[test]
    fn names_and_properties_are_found() {
        let text = "a ${ports.web.host} $${ports.no.host} $$${ports.kafka.controller.url} ${PORT} ${ports.x} ${ports.";
        let found: Vec<_> = placeholders(text).into_iter().map(|one| (&text[one.name], &text[one.property])).collect();
        assert_eq!(found, [("web", "host"), ("kafka.controller", "url"), ("x", "")]);
    }
}
