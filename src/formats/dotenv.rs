//! `.env` files as Node, python-dotenv, Docker Compose and `sh` all read them alike.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use super::{Claim, Fault, Numbers, Owner, Unquotable, address, port};

/// Writes a value of `[A-Za-z0-9_./:@%+,=-]*` as it is.
///
/// Readers disagree on everything else: Node cuts `x#y`, dotenv-expand runs `$(id)` even in single quotes. So there is an
/// allow-list and no escape.
///
/// # Errors
/// The text has another character.
pub fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    if !text.bytes().all(is_plain) {
        return Err(Unquotable("has a character that some reader of .env files expands, cuts or unquotes"));
    }
    out.push_str(text);
    Ok(())
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_./:@%+,=-".contains(&byte)
}

/// The claims of an .env file: `PORT`, `<NAME>_PORT`, and the addresses in values, as seen from the host.
///
/// # Errors
/// A line is neither blank, nor a comment, nor `NAME=value` with a plain value; or a name stands twice.
pub fn read(text: &str) -> Result<Vec<Claim<'_>>, Fault> {
    let mut claims = Vec::new();
    let mut names = HashSet::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let span = start..start + content.len();
        start += line.len();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let Some((name, value)) = content.split_once('=').filter(|(name, _)| is_name(name)) else {
            return Err(Fault::new("no `NAME=value`", span));
        };
        if !value.bytes().all(is_plain) {
            return Err(Fault::new("a value that some reader of .env files expands, cuts or unquotes", span));
        }
        if !names.insert(name) {
            return Err(Fault::new(format!("`{name}` stands twice"), span));
        }
        variable(name, value, span.end - value.len()..span.end, &mut claims);
    }
    Ok(claims)
}

fn variable<'a>(name: &'a str, value: &'a str, span: Range<usize>, claims: &mut Vec<Claim<'a>>) {
    let owner = |end: &str| match name.strip_suffix(end) {
        Some(prefix) => Owner::Variable(Cow::Borrowed(prefix)),
        None => Owner::Unsaid,
    };
    if let Some(number) = port(value).filter(|_| name == "PORT" || name.ends_with("_PORT")) {
        claims.push(Claim::new(owner("_PORT"), Numbers::host(number), span));
        return;
    }
    for address in address::all(value) {
        let place = span.start + address.span.start..span.start + address.span.end;
        if address.is_local() {
            claims.push(Claim::new(owner("_URL"), Numbers::host(address.port), place));
        } else {
            claims.push(Claim::new(Owner::Host(Cow::Borrowed(address.host)), Numbers::any(address.port), place));
        }
    }
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
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
