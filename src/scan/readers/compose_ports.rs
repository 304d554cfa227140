//! The ports of a Compose service: `ports` and `expose` in all their forms, with variables and their defaults.
//!
//! Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#ports>.

use std::borrow::Cow;
use std::ops::Range;

use crate::formats::url::{before_default, digits};
use crate::formats::yaml::tree::{Id, Tree};
use crate::formats::{Written, port};
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose};

/// Adds the numbers of `ports` of the service `name`.
pub(super) fn ports<'t>(tree: &Tree<'t>, list: Id, name: &str, out: &mut Vec<Statement<'t>>) {
    for entry in tree.items(list) {
        match tree.scalar(*entry) {
            Some(text) => short(text, name, out),
            None => long(tree, *entry, name, out),
        }
    }
}

/// Adds the numbers of `expose` of the service `name`.
pub(super) fn expose<'t>(tree: &Tree<'t>, list: Id, name: &str, out: &mut Vec<Statement<'t>>) {
    for text in tree.items(list).iter().filter_map(|entry| tree.scalar(*entry)) {
        let end = text.value.find('/').unwrap_or(text.value.len());
        add(text, 0..end, View::Container, name, out);
    }
}

/// `[[ip:]host:]container[/protocol]`.
fn short<'t>(text: &Written<'t>, name: &str, out: &mut Vec<Statement<'t>>) {
    let value = &*text.value;
    let end =
        outside(value, b'/').last().copied().filter(|slash| !value[*slash..].contains(':')).unwrap_or(value.len());
    let colons = outside(&value[..end], b':');
    let container = colons.last().map_or(0, |colon| colon + 1);
    if let Some(last) = colons.last() {
        let host = colons.len().checked_sub(2).map_or(0, |before| colons[before] + 1);
        add(text, host..*last, View::Host, name, out);
    }
    add(text, container..end, View::Container, name, out);
}

/// `target`, `published` and the rest as keys.
fn long<'t>(tree: &Tree<'t>, entry: Id, name: &str, out: &mut Vec<Statement<'t>>) {
    for (key, view) in [("published", View::Host), ("target", View::Container)] {
        if let Some(text) = tree.text(entry, key) {
            add(text, 0..text.value.len(), view, name, out);
        }
    }
}

/// Adds the number at the bytes `part` of a text, both ends of a range, or the default of a variable.
fn add<'t>(text: &Written<'t>, part: Range<usize>, view: View, name: &str, out: &mut Vec<Statement<'t>>) {
    let inner = &text.value[part.clone()];
    let start = before_default(inner);
    let (first, last) = match inner[start..].split_once('-') {
        Some((first, last)) if port(first).is_some() && port(last).is_some() => {
            (start..start + first.len(), Some(start + first.len() + 1..inner.len()))
        }
        _ => (start..start + digits(&inner[start..]), None),
    };
    let form = if last.is_some() { Form::Range } else { Form::Compose };
    let mut places = text.places();
    for end in [Some(first), last].into_iter().flatten() {
        let Some(port) = port(&inner[end.clone()]) else { continue };
        let whose = Whose::Named(Cow::Owned(name.to_owned()));
        let place = places.of(part.start + end.start..part.start + end.end);
        let statement = Statement::new(port, place, view, whose, form);
        out.push(if view == View::Host { statement.published() } else { statement });
    }
}

/// Where a byte stands in a text outside of `${...}` and `[...]`.
fn outside(text: &str, wanted: u8) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ if byte == wanted && depth == 0 => found.push(at),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_ports() {
        let forms = [
            ("\"4001:3000\"", "h4001 c3000"),
            ("4001:3000", "h4001 c3000"),
            ("'3000'", "c3000"),
            ("\"${P:-4001}:3000\"", "h4001 c3000"),
            ("${P-4001}:${Q:-3000}/tcp", "h4001 c3000"),
            ("\"${P}:3000\"", "c3000"),
            ("\"${P:-${Q:-4001}}:3000\"", "h4001 c3000"),
            ("\"127.0.0.1:4001:3000/udp\"", "h4001 c3000"),
            ("\"${BIND:-127.0.0.1}:${P:-4001}:3000\"", "h4001 c3000"),
            ("\"[::1]:4001:3000\"", "h4001 c3000"),
            ("\":3000\"", "c3000"),
            ("9090-9091:8080-8081", "h9090 h9091 c8080 c8081"),
            ("$P:3000/tcp", "c3000"),
            ("{target: 3000, published: \"4001\", host_ip: 127.0.0.1}", "h4001 c3000"),
            ("{target: 3000}", "c3000"),
            ("\"a:b\"", ""),
        ];
        for (form, wanted) in forms {
            let text = format!("- {form}\n");
            let tree = Tree::read(&text);
            let mut found = Vec::new();
            ports(&tree, tree.documents[0], "x", &mut found);
            let said: Vec<_> = found.iter().map(|one| (one.view, &text[one.digits.clone()], one.port)).collect();
            let said: Vec<_> = said
                .iter()
                .map(|(view, digits, port)| {
                    assert_eq!(*digits, port.to_string(), "{form}");
                    format!("{}{port}", if *view == View::Host { "h" } else { "c" })
                })
                .collect();
            assert_eq!(said.join(" "), wanted, "{form}");
        }
    }
}
