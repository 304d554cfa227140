//! YAML 1.2: double-quoted strings, and a walk over the scalars of a file with their paths and places.
//!
//! What templates write is nearly always plain block YAML, which [`block`] reads in one pass; every other file is read by
//! saphyr. Both make the same events, from which [`walk()`] makes scalars.

#[cfg(test)]
mod agreement;
mod block;
mod listen;
mod quote;
mod saphyr;
mod walk;

use std::borrow::Cow;
use std::ops::Range;

pub use quote::quote;
pub use walk::{Scalar, Step, Visit, walk};

use super::{Claim, Fault, Numbers, Owner, names_a_port, port, url};

/// The claims of any YAML file: numbers under keys that name a port, and addresses.
///
/// # Errors
/// As [`walk()`].
pub fn read(text: &str) -> Result<Vec<Claim<'_>>, Fault> {
    walk(text).map(|Claims(claims)| claims)
}

#[derive(Default)]
struct Claims<'t>(Vec<Claim<'t>>);

impl<'t> Visit<'t> for Claims<'t> {
    fn scalar(&mut self, scalar: Scalar<'_, 't>) -> Result<(), Fault> {
        match (scalar.path.last().and_then(Step::key), port(&scalar.value)) {
            (Some(key), Some(number)) if names_a_port(key) => {
                self.0.push(Claim::new(Owner::Unsaid, Numbers::any(number), scalar.span));
            }
            _ => addresses(scalar.value, &scalar.span, Numbers::any, &mut self.0),
        }
        Ok(())
    }
}

/// Adds the claims of the addresses with a scheme in one scalar; `number` says which port an address of another service has
/// where the file is read. An address of the machine itself is nobody's but the reader's own.
pub fn addresses<'t>(
    value: Cow<'t, str>,
    span: &Range<usize>,
    number: fn(u16) -> Numbers,
    claims: &mut Vec<Claim<'t>>,
) {
    if !value.contains(':') {
        return;
    }
    let claim = |host, port| Claim::new(Owner::Host(host), number(port), span.clone());
    match value {
        Cow::Borrowed(text) => claims.extend(hosts(text).map(|(host, port)| claim(Cow::Borrowed(host), port))),
        Cow::Owned(text) => claims.extend(hosts(&text).map(|(host, port)| claim(Cow::Owned(host.to_owned()), port))),
    }
}

/// The first label of each host with a port in the addresses of `text`.
fn hosts(text: &str) -> impl Iterator<Item = (&str, u16)> {
    let others = url::urls(text).filter(|address| !address.is_local());
    others.map(|address| {
        let first = address.host.as_bytes().iter().position(|byte| *byte == b'.').unwrap_or(address.host.len());
        (&address.host[..first], address.port)
    })
}
