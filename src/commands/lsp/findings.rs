//! What is wrong, beside the line that the user types.

use lsp_types::{
    Diagnostic as Shown, DiagnosticRelatedInformation, DiagnosticSeverity, NumberOrString, PublishDiagnosticsParams,
};

use super::positions::Lines;
use super::world::{Open, World};
use crate::diagnostic::{Diagnostic, Diagnostics, Label, Severity, codes};
use crate::files::names::PORTS_TOML;

/// What is said of each file that is open; none of a file where a mistake in ports.toml hides it.
pub(super) fn of_world<'o>(
    world: &World<'_>,
    open: impl Iterator<Item = (String, &'o Open)>,
) -> Vec<PublishDiagnosticsParams> {
    let (said, is_whole) = all(world);
    let of_file = |(path, open): (String, &Open)| {
        if !is_whole && path != PORTS_TOML {
            return None;
        }
        let text = world.text(&path)?;
        let lines = world.lines(&text);
        let diagnostics = said.iter().filter_map(|one| shown(world, one, &path, &lines)).collect();
        Some(PublishDiagnosticsParams { uri: open.uri.clone(), diagnostics, version: Some(open.version) })
    };
    open.filter_map(of_file).collect()
}

/// Everything that `check` and `scan` say, and whether ports.toml could be read as a whole.
fn all(world: &World<'_>) -> (Vec<Diagnostic>, bool) {
    let (allocation, mut said) = match world.allocation() {
        Ok(known) => known,
        Err(Diagnostics(said)) => return (said, false),
    };
    match world.scanned(&allocation) {
        Ok(scanned) => {
            said.extend(scanned.standing(&allocation));
            said.extend(scanned.pending(&allocation));
            said.extend(scanned.of_blocks());
        }
        Err(fault) => said.push(fault),
    }
    (said, true)
}

/// What is said of a file: at its first place there, and with the other places beside it. A collision is of every file; anything else of the
/// first.
fn shown(world: &World<'_>, one: &Diagnostic, path: &str, lines: &Lines<'_>) -> Option<Shown> {
    let is_here = |label: &&Label| label.place.source.path == path;
    let at = one.labels.iter().position(|label| is_here(&label))?;
    if at > 0 && one.code != codes::COLLIDING_PORT {
        return None;
    }
    let others = one.labels.iter().enumerate().filter(|(index, _)| *index != at);
    let related = others.filter_map(|(_, label)| related(world, label));
    let help = one.help.iter().map(|help| format!("\nhelp: {help}"));
    Some(Shown {
        range: lines.range(&one.labels[at].place.span),
        severity: Some(severity(one.severity)),
        code: Some(NumberOrString::String(one.code.to_string())),
        source: Some("portgen".to_owned()),
        message: [one.message.to_string()].into_iter().chain(help).collect(),
        related_information: Some(related.collect()),
        ..Shown::default()
    })
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error | Severity::Finding => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Note => DiagnosticSeverity::INFORMATION,
    }
}

fn related(world: &World<'_>, label: &Label) -> Option<DiagnosticRelatedInformation> {
    let location = world.location(&label.place.source.path, &label.place.span)?;
    Some(DiagnosticRelatedInformation { location, message: label.text.to_string() })
}
