//! Any other text file: nginx, Caddy, a script. Nothing is known of its quoting, so only harmless values can be written.

use std::borrow::Cow;

use super::{Claim, Fault, Numbers, Owner, Unquotable, url};

/// Writes a value of `[A-Za-z0-9_./:@%+,=-]*` as it is, as in a .env file.
///
/// # Errors
/// The text has another character: it could mean anything in a file of an unknown format.
pub fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    super::dotenv::quote(text, out)
        .map_err(|_| Unquotable("has a character that could mean anything in a file of an unknown format"))
}

/// The claims of a text: every `host:port`. A local address or that of a service must have an allocated port.
///
/// # Errors
/// None: every text is valid.
pub fn read(text: &str) -> Result<Vec<Claim<'_>>, Fault> {
    let claim = |address: url::Address<'_>| {
        let owner = match address.is_local() {
            true => Owner::Unsaid,
            false => Owner::Host(Cow::Owned(address.host.split('.').next().unwrap_or_default().to_owned())),
        };
        Claim::new(owner, Numbers::any(address.port), address.span)
    };
    Ok(url::all(text).map(claim).collect())
}
