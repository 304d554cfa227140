//! The ports in the command line of one script.
//!
//! A number counts only in a known form. portgen ignores all others (`--max-old-space-size=8192`, `--timeout 10000`,
//! `--inspect=0.0.0.0:9229`). `${PORT:-3000}`, `%PORT%` and `{{port}}` are not numbers.

use super::address::addresses;
use super::docker;
use super::port::{Kind, Port};
use super::words::{Word, commands};
use crate::formats::Number;

/// What a program does with its arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Program {
    /// Its `-p`, `--port` and quoted texts mean other things, or the port of another service.
    Other,
    /// It has Docker's command line.
    Docker,
    /// Its `-l` is `--listen`.
    Serve,
    /// It has a port of its own, beside the service's.
    Storybook,
    /// It runs a script file; before the file's name, `-p` is not a port (`node -p 42` prints).
    Interpreter,
    /// It starts a script, waits for its address and runs something against it.
    Tester,
    /// It ends the process on a port, written with this prefix: `fkill` takes a number without a colon for a process.
    Killer(&'static str),
    /// It listens on the port of `-p` and `--port`.
    Server,
}

impl Program {
    fn of(word: Word<'_>) -> Self {
        match word.program() {
            "cp" | "createdb" | "docker-compose" | "dropdb" | "git" | "kubectl" | "lsof" | "mkdir" | "mkdirp"
            | "mongo" | "mongod" | "mongosh" | "mysql" | "mysqladmin" | "mysqldump" | "nc" | "nmap" | "patch"
            | "pg_dump" | "pg_isready" | "pg_restore" | "pgbench" | "pgrep" | "ps" | "psql" | "redis-cli"
            | "redis-server" | "rsync" | "scp" | "sftp" | "ssh" | "tar" | "tsc" | "tspc" | "unzip" | "vue-tsc" => {
                Self::Other
            }
            "docker" | "nerdctl" | "podman" => Self::Docker,
            "serve" => Self::Serve,
            "sb" | "start-storybook" | "storybook" => Self::Storybook,
            "bun" | "deno" | "node" | "ts-node" | "tsx" => Self::Interpreter,
            "server-test" | "start-server-and-test" | "start-test" => Self::Tester,
            "fkill" => Self::Killer(":"),
            "kill-port" => Self::Killer(""),
            _ => Self::Server,
        }
    }
}

/// Which programs' ports count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Programs {
    /// All except Storybook.
    NotStorybook,
    /// All, because ports.toml names the script.
    All,
}

/// The ports of one script.
#[derive(Debug)]
pub(super) struct Ports<'a> {
    programs: Programs,
    /// Every number once, in the order of the script.
    pub(super) all: Vec<Port>,
    /// The scripts that a test runner starts.
    pub(super) runs: Vec<&'a str>,
}

impl<'a> Ports<'a> {
    pub(super) fn read(script: &'a str, programs: Programs) -> Self {
        let mut ports = Self { programs, all: Vec::new(), runs: Vec::new() };
        if script.bytes().any(|byte| byte.is_ascii_digit()) {
            ports.line(Word { text: script, start: 0 });
        }
        ports.all.sort_unstable_by_key(|port| (port.number.digits.start, port.kind));
        ports.all.dedup_by(|next, port| next.number.digits == port.number.digits);
        ports
    }

    fn add(&mut self, kind: Kind, numbers: impl IntoIterator<Item = Number>) {
        for number in numbers {
            self.all.push(Port { number, kind });
        }
    }

    fn line(&mut self, line: Word<'a>) {
        for words in commands(line) {
            self.command(&words);
        }
    }

    /// One simple command: `cross-env PORT=3000 npx serve -l 3000`.
    fn command(&mut self, words: &[Word<'a>]) {
        let mut programs = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let (bare, rest) = (word.unquoted(), &words[index + 1..]);
            if !word.has_blank() {
                self.word(bare, rest.first(), &programs);
            } else if !programs.contains(&Program::Other) {
                for quotation in word.quotations() {
                    self.line(quotation);
                }
            }
            if bare.text.starts_with('-') {
                continue;
            }
            let program = Program::of(bare);
            match program {
                Program::Docker => return self.add(Kind::Stated, docker::ports(rest)),
                Program::Tester => self.tester(rest),
                Program::Killer(before) => self.killer(before, rest),
                _ => {}
            }
            programs.push(program);
        }
    }

    /// One word after the words that name `programs`.
    fn word(&mut self, word: Word<'a>, next: Option<&Word<'a>>, programs: &[Program]) {
        let (name, value) = match word.assignment() {
            Some((name, value)) => (name, Some(value)),
            None => (word.text, next.copied()),
        };
        let is_variable = name == "PORT" && word.text != name;
        let value = value.map(Word::unquoted);
        if is_variable || self.is_port_flag(name, programs) {
            self.add(Kind::Stated, value.and_then(Word::port));
        } else if name == "--listen" || (name == "-l" && programs.contains(&Program::Serve)) {
            self.add(Kind::Stated, value.and_then(listened));
        } else if name == "--proxy" {
            self.add(Kind::Addressed, value.and_then(Word::port));
        }
        if !word.text.starts_with("--inspect") {
            self.all.extend(addresses(word));
        }
    }

    fn is_port_flag(&self, name: &str, programs: &[Program]) -> bool {
        (name == "--port" || (name == "-p" && programs.last() != Some(&Program::Interpreter)))
            && !programs.contains(&Program::Other)
            && (self.programs == Programs::All || !programs.contains(&Program::Storybook))
    }

    /// `start-server-and-test dev :3000 "cypress run"`: the first argument is a script or runs one (`"npm run dev"`), and a bare
    /// number is an address.
    fn tester(&mut self, arguments: &[Word<'a>]) {
        let Some((starts, others)) = arguments.split_first() else { return };
        self.runs.extend(starts.unquoted().text.split_ascii_whitespace().last());
        for argument in others {
            let argument = argument.unquoted();
            let colon = usize::from(argument.text.starts_with(':'));
            self.add(Kind::Mentioned, argument.after(colon).port());
        }
    }

    /// `kill-port 3000 && next dev -p 3000` frees the port that the next command takes.
    fn killer(&mut self, before: &str, arguments: &[Word<'a>]) {
        for argument in arguments {
            let argument = argument.unquoted();
            if argument.text.starts_with(before) {
                self.add(Kind::Mentioned, argument.after(before.len()).port());
            }
        }
    }
}

/// The port in the value of `serve -l` and `--listen`: `3001`, `:3001`, `0.0.0.0:3001`, `tcp://0.0.0.0:3001`.
fn listened(value: Word<'_>) -> Option<Number> {
    let colon = usize::from(value.text.starts_with(':'));
    value.after(colon).port().or_else(|| addresses(value).into_iter().next().map(|port| port.number))
}
