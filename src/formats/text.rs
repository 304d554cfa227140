//! Any other text file: nginx, Caddy, a script. Its quoting is unknown, so only harmless values can be written.

use std::borrow::Cow;

use super::{Claim, Claims, Number, Owner, Reading, Role, Unquotable, url};

/// Writes a value of `[A-Za-z0-9_./:@%+,=\[\]-]*` as it is, as in a .env file.
///
/// # Errors
/// The text has another character: it could mean anything in a file of an unknown format.
pub(super) fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    super::dotenv::quote(text, out)
        .map_err(|_| Unquotable("has a character that could mean anything in a file of an unknown format"))
}

/// Reads the claims of a text: every `host:port`. The port of a local address or of a service must be allocated. Every text is
/// valid.
pub(super) fn read(text: &str) -> Reading<'_> {
    url::all(text).map(claim).collect::<Claims<'_>>().into()
}

fn claim(address: url::Address<'_>) -> Claim<'_> {
    let owner = if address.is_local() { Owner::Unsaid } else { Owner::Domain(Cow::Borrowed(address.host)) };
    let number = Number { port: address.port, role: Role::Unknown, digits: address.span.clone() };
    Claim::new(owner, number, address.span)
}
