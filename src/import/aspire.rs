//! What the host of an application of .NET Aspire starts: containers and projects with their endpoints.
//!
//! Source: <https://aspire.dev/fundamentals/networking-overview/>.

use std::sync::Arc;

use super::evidence::{At, Evidence, Expose, Source, Stated};
use super::lines::Lines;
use super::naming;
use crate::allocation::{Port, Ports, Protocol};
use crate::formats::{port, url};
use crate::lints::bare;

/// What the text of a program in C# says; nothing where it is no such host.
pub(super) fn read(path: &Arc<str>, text: &str) -> Vec<Evidence> {
    if !path.ends_with(".cs") || !text.contains("DistributedApplication.CreateBuilder") {
        return Vec::new();
    }
    let mut reader = Reader { path, text, lines: Lines::new(text), found: Vec::new(), is_open: false };
    reader.all();
    reader.found.retain(|one| !one.ports.is_empty());
    reader.found
}

struct Reader<'t> {
    path: &'t Arc<str>,
    text: &'t str,
    lines: Lines,
    /// What is added, in the order of the text.
    found: Vec<Evidence>,
    /// Whether the statement that adds the last one goes on.
    is_open: bool,
}

impl Reader<'_> {
    /// Reads the calls of all statements. What is in parentheses and braces is read with the call that it is in.
    fn all(&mut self) {
        let mut at = 0;
        while let Some((next, end)) = token(self.text, at) {
            match self.text.as_bytes()[next] {
                b';' => self.is_open = false,
                b'.' => at = self.call(next + 1).unwrap_or(end),
                _ => {}
            }
            at = at.max(end);
        }
    }

    /// Reads the call of the method whose name begins at a place; where it ends.
    fn call(&mut self, start: usize) -> Option<usize> {
        let rest = &self.text[start..];
        let name = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric())?];
        let generic = &rest[name.len()..];
        let generic = if generic.starts_with('<') { generic.find('>')? + 1 } else { 0 };
        let open = start + name.len() + generic;
        if !self.text[open..].starts_with('(') {
            return None;
        }
        let end = closed(self.text, open);
        let arguments = &self.text[open + 1..end.max(open + 2) - 1];
        if name.starts_with("Add") {
            self.add(name, arguments, start);
        } else if self.is_open && name.starts_with("With") && name.ends_with("Endpoint") {
            let stated = self.endpoint(arguments, start);
            if let Some(last) = self.found.last_mut() {
                last.ports.extend(stated);
            }
        }
        Some(end)
    }

    /// Takes `AddContainer("tempo", "grafana/tempo")` for a service.
    fn add(&mut self, method: &str, arguments: &str, start: usize) {
        let mut texts = arguments.split(',').map(|part| part.trim().strip_prefix('"')?.strip_suffix('"'));
        let Some(name) = texts.next().flatten().filter(|name| naming::is_id(name)) else { return };
        let mut one = Evidence::new(Source::Code, self.at(start));
        one.names.push(name.to_owned());
        let image = texts.next().flatten().filter(|_| method == "AddContainer");
        one.image = image.and_then(bare).map(str::to_owned);
        one.is_alone = one.image.is_some();
        // Its image is built here.
        one.is_own_image = method == "AddProject";
        self.found.push(one);
        self.is_open = true;
    }

    /// The port of `WithEndpoint(port: 1113, targetPort: 1113, name: "tcp")` or `WithEndpoint("tcp", e => { e.Port = 1113; })`.
    fn endpoint(&self, arguments: &str, start: usize) -> Option<Stated> {
        let positions: Vec<&str> = arguments.split(',').map(str::trim).collect();
        let position = |at: usize| positions.get(at).and_then(|text| one(port(text)?));
        let host = number(arguments, ["port", "Port"]).or_else(|| position(0));
        let container = number(arguments, ["targetPort", "TargetPort"]).or_else(|| position(1));
        let name = arguments.split_once("name:").map_or(arguments, |(_, rest)| rest).trim_start().strip_prefix('"');
        let is_udp = arguments.contains("ProtocolType.Udp");
        let stated = Stated {
            host,
            container,
            protocol: if is_udp { Protocol::Udp } else { Protocol::Tcp },
            name: name.and_then(|name| naming::id(name.split('"').next()?)),
            expose: host.is_none().then_some(Expose::Hidden),
            ..Stated::at(self.at(start))
        };
        (host.is_some() || container.is_some()).then_some(stated)
    }

    fn at(&self, byte: usize) -> At {
        At { file: Arc::clone(self.path), line: self.lines.of(byte) }
    }
}

fn one(number: u16) -> Option<Ports> {
    Port::new(number.into()).map(Ports::from)
}

/// The number that one of two names has in arguments: `port: 1113`, `e.Port = 1113`.
fn number(arguments: &str, names: [&str; 2]) -> Option<Ports> {
    names.into_iter().find_map(|name| {
        arguments.match_indices(name).find_map(|(at, _)| {
            let is_word = !arguments[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
            let value = arguments[at + name.len()..].trim_start().strip_prefix([':', '='])?.trim_start();
            one(port(&value[..url::digits(value)]).filter(|_| is_word)?)
        })
    })
}

/// The next byte of a program from a place on that is neither in a text nor in a comment, and where what it begins ends.
fn token(text: &str, mut at: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    loop {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        at = match rest {
            [b'/', b'/', ..] => at + memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
            [b'"', ..] => at + 1 + quoted(&rest[1..]),
            _ => return Some((at, at + 1)),
        };
    }
}

/// How many bytes a text in quotes has, with the quote at its end.
fn quoted(rest: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = rest.iter().position(|byte| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(rest.len(), |end| end + 1)
}

/// Behind the bracket that closes the one at a place.
fn closed(text: &str, open: usize) -> usize {
    let (mut at, mut depth) = (open, 0_usize);
    while let Some((next, end)) = token(text, at) {
        match text.as_bytes()[next] {
            b'(' | b'{' | b'[' => depth += 1,
            b')' | b'}' | b']' if depth <= 1 => return end,
            b')' | b'}' | b']' => depth -= 1,
            _ => {}
        }
        at = end;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_start_services_with_endpoints() {
        let text = "var builder = DistributedApplication.CreateBuilder(args);
            // builder.AddContainer(\"none\", \"a\").WithEndpoint(port: 1, targetPort: 2)
            var store = builder.AddEventStore(\"store\")
                .WithEnvironment(\"A\", \"; .WithEndpoint(port: 3)\")
                .WithEndpoint(\"http\", e => { e.TargetPort = 2113; e.Port = 2114; })
                .WithEndpoint(port: 1113, targetPort: 1113, name: \"tcp\", protocol: ProtocolType.Udp);
            if (x) { store.WithEndpoint(port: 9); }
            builder.AddProject<Projects.Api>(\"api\").WithHttpEndpoint(5001).WithHttpsEndpoint(targetPort: 8443);
            builder.AddRedis(name);
            store.AddDatabase(\"é\");";
        let found = read(&"AppHost/Program.cs".into(), text);
        let shown: Vec<String> = found
            .iter()
            .map(|one| {
                let number = |ports: Option<Ports>| ports.map_or("-".to_owned(), |ports| ports.to_string());
                let port = |port: &Stated| {
                    let name = port.name.as_deref().unwrap_or_default();
                    format!(" {}:{}/{} {name}", number(port.host), number(port.container), port.protocol.as_str())
                };
                one.names[0].clone() + &one.ports.iter().map(port).collect::<String>()
            })
            .collect();
        assert_eq!(shown, ["store 2114:2113/tcp http 1113:1113/udp tcp", "api 5001:-/tcp  -:8443/tcp "]);
        assert!(read(&"a.cs".into(), "builder.AddContainer(\"a\", \"b\").WithEndpoint(port: 1);").is_empty());
    }
}
