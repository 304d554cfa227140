//! `[references]`: files that people own and portgen keeps in step.

use super::fields::Fields;
use super::value::{Owner, Value};
use crate::allocation::Service;
use crate::allocation::references::{Accept, At, Files, Located, References};
use crate::diagnostic::{codes, quoted};
use crate::manifest::keys;

pub(super) fn read(section: Option<Value<'_>>, services: &[Service]) -> References {
    let fields = section.and_then(|section| {
        Fields::read(section, Owner::Table("[references]"), keys::REFERENCES, "{ files = [\"docker-compose*.yml\"] }")
    });
    let Some(fields) = fields else { return References::default() };
    let files = |key| fields.get(key).map(patterns).unwrap_or_default();
    let accepted = fields.get("accept").and_then(|value| value.list("[{ file = \"…\", port = 8080, reason = \"…\" }]"));
    let places =
        fields.get("place").and_then(|value| value.list("[{ file = \"…\", at = \"/port\", service = \"…\" }]"));
    References {
        files: files("files"),
        ignore: files("ignore"),
        accept: accepted.into_iter().flatten().filter_map(accept).collect(),
        places: places.into_iter().flatten().filter_map(|item| place(item, services)).collect(),
    }
}

/// Patterns of files, each given once.
fn patterns(value: Value<'_>) -> Vec<Files> {
    let named = value.strings("[\"docker-compose*.yml\"]");
    named.into_iter().filter_map(|(text, item)| files(item, text)).collect()
}

fn files(value: Value<'_>, text: &str) -> Option<Files> {
    if !value.visible(text, value.span(), &[]) {
        return None;
    }
    let outside = text.starts_with('/') || text.split('/').any(|part| part == "..");
    let read = match outside {
        true => Err("it leads out of the folder of ports.toml".to_owned()),
        false => Files::new(text, value.span()),
    };
    match read {
        Ok(files) => Some(files),
        Err(why) => {
            let rest = format!("is not a pattern of files: {why}");
            value.refuse(
                codes::INVALID_VALUE,
                &rest,
                "not a pattern",
                "write a path from the folder of ports.toml, such as `k8s/**/*.yaml`",
            );
            None
        }
    }
}

fn file(fields: &Fields<'_>) -> Option<Files> {
    let value = fields.require("file", "\"docker-compose.prod.yml\"")?;
    files(value, value.string()?)
}

fn accept(item: Value<'_>) -> Option<Accept> {
    let example = "{ file = \"…\", port = 8080, reason = \"…\" }";
    let fields = Fields::read(item, Owner::Entry("accept"), keys::ACCEPT, example)?;
    let files = file(&fields);
    let reason = fields.require("reason", "\"why it is another number\"").and_then(Value::text);
    let Some(value) = fields.either("port", "ports") else {
        fields.missing("port", "add `port = 8080`, or `ports = \"8080-8089\"`");
        return None;
    };
    let ports = if fields.has("port") { value.port()?.into() } else { value.range()? };
    Some(Accept { files: files?, ports, reason: reason?, span: value.span() })
}

fn place(item: Value<'_>, services: &[Service]) -> Option<Located> {
    let example = "{ file = \"…\", at = \"/port\", service = \"…\" }";
    let fields = Fields::read(item, Owner::Entry("place"), keys::PLACE, example)?;
    let files = file(&fields);
    let owner = fields.require("service", "\"web\"").and_then(|value| owner(value, services));
    let Some(value) = fields.either("at", "pattern") else {
        fields.missing("place", "add `at = \"/auth/port\"` (a JSON pointer), or `pattern = 'auth: (\\d+)'`");
        return None;
    };
    let text = value.string()?;
    let at = if fields.has("at") { pointer(text) } else { At::pattern(text) };
    let at = at.map_err(|why| {
        value.refuse(
            codes::INVALID_VALUE,
            &format!("is not a place: {why}"),
            "not a place",
            "write `at = \"/auth/port\"`, or `pattern = 'auth: (\\d+)'`",
        );
    });
    let (service, binding) = owner?;
    Some(Located { files: files?, at: at.ok()?, written: text.to_owned(), service, binding, span: value.span() })
}

/// RFC 6901.
fn pointer(text: &str) -> Result<At, String> {
    if text.starts_with('/') {
        Ok(At::Pointer(text.to_owned()))
    } else {
        Err("a JSON pointer starts with `/`".to_owned())
    }
}

/// The service, and the binding where it is named: `auth-service`, `auth-service.metrics`.
fn owner(value: Value<'_>, services: &[Service]) -> Option<(usize, Option<usize>)> {
    let text = value.string()?;
    let found = services.iter().position(|service| service.id == text).map(|at| (at, None));
    let found = found.or_else(|| {
        let (id, name) = text.rsplit_once('.')?;
        let at = services.iter().position(|service| service.id == id)?;
        Some((at, Some(services[at].bindings.iter().position(|binding| binding.name == name)?)))
    });
    if found.is_none() {
        let rest = format!("is {}, which is no service", value.quoted(text));
        let mistake = value.mistake(codes::UNKNOWN_SERVICE, &rest, "no such service");
        let known = services.iter().map(|service| service.id.as_str());
        value.report.add(mistake.did_you_mean(text, known, format!("{} lists the services", quoted("portgen list"))));
    }
    found
}
