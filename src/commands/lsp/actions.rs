//! What an editor can do about a number: take the next free port, state an exception, mend a place, keep a file in step.

use std::ops::Range as Span;

use lsp_types::{CodeAction, CodeActionKind, CodeActionOrCommand, TextEdit, WorkspaceEdit};

use super::edits;
use super::world::World;
use crate::allocation::hazards::HAZARDS;
use crate::allocation::pick;
use crate::allocation::{Allocation, Binding, Service};
use crate::diagnostic::{Code, Diagnostic, codes, quoted};
use crate::files::names::PORTS_TOML;
use crate::manifest::edit::{Draft, string};
use crate::scan::{Judged, Scanned};

/// What is offered for the bytes `span` of a file.
pub(super) struct Asked<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    pub(super) span: Span<usize>,
}

impl Asked<'_> {
    fn meets(&self, span: &Span<usize>) -> bool {
        self.span.start <= span.end && span.start <= self.span.end
    }
}

/// The actions in ports.toml, of which lints have `said` something.
pub(super) fn in_ports_toml(
    world: &World<'_>,
    allocation: &Allocation,
    said: &[Diagnostic],
    asked: &Asked<'_>,
) -> Vec<CodeActionOrCommand> {
    let mut actions = Vec::new();
    for (service, binding) in allocation.bindings().filter(|(_, binding)| asked.meets(&binding.span)) {
        let is_here = |one: &&Diagnostic| one.primary().is_some_and(|place| place.span == binding.span);
        let codes: Vec<Code> = said.iter().filter(is_here).map(|one| one.code).collect();
        if codes.iter().copied().any(objects) {
            actions.extend(next_free(world, allocation, (service, binding), asked));
        }
        if codes.contains(&codes::OUT_OF_RANGE) {
            let title = format!("State why {} may lie outside its ranges", quoted(&service.id));
            let edit = |draft: &mut Draft| draft.set_field(&service.id, &("out-of-range", string("why")));
            actions.extend(of_ports_toml(world, &title, edit));
        }
    }
    actions
}

/// Whether a finding is one that another number ends.
fn objects(code: Code) -> bool {
    let of_numbers = [codes::DUPLICATE_PORT, codes::OUT_OF_RANGE, codes::RESERVED_PORT, codes::RETIRED_PORT];
    of_numbers.contains(&code) || HAZARDS.iter().any(|hazard| hazard.code == code)
}

fn next_free(
    world: &World<'_>,
    allocation: &Allocation,
    (service, binding): (&Service, &Binding),
    asked: &Asked<'_>,
) -> Option<CodeActionOrCommand> {
    let is_number = asked.text.get(binding.span.clone())?.bytes().all(|byte| byte.is_ascii_digit());
    let ranges = allocation.ranges_of(service);
    let port = *pick::first(allocation, &ranges, 1).ok()?.first().filter(|_| is_number)?;
    let range = ranges.iter().find(|range| range.ports.contains(port))?;
    let title = format!("Take {port}, the first free port of {}", quoted(&range.id));
    Some(action(&title, replaced(world, asked, &binding.span, port.get())?))
}

/// The actions in any other file.
pub(super) fn in_file(
    world: &World<'_>,
    allocation: &Allocation,
    scanned: &Scanned<'_>,
    asked: &Asked<'_>,
) -> Vec<CodeActionOrCommand> {
    let Some(file) = scanned.files.iter().find(|file| file.path == asked.path) else { return Vec::new() };
    let wrong: Vec<&Judged> =
        file.judged.iter().filter(|one| one.verdict.is_wrong() && asked.meets(&one.digits)).collect();
    let mut actions = Vec::new();
    for one in &wrong {
        let right = one.mend.map_or_else(|| one.right(allocation), |mend| vec![mend]);
        for port in right.into_iter().filter(|port| *port != one.port) {
            let title = format!("Change {} to {port}, as ports.toml says", one.port);
            actions.extend(replaced(world, asked, &one.digits, port).map(|edit| action(&title, edit)));
        }
    }
    if !wrong.is_empty() && !allocation.references.keeps(asked.path) {
        let title = format!("Keep {} in step with ports.toml", quoted(asked.path));
        actions.extend(of_ports_toml(world, &title, |draft| draft.keep_files(&globset::escape(asked.path))));
    }
    actions
}

fn replaced(world: &World<'_>, asked: &Asked<'_>, span: &Span<usize>, port: u16) -> Option<WorkspaceEdit> {
    let edit = TextEdit { range: world.range(asked.text, span), new_text: port.to_string() };
    Some(edits::of_file(world.uri(asked.path)?, vec![edit]))
}

/// An edit of ports.toml; none where it is written in a way that portgen cannot edit.
fn of_ports_toml(
    world: &World<'_>,
    title: &str,
    edit: impl FnOnce(&mut Draft) -> Result<(), Diagnostic>,
) -> Option<CodeActionOrCommand> {
    let text = world.text(PORTS_TOML)?;
    let mut draft = Draft::new(&text).ok()?;
    edit(&mut draft).ok()?;
    let after = draft.finish().ok()?;
    Some(action(title, edits::of_file(world.uri(PORTS_TOML)?, edits::between(&text, &after))))
}

fn action(title: &str, edit: WorkspaceEdit) -> CodeActionOrCommand {
    CodeActionOrCommand::CodeAction(CodeAction {
        title: title.to_owned(),
        kind: Some(CodeActionKind::QUICKFIX),
        edit: Some(edit),
        ..CodeAction::default()
    })
}
