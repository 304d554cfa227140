//! Docker Compose files: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md>.

use std::ops::Range;

use super::yaml::{self, Scalar, Step, Visit};
use super::{Claim, Fault, Numbers, Owner, Unquotable, port};
use crate::allocation::{Expose, Protocol};

/// Writes a double-quoted scalar in which `$` is doubled, so that Compose interpolates nothing (12-interpolation.md).
///
/// # Errors
/// None: every text can be written.
pub fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    if text.contains('$') { yaml::quote(&text.replace('$', "$$"), out) } else { yaml::quote(text, out) }
}

/// The claims of a Compose file: `ports` in the short and the long form, `expose`, `PORT` and addresses in `environment`.
///
/// # Errors
/// It is not YAML, or an entry of `ports` or `expose` is none that Compose reads.
pub fn read(text: &str) -> Result<Vec<Claim<'_>>, Fault> {
    let Services { mut claims, long } = yaml::walk(text)?;
    claims.extend(long.map(|done| done.claim));
    Ok(claims)
}

/// What the services have said so far.
#[derive(Default)]
struct Services<'t> {
    claims: Vec<Claim<'t>>,
    long: Option<Long<'t>>,
}

impl<'t> Visit<'t> for Services<'t> {
    fn scalar(&mut self, scalar: Scalar<'_, 't>) -> Result<(), Fault> {
        let [Step::Key(top), Step::Key(service), Step::Key(key), rest @ ..] = scalar.path else { return Ok(()) };
        if top != "services" {
            return Ok(());
        }
        let owner = || Owner::Service(service.clone());
        match (&**key, rest) {
            ("ports", [Step::Index(_)]) => self.claims.push(short(&scalar.value, owner(), scalar.span)?),
            ("ports", [Step::Index(index), Step::Key(field)]) => {
                self.long(*index, owner(), &scalar.span).field(field, &scalar)?;
            }
            ("expose", [Step::Index(_)]) => self.claims.push(exposed(&scalar.value, owner(), scalar.span)?),
            ("environment", [name]) => environment(name, scalar, owner, &mut self.claims),
            _ => {}
        }
        Ok(())
    }
}

impl<'t> Services<'t> {
    /// The entry of `ports` in the long form to which a field at `span` belongs.
    fn long(&mut self, index: usize, owner: Owner<'t>, span: &Range<usize>) -> &mut Long<'t> {
        let done = self.long.take_if(|known| known.index != index || known.claim.owner != owner);
        self.claims.extend(done.map(|done| done.claim));
        self.long.get_or_insert_with(|| Long { index, claim: Claim::new(owner, Numbers::default(), span.clone()) })
    }
}

/// An entry of `ports` in the long form, while its fields come in.
struct Long<'a> {
    index: usize,
    claim: Claim<'a>,
}

impl Long<'_> {
    fn field(&mut self, field: &str, scalar: &Scalar<'_, '_>) -> Result<(), Fault> {
        let value = &*scalar.value;
        let bad = || Fault::new(format!("no `{field}` that portgen reads"), scalar.span.clone());
        match field {
            "target" => self.claim.numbers.container = Some(port(value).ok_or_else(bad)?),
            "published" => {
                self.claim.numbers.host = Some(port(value).ok_or_else(bad)?);
                self.claim.expose = self.claim.expose.or(Some(Expose::All));
            }
            "host_ip" => self.claim.expose = Some(exposure(value)),
            "protocol" => self.claim.protocol = Some(protocol(value).ok_or_else(bad)?),
            _ => {}
        }
        Ok(())
    }
}

fn environment<'t>(
    name: &Step<'_>,
    scalar: Scalar<'_, 't>,
    owner: impl Fn() -> Owner<'t>,
    claims: &mut Vec<Claim<'t>>,
) {
    let Scalar { value, span, .. } = scalar;
    let (name, text) = match name {
        Step::Key(name) => (&**name, &*value),
        Step::Index(_) => value.split_once('=').unwrap_or((&value, "")),
    };
    if name == "PORT"
        && let Some(number) = port(text)
    {
        claims.push(Claim::new(owner(), Numbers::container(number), span));
    } else {
        yaml::addresses(value, &span, Numbers::container, claims);
    }
}

/// One entry of `ports` in the short form: `[ip:][host:]container[/protocol]`, single ports; ranges are no form of portgen's
/// outputs.
fn short<'t>(value: &str, owner: Owner<'t>, span: Range<usize>) -> Result<Claim<'t>, Fault> {
    let bad = || Fault::new("no port mapping with fixed numbers", span.clone());
    let (mapping, transport) = transport(value).ok_or_else(bad)?;
    let (published, container) = before_last_colon(mapping);
    let mut claim = Claim::new(owner, Numbers::container(port(container).ok_or_else(bad)?), span.clone());
    claim.protocol = Some(transport);
    if let Some(published) = published {
        let (ip, host) = before_last_colon(published);
        claim.numbers.host = Some(port(host).ok_or_else(bad)?);
        claim.expose = Some(ip.map_or(Expose::All, exposure));
    }
    Ok(claim)
}

/// One entry of `expose`: `container[/protocol]`.
fn exposed<'t>(value: &str, owner: Owner<'t>, span: Range<usize>) -> Result<Claim<'t>, Fault> {
    let bad = || Fault::new("no single port that Compose can expose", span.clone());
    let (number, transport) = transport(value).ok_or_else(bad)?;
    let number = Numbers::container(port(number).ok_or_else(bad)?);
    Ok(Claim { protocol: Some(transport), ..Claim::new(owner, number, span.clone()) })
}

/// What stands before the protocol of an entry, and that; TCP where it says none.
fn transport(value: &str) -> Option<(&str, Protocol)> {
    match value.bytes().position(|byte| byte == b'/') {
        Some(slash) => Some((&value[..slash], protocol(&value[slash + 1..])?)),
        None => Some((value, Protocol::Tcp)),
    }
}

/// The parts of `text` before and behind its last colon; all of it behind where there is none.
fn before_last_colon(text: &str) -> (Option<&str>, &str) {
    match text.bytes().rposition(|byte| byte == b':') {
        Some(colon) => (Some(&text[..colon]), &text[colon + 1..]),
        None => (None, text),
    }
}

fn exposure(ip: &str) -> Expose {
    if ip.starts_with("127.") || matches!(ip, "[::1]" | "::1") { Expose::Loopback } else { Expose::All }
}

fn protocol(text: &str) -> Option<Protocol> {
    [Protocol::Tcp, Protocol::Udp, Protocol::Sctp].into_iter().find(|known| known.as_str() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_states_owner_numbers_protocol_and_exposure() {
        let text = "services:\n  \"a\":\n    ports:\n      - \"127.0.0.1:4001:3000\"\n      - 53:53/udp\n      - target: 80\n        published: \"8080\"\n        host_ip: 127.0.0.1\n      - \"9\"\n    expose: [\"9093\"]\n    environment: {PORT: \"3000\", U: \"http://b:1/\", V: \"http://localhost:2\"}\n";
        let seen: Vec<_> = read(text).unwrap().into_iter().map(|c| (c.numbers, c.protocol, c.expose)).collect();
        let both = |host, container| Numbers { host: Some(host), container: Some(container), ..Numbers::default() };
        let tcp = Some(Protocol::Tcp);
        assert_eq!(seen[0], (both(4001, 3000), tcp, Some(Expose::Loopback)));
        assert_eq!(seen[1], (both(53, 53), Some(Protocol::Udp), Some(Expose::All)));
        assert!(seen.contains(&(both(8080, 80), None, Some(Expose::Loopback))));
        assert!(seen.contains(&(Numbers::container(9), tcp, None)));
        assert!(seen.contains(&(Numbers::container(9093), tcp, None)));
        assert_eq!(seen.iter().filter(|c| c.0 == Numbers::container(3000) || c.0 == Numbers::container(1)).count(), 2);
        assert_eq!(seen.len(), 7);
    }

    #[test]
    fn a_mapping_that_is_none_is_a_fault() {
        for bad in ["\"a:b\"", "\"70000:1\"", "\"1:2/icmp\"", "\"${P}:80\"", "\"3000-3001:3000-3001\""] {
            assert!(read(&format!("services:\n  a:\n    ports:\n      - {bad}\n")).is_err(), "{bad}");
        }
    }
}
