//! `.env` files, in the form that Node, python-dotenv, Docker Compose and `sh` read alike.

use std::borrow::Cow;

use super::class::Class;
use super::keys::Keys;
use super::{Claim, Claims, Fault, Number, Owner, Reading, Role, Unquotable, port, url};

/// The bytes that every reader takes literally in a value.
const VALUE: Class = Class::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+,=[]-");
/// The bytes of a variable's name; the first one is not a digit.
const NAME: Class = Class::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

/// Writes a value of `[A-Za-z0-9_./:@%+,=\[\]-]*` as it is.
///
/// Readers disagree on everything else: Node cuts `x#y`, dotenv-expand runs `$(id)` even in single quotes. So there is an
/// allow-list, and no escaping.
///
/// # Errors
/// The text has another character.
pub(super) fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    if !text.bytes().all(|byte| VALUE.has(byte)) {
        return Err(Unquotable("has a character that some readers of .env files expand, cut or unquote"));
    }
    out.push_str(text);
    Ok(())
}

/// Reads the claims of an .env file: `PORT`, `<NAME>_PORT`, and addresses in values, as seen from the host. Faults: a line that
/// is not blank, a comment, or `NAME=value` with a plain value; a name that occurs twice.
pub(super) fn read(text: &str) -> Reading<'_> {
    let mut reading = Reading::default();
    let mut names = Keys::new();
    let mut end = 0;
    while end < text.len() {
        let start = end;
        let length = memchr::memchr(b'\n', &text.as_bytes()[start..]).unwrap_or(text.len() - start);
        end = start + length + 1;
        let line = &text[start..start + length];
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let span = start..start + line.len();
        match assignment(line) {
            Ok((name, value)) => {
                if !names.insert(Cow::Borrowed(name)) {
                    reading.faults.push(Fault::new(format!("`{name}` is set twice"), span));
                }
                variable(name, value, start + name.len() + "=".len(), &mut reading.claims);
            }
            Err(message) => reading.faults.push(Fault::new(message, span)),
        }
    }
    reading
}

/// The name and the value of the variable on a line.
fn assignment(line: &str) -> Result<(&str, &str), &'static str> {
    let name = &line[..NAME.run(line.as_bytes())];
    let value = line[name.len()..].strip_prefix('=').filter(|_| is_name(name)).ok_or("expected `NAME=value`")?;
    if VALUE.run(value.as_bytes()) < value.len() {
        return Err("a value that some readers of .env files expand, cut or unquote");
    }
    Ok((name, value))
}

/// Adds the claims of one variable, whose value starts at `start`.
fn variable<'a>(name: &'a str, value: &'a str, start: usize, claims: &mut Claims<'a>) {
    if (name == "PORT" || name.ends_with("_PORT"))
        && let Some(port) = port(value)
    {
        let place = start..start + value.len();
        let number = Number { port, role: Role::Host, digits: place.clone() };
        claims.push(Claim::new(owner(name, "_PORT"), number, place));
        return;
    }
    for address in url::all(value) {
        let place = start + address.span.start..start + address.span.end;
        let (owner, role) = if address.is_local() {
            (owner(name, "_URL"), Role::Host)
        } else {
            (Owner::Host(Cow::Borrowed(address.host)), Role::Unknown)
        };
        let number = Number { port: address.port, role, digits: place.clone() };
        claims.push(Claim::new(owner, number, place));
    }
}

fn owner<'a>(name: &'a str, end: &str) -> Owner<'a> {
    match name.strip_suffix(end) {
        Some(prefix) => Owner::Variable(Cow::Borrowed(prefix)),
        None => Owner::Unsaid,
    }
}

/// Whether a text of [`NAME`] bytes is a name.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| !c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_state_host_ports() {
        let text = "# a\n\nPORT=4001\nAUTH_URL=http://localhost:4002\nX=https://sentry.io:443/1\nSUPPORT=80\n";
        let Reading { claims, faults } = read(text);
        assert_eq!(faults, []);
        let claims = Vec::from_iter(claims);
        let number = Number { port: 4001, role: Role::Host, digits: 10..14 };
        assert_eq!(claims[0], Claim::new(Owner::Unsaid, number, 10..14));
        assert_eq!(claims[1].owner, Owner::Variable("AUTH".into()));
        assert_eq!(claims[2].owner, Owner::Host("sentry.io".into()));
        assert_eq!(claims.len(), 3);
    }

    #[test]
    fn what_readers_disagree_on_is_refused() {
        for bad in ["A=$(id)\n", "A=x#y\n", "A=\"x\"\n", "A=a b\n", "export A=1\n", "A=1\nA=2\n", "1A=2\n", "A=1\r\n"] {
            assert_eq!(read(bad).faults.len(), 1, "{bad}");
        }
    }

    #[test]
    fn what_is_not_read_hides_nothing_behind_it() {
        let Reading { claims, faults } = read("A=$(id)\nPORT=4001\nexport B=1\nC=1\nC=http://localhost:4002\n");
        assert_eq!(claims.iter().map(|claim| claim.span.clone()).collect::<Vec<_>>(), [13..17, 52..56]);
        assert_eq!(faults.iter().map(|fault| fault.span.clone()).collect::<Vec<_>>(), [0..7, 18..28, 33..56]);
    }
}
