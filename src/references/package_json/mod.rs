//! The port in the scripts of a person's package.json: found, and changed in place.
//!
//! Nothing records which number a script had before, so a script's own number is what a known form states in it: `PORT=`,
//! `--port`, `-p`, `serve -l`, `--listen`, the host part of `docker run -p`. All followed scripts have to agree on one
//! number; then every place of it becomes the service's port, the URLs of the same script included. Where they do not
//! agree, nothing is changed and both places are named. Addresses of the platform's other services are theirs. `${PORT:-3000}`, `%PORT%` and `{{port}}` are left alone.

mod address;
mod docker;
mod document;
mod file;
mod jsonc;
mod lifecycle;
mod port_set;
mod reading;
mod refusal;
mod script;
mod words;

use std::fmt::Write as _;
use std::ops::Range;

use crate::diagnostic::Diagnostics;

use reading::Reading;

pub use file::File;
pub use port_set::PortSet;

/// What the scripts of one package.json have to follow.
#[derive(Clone, Copy, Debug)]
pub struct Follow<'a> {
    /// The service's host port.
    pub port: u16,
    /// The host ports of its other bindings: a place that states one of them is right as it is.
    pub others: &'a [u16],
    /// The host ports of the whole platform: an address with one of them that is none of this service's is another
    /// service's, and stays.
    pub allocated: &'a PortSet,
    /// The scripts that follow; none for the usual ones: `dev`, `preview`, `serve`, `start`, and their variants such as
    /// `dev:turbo` that state the same number.
    pub scripts: Option<&'a [String]>,
}

/// One number that is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes of the old digits in the file's text.
    pub span: Range<usize>,
    /// The new number.
    pub port: u16,
}

/// How a package.json stands to its port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// What has to change, ascending, without overlaps; empty where the file is right or states no port.
    pub edits: Vec<Edit>,
    /// Every port place of the followed scripts, ascending, with its number as it is now.
    pub claims: Vec<(Range<usize>, u16)>,
}

/// Finds what has to change in `file` so that its scripts follow the port.
///
/// Scripts without a port are fine. Following the result of [`splice`] again finds nothing to change.
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
    let claims = reading.claims(number, &followers);
    let stale = claims.iter().filter(|(_, claimed)| Some(*claimed) == number && *claimed != follow.port);
    let edits = stale.map(|(span, _)| Edit { span: span.clone(), port: follow.port }).collect();
    Ok(Followed { edits, claims })
}

/// `text` with the `edits` that [`follow`] found in it; every other byte stays.
pub fn splice(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len() + edits.len() * "65535".len());
    let mut copied = 0;
    for edit in edits {
        out.push_str(text.get(copied..edit.span.start).unwrap_or_default());
        let _ = write!(out, "{}", edit.port);
        copied = edit.span.end;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}
