//! `.env` files as Node, python-dotenv, Docker Compose and `sh` all read them alike.

use std::borrow::Cow;

use super::class::Class;
use super::keys::Keys;
use super::{Claim, Fault, Numbers, Owner, Unquotable, port, url};

/// What every reader takes for itself in a value.
const VALUE: Class = Class::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+,=-");
/// What the name of a variable is made of, its first byte being no digit.
const NAME: Class = Class::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

/// Writes a value of `[A-Za-z0-9_./:@%+,=-]*` as it is.
///
/// Readers disagree on everything else: Node cuts `x#y`, dotenv-expand runs `$(id)` even in single quotes. So there is an
/// allow-list and no escape.
///
/// # Errors
/// The text has another character.
pub fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    if !text.bytes().all(|byte| VALUE.has(byte)) {
        return Err(Unquotable("has a character that some reader of .env files expands, cuts or unquotes"));
    }
    out.push_str(text);
    Ok(())
}

/// The claims of an .env file: `PORT`, `<NAME>_PORT`, and the addresses in values, as seen from the host.
///
/// # Errors
/// A line is neither blank, nor a comment, nor `NAME=value` with a plain value; or a name stands twice.
pub fn read(text: &str) -> Result<Vec<Claim<'_>>, Fault> {
    let mut claims = Vec::with_capacity(8);
    let mut names = Keys::new();
    let mut start = 0;
    while start < text.len() {
        let rest = &text[start..];
        let line = || start..start + rest.find('\n').unwrap_or(rest.len());
        if rest.starts_with(['\n', '#']) {
            start = line().end + 1;
            continue;
        }
        let name = &rest[..NAME.run(rest.as_bytes())];
        let Some(behind) = rest[name.len()..].strip_prefix('=').filter(|_| is_name(name)) else {
            return Err(Fault::new("no `NAME=value`", line()));
        };
        let value = &behind[..VALUE.run(behind.as_bytes())];
        if !matches!(behind.as_bytes().get(value.len()), None | Some(b'\n')) {
            return Err(Fault::new("a value that some reader of .env files expands, cuts or unquotes", line()));
        }
        if !names.insert(Cow::Borrowed(name)) {
            return Err(Fault::new(format!("`{name}` stands twice"), line()));
        }
        let from = start + name.len() + "=".len();
        start = from + value.len() + "\n".len();
        variable(name, value, from, &mut claims);
    }
    Ok(claims)
}

/// Adds what one variable states, the value of which stands from `from` on.
fn variable<'a>(name: &'a str, value: &'a str, from: usize, claims: &mut Vec<Claim<'a>>) {
    let owner = |end: &str| match name.strip_suffix(end) {
        Some(prefix) => Owner::Variable(Cow::Borrowed(prefix)),
        None => Owner::Unsaid,
    };
    if (name == "PORT" || name.ends_with("_PORT"))
        && let Some(number) = port(value)
    {
        claims.push(Claim::new(owner("_PORT"), Numbers::host(number), from..from + value.len()));
        return;
    }
    for address in url::all(value) {
        let place = from + address.span.start..from + address.span.end;
        if address.is_local() {
            claims.push(Claim::new(owner("_URL"), Numbers::host(address.port), place));
        } else {
            claims.push(Claim::new(Owner::Host(Cow::Borrowed(address.host)), Numbers::any(address.port), place));
        }
    }
}

/// Whether what is made of [`NAME`] alone is a name.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| !c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_state_host_ports() {
        let claims =
            read("# a\n\nPORT=4001\nAUTH_URL=http://localhost:4002\nX=https://sentry.io:443/1\nSUPPORT=80\n").unwrap();
        assert_eq!(claims[0], Claim::new(Owner::Unsaid, Numbers::host(4001), 10..14));
        assert_eq!(claims[1].owner, Owner::Variable("AUTH".into()));
        assert_eq!(claims[2].owner, Owner::Host("sentry.io".into()));
        assert_eq!(claims.len(), 3);
    }

    #[test]
    fn what_readers_disagree_on_is_refused() {
        for bad in ["A=$(id)\n", "A=x#y\n", "A=\"x\"\n", "A=a b\n", "export A=1\n", "A=1\nA=2\n", "1A=2\n", "A=1\r\n"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
