//! The port in the scripts of a person's package.json: found, and changed in place.
//!
//! Nothing records which number a script had before, so a script's own number is what a known form states in it: `PORT=`,
//! `--port`, `-p`, `serve -l`, `--listen`, the host part of `docker run -p`. All followed scripts have to agree on one
//! number; then every place of it becomes the service's port, the URLs of the same script included. Where they do not
//! agree, nothing is changed and both places are named. Addresses of the platform's other services are theirs. `${PORT:-3000}`, `%PORT%` and `{{port}}` are left alone.

mod address;
mod docker;
mod document;
mod jsonc;
mod lifecycle;
mod reading;
mod refusal;
mod script;
mod words;

use crate::allocation::Allocation;
use crate::claims::Owners;
use crate::diagnostic::{Diagnostics, codes};
use crate::formats::{Claim, Number, Owner};

use super::file::File;
use super::kind::{Kind, Place, Reference};
use reading::Reading;

/// The scripts of package.json: their row in the table.
pub const KIND: Kind = Kind {
    name: codes::PACKAGE_JSON,
    noun: "package.json",
    reader: "npm",
    files,
    missing: codes::MISSING_PACKAGE,
    elsewhere: "packages live in another repository",
    read,
    apart: "state in ports.toml which scripts follow which service: `scripts = [\"dev\"]`",
};

fn files(allocation: &Allocation) -> Vec<Reference<'_>> {
    let services = allocation.services.iter().enumerate();
    let named = services.filter_map(|(service, one)| {
        let (path, span) = one.package.as_ref()?;
        Some(Reference { path, service, span })
    });
    named.collect()
}

fn read<'f>(file: &File<'f>, service: usize, owners: &Owners<'_>) -> Result<Vec<Place<'f>>, Diagnostics> {
    let own = &owners.allocation().services[service];
    let [main, others @ ..] = &*own.bindings else { return Ok(Vec::new()) };
    let port = main.host.get();
    let others: Vec<u16> = others.iter().map(|binding| binding.host.get()).collect();
    let scripts = own.scripts.as_deref();
    let follow = Follow { port, others: &others, is_allocated: &|port| owners.has_host(port), scripts };
    let followed = self::follow(file, &follow)?;
    let place = |number: Number| {
        let is_main = Some(number.port) == followed.main || number.port == port;
        let span = number.digits.clone();
        Place { claim: Claim::new(Owner::Unsaid, number, span), binding: is_main.then_some((service, 0)) }
    };
    Ok(followed.numbers.into_iter().map(place).collect())
}

/// What the scripts of one package.json have to follow.
#[derive(Clone, Copy)]
pub struct Follow<'a> {
    /// The service's host port.
    pub port: u16,
    /// The host ports of its other bindings: a place that states one of them is right as it is.
    pub others: &'a [u16],
    /// Whether a number is a host port of the platform: an address with one that is none of this service's is another
    /// service's, and stays.
    pub is_allocated: &'a dyn Fn(u16) -> bool,
    /// The scripts that follow; none for the usual ones: `dev`, `preview`, `serve`, `start`, and their variants such as
    /// `dev:turbo` that state the same number.
    pub scripts: Option<&'a [String]>,
}

/// How a package.json stands to its port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Every port place of the followed scripts, ascending.
    pub numbers: Vec<Number>,
    /// The number that is the service's port as the scripts have it; none where they state no port.
    pub main: Option<u16>,
}

/// Finds the places in `file` that follow the port: every number that is [`Followed::main`] has to be the service's.
///
/// Scripts without a port are fine. Following again what was changed finds nothing to change.
///
/// # Errors
/// Every mistake found: no strict JSON, duplicate keys, a named script that is missing or no string, a port in a lifecycle
/// script, or two numbers of which only one can be the service's.
pub fn follow(file: &File<'_>, follow: &Follow<'_>) -> Result<Followed, Diagnostics> {
    let document = jsonc::read(file)?;
    let reading = Reading::new(file, follow, &document);
    let mut mistakes = reading.unknown_scripts();
    mistakes.extend(reading.unasked_ports());
    let mut followers = reading.followers(&mut mistakes);
    let number = reading.number(&followers).unwrap_or_else(|two_ports| {
        mistakes.push(two_ports);
        None
    });
    if let Some(number) = number {
        reading.add_variants(number, &mut followers, &mut mistakes);
        mistakes.extend(reading.hooks(number, &followers));
        mistakes.extend(followers.iter().filter_map(|follower| reading.foreign_address(number, follower)));
    }
    if !mistakes.is_empty() {
        return Err(Diagnostics(mistakes));
    }
    Ok(Followed { numbers: reading.numbers(number, &followers), main: number })
}
