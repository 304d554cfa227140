//! The port places in the command line of one script.
//!
//! A number counts only where a known form gives it a meaning; every other number (`--max-old-space-size=8192`,
//! `--timeout 10000`, `--inspect=0.0.0.0:9229`) is none of portgen's. `${PORT:-3000}`, `%PORT%`, `{{port}}` are no numbers.

use super::address::addresses;
use super::docker;
use super::words::{Token, Word, tokens};
use crate::formats::Number;

/// Programs whose `-p`, `--port` and quoted texts mean something else, or the port of another service.
const OTHER_PROGRAMS: &[&str] = &[
    "cp",
    "createdb",
    "docker-compose",
    "dropdb",
    "git",
    "kubectl",
    "lsof",
    "mkdir",
    "mkdirp",
    "mongo",
    "mongod",
    "mongosh",
    "mysql",
    "mysqladmin",
    "mysqldump",
    "nc",
    "nmap",
    "patch",
    "pg_dump",
    "pg_isready",
    "pg_restore",
    "pgbench",
    "pgrep",
    "ps",
    "psql",
    "redis-cli",
    "redis-server",
    "rsync",
    "scp",
    "sftp",
    "ssh",
    "tar",
    "tsc",
    "tspc",
    "unzip",
    "vue-tsc",
];

/// Programs that run a script file: before its name, `-p` is their own (`node -p 42` prints).
const INTERPRETERS: &[&str] = &["bun", "deno", "node", "ts-node", "tsx"];

/// Programs that start a script, wait for its address and run something against it.
const TESTERS: &[&str] = &["server-test", "start-server-and-test", "start-test"];

/// Programs that end what holds a port, and what they write before its number: without the colon, `fkill` takes the number
/// of a process.
const KILLERS: &[(&str, &str)] = &[("fkill", ":"), ("kill-port", "")];

const STORYBOOKS: &[&str] = &["sb", "start-storybook", "storybook"];

/// What a number stands for; where two forms meet in one number, the first of these counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A flag, `PORT=` or `docker run -p` states it: the port of what the script starts.
    Stated,
    /// A web URL on this machine or `--proxy 8791`: what the script starts, or another service.
    Addressed,
    /// Another address on this machine, of interest only where it is the stated number.
    Mentioned,
}

/// The ports of one script.
#[derive(Debug, Default)]
pub(super) struct Ports<'a> {
    /// Every number once, in the order of the script.
    pub(super) places: Vec<(Number, Kind)>,
    /// The scripts that a tester starts.
    pub(super) runs: Vec<&'a str>,
}

impl Ports<'_> {
    /// The numbers that are of `kind`.
    pub(super) fn of(&self, kind: Kind) -> impl Iterator<Item = &Number> {
        self.places.iter().filter(move |(_, its)| *its == kind).map(|(found, _)| found)
    }

    fn add(&mut self, kind: Kind, found: impl IntoIterator<Item = Number>) {
        self.places.extend(found.into_iter().map(|found| (found, kind)));
    }
}

/// Which programs' ports count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Programs {
    /// All but Storybook: its port is its own, beside the service's.
    NotStorybook,
    /// All: the script was asked for by name.
    All,
}

/// The ports of `script`.
pub(super) fn ports(script: &str, programs: Programs) -> Ports<'_> {
    let mut scan = Scan { programs, ports: Ports::default() };
    if script.bytes().any(|byte| byte.is_ascii_digit()) {
        scan.line(Word { text: script, start: 0 });
    }
    scan.ports.places.sort_unstable_by_key(|(found, kind)| (found.digits.start, *kind));
    scan.ports.places.dedup_by(|(next, _), (found, _)| next.digits == found.digits);
    scan.ports
}

struct Scan<'a> {
    programs: Programs,
    ports: Ports<'a>,
}

impl<'a> Scan<'a> {
    fn line(&mut self, line: Word<'a>) {
        let mut words = Vec::with_capacity(8);
        for token in tokens(line) {
            match token {
                Token::Word(word) => words.push(word),
                Token::End => {
                    self.command(&words);
                    words.clear();
                }
            }
        }
        self.command(&words);
    }

    fn command(&mut self, words: &[Word<'a>]) {
        let mut context = Context::default();
        for (index, word) in words.iter().enumerate() {
            let rest = &words[index + 1..];
            if docker::PROGRAMS.contains(&word.program()) {
                if docker::runs(rest) {
                    self.ports.add(Kind::Stated, docker::ports(rest));
                }
                return;
            }
            let bare = word.unquoted();
            if word.has_blank() {
                self.quoted(*word, &context);
            } else {
                self.word(bare, rest.first(), &context);
            }
            self.tester(bare, &mut context);
            self.killed(bare, &context);
            if !rest.is_empty() {
                context.see(bare);
            }
        }
    }

    /// A quoted text may be a command line of its own, unless the program takes no command lines.
    fn quoted(&mut self, word: Word<'a>, context: &Context) {
        if context.other {
            return;
        }
        for quotation in word.quotations() {
            self.line(quotation);
        }
    }

    fn word(&mut self, word: Word<'a>, next: Option<&Word<'a>>, context: &Context) {
        let (name, value) = word.assignment().map_or((word.text, next.copied()), |(name, value)| (name, Some(value)));
        let assigned = word.text.len() > name.len();
        let value = value.map(Word::unquoted);
        if (assigned && name == "PORT") || self.is_port_flag(name, context) {
            self.ports.add(Kind::Stated, value.and_then(Word::port));
        } else if name == "--listen" || (name == "-l" && context.serve) {
            self.ports.add(Kind::Stated, value.and_then(listened));
        } else if name == "--proxy" {
            self.ports.add(Kind::Addressed, value.and_then(Word::port));
        }
        if !word.text.starts_with("--inspect") {
            self.addresses(word);
        }
    }

    fn is_port_flag(&self, name: &str, context: &Context) -> bool {
        let known = name == "--port" || (name == "-p" && !context.awaits_file);
        known && !context.other && (!context.storybook || self.programs == Programs::All)
    }

    fn addresses(&mut self, word: Word<'a>) {
        for address in addresses(word) {
            let kind = if address.web { Kind::Addressed } else { Kind::Mentioned };
            self.ports.add(kind, [address.port]);
        }
    }

    /// `start-server-and-test dev :3000 "cypress run"`: the first argument is a script or runs one (`"npm run dev"`), a
    /// bare number an address.
    fn tester(&mut self, word: Word<'a>, context: &mut Context) {
        if context.tester == Tester::Named {
            self.ports.runs.extend(word.text.split_ascii_whitespace().last());
            context.tester = Tester::Runs;
        } else if context.tester == Tester::Runs {
            let start = usize::from(word.text.starts_with(':'));
            self.ports.add(Kind::Mentioned, word.part(start..word.text.len()).port());
        }
    }

    /// `kill-port 3000 && next dev -p 3000` frees the port that the next command takes.
    fn killed(&mut self, word: Word<'a>, context: &Context) {
        if let Some(before) = context.kills.filter(|before| word.text.starts_with(before)) {
            self.ports.add(Kind::Mentioned, word.part(before.len()..word.text.len()).port());
        }
    }
}

/// The port of what `serve -l` and `--listen` take: `3001`, `:3001`, `0.0.0.0:3001`, `tcp://0.0.0.0:3001`.
fn listened(value: Word<'_>) -> Option<Number> {
    if let Some(port) = value.port() {
        return Some(port);
    }
    if value.text.starts_with(':') {
        return value.part(1..value.text.len()).port();
    }
    addresses(value).next().map(|address| address.port)
}

/// What the words of a simple command so far say about those that follow.
#[derive(Debug, Default)]
struct Context {
    /// One of [`OTHER_PROGRAMS`].
    other: bool,
    storybook: bool,
    /// `serve`, whose `-l` is `--listen`.
    serve: bool,
    /// An interpreter whose script file is still to come.
    awaits_file: bool,
    /// One of [`KILLERS`]: what stands before a port.
    kills: Option<&'static str>,
    tester: Tester,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tester {
    #[default]
    None,
    /// The last word was the tester's name.
    Named,
    Runs,
}

impl Context {
    fn see(&mut self, word: Word<'_>) {
        if word.text.starts_with('-') {
            return;
        }
        let program = word.program();
        self.other |= OTHER_PROGRAMS.contains(&program);
        self.storybook |= STORYBOOKS.contains(&program);
        self.serve |= program == "serve";
        self.awaits_file = INTERPRETERS.contains(&program);
        self.kills = KILLERS.iter().find(|(killer, _)| *killer == program).map(|(_, before)| *before).or(self.kills);
        if TESTERS.contains(&program) {
            self.tester = Tester::Named;
        }
    }
}
