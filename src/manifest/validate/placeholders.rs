//! Replaces `${ports.web.host}` and the like in `compose` with the numbers of the allocation.

use std::ops::Range;

use serde_json::{Map, Value as Json};
use toml::de::DeTable;

use super::report::Report;
use crate::allocation::address::{Standpoint, address, address_for};
use crate::allocation::{Allocation, Binding, Service};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::document::{self, Step};
use crate::manifest::placeholder::{Placeholder, malformed, may_have, parts, placeholders, service_of};

/// What can be asked for.
const PROPERTIES: [&str; 6] = ["host", "last", "container", "container-last", "service", "url"];

/// How many mistakes of one value are named: the place of each takes a look at the whole value.
const MOST_MISTAKES: usize = 10;

/// Replaces the placeholders in every `compose`, which is kept as written besides.
pub(super) fn replace(report: &Report<'_>, root: &DeTable<'_>, allocation: &mut Allocation) {
    let mut changed = Vec::new();
    let all = allocation.services.iter().enumerate().map(|(at, service)| (Some(at), &*service.compose));
    for (service, compose) in all.chain([(None, &allocation.compose)]) {
        if compose.values().any(has_placeholder) {
            let mut path: Vec<Step<'_>> = Vec::new();
            if let Some(at) = service {
                path.extend([Step::Key("services"), Step::Key(&allocation.services[at].id)]);
            }
            path.push(Step::Key("compose"));
            let mut replacing = Replacing { report, root, allocation, caller: service, path };
            changed.push((service, replacing.table(compose)));
        }
    }
    for (service, compose) in changed {
        match service {
            Some(at) => {
                let service = &mut allocation.services[at];
                service.compose_as_written = std::mem::replace(&mut service.compose, compose.into()).0;
            }
            None => allocation.compose_as_written = Some(std::mem::replace(&mut allocation.compose, compose)),
        }
    }
}

fn has_placeholder(value: &Json) -> bool {
    match value {
        Json::String(text) => may_have(text),
        Json::Array(list) => list.iter().any(has_placeholder),
        Json::Object(table) => table.values().any(has_placeholder),
        _ => false,
    }
}

struct Replacing<'a> {
    report: &'a Report<'a>,
    root: &'a DeTable<'a>,
    allocation: &'a Allocation,
    /// The service whose `compose` it is; `None` for the sections of the file.
    caller: Option<usize>,
    /// The way to the value that is being replaced.
    path: Vec<Step<'a>>,
}

impl<'a> Replacing<'a> {
    fn table(&mut self, table: &'a Map<String, Json>) -> Map<String, Json> {
        let mut replaced = Map::with_capacity(table.len());
        for (key, value) in table {
            self.path.push(Step::Key(key));
            replaced.insert(key.clone(), self.value(value));
            self.path.pop();
        }
        replaced
    }

    fn value(&mut self, value: &'a Json) -> Json {
        match value {
            Json::String(text) if may_have(text) => Json::from(self.text(text)),
            Json::Object(table) => Json::Object(self.table(table)),
            Json::Array(list) => {
                let mut replaced = Vec::with_capacity(list.len());
                for (index, item) in list.iter().enumerate() {
                    self.path.push(Step::Index(index));
                    replaced.push(self.value(item));
                    self.path.pop();
                }
                Json::Array(replaced)
            }
            other => other.clone(),
        }
    }

    fn text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        let mut mistakes = Vec::new();
        for placeholder in placeholders(text) {
            out.push_str(&text[copied..placeholder.span.start]);
            copied = placeholder.span.end;
            match self.resolve(text, &placeholder) {
                Ok(value) => out.push_str(&value),
                Err(mistake) => mistakes.push(*mistake),
            }
            if mistakes.len() >= MOST_MISTAKES {
                break;
            }
        }
        out.push_str(&text[copied..]);
        let malformed = malformed(text).into_iter().take(MOST_MISTAKES - mistakes.len());
        mistakes.extend(malformed.map(|part| self.malformed(text, part)));
        if mistakes.len() == MOST_MISTAKES
            && let Some(last) = mistakes.pop()
        {
            mistakes.push(last.help("portgen looks no further in this value: there may be more mistakes"));
        }
        mistakes.into_iter().for_each(|mistake| self.report.add(mistake));
        out
    }

    fn resolve(&self, text: &str, placeholder: &Placeholder) -> Result<String, Box<Diagnostic>> {
        let (name, property) = (&text[placeholder.name.clone()], &text[placeholder.property.clone()]);
        let (service, binding) = self.binding(name, placeholder)?;
        match property {
            "host" | "last" if !binding.published() => Err(self.not_published(service, binding, placeholder)),
            "host" => Ok(binding.host.to_string()),
            "last" => Ok(binding.hosts().last().to_string()),
            "container" | "container-last" if service.is_on_host() && binding.container != binding.host => {
                Err(self.not_in_container(service, placeholder))
            }
            "container" => Ok(binding.container.to_string()),
            "container-last" => Ok(binding.containers().last().to_string()),
            "service" | "url" if binding.is_range() => Err(self.of_range(service, property, placeholder)),
            "service" => Ok(binding.service.to_string()),
            "url" => Ok(match self.caller {
                Some(caller) => address_for(&self.allocation.services[caller], service, binding),
                None => address(self.allocation, service, binding, Standpoint::Compose),
            }),
            _ => Err(self.unknown_property(property, placeholder)),
        }
    }

    fn binding(&self, name: &str, placeholder: &Placeholder) -> Result<(&'a Service, &'a Binding), Box<Diagnostic>> {
        let Some((service, binding)) =
            service_of(name, |id| self.allocation.services.iter().find(|service| service.id == id))
        else {
            return Err(self.unknown_service(name, placeholder));
        };
        let found = match binding {
            None => service.bindings.first(),
            Some(name) => service.bindings.iter().find(|binding| binding.name == name),
        };
        found.map(|found| (service, found)).ok_or_else(|| self.unknown_binding(service, binding, placeholder))
    }

    fn unknown_service(&self, name: &str, placeholder: &Placeholder) -> Box<Diagnostic> {
        let (id, _) = parts(name, |_| false);
        let message = format!("there is no service {}", quoted(id));
        let place = placeholder.name.start..placeholder.name.start + id.len();
        let known = self.allocation.services.iter().map(|service| &*service.id);
        let mistake = self.mistake(Diagnostic::error(codes::UNKNOWN_SERVICE, message), place, "no such service");
        Box::new(mistake.did_you_mean(
            id,
            known,
            "write `${ports.<service>.host}`, or `$${…}` for a text that is no placeholder",
        ))
    }

    fn unknown_binding(&self, service: &Service, name: Option<&str>, placeholder: &Placeholder) -> Box<Diagnostic> {
        let id = quoted(&service.id);
        let message = match name {
            Some(name) => format!("{id} has no binding {}", quoted(name)),
            None => format!("{id} has no port"),
        };
        let mistake = Diagnostic::error(codes::UNKNOWN_BINDING, message);
        let mistake = self.mistake(mistake, placeholder.name.clone(), "no such port");
        let known = service.bindings.iter().map(|binding| &*binding.name);
        let names: Vec<String> = known.clone().map(quoted).collect();
        Box::new(match names.len() {
            0 => mistake.help(format!("give {id} a port: `port = {{ host = …, expose = \"none\" }}`")),
            _ => {
                mistake.did_you_mean(name.unwrap_or_default(), known, format!("its bindings are {}", names.join(", ")))
            }
        })
    }

    fn unknown_property(&self, property: &str, placeholder: &Placeholder) -> Box<Diagnostic> {
        let message = match property {
            "" => "a placeholder names a service, but none of its numbers".to_owned(),
            _ => format!("a placeholder has no property {}", quoted(property)),
        };
        let mistake = Diagnostic::error(codes::INVALID_VALUE, message);
        let place = if property.is_empty() { placeholder.span.clone() } else { placeholder.property.clone() };
        let known = PROPERTIES.map(|known| format!("`.{known}`")).join(", ");
        let mistake = self.mistake(mistake, place, "no such property");
        Box::new(mistake.did_you_mean(property, PROPERTIES, format!("its properties are {known}")))
    }

    fn of_range(&self, service: &Service, property: &str, placeholder: &Placeholder) -> Box<Diagnostic> {
        let what = if property == "url" { "no address" } else { "no Service port" };
        let message = format!("the port of {} is a range, which has {what}", quoted(&service.id));
        let mistake = Diagnostic::error(codes::INVALID_VALUE, message);
        let mistake = self.mistake(mistake, placeholder.property.clone(), "of a range");
        Box::new(mistake.help("its first port is `.host` or `.container`, its last one `.last` or `.container-last`"))
    }

    fn not_in_container(&self, service: &Service, placeholder: &Placeholder) -> Box<Diagnostic> {
        let message = format!("{} runs on the host, where it has no container port", quoted(&service.id));
        let mistake = Diagnostic::error(codes::INVALID_VALUE, message);
        let mistake = self.mistake(mistake, placeholder.property.clone(), "not in a container");
        Box::new(mistake.help("containers reach it at `host.docker.internal` on its `.host`, or write `.url`"))
    }

    /// What looks like a placeholder, but is none.
    fn malformed(&self, text: &str, part: Range<usize>) -> Diagnostic {
        let written =
            text[part.clone()].trim_start_matches('$').trim_start_matches(['{', ' ']).trim_end_matches(['}', ' ']);
        let mistake =
            Diagnostic::error(codes::INVALID_VALUE, "a placeholder is not written as `${ports.<service>.host}`");
        let mistake = self.mistake(mistake, part, "not replaced");
        mistake
            .help(format!("write {}", quoted(&format!("${{{written}}}"))))
            .help("or `$$` for a dollar, if it is no placeholder")
    }

    fn not_published(&self, service: &Service, binding: &Binding, placeholder: &Placeholder) -> Box<Diagnostic> {
        let id = quoted(&service.id);
        let message = match binding.is_anywhere {
            true => format!("{id} is published on any free port, so that nobody knows its host port"),
            false => format!("{id} is not published, so that nothing can reach it at its host port"),
        };
        let mistake = Diagnostic::error(codes::INVALID_VALUE, message);
        let mistake = self.mistake(mistake, placeholder.property.clone(), "not on the host");
        Box::new(mistake.help("other containers reach it at `.container`"))
    }

    /// The mistake at the bytes `part` of the value, which is not shown otherwise.
    fn mistake(&self, mistake: Diagnostic, part: Range<usize>, label: &str) -> Diagnostic {
        let source = self.report.source();
        let Some(value) = document::value_at(self.root, &self.path) else { return mistake };
        let place = document::part_of(&source.text, value.span(), part).unwrap_or(value.span());
        mistake.at(self.report.place(place), label)
    }
}
