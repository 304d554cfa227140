//! Written -> proven: ports.toml's text becomes an [`Allocation`], and every mistake in it a diagnostic.
//!
//! serde stops at the first mistake, so the TOML is walked by hand: [`fields`] reads the keys of a table, [`value`] one
//! value. What is broken is reported once and left out; nothing that follows from it is reported too.

mod bindings;
mod cluster;
pub mod compose;
mod compose_services;
mod duplicate;
mod fields;
mod groups;
mod index;
mod instances;
mod kubernetes;
pub(crate) mod names;
mod networks;
mod numbers;
mod placeholders;
mod ports;
mod references;
pub mod published;
mod report;
mod sections;
mod services;
mod settings;
mod syntax;
mod text;
mod value;

use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use crate::allocation::references::References;
use crate::allocation::{Allocation, Platform};
use crate::diagnostic::{Code, Diagnostic, Source, codes};
use crate::git::conflict_markers;
use crate::manifest::{document, keys};

use fields::Fields;
use report::Report;
use syntax::Syntax;
use value::{Owner, Value};

/// What validation makes of ports.toml.
#[derive(Debug)]
pub struct Validated {
    /// The allocation as far as it could be proven, so that the lints still see what is sound; none where nothing could.
    ///
    /// Where there are diagnostics, only the lints may see it: a broken platform is blank in it, a broken name stands as it
    /// is written, and a service whose ports or ranges are not all known says so: `unsure`.
    pub allocation: Option<Allocation>,
    /// Every mistake found, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Proves ports.toml.
pub fn validate(source: &Arc<Source>) -> Validated {
    let report = Report::new(source);
    let (root, errors, end) = document::read_far(&source.text);
    if !errors.is_empty()
        && let Some(conflict) = conflict_markers::find(source)
    {
        return Validated { allocation: None, diagnostics: vec![conflict] };
    }
    let syntax = Syntax::report(&report, &root, &errors, end);
    let found = Report::new(source);
    let allocation = read(&found, &root, syntax.incomplete);
    // Both the tree and what finds the first of two keys may need much memory.
    drop(root);
    duplicate::report(&report, &syntax.duplicates, end);
    let mut diagnostics = report.into_mistakes();
    diagnostics.extend(found.into_mistakes().into_iter().filter(|mistake| !is_doubtful(mistake, &syntax)));
    diagnostics.sort_by_key(Diagnostic::start);
    if end == source.text.len() {
        report::leave_first(source, &mut diagnostics);
    }
    Validated { allocation, diagnostics }
}

/// Whether a mistake may only be the consequence of one in the TOML: it stands where the text was not understood, or
/// something is missing that may well be written there.
fn is_doubtful(mistake: &Diagnostic, syntax: &Syntax) -> bool {
    const OF_ABSENCE: &[Code] = &[
        codes::MISSING_KEY,
        codes::UNKNOWN_BINDING,
        codes::UNKNOWN_GROUP,
        codes::UNKNOWN_RANGE,
        codes::UNKNOWN_DEPENDENCY,
        codes::UNKNOWN_SERVICE,
        codes::UNDEFINED_COMPOSE_NAME,
    ];
    let hidden = mistake.primary().is_some_and(|place| syntax.hides(&place.span));
    hidden || syntax.incomplete && OF_ABSENCE.contains(&mistake.code)
}

fn read<'t>(report: &'t Report<'t>, root: &'t DeTable<'t>, incomplete: bool) -> Option<Allocation> {
    let file = Fields::of_file(report, root, keys::FILE);
    version(&file);
    let platform = platform(&file);
    let ranges = groups::ranges(file.get("ranges"));
    let groups = groups::groups(file.get("groups"), &ranges);
    let sections = sections::read(file.get("compose"));
    let outputs = settings::outputs(file.get("outputs"))?;
    let whole = outputs.has_compose().then_some(&sections);
    let mut services = services::read(file.get("services"), &groups, ranges.index.is_incomplete(), whole);
    if incomplete {
        services.iter_mut().for_each(|service| service.unsure = true);
    }
    for service in &mut services {
        service.environment = service.environment.or(outputs.environment);
    }
    let mut allocation = Allocation {
        source: Arc::clone(report.source()),
        platform,
        ranges: ranges.proven,
        groups: groups.proven,
        services,
        compose: sections.proven,
        compose_as_written: None,
        reserved: numbers::reserved(file.get("reserved")),
        retired: numbers::retired(file.get("retired")),
        elsewhere: Vec::new(),
        lint_levels: settings::lints(file.get("lints")),
        outputs,
        references: References::default(),
        instances: instances::read(file.get("instances")),
    };
    // Instances of a Compose file differ by variables alone.
    allocation.outputs.has_variables |= allocation.instances.is_some() && !allocation.outputs.is_without_variables;
    allocation.references = references::read(file.get("references"), &allocation.services);
    cluster::check(report, &allocation);
    placeholders::replace(report, root, &mut allocation);
    Some(allocation)
}

fn version(file: &Fields<'_>) {
    let Some(value) = file.require("version", "1") else { return };
    match value.raw() {
        DeValue::Integer(integer) if document::number(integer) == Some(1) => {}
        DeValue::Integer(_) => {
            let rest = format!("is {}, but this portgen reads version 1", value.written());
            let help = "write `version = 1`, or install the portgen that knows this version";
            value.refuse(codes::INVALID_VALUE, &rest, "another version of the format", help);
        }
        _ => value.wrong_type("an integer", "write `version = 1`"),
    }
}

fn platform(file: &Fields<'_>) -> Platform {
    let blank = Platform { name: String::new(), id: String::new(), span: 0..0 };
    let Some(section) = file.get("platform") else {
        file.missing("`[platform]`", "add `[platform]` with `name = \"My Platform\"` and `id = \"my-platform\"`");
        return blank;
    };
    let Some(fields) =
        Fields::read(section, Owner::Table("[platform]"), keys::PLATFORM, "{ name = \"…\", id = \"…\" }")
    else {
        return blank;
    };
    let name = fields.require("name", "\"My Platform\"").and_then(Value::text);
    let id = fields.require("id", "\"my-platform\"").and_then(|value| {
        let id = value.string()?;
        names::check(value.report, id, value.span(), &names::PLATFORM).then(|| (id.to_owned(), value.span()))
    });
    let (id, span) = id.unwrap_or_default();
    Platform { name: name.unwrap_or_default(), id, span }
}
