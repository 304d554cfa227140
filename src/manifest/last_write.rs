//! What portgen.lock remembers of the last `write` as comments: the host ports, `# <service> <binding> <port>`, and the numbers in each file
//! that a person owns, `# <path>: <number> <number>`.

use crate::allocation::former::{FormerPorts, Written};
use crate::allocation::{Allocation, Port, Ports};

/// The line above them.
pub const HEADING: &str = "# The ports as of then, from which package.json follows:\n";

/// What is known of the host ports of the last `write`.
#[derive(Debug)]
pub enum LastWrite {
    /// Nothing: there is no lock, or it does not remember any.
    Unknown,
    /// They are those of now.
    Unchanged,
    /// Some of them were others.
    Changed(FormerPorts),
}

impl LastWrite {
    /// What the text of a portgen.lock remembers, compared with the ports of `now`.
    pub fn read(lock: &[u8], now: &Allocation) -> Self {
        let Ok(text) = str::from_utf8(lock) else { return Self::Unknown };
        let Some((_, remembered)) = text.split_once(HEADING) else { return Self::Unknown };
        if remembered.strip_prefix(&*lines(now)).is_some_and(|rest| !rest.starts_with('#')) {
            return Self::Unchanged;
        }
        // After a merge those of both sides, in any order.
        let written: Vec<Written<'_>> = text.lines().filter_map(parse).collect();
        Self::Changed(FormerPorts::since_write(&written, now))
    }

    /// That of the ports of `then`, compared with those of `now`.
    pub fn of(then: &Allocation, now: &Allocation) -> Self {
        let mut written = Vec::new();
        for (service, binding) in then.bindings() {
            written.push(Written { service: &service.id, binding: &binding.name, hosts: binding.hosts() });
        }
        Self::Changed(FormerPorts::since_write(&written, now))
    }

    /// The numbers that bindings had then and no longer have.
    pub fn former(&self) -> Option<&FormerPorts> {
        match self {
            Self::Changed(former) => Some(former),
            Self::Unknown | Self::Unchanged => None,
        }
    }
}

/// The lines of all ports, in the order of ports.toml.
pub fn lines(allocation: &Allocation) -> String {
    /// Of most lines the length, in bytes.
    const LINE: usize = 32;
    let mut out = String::with_capacity(allocation.bindings().count() * LINE);
    let mut digits = itoa::Buffer::new();
    for (service, binding) in allocation.bindings() {
        for word in ["#", &service.id, &binding.name] {
            out.push_str(word);
            out.push(' ');
        }
        let hosts = binding.hosts();
        out.push_str(digits.format(hosts.first().get()));
        if !hosts.is_one() {
            out.push('-');
            out.push_str(digits.format(hosts.last().get()));
        }
        out.push('\n');
    }
    out
}

/// Adds the line of a file with the numbers that stand in it, in its order.
pub fn push_file(path: &str, numbers: &[u16], out: &mut String) {
    out.push_str("# ");
    out.push_str(path);
    out.push(':');
    let mut digits = itoa::Buffer::new();
    for number in numbers {
        out.push(' ');
        out.push_str(digits.format(*number));
    }
    out.push('\n');
}

/// Numbers with blanks between them.
pub fn listed(numbers: &[u16]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u16::to_string).collect();
    numbers.join(" ")
}

/// The numbers of each file that the text of a portgen.lock remembers, as [`listed`], in the order of their paths. After a merge a file
/// may have several.
pub fn files(lock: &[u8]) -> Vec<(&str, &str)> {
    let text = str::from_utf8(lock).unwrap_or_default();
    let mut files: Vec<_> = text.lines().filter_map(parse_file).collect();
    files.sort_by_key(|(path, _)| *path);
    files
}

/// Whether it is the line of a port or of a file.
pub fn is_remembered(line: &str) -> bool {
    parse(line).is_some() || parse_file(line).is_some()
}

fn parse_file(line: &str) -> Option<(&str, &str)> {
    let (path, numbers) = line.strip_prefix("# ")?.rsplit_once(": ")?;
    numbers.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ').then_some((path, numbers))
}

/// The port of a line, if it is the line of one.
pub fn parse(line: &str) -> Option<Written<'_>> {
    let mut words = line.strip_prefix("# ")?.split(' ');
    let (service, binding, host) = (words.next()?, words.next()?, words.next()?);
    let (first, last) = host.split_once('-').unwrap_or((host, host));
    let [first, last] = [first, last].map(|number| number.parse().ok().and_then(Port::new));
    let is_port = words.next().is_none() && !service.ends_with(':');
    let hosts = Ports::new(first?, last?).filter(|_| is_port)?;
    Some(Written { service, binding, hosts })
}
