//! devcontainer.json: the ports that an editor forwards, by the labels that name what has them.
//!
//! Source: <https://containers.dev/implementors/json_reference/>.

use std::borrow::Cow;

use jsonc_parser::ast::Value;

use super::json::{Json, at, items, object};
use super::{File, with_forms};
use crate::formats::{Role, Written, port, url};
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose};

/// Reads a devcontainer.json, which may have comments.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    if !matches!(file.name(), "devcontainer.json" | ".devcontainer.json") {
        return None;
    }
    let json = Json::read(file)?;
    let mut found = Vec::new();
    for value in at(&json.root, &["forwardPorts"]).map_or(&[][..], items) {
        let Some(text) = json.text(value) else { continue };
        match text.value.split_once(':') {
            // Some write what they have in `ports` of a Compose file: `4000:4000`.
            Some((host, container)) if port(host).is_some() && port(container).is_some() => {
                published(&text, Form::Forwarded, &mut found);
            }
            _ => found.extend(forwarded(&text)),
        }
    }
    for value in at(&json.root, &["appPort"]).map_or(&[][..], items) {
        if let Some(text) = json.text(value) {
            published(&text, Form::Published, &mut found);
        }
    }
    labelled(&json, &mut found);
    Some(with_forms(file, found))
}

/// A number, or `host:port`.
fn forwarded<'t>(text: &Written<'t>) -> Option<Statement<'t>> {
    if let Some(one) = Statement::whole(text, View::Host, Whose::Local, Form::Forwarded) {
        return Some(one);
    }
    let address = url::all(&text.value).find(|address| address.span.end == text.value.len())?;
    let (view, whose) = match address.is_local() {
        true => (View::Host, Whose::Local),
        false => (View::Network, Whose::Host(Cow::Owned(address.host.to_owned()))),
    };
    Some(Statement::new(address.port, text.places().of(address.span), view, whose, Form::Forwarded))
}

/// `8000:8010`, as Docker publishes; or a number that is both.
fn published<'t>(text: &Written<'t>, form: Form, found: &mut Vec<Statement<'t>>) {
    let mut places = text.places();
    let (host, container) = match text.value.rsplit_once(':') {
        Some((before, container)) => (before.rsplit(':').next().unwrap_or_default(), container),
        None => ("", &*text.value),
    };
    let end = text.value.len() - container.len();
    for (part, view) in
        [(end.saturating_sub(1 + host.len())..end.saturating_sub(1), View::Host), (end..text.value.len(), View::Listen)]
    {
        let number = text.port_in(Role::Unknown, part.clone());
        let place = places.of(part);
        found.extend(
            number
                .map(|number| Statement::new(number.port, place, view, Whose::Local, form))
                .map(|one| one.weak_unless(form == Form::Forwarded)),
        );
    }
}

/// `"portsAttributes": { "3000": { "label": "Web" } }`.
fn labelled<'t>(json: &Json<'t>, found: &mut Vec<Statement<'t>>) {
    let Some(attributes) = at(&json.root, &["portsAttributes"]).and_then(object) else { return };
    for property in &attributes.properties {
        let Some(number) = json.number_in_key(property) else { continue };
        let whose = match at(&property.value, &["label"]) {
            Some(Value::StringLit(label)) => Whose::LocalIn(Cow::Owned(format!("| {} | ", label.value))),
            _ => Whose::Local,
        };
        found.push(Statement::new(number.port, number.digits, View::Any, whose, Form::Forwarded));
    }
}

#[cfg(test)]
mod tests {
    use crate::scan::readers::tests::said;

    #[test]
    fn forwarded_ports_are_read() {
        for (text, wanted) in [
            (
                "{\n  // a\n  \"forwardPorts\": [3000, \"db:5432\", \"localhost:4001\"],\n}",
                "h3000 local, w5432 @db, h4001 local",
            ),
            (
                "{\"portsAttributes\": {\"3000\": {\"label\": \"Web\"}, \"4000-4010\": {\"label\": \"x\"}, \"5432\": {}}}",
                "a3000 local in <| Web | >, a5432 local",
            ),
            (
                "{\"appPort\": [\"127.0.0.1:8000:8010\", 3000, \"4000:4001\"]}",
                "h8000 local?, l8010 local?, l3000 local?, h4000 local?, l4001 local?",
            ),
            (
                "{\"forwardPorts\": [\"4200:4200\", \"3000:3001\"]}",
                "h4200 local, l4200 local, h3000 local, l3001 local",
            ),
            ("{\"appPort\": 3000, \"postCreateCommand\": \"sleep 3000\"}", "l3000 local?"),
            ("\u{feff}{\"name\": \"3000\", \"remoteEnv\": {\"API_URL\": \"http://api:4000\"}}", "w4000 @api"),
        ] {
            assert_eq!(said("devcontainer.json", ".devcontainer/devcontainer.json", text), wanted, "{text}");
        }
    }
}
