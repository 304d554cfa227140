//! The text of the ports.toml.

use std::fmt::Write as _;

use super::decide::Slot;
use super::document::Document;
use super::evidence::{At, Expose, UNSPECIFIED};
use super::groups::{Group, Groups};
use super::propose::{Compose, Proposed, clean};
use super::take::Taken;
use crate::allocation::{ANYWHERE, Ports, Protocol, PublishedAs};
use crate::manifest::edit::{Field, string, strings, written};

/// What becomes a ports.toml.
pub(super) struct Parts<'p> {
    /// The name of the platform, and its id.
    pub(super) platform: (String, String),
    pub(super) services: &'p [Proposed],
    pub(super) groups: &'p Groups,
    pub(super) document: Option<&'p Document>,
    /// Outputs that are switched off.
    pub(super) disable: Vec<&'static str>,
    /// The Compose file that portgen writes.
    pub(super) taken: Option<&'p Taken>,
    /// `[references]` and what belongs to it; empty while it is not known.
    pub(super) references: String,
}

/// The whole file.
pub(super) fn ports_toml(parts: &Parts<'_>) -> String {
    let mut out = "#:schema ./ports.schema.json\nversion = 1\n".to_owned();
    let (name, id) = &parts.platform;
    let _ = write!(out, "\n[platform]\nname = {}\nid = {}\n", string(name), string(id));
    ranges(&mut out, parts);
    if parts.groups.is_spread {
        out.push_str("\n# The numbers are spread: a range says where new ones come from, not where all of them are.\n");
        out.push_str("[lints]\nout-of-range = \"allow\"\n");
    }
    out.push_str("\n# Files that you keep by hand are kept in step below, so portgen makes none of these. Take a name out to have it written.\n");
    let _ = write!(out, "[outputs]\ndisable = {}\n", strings(parts.disable.iter().copied()));
    if let Some(taken) = parts.taken {
        out.push_str(&outputs_of(taken, id));
    }
    out.push_str(&parts.references);
    for (index, group) in parts.groups.groups.iter().enumerate() {
        out.push_str(&heading(&group.title));
        out.push_str(&self::group(group, parts));
        for service in parts.services.iter().filter(|one| one.group == Some(index)) {
            out.push_str(&self::service(service, Some(&group.id), parts.taken));
        }
    }
    for service in parts.services.iter().filter(|one| one.group.is_none()) {
        out.push_str(&self::service(service, None, parts.taken));
    }
    out.extend(parts.taken.map(Taken::sections));
    reserved(&mut out, parts);
    out
}

/// How the Compose file is written that portgen writes from now on: where it is, and with nothing that it does not have.
fn outputs_of(taken: &Taken, id: &str) -> String {
    let mut out = "\n[outputs.compose]\nenvironment = \"none\"\n".to_owned();
    match &taken.name {
        None => out.push_str("name = false\n"),
        Some(name) if name != id => {
            let _ = writeln!(out, "name = {}", string(name));
        }
        Some(_) => {}
    }
    let _ = write!(out, "\n[outputs.paths]\n\"docker-compose.yml\" = {}\n", string(&taken.path));
    out
}

/// A line that separates parts of the file.
fn heading(title: &str) -> String {
    let start = format!("# --- {title} ");
    let rest = 120_usize.saturating_sub(start.chars().count()).max(3);
    format!("\n{start}{}\n", "-".repeat(rest))
}

fn ranges(out: &mut String, parts: &Parts<'_>) {
    let ranges = &parts.groups.ranges;
    if ranges.is_empty() {
        return;
    }
    let from = match ranges.iter().find_map(|range| range.at.as_ref()) {
        Some(at) => format!("as in {}", at.file),
        None => "proposed from the numbers that there are".to_owned(),
    };
    let _ = write!(out, "\n# Where new services get their ports from: {from}.\n[ranges]\n");
    for range in ranges {
        let purpose = string(&range.purpose);
        let _ = writeln!(out, "{} = {{ ports = {}, purpose = {purpose} }}", range.id, string(&range.ports.to_string()));
    }
}

fn group(group: &Group, parts: &Parts<'_>) -> String {
    let mut out = format!("\n[groups.{}]\ntitle = {}\n", group.id, string(&group.title));
    if let Some(label) = &group.label {
        let _ = writeln!(out, "label = {}", string(label));
    }
    if !group.ranges.is_empty() {
        let ids = group.ranges.iter().map(|at| &*parts.groups.ranges[*at].id);
        let _ = writeln!(out, "ranges = {}", strings(ids));
    }
    out
}

/// A service, with a comment on where its ports come from.
fn service(one: &Proposed, group: Option<&str>, taken: Option<&Taken>) -> String {
    let id = key(&one.id);
    let mut out = format!("\n[services.{id}]\n");
    for (key, value) in fields(one, group) {
        if let ("port", Some(slot)) = (key, one.slots.first()) {
            comment(&mut out, slot);
        }
        let _ = writeln!(out, "{key} = {value}");
    }
    let ports = ports(one);
    if !ports.is_empty() {
        let _ = writeln!(out, "\n[services.{id}.ports]");
    }
    for (slot, (name, value)) in one.slots.iter().zip(&ports) {
        comment(&mut out, slot);
        let _ = writeln!(out, "{name} = {value}");
    }
    if let (Compose::Of(name), Some(taken)) = (&one.compose, taken) {
        out.push_str(&taken.service(name, &one.id));
    }
    out
}

/// The keys of a service, without its ports by name.
pub(super) fn fields(one: &Proposed, group: Option<&str>) -> Vec<Field> {
    let list = |texts: &[String]| (!texts.is_empty()).then(|| strings(texts.iter().map(String::as_str)));
    let port = match &one.slots[..] {
        [] => Some("\"none\"".to_owned()),
        [only] => Some(port(only, one)),
        _ => None,
    };
    let all = [
        ("title", one.title.as_deref().map(string)),
        ("description", one.description.as_deref().map(string)),
        ("aliases", list(&one.aliases)),
        ("group", group.map(string)),
        ("port", port),
        ("out-of-range", one.exception.as_deref().map(string)),
        ("dir", one.dir.as_deref().map(string)),
        ("package", one.package.as_ref().map(|(path, _)| string(path))),
        ("depends-on", list(&one.depends_on)),
        ("compose", compose(one)),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// `compose` of a service that has no table of its own for it.
fn compose(one: &Proposed) -> Option<String> {
    match &one.compose {
        Compose::Theirs if one.profiles.is_empty() => None,
        Compose::Theirs => Some(format!("{{ profiles = {} }}", strings(one.profiles.iter().map(String::as_str)))),
        Compose::Outside => Some("false".to_owned()),
        Compose::Of(_) => None,
    }
}

/// The ports of a service by their names; none where it has one port alone.
pub(super) fn ports(one: &Proposed) -> Vec<(String, String)> {
    let named = one.slots.iter().filter(|_| one.slots.len() > 1);
    named.map(|slot| (slot.name.clone().unwrap_or_else(|| "port".to_owned()), port(slot, one))).collect()
}

/// Why a port lies outside of its ranges.
pub(super) fn reason(slot: &Slot) -> String {
    let at = slot.host.0.first().and_then(|side| side.at.first());
    string(&at.map_or_else(
        || "given out by an import".to_owned(),
        |at| format!("stated by {} when it was imported", clean(&at.shown())),
    ))
}

/// Where a number comes from.
fn comment(out: &mut String, slot: &Slot) {
    let taken = slot.number();
    let own = slot.host.0.first().or(slot.container.0.first());
    let from = own.map_or(Some(&slot.at), |side| side.at.first());
    let mut line = from.map_or_else(|| "# given out".to_owned(), |at| format!("# {}", clean(&at.shown())));
    for other in slot.host.0.iter().filter(|side| Some(side.ports) != taken) {
        if let Some(at) = other.at.first() {
            let _ = write!(line, "; {} in {}", other.ports, clean(&at.shown()));
        }
    }
    let _ = writeln!(out, "{line}");
}

/// The value of a port: its number where it is all there is to say.
fn port(slot: &Slot, service: &Proposed) -> String {
    let Some(host) = slot.number() else { return "\"none\"".to_owned() };
    let is_anywhere = matches!(slot.expose, Some(Expose::Anywhere(_))) && slot.container.taken().is_some();
    let mut fields = vec![match is_anywhere {
        true => format!("host = {}", string(ANYWHERE)),
        false => format!("host = {}", written(host)),
    }];
    let is_own = |ports: Ports| is_anywhere || ports != host && ports.count() == host.count();
    let other = |ports: Option<Ports>| ports.filter(|ports| is_own(*ports));
    fields.extend(other(slot.container.taken()).map(|ports| format!("container = {}", written(ports))));
    if host.is_one() && has_own_service_port(slot, service) {
        fields.extend(slot.service.taken().map(|port| format!("service = {}", written(port))));
    }
    match slot.protocol {
        Protocol::Tcp => {}
        other => fields.push(format!("protocol = {}", string(other.as_str()))),
    }
    fields.extend(match &slot.expose {
        None => None,
        Some(Expose::All) => Some("expose = \"all\"".to_owned()),
        Some(Expose::Address(address)) => Some(format!("expose = {}", string(address_of(address, service)))),
        Some(Expose::Hidden) if service.is_taken() => Some("expose = \"unlisted\"".to_owned()),
        Some(Expose::Hidden | Expose::Listed) => Some("expose = \"none\"".to_owned()),
        Some(Expose::Anywhere(None)) => Some("expose = \"all\"".to_owned()),
        Some(Expose::Anywhere(Some(address))) if address == "127.0.0.1" => None,
        Some(Expose::Anywhere(Some(address))) => Some(format!("expose = {}", string(address_of(address, service)))),
    });
    fields.extend(published(slot, host).map(|text| format!("published = {}", string(&text))));
    match &fields[..] {
        [_] => written(host),
        _ => format!("{{ {} }}", fields.join(", ")),
    }
}

/// An address as `expose` has it: all of one version of IP are all, but where portgen has to write what was there.
fn address_of<'a>(address: &'a str, service: &Proposed) -> &'a str {
    if UNSPECIFIED.contains(&address) && !service.is_taken() { "all" } else { address }
}

/// What a port is published under where a variable decides it, with the numbers that the port has here.
fn published(slot: &Slot, host: Ports) -> Option<String> {
    let text = slot.published.as_ref().filter(|_| !matches!(slot.expose, Some(Expose::Hidden | Expose::Listed)))?;
    let [own, inside] = PublishedAs::numbers(text);
    let mut out = text.clone();
    // From the back, so that the places before stay where they are.
    for (place, ports) in [(inside, slot.container.taken()), (own, Some(host))] {
        if let (Some(place), Some(ports)) = (place, ports) {
            out.replace_range(place, &ports.to_string());
        }
    }
    Some(out)
}

/// Whether the port of the Kubernetes Service is another than that of the host, and no other port of the service has it.
fn has_own_service_port(slot: &Slot, service: &Proposed) -> bool {
    let own = slot.service.taken();
    let number = |other: &Slot| other.service.taken().or_else(|| other.number());
    let is_alone =
        service.slots.iter().filter(|other| other.protocol == slot.protocol && number(other) == own).count() == 1;
    own.is_some() && own != slot.number() && is_alone
}

fn reserved(out: &mut String, parts: &Parts<'_>) {
    let stated = parts.document.map(|document| &document.reserved[..]).unwrap_or_default();
    let taken = |ports: Ports| {
        let slots = parts.services.iter().flat_map(|one| &one.slots);
        slots.filter(|slot| slot.is_published()).any(|slot| slot.number().is_some_and(|own| own.meets(ports)))
    };
    let mut known: Vec<Ports> = Vec::new();
    for (ports, reason, at) in stated {
        if taken(*ports) || known.iter().any(|other| other.meets(*ports)) {
            continue;
        }
        known.push(*ports);
        let key = if ports.is_one() { "port" } else { "ports" };
        let reason = Some(clean(reason)).filter(|reason| !reason.is_empty()).unwrap_or_else(|| "reserved".to_owned());
        let _ = write!(
            out,
            "\n# {}\n[[reserved]]\n{key} = {}\nreason = {}\n",
            clean(&At::shown(at)),
            written(*ports),
            string(&reason)
        );
    }
}

/// A key of TOML.
fn key(id: &str) -> String {
    let is_bare = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare { id.to_owned() } else { string(id) }
}
