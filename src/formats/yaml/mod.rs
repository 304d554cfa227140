//! YAML: strings as every reader reads them, and a walk over the scalars of a file with their paths and places.
//!
//! Templates nearly always write plain block YAML, which [`block`] reads in one pass; saphyr reads every other file. Both
//! produce the same events, and [`walk()`] turns these into scalars.

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod tries;
mod block;
mod brackets;
mod listen;
mod quote;
mod saphyr;
pub mod tree;
mod walk;

use std::borrow::Cow;

pub use quote::{is_number_or_boolean, quote};
pub use walk::{Scalar, Step, Visit, walk};

use super::{Claim, Claims, Number, Owner, Reading, Role, Written, names_a_port, url};

/// Reads the claims of any YAML file: numbers under keys that name a port, and addresses. Faults: those of [`walk()`].
pub fn read(text: &str) -> Reading<'_> {
    let (PortKeys, reading) = walk(text);
    reading
}

/// Brackets that are open in each other. Nothing that is read from YAML is a fifth as deep.
const MOST_OPEN: usize = 256;

/// Whether a text has more brackets in each other than somebody writes: libyaml looks at all that are open for each word.
pub fn is_too_deep(text: &str) -> bool {
    let mut open = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > MOST_OPEN
    })
}

#[derive(Default)]
struct PortKeys;

impl<'t> Visit<'t> for PortKeys {
    fn scalar(&mut self, scalar: Scalar<'_, 't>, reading: &mut Reading<'t>) {
        let text = scalar.text;
        match (scalar.path.last().and_then(Step::key), text.port(Role::Unknown)) {
            (Some(key), Some(number)) if names_a_port(key) => {
                reading.claims.push(Claim::new(Owner::Unsaid, number, text.span));
            }
            _ => all_addresses(&text, &mut reading.claims),
        }
    }
}

/// Adds the claims of the addresses with a scheme in one scalar; `role` says which port another service's address has where the
/// file is used. Skips addresses of the machine itself.
pub fn addresses<'t>(text: &Written<'t>, role: Role, claims: &mut Claims<'t>) {
    addresses_of(text, role, Owner::Domain, claims);
}

/// As [`addresses`], where `owner` says whose a host is.
pub fn addresses_of<'t>(text: &Written<'t>, role: Role, owner: fn(Cow<'t, str>) -> Owner<'t>, claims: &mut Claims<'t>) {
    each_address(text, role, |host, is_local| if is_local { None } else { Some(owner(host)) }, claims);
}

/// The addresses with a scheme in one scalar of a file of which nobody knows where it is used; those of the machine itself have the port of
/// some service.
pub fn all_addresses<'t>(text: &Written<'t>, claims: &mut Claims<'t>) {
    let owner = |host, is_local| Some(if is_local { Owner::Unsaid } else { Owner::Domain(host) });
    each_address(text, Role::Unknown, owner, claims);
}

/// Adds the claims of the addresses of which `owner` says whose they are, from the host and whether that is the machine itself.
fn each_address<'t>(
    text: &Written<'t>,
    role: Role,
    owner: impl Fn(Cow<'t, str>, bool) -> Option<Owner<'t>>,
    claims: &mut Claims<'t>,
) {
    if !text.value.contains(':') {
        return;
    }
    let mut places = text.places();
    let mut claim = |host, address: url::Address<'_>| {
        if let Some(owner) = owner(host, address.is_local()) {
            let number = Number { port: address.port, role, digits: places.of(address.span) };
            claims.push(Claim::new(owner, number, text.span.clone()));
        }
    };
    match &text.value {
        Cow::Borrowed(value) => url::urls(value).for_each(|one| claim(Cow::Borrowed(one.host), one)),
        Cow::Owned(value) => url::urls(value).for_each(|one| claim(Cow::Owned(one.host.to_owned()), one)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_are_found_in_every_style() {
        let texts = [
            "port: 4001\n",
            "port: \"4001\"\n",
            "port: '4001'\n",
            "{\"port\": \"\\u0034\\x30\\u0030\\U00000031\"}\n",
            "a: \"\\u00e9\\t \\\"http://b:4001\\/ http://c:4001\"\n",
            "a: \"x\\\n   y\n   z\n\n  http://b:4001 \"\n",
            "a: 'it''s\n\n  at   http://b:4001'\n",
            "a: é at\n  http://b:4001\n\n  or http://c:4001\n",
            "a: |-  # 80\n\n   é\n     http://b:4001\n   http://c:4001/\n",
            "a: >2\n    http://b:4001\n  x\n  http://c:4001\n\n\n",
            "a: [ !t 'http://b:4001', &b http://c:4001 ]\n",
            "a: |\n  \"b\" http://c:4001\n  http://d:4001\n",
            "a: >-\n  'b' c\n  http://d:4001\n",
            "a: | # b\n  | c\n  http://d:4001\n",
            "a: |\n  > http://b:4001\n",
            "- |\n\n  !b &c http://d:4001\n   e\n",
            "a: b\u{c}\n \u{c}\u{c}c\n http://d:4001\n",
            "a: 'b\r\r c http://d:4001'\rb: \"c\r d\\\r   http://e:4001\"\rc: d\r http://e:4001\r",
            "a: |\r  \"b\r\r  c http://d:4001\rb: !t # |\r  >\r  c\r  http://d:4001\r",
            "a: !t &b # | c\n  |2\n    !d\n  http://e:4001\n",
        ];
        for text in texts {
            let Reading { claims, faults } = read(text);
            assert_eq!(faults, [], "{text}");
            assert!(claims.iter().next().is_some(), "{text}");
            for number in claims.iter().flat_map(|claim| claim.numbers.iter()) {
                let digits = &text[number.digits.clone()];
                let digits = if digits.contains('\\') { "4001" } else { digits };
                assert_eq!((number.port, digits), (4001, "4001"), "{text}");
            }
        }
    }

    #[test]
    fn what_is_not_read_hides_nothing_behind_it() {
        let Reading { claims, faults } = read("a: &x {port: 1}\nb: *x\nport: 2\nport: 3\nc: [*x, 'http://d:4']\n");
        assert_eq!(
            claims.iter().map(|claim| claim.numbers.get(Role::Unknown)).collect::<Vec<_>>(),
            [1, 2, 3, 4].map(Some)
        );
        assert_eq!(faults.iter().map(|fault| fault.span.start).collect::<Vec<_>>(), [19, 30, 42]);
    }
}
