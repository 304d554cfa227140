//! Whole numbers where a port may stand, in no form that portgen knows: `./serve.sh 3000`.

use std::cell::{LazyCell, OnceCell};
use std::collections::HashSet;
use std::ops::RangeInclusive;

use super::address::is_domain;
use super::pairs;
use super::port::{Kind, Port};
use super::words::Word;
use crate::formats::programs::{Is, Program};
use crate::formats::{Number, Role};

/// Starts and ends of words in names whose numbers are no ports: `sleep 3000`, `--max-http-header-size 3000`.
const STARTS: &[&str] =
    &["chmod", "debug", "delay", "echo", "inspect", "interval", "limit", "max", "mkdir", "sleep", "timeout", "wait"];
const ENDS: &[&str] = &["interval", "kill", "limit", "pid", "size", "timeout"];

/// Parts of the names of options and variables whose numbers may be ports.
const PORTS: &[&str] = &[
    "addr", "admin", "api", "backend", "bind", "database", "endpoint", "expose", "forward", "frontend", "gateway",
    "grpc", "host", "http", "listen", "metrics", "origin", "port", "postgres", "proxy", "publish", "redis", "remote",
    "serve", "socket", "target", "tunnel", "upstream", "url",
];

/// Words with one of these parts that are not about ports.
const NOT_PORTS: &[&str] =
    &["export", "import", "passport", "portal", "portion", "portrait", "report", "support", "transport", "viewport"];

/// Such words where they are whole.
const WORDS: &[&str] = &["app", "db", "from", "rpc", "source", "tcp", "to", "udp", "ui", "web", "ws", "wss"];

/// Numbers below this are too often something else: `--printWidth 80`.
const LEAST: u16 = 1000;

/// How many digits the others have.
const LENGTHS: RangeInclusive<usize> = 4..=5;

/// Longer texts are not the name of an option or a variable.
const LONGEST_NAME: usize = 100;

/// A script, with what is looked up of it for many numbers.
pub(super) struct Script<'s> {
    text: &'s str,
    /// How many of the numbers found first are in forms that portgen knows. They are in their order.
    known: usize,
    /// The variables that it uses, once that is asked for.
    used: OnceCell<HashSet<&'s str>>,
}

impl<'s> Script<'s> {
    pub(super) fn new(text: &'s str, known: usize) -> Self {
        Self { text, known, used: OnceCell::new() }
    }

    /// Adds the whole numbers of a simple command that may be ports.
    pub(super) fn ports(&self, words: &[Word<'_>], found: &mut Vec<Port>) {
        // Words are many, and few numbers are looked at as far as this.
        let is_far = LazyCell::new(|| names_another_machine(words));
        let mut container = Container::default();
        for (at, word) in words.iter().enumerate() {
            if word.has_digit() {
                let is_foreign = |prefix: &str| is_at_domain(prefix) || *is_far || is_elsewhere_in(prefix, self.text);
                for number in self.numbers(*word, &words[..at], &found[..self.known]) {
                    let kind = match () {
                        () if is_foreign(&word.text[..number.digits.start - word.start]) => Kind::Foreign,
                        () if container.has(&words[..at]) => Kind::There,
                        () => Kind::Unknown,
                    };
                    found.push(Port { number, kind });
                }
                sums(*word, found);
            }
        }
    }

    /// The whole numbers in one word after the words `before` that may be ports, without those that are `known`.
    fn numbers(&self, word: Word<'_>, before: &[Word<'_>], known: &[Port]) -> Vec<Number> {
        let mut numbers = Vec::new();
        let mut at = 0;
        while let Some(start) = word.text[at..].find(|c: char| c.is_ascii_digit()) {
            let start = at + start;
            let length = word.text[start..].bytes().take_while(u8::is_ascii_digit).count();
            at = start + length;
            if !LENGTHS.contains(&length) || is_known(known, word.start + start) {
                continue;
            }
            let around = [&word.text[..start], &word.text[at..]];
            if is_whole(around)
                && let Some(number) = word.part(start..at).port().filter(|number| number.port >= LEAST)
                && (may_be_a_port(around[0], before) || self.is_of_used_variable(around))
            {
                numbers.push(number);
            }
        }
        numbers
    }

    /// Whether a number is the value of a variable that the script uses: `BASE=3000; next dev -p $((BASE+1))`.
    fn is_of_used_variable(&self, [prefix, suffix]: [&str; 2]) -> bool {
        let Some(name) = prefix.strip_suffix('=').filter(|_| suffix.is_empty()) else { return false };
        name.len() <= LONGEST_NAME
            && !is_another_quantity(&name.to_ascii_lowercase())
            && self.used.get_or_init(|| used_variables(self.text)).contains(name)
    }
}

/// The names in a script that stand behind what a shell uses a variable with.
fn used_variables(script: &str) -> HashSet<&str> {
    let mut used = HashSet::new();
    for (mark, _) in script.match_indices(['$', '{', '%', '(', '+', '-', '!']) {
        let name = &script[mark + 1..];
        let end = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if end > 0 && !name[end..].starts_with(char::is_alphanumeric) {
            used.insert(&name[..end]);
        }
    }
    used
}

/// Whether a command runs in a container beside the others or on another machine, as its words say up to a number. `docker run` may have the
/// host's network.
#[derive(Default)]
struct Container {
    /// How many words are read.
    read: usize,
    is_remote: bool,
    is_docker: bool,
    is_compose: bool,
    executes: bool,
    runs: bool,
}

impl Container {
    /// Whether it does, as the words before a number say, which are those of the last call and more.
    fn has(&mut self, before: &[Word<'_>]) -> bool {
        for word in &before[self.read..] {
            match Program::find(word.program(), "").map(|program| program.is) {
                Some(Is::Remote) => self.is_remote = true,
                Some(Is::Docker) => {
                    self.is_docker = true;
                    self.is_compose |= word.text.ends_with("-compose");
                }
                _ => {}
            }
            self.is_compose |= word.text == "compose";
            self.executes |= word.text == "exec";
            self.runs |= word.text == "run";
        }
        self.read = before.len();
        self.is_remote || self.is_docker && (self.executes || self.runs && self.is_compose)
    }
}

/// How a calculation of a shell starts.
const OPEN: &str = "$((";

/// The numbers that a shell calculates: `$((4600+10))`.
fn sums(word: Word<'_>, found: &mut Vec<Port>) {
    for (at, _) in word.text.match_indices('$').filter(|(at, _)| word.text[*at..].starts_with(OPEN)) {
        let start = at + OPEN.len();
        let Some(length) = word.text[start..].find("))") else { return };
        let end = start + length;
        if let Some(port) = sum(&word.text[start..end]).filter(|port| *port >= LEAST) {
            let digits = word.start + start..word.start + end;
            found.push(Port { number: Number { port, role: Role::Host, digits }, kind: Kind::Unknown });
        }
    }
}

/// The value of a sum with two terms or more.
fn sum(text: &str) -> Option<u16> {
    let mut total: u16 = 0;
    for term in text.split('+') {
        total = total.checked_add(term.trim().parse().ok()?)?;
    }
    Some(total).filter(|_| text.contains('+'))
}

/// Whether the number that starts at a byte is among those known, which are in their order.
fn is_known(known: &[Port], start: usize) -> bool {
    known.binary_search_by_key(&start, |port| port.number.digits.start).is_ok()
}

/// Whether the text before a number ends in a host of the internet.
fn is_at_domain(prefix: &str) -> bool {
    let host = prefix.strip_suffix(':').unwrap_or_default();
    is_domain(host.rsplit(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.')).next().unwrap_or_default())
}

/// Whether an option or a variable of a command has a host of the internet: `-h db.example.com`, `DB_HOST=db.example.com`.
fn names_another_machine(words: &[Word<'_>]) -> bool {
    let is_host_name = |word: &str| word.to_ascii_lowercase().ends_with("host");
    let is_beside = |at: usize, word: &Word<'_>| match word.assignment() {
        Some((name, host)) => is_host_name(name) && is_domain(host.unquoted().text),
        None => at > 0 && is_host_name(words[at - 1].text) && is_domain(word.unquoted().text),
    };
    pairs::is_client_of_another(words) || words.iter().enumerate().any(|(at, word)| is_beside(at, word))
}

/// Whether the text before a number is a variable whose host another command of the script sets.
fn is_elsewhere_in(prefix: &str, script: &str) -> bool {
    prefix.strip_suffix('=').is_some_and(|name| pairs::is_elsewhere_in(script, name))
}

/// A colon as URLs have it in the values of a query.
const ENCODED_COLONS: [&str; 2] = ["%3A", "%3a"];

/// Whether a number between two texts of one word is no part of a name or a longer number.
fn is_whole([prefix, suffix]: [&str; 2]) -> bool {
    let is_encoded = ENCODED_COLONS.iter().any(|colon| prefix.ends_with(colon));
    let is_default = prefix.ends_with(":-") || prefix.ends_with(":=");
    let starts = !prefix.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '%' | '#'));
    let ends = !suffix.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (is_encoded || is_default || starts) && ends && (is_encoded || !suffix.starts_with('%'))
}

/// Whether a number may be a port by its name: the option or variable before it in its word, else the word before that, or what a shell
/// compares it with.
fn may_be_a_port(prefix: &str, before: &[Word<'_>]) -> bool {
    let prefix = &prefix[prefix.floor_char_boundary(prefix.len().saturating_sub(LONGEST_NAME))..];
    let mut tokens = prefix.rsplit([' ', '"', '\'']);
    let named = tokens.next().unwrap_or_default();
    // `--user 3000:3000`
    let is_number =
        named.starts_with(|c: char| c.is_ascii_digit()) && named.ends_with(':') && named.matches(':').count() == 1;
    let named = if is_number { "" } else { named };
    let mut names = tokens.filter(|token| !token.is_empty()).chain(before.iter().rev().map(|word| word.text));
    let (name, is_compared) = match names.next() {
        _ if named.contains(['=', ':', '%']) => (named, false),
        // What follows is an argument, not a value.
        None | Some("--") => ("", false),
        Some(sign) if COMPARISONS.contains(&sign) => (names.next().unwrap_or_default(), true),
        Some(name) => (name, false),
    };
    let name = if name.len() > LONGEST_NAME { String::new() } else { name.to_ascii_lowercase() };
    let is_named = is_compared || name.starts_with('-') || name.ends_with('=');
    !is_another_quantity(&name) && (!is_named || is_of_ports(&name))
}

/// How shells compare a variable with a number.
const COMPARISONS: [&str; 5] = ["=", "==", "!=", "-eq", "-ne"];

/// Whether a name says that its number is not a port. What waits for a port or frees one says so: `wait-for-port`, `portkill`.
fn is_another_quantity(name: &str) -> bool {
    let is_about_ports =
        !name.starts_with('-') && ["port", "localhost", "wait-for"].iter().any(|part| name.contains(part));
    !is_about_ports
        && name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
            STARTS.iter().any(|start| word.starts_with(start)) || ENDS.iter().any(|end| word.ends_with(end))
        })
}

/// Whether `port` stands in a name besides in words such as `import`.
fn says_port(name: &str) -> bool {
    let all = name.matches("port").count();
    let others: usize = NOT_PORTS.iter().map(|word| name.matches(word).count()).sum();
    all > others
}

/// Whether the name of an option or a variable may be that of a port or an address.
fn is_of_ports(name: &str) -> bool {
    let is_listening = |letters: &str| letters.len() < 5 && letters.contains(['l', 'p']) && !letters.starts_with('-');
    let has = |part: &&str| match name.find(*part) {
        Some(_) if *part == "port" => says_port(name),
        found => found.is_some(),
    };
    name.contains(':')
        || PORTS.iter().any(has)
        || name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| WORDS.contains(&word))
        // `nc -lk`
        || name.strip_prefix('-').is_some_and(is_listening)
}
