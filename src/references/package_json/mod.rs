//! Finds the port in the scripts of a package.json, and changes it in place.
//!
//! Nothing records which number a script had before, so a script's own number is the number in a known form: `PORT=`,
//! `--port`, `-p`, `serve -l`, `--listen`, the host part of `docker run -p`. All followed scripts must agree on one number;
//! then every place with this number becomes the service's port. If they do not agree, nothing changes. Addresses of the
//! platform's other services stay.

mod address;
mod docker;
mod document;
mod lifecycle;
mod port;
mod reading;
mod refusal;
mod scanned;
mod script;
mod words;

use crate::allocation::Allocation;
use crate::claims::Owners;
use crate::diagnostic::{Diagnostics, codes};

use super::file::File;
use super::kind::{Kind, Place, Reference};
use document::Document;
use reading::Reading;

/// The scripts of package.json: their row in the table.
pub(super) const KIND: Kind = Kind {
    name: codes::INVALID_PACKAGE_JSON,
    noun: "package.json",
    reader: "npm",
    files,
    missing: codes::MISSING_PACKAGE,
    elsewhere: "packages live in another repository",
    read,
    apart: "state in ports.toml which scripts follow which service: `scripts = [\"dev\"]`",
};

fn files(allocation: &Allocation) -> Vec<Reference<'_>> {
    let mut named = Vec::new();
    for (service, one) in allocation.services.iter().enumerate() {
        named.extend(one.package.iter().map(|(path, span)| Reference { path, service, span }));
    }
    named
}

/// Scripts without a port are fine. Reading a changed file again finds nothing to change.
fn read<'f>(file: &File<'f>, service: usize, owners: &Owners<'_>) -> Result<Vec<Place<'f>>, Diagnostics> {
    let Some(main) = owners.allocation().services[service].bindings.first() else { return Ok(Vec::new()) };
    let document = Document::read(file)?;
    Reading { file, document: &document, owners, service, port: main.host.get(), mistakes: Vec::new() }.places()
}
