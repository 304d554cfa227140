//! What portgen.lock remembers of the last `write` as comments: the host ports, `# <service> <binding> <port>`, each with the last ones before
//! it (`# api http 4003 4002 4001`), the numbers in each file that a person owns, `# <path>: <number> <number>`, and the texts of blocks in such
//! files, `# <path>: block <sha256>`.

use std::collections::HashMap;

use crate::allocation::former::{FormerPorts, Written};
use crate::allocation::{Allocation, Binding, Port, Ports, Service};

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
    /// What the text of a portgen.lock remembers, compared with the ports of `now`; [`is_of`] is asked before.
    pub fn read(lock: &[u8], now: &Allocation) -> Self {
        let Ok(text) = str::from_utf8(lock) else { return Self::Unknown };
        if below_heading(text).is_none() {
            return Self::Unknown;
        }
        // After a merge those of both sides, in any order.
        let written: Vec<Written<'_>> = text.lines().filter_map(parse).map(|(written, _)| written).collect();
        let is_so = |((service, binding), one): ((&Service, &Binding), &Written<'_>)| {
            one.service == service.id && one.binding == binding.name && one.hosts == binding.hosts()
        };
        if written.len() == now.bindings().count() && now.bindings().zip(&written).all(is_so) {
            return Self::Unchanged;
        }
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

/// What the text of a lock remembers.
fn below_heading(text: &str) -> Option<&str> {
    text.split_once(HEADING).map(|(_, remembered)| remembered)
}

/// Whether the ports that the text of a portgen.lock remembers are those of `now` alone.
pub fn is_of(lock: &[u8], now: &Allocation) -> bool {
    let remembered = str::from_utf8(lock).ok().and_then(below_heading);
    let rest = remembered.and_then(|remembered| remembered.strip_prefix(&*lines(now, &History::default())));
    rest.is_some_and(|rest| !rest.starts_with('#'))
}

/// How many former host ports of a binding are remembered.
const MOST_FORMER: usize = 4;

/// The host ports of a binding, and those that it had before, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Past {
    hosts: Ports,
    former: Vec<Ports>,
}

impl Past {
    /// After a change to other ports. A change that is taken back was none: so the lock is again what it was.
    fn moved(mut self, hosts: Ports) -> Self {
        if hosts == self.hosts {
            return self;
        }
        if self.former.first() == Some(&hosts) {
            self.former.remove(0);
        } else {
            self.former.insert(0, self.hosts);
            self.former.truncate(MOST_FORMER);
        }
        Self { hosts, ..self }
    }
}

/// A service and a binding by their names.
type Names<'t> = (&'t str, &'t str);

/// The host ports that bindings had before those of now.
#[derive(Debug, Default)]
pub struct History<'t> {
    /// As a portgen.lock has them; of a binding several after a merge.
    written: HashMap<Names<'t>, Vec<Past>>,
    /// Before the edit of a command.
    edited: HashMap<Names<'t>, Ports>,
}

impl<'t> History<'t> {
    /// What the text of a portgen.lock remembers, and the allocation that a command edits.
    pub fn read(lock: &'t [u8], edited: Option<&'t Allocation>) -> Self {
        let mut history = Self::default();
        let text = str::from_utf8(lock).unwrap_or_default();
        let remembered = below_heading(text).unwrap_or_default();
        for (Written { service, binding, hosts }, former) in remembered.lines().filter_map(parse) {
            let former = former.split_ascii_whitespace().filter_map(parse_hosts).collect();
            history.written.entry((service, binding)).or_default().push(Past { hosts, former });
        }
        let edited = edited.into_iter().flat_map(Allocation::bindings);
        history.edited = edited.map(|(service, one)| ((&*service.id, &*one.name), one.hosts())).collect();
        history
    }

    /// The former ports of a binding, the newest first; its own may be among them.
    pub fn of(&self, service: &Service, binding: &Binding) -> Vec<Ports> {
        let names = (&*service.id, &*binding.name);
        let (written, edited) = (self.written.get(&names), self.edited.get(&names).copied());
        let first = edited.unwrap_or(binding.hosts());
        let known = written.and_then(|all| all.iter().find(|one| one.hosts == first).or_else(|| all.iter().min()));
        let past = known.cloned().unwrap_or(Past { hosts: first, former: Vec::new() });
        past.moved(first).moved(binding.hosts()).former
    }
}

/// The lines of all ports, in the order of ports.toml, each with those that the binding had before.
pub fn lines(allocation: &Allocation, history: &History<'_>) -> String {
    /// Of most lines the length, in bytes.
    const LINE: usize = 32;
    let mut out = String::with_capacity(allocation.bindings().count() * LINE);
    for (service, binding) in allocation.bindings() {
        push_names(&service.id, &binding.name, &mut out);
        push_hosts(binding.hosts(), &mut out);
        for former in history.of(service, binding) {
            push_hosts(former, &mut out);
        }
        out.push('\n');
    }
    out
}

/// Adds the line of one port that had none before.
pub fn push_port(service: &str, binding: &str, hosts: Ports, out: &mut String) {
    push_names(service, binding, out);
    push_hosts(hosts, out);
    out.push('\n');
}

fn push_names(service: &str, binding: &str, out: &mut String) {
    for word in ["# ", service, " ", binding] {
        out.push_str(word);
    }
}

fn push_hosts(hosts: Ports, out: &mut String) {
    let mut digits = itoa::Buffer::new();
    out.push(' ');
    out.push_str(digits.format(hosts.first().get()));
    if !hosts.is_one() {
        out.push('-');
        out.push_str(digits.format(hosts.last().get()));
    }
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

/// How often a number is among those that are [`listed`].
pub fn count(listed: &str, number: u16) -> usize {
    listed.split(' ').filter(|one| one.parse() == Ok(number)).count()
}

/// The numbers of each file that the text of a portgen.lock remembers, as [`listed`], in the order of their paths. After a merge a file
/// may have several.
pub fn files(lock: &[u8]) -> Vec<(&str, &str)> {
    let text = str::from_utf8(lock).unwrap_or_default();
    let mut files: Vec<_> = text.lines().filter_map(parse_file).collect();
    files.sort_by_key(|(path, _)| *path);
    files
}

/// Adds the line of a block in a file, with the digest of its text in hexadecimal digits.
pub fn push_block(path: &str, hex: &str, out: &mut String) {
    for word in ["# ", path, BLOCK, hex, "\n"] {
        out.push_str(word);
    }
}

/// The files of which the text of a portgen.lock remembers blocks, with their digests, in the order of their paths.
pub fn blocks(lock: &[u8]) -> Vec<(&str, &str)> {
    let text = str::from_utf8(lock).unwrap_or_default();
    let mut blocks: Vec<_> = text.lines().filter_map(parse_block).collect();
    blocks.sort_by_key(|(path, _)| *path);
    blocks
}

/// Whether it is the line of a port, of a file or of a block.
pub fn is_remembered(line: &str) -> bool {
    parse(line).is_some() || parse_file(line).is_some() || parse_block(line).is_some()
}

/// What stands between a path and the digest of a block in the file.
const BLOCK: &str = ": block ";

fn parse_block(line: &str) -> Option<(&str, &str)> {
    let (path, hex) = line.strip_prefix("# ")?.rsplit_once(BLOCK)?;
    (hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some((path, hex))
}

fn parse_file(line: &str) -> Option<(&str, &str)> {
    let (path, numbers) = line.strip_prefix("# ")?.rsplit_once(": ")?;
    numbers.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ').then_some((path, numbers))
}

/// The port of a line, if it is the line of one, and what stands there of those before it.
pub fn parse(line: &str) -> Option<(Written<'_>, &str)> {
    let mut words = line.strip_prefix("# ")?.splitn(4, ' ');
    let (service, binding, hosts) = (words.next()?, words.next()?, parse_hosts(words.next()?)?);
    let former = words.next().unwrap_or_default();
    let is_port = ![service, binding].iter().any(|name| name.ends_with(':'))
        && former.split_ascii_whitespace().all(|one| parse_hosts(one).is_some());
    is_port.then_some((Written { service, binding, hosts }, former))
}

fn parse_hosts(text: &str) -> Option<Ports> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let [first, last] = [first, last].map(|number| number.parse().ok().and_then(Port::new));
    Ports::new(first?, last?)
}
