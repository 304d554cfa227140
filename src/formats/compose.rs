//! Docker Compose files: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md>.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU16;
use std::ops::Range;

use super::yaml::{self, Scalar, Step, Visit};
use super::{Claim, Claims, Number, Numbers, Owner, Reading, Role, Unquotable, Written, range};
use crate::allocation::{Expose, Protocol, variable};

/// Writes a string with every `$` doubled, so that Compose does not interpolate it (12-interpolation.md).
///
/// # Errors
/// None: every text can be written.
pub(super) fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    if text.contains('$') { yaml::quote(&text.replace('$', "$$"), out) } else { yaml::quote(text, out) }
}

/// Reads the claims of a Compose file: `ports` in the short and the long form, `expose`, and `PORT` and addresses in
/// `environment`. Faults: the file is not YAML, or an entry of `ports` or `expose` is not valid.
pub(super) fn read(text: &str) -> Reading<'_> {
    let (Services { long }, mut reading) = yaml::walk(text);
    reading.claims.extend(long.map(|done| done.claim));
    reading
}

/// The last entry of `ports` in the long form.
#[derive(Default)]
struct Services<'t> {
    long: Option<Long<'t>>,
}

impl<'t> Visit<'t> for Services<'t> {
    fn scalar(&mut self, scalar: Scalar<'_, 't>, reading: &mut Reading<'t>) {
        let [Step::Key(top), Step::Key(service), Step::Key(key), rest @ ..] = scalar.path else { return };
        if top != "services" {
            return;
        }
        let text = &scalar.text;
        let owner = Owner::Service(service.clone());
        match (&**key, rest) {
            ("ports", [Step::Index(_)]) => {
                reading.add(short(text, owner), text, "not a port mapping with fixed numbers");
            }
            ("ports", [Step::Index(index), Step::Key(field)]) => {
                let long = self.long(*index, owner, text, &mut reading.claims);
                if long.set(field, text).is_none() {
                    reading.faults.push(text.fault(format!("not a `{field}` that portgen can read")));
                }
            }
            ("expose", [Step::Index(_)]) => {
                reading.add(exposed(text, owner), text, "not a port that Compose can expose");
            }
            ("environment", [name]) => environment(name, text, owner, &mut reading.claims),
            _ => {}
        }
    }
}

impl<'t> Services<'t> {
    /// The entry of `ports` in the long form that a field belongs to.
    fn long(&mut self, index: usize, owner: Owner<'t>, field: &Written<'t>, claims: &mut Claims<'t>) -> &mut Long<'t> {
        let done = self.long.take_if(|known| known.index != index || known.claim.owner != owner);
        claims.extend(done.map(|done| done.claim));
        self.long.get_or_insert_with(|| Long {
            index,
            claim: Claim { count: Some(NonZeroU16::MIN), ..claim(owner, Numbers::default(), None, field) },
        })
    }
}

/// An entry of `ports` in the long form, with the fields read so far.
struct Long<'a> {
    index: usize,
    claim: Claim<'a>,
}

impl Long<'_> {
    /// Sets a field; `None` if the value is not valid.
    fn set(&mut self, field: &str, text: &Written<'_>) -> Option<()> {
        match field {
            "target" => self.claim.numbers.set(text.port(Role::Container)?),
            "published" => {
                self.claim.numbers.set(text.port(Role::Host)?);
                self.claim.expose = self.claim.expose.or(Some(Expose::All));
            }
            "host_ip" => self.claim.expose = Some(exposure(&text.value)),
            "protocol" => self.claim.protocol = Some(protocol(&text.value)?),
            _ => {}
        }
        Some(())
    }
}

fn environment<'t>(name: &Step<'_>, text: &Written<'t>, owner: Owner<'t>, claims: &mut Claims<'t>) {
    let (name, start) = match name {
        Step::Key(name) => (&**name, 0),
        Step::Index(_) => match text.value.find('=') {
            Some(end) => (&text.value[..end], end + "=".len()),
            None => (&*text.value, text.value.len()),
        },
    };
    if name == "PORT"
        && let Some(number) = text.port_in(Role::Container, start..text.value.len())
    {
        claims.push(Claim::new(owner, number, text.span.clone()));
    } else {
        // `api.example.com` is no service of the platform.
        yaml::addresses_of(text, Role::Container, Owner::Host, claims);
    }
}

/// One entry of `ports` in the short form: `[ip:][host:]container[/protocol]`; both may be ranges of the same length, or variables with
/// such a default. A range for one port of the container is not supported, because portgen does not write it: Compose takes any port of it.
fn short<'t>(entry: &Written<'t>, owner: Owner<'t>) -> Option<Claim<'t>> {
    let (mapping, transport) = transport(&entry.value)?;
    let parts = variable::parts(mapping);
    let (container, published) = parts.split_last()?;
    let mut claim = match ports_in(entry, Role::Container, container.clone()) {
        Part::Stated(number, count) => {
            Claim { count: Some(count), ..claim(owner, number.into(), Some(transport), entry) }
        }
        Part::Unsaid => claim(owner, Numbers::default(), Some(transport), entry),
        Part::Wrong => return None,
    };
    if let Some((host, address)) = published.split_last() {
        let ip = match address {
            [] => None,
            [ip] => Some(&mapping[ip.clone()]),
            // Without brackets, the address of version 6 has parts of its own.
            [first, .., last] => Some(&mapping[first.start..last.end]),
        };
        match ports_in(entry, Role::Host, host.clone()) {
            Part::Stated(_, count) if claim.count.is_some_and(|own| own != count) => return None,
            Part::Stated(number, count) => {
                claim.numbers.set(number);
                claim.count = Some(count);
            }
            Part::Unsaid => {}
            Part::Wrong => return None,
        }
        claim.expose = match ip {
            None => Some(Expose::All),
            // Who knows what a variable without a default holds?
            Some(ip) => variable::value(ip).map(|value| exposure(&ip[value])),
        };
    }
    Some(claim)
}

/// A mapping as `docker run -p` takes it, of which nobody says how far it is published.
pub(super) fn published<'t>(entry: &Written<'t>) -> Option<Claim<'t>> {
    short(entry, Owner::Unsaid).map(|claim| Claim { expose: None, ..claim })
}

/// One entry of `expose`: `container[/protocol]`, which may be a range.
fn exposed<'t>(entry: &Written<'t>, owner: Owner<'t>) -> Option<Claim<'t>> {
    let (number, transport) = transport(&entry.value)?;
    match ports_in(entry, Role::Container, 0..number.len()) {
        Part::Stated(number, count) => {
            Some(Claim { count: Some(count), ..claim(owner, number.into(), Some(transport), entry) })
        }
        Part::Unsaid | Part::Wrong => None,
    }
}

/// What a part of an entry says.
enum Part {
    /// A port, or the first one of a range, and how many they are.
    Stated(Number, NonZeroU16),
    /// Nothing: it is empty, or a variable without a default.
    Unsaid,
    /// No port.
    Wrong,
}

fn ports_in(entry: &Written<'_>, role: Role, part: Range<usize>) -> Part {
    let text = &entry.value[part.clone()];
    let Some(value) = variable::value(text).filter(|value| !value.is_empty()) else {
        return if text.is_empty() || text.starts_with('$') { Part::Unsaid } else { Part::Wrong };
    };
    let part = part.start + value.start..part.start + value.end;
    if let Some(number) = entry.port_in(role, part.clone()) {
        return Part::Stated(number, NonZeroU16::MIN);
    }
    let text = &entry.value[part.clone()];
    let first = range(text).zip(text.find('-')).and_then(|(ports, end)| {
        let number = entry.port_in(role, part.start..part.start + end)?;
        Some(Part::Stated(number, NonZeroU16::new(ports.count())?))
    });
    first.unwrap_or(Part::Wrong)
}

fn claim<'t>(owner: Owner<'t>, numbers: Numbers, protocol: Option<Protocol>, entry: &Written<'_>) -> Claim<'t> {
    Claim { owner, numbers, protocol, expose: None, count: None, span: entry.span.clone() }
}

/// An entry without its protocol, and the protocol, which is TCP by default. Compose takes capitals here: `53:53/UDP`.
fn transport(value: &str) -> Option<(&str, Protocol)> {
    match value.split_once('/') {
        Some((port, transport)) => Some((port, protocol(transport)?)),
        None => Some((value, Protocol::Tcp)),
    }
}

fn exposure(ip: &str) -> Expose {
    match ip.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(Ipv4Addr::LOCALHOST)) => Expose::Loopback,
        Ok(address) if !address.is_unspecified() => Expose::Address(address),
        _ => Expose::All,
    }
}

fn protocol(text: &str) -> Option<Protocol> {
    [Protocol::Tcp, Protocol::Udp, Protocol::Sctp].into_iter().find(|known| known.as_str().eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_states_owner_numbers_protocol_and_exposure() {
        let text = "services:\n  \"a\":\n    ports:\n      - \"127.0.0.1:4001:3000\"\n      - 53:53/UDP\n      - target: 80\n        published: \"8080\"\n        host_ip: 127.0.0.1\n      - \"9\"\n    expose: [\"9093\"]\n    environment: {PORT: \"3000\", U: \"http://b:1/\", V: \"http://localhost:2\"}\n";
        let Reading { claims, faults } = read(text);
        assert_eq!(faults, []);
        let numbers = |c: &Claim<'_>| [Role::Host, Role::Container].map(|role| c.numbers.get(role));
        let seen: Vec<_> = claims.iter().map(|c| (numbers(c), c.protocol, c.expose)).collect();
        let tcp = Some(Protocol::Tcp);
        assert_eq!(seen[0], ([Some(4001), Some(3000)], tcp, Some(Expose::Loopback)));
        assert_eq!(seen[1], ([Some(53), Some(53)], Some(Protocol::Udp), Some(Expose::All)));
        assert!(seen.contains(&([Some(8080), Some(80)], None, Some(Expose::Loopback))));
        assert!(seen.contains(&([None, Some(9)], tcp, None)));
        assert!(seen.contains(&([None, Some(9093)], tcp, None)));
        assert_eq!(seen.iter().filter(|c| matches!(c.0, [None, Some(3000 | 1)])).count(), 2);
        assert_eq!(seen.len(), 7);
        for number in claims.iter().flat_map(|claim| claim.numbers.iter()) {
            assert_eq!(text[number.digits.clone()], number.port.to_string());
        }
    }

    #[test]
    fn a_range_is_one_claim_with_its_length() {
        let text = "services:\n  a:\n    ports:\n      - \"127.0.0.1:50000-50100:40000-40100/udp\"\n      - 7-9\n    expose: [21000-21010, 22]\n";
        let Reading { claims, faults } = read(text);
        assert_eq!(faults, []);
        let ports =
            |c: &Claim<'_>| [Role::Host, Role::Container].map(|role| c.ports(role).map(|ports| ports.to_string()));
        let seen: Vec<_> = claims.iter().map(|c| (ports(c), c.protocol)).collect();
        let (some, tcp) = (|text: &str| Some(text.to_owned()), Some(Protocol::Tcp));
        assert_eq!(seen[0], ([some("50000-50100"), some("40000-40100")], Some(Protocol::Udp)));
        assert_eq!(
            seen[1..],
            [([None, some("7-9")], tcp), ([None, some("21000-21010")], tcp), ([None, some("22")], tcp)]
        );
        for number in claims.iter().flat_map(|claim| claim.numbers.iter()) {
            assert_eq!(text[number.digits.clone()], number.port.to_string());
        }
    }

    #[test]
    fn the_defaults_of_variables_are_numbers() {
        let text = "services:\n  a:\n    ports:\n      - \"${P:-8080}:${Q:-80}\"\n      - \"${IP:-127.0.0.1}:${P-8081}:81/udp\"\n      - \"${P}:82\"\n      - \"127.0.0.1::83\"\n      - \"${IP}:84:84\"\n";
        let Reading { claims, faults } = read(text);
        assert_eq!(faults, []);
        let numbers = |c: &Claim<'_>| [Role::Host, Role::Container].map(|role| c.numbers.get(role));
        let seen: Vec<_> = claims.iter().map(|c| (numbers(c), c.expose)).collect();
        let expected = [
            ([Some(8080), Some(80)], Some(Expose::All)),
            ([Some(8081), Some(81)], Some(Expose::Loopback)),
            ([None, Some(82)], Some(Expose::All)),
            ([None, Some(83)], Some(Expose::Loopback)),
            ([Some(84), Some(84)], None),
        ];
        assert_eq!(seen, expected);
        for number in claims.iter().flat_map(|claim| claim.numbers.iter()) {
            assert_eq!(text[number.digits.clone()], number.port.to_string());
        }
    }

    #[test]
    fn a_mapping_that_is_none_is_a_fault() {
        for bad in [
            "\"a:b\"",
            "\"70000:1\"",
            "\"1:2/icmp\"",
            "\"4${P:-000}:80\"",
            "\"3000-3001:3000-3002\"",
            "\"3000-3001:80\"",
            "\"3001-3000:3001-3000\"",
        ] {
            let text = format!("services:\n  a:\n    ports:\n      - {bad}\n      - \"1:2\"\n");
            let reading = read(&text);
            assert_eq!((reading.faults.len(), reading.claims.iter().count()), (1, 1), "{bad}");
        }
    }
}
