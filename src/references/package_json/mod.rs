//! Finds the ports in a package.json, and changes those in place that a service of the platform had before.
//!
//! [`script`] reads the numbers of a command line in known forms, with the table of [`crate::formats::programs`]; [`reading`] judges them.

mod address;
mod beside;
mod command;
mod docker;
pub(crate) mod document;
mod ends;
mod finding;
mod held;
mod last_write;
mod lifecycle;
mod long_ago;
mod misuse;
mod pairs;
pub(crate) mod port;
mod reading;
mod refusal;
mod scanned;
pub(crate) mod script;
mod secrets;
pub(crate) mod setting;
mod target;
mod time;
mod tunnel;
mod unknown;
mod unstated;
mod value;
mod words;

use crate::allocation::Allocation;
use crate::claims::Owners;
use crate::diagnostic::{Diagnostics, codes};

use super::file::File;
use super::kind::{Found, Kind, Reference};
use document::Document;
use reading::Reading;
use target::Target;

/// The scripts of package.json: their row in the table.
pub(super) const KIND: Kind = Kind {
    name: codes::INVALID_PACKAGE_JSON,
    noun: "package.json",
    reader: "npm",
    secrets: secrets::secrets,
    files,
    missing: codes::MISSING_PACKAGE,
    elsewhere: "packages live in another repository",
    lints: &[
        codes::FORMER_PORT,
        codes::GUESSED_PORT,
        codes::NOT_STRICT,
        codes::PACKAGE_WITHOUT_PORT,
        codes::SCRIPT_PORT,
        codes::UNKNOWN_PORT_OPTION,
        codes::UNREAD_PORT,
    ],
    read,
    key: document::key,
    apart: "state in ports.toml which scripts follow which service: `scripts = [\"dev\"]`",
};

fn files(allocation: &Allocation) -> Vec<Reference<'_>> {
    let mut named = Vec::new();
    for (service, one) in allocation.services.iter().enumerate() {
        if let Some((path, span)) = &one.package {
            named.push(Reference { path, service, span, is_shared: false, is_in_step: false });
        }
    }
    named
}

/// Reading a changed file again finds nothing to change.
fn read<'f>(file: &File<'f>, references: &[Reference<'_>], owners: &Owners<'_>) -> Result<Vec<Found<'f>>, Diagnostics> {
    let document = Document::read(file)?;
    let mut found = Vec::with_capacity(references.len());
    for reference in references {
        found.push(Reading { target: Target { file, owners, reference }, document: &document }.found()?);
    }
    Ok(found)
}
