//! Whose a number is, where it can be reached, and every place that states it.

use std::fmt::Write as _;

use super::target::Target;
use super::world::World;
use crate::allocation::{Allocation, Binding, Service, address};
use crate::diagnostic::quoted;
use crate::scan::Scanned;

/// The most places that are listed.
const MOST: usize = 12;

/// Markdown for the editor; the user's texts are in code spans.
pub(super) fn markdown(world: &World<'_>, allocation: &Allocation, scanned: &Scanned<'_>, target: &Target) -> String {
    let (service, bindings) = target.meant(allocation);
    let mut out = format!("**{}**", quoted(&service.id));
    if service.title != service.id {
        let _ = write!(out, " {}", quoted(&service.title));
    }
    out.push('\n');
    for binding in bindings {
        let _ = write!(out, "\n- {}", port(service, binding));
        for (name, address) in address::everywhere(allocation, service, binding) {
            let _ = write!(out, "\n  - {name}: {}", quoted(&address));
        }
    }
    if let Some(judged) = &target.judged {
        let _ = write!(out, "\n\n{}: a {}, by {}", judged.verdict.as_str(), judged.view.name(), judged.by.as_str());
    }
    places(world, scanned, target, &mut out);
    out
}

fn port(service: &Service, binding: &Binding) -> String {
    let name = if service.bindings.len() > 1 { format!("{} ", quoted(&binding.name)) } else { String::new() };
    let container = match binding.containers() == binding.hosts() {
        true => String::new(),
        false => format!(", container {}", binding.containers()),
    };
    format!("{name}port {}{container}, expose {}", binding.number(), quoted(&binding.expose.to_string()))
}

fn places(world: &World<'_>, scanned: &Scanned<'_>, target: &Target, out: &mut String) {
    let mut places: Vec<_> = scanned.judged().filter(|(_, one)| target.is_of(one)).collect();
    places.dedup_by_key(|(file, one)| (&file.path, one.line, one.port));
    if places.is_empty() {
        return;
    }
    out.push_str("\n\nStated in:\n");
    for (file, one) in places.iter().take(MOST) {
        let place = format!("{}:{}", file.path, one.line);
        let link = world.uri(&file.path).map(|uri| format!("[{}]({}#L{})", quoted(&place), uri.as_str(), one.line));
        let _ = write!(out, "\n- {} {}", link.unwrap_or_else(|| quoted(&place)), one.port);
        if one.verdict.is_wrong() {
            let _ = write!(out, ", {}", one.verdict.as_str());
        }
    }
    if places.len() > MOST {
        let _ = write!(out, "\n- and {} more", places.len() - MOST);
    }
}
