//! The ports in commands and health checks: flags, assignments, addresses, and hosts with a number behind them.

use std::ops::Range;

use serde_json::Value as Json;

use super::words::{self, Word};
use super::{Form, Hosts, Reader, View, Whose, pairs, whole_number};
use crate::formats::names_a_port;
use crate::formats::programs::{Is, Program, Takes};
use crate::manifest::document::Step;

/// Programs that take a host and a port as two words.
pub const HOST_THEN_PORT: [&str; 4] = ["nc", "ncat", "netcat", "telnet"];

/// The options of Redis and Valkey that are followed by a host and a port.
const REPLICA: [&str; 4] = ["--replicaof", "--slaveof", "replicaof", "slaveof"];

/// Programs with an option that takes a password, glued to it.
const PASSWORDS: [(&str, &str); 8] = [
    ("mariadb", "-p"),
    ("mariadb-admin", "-p"),
    ("mariadb-dump", "-p"),
    ("mosquitto_pub", "-P"),
    ("mosquitto_sub", "-P"),
    ("mysql", "-p"),
    ("mysqladmin", "-p"),
    ("mysqldump", "-p"),
];

/// What runs the command that follows, besides the runners of the table.
const STARTERS: [&str; 8] = ["ash", "bash", "dumb-init", "exec", "sh", "sudo", "tini", "dlx"];

/// The flags of clients that name a host.
const HOST_FLAGS: [&str; 5] = ["-h", "-H", "-host", "--host", "--hostname"];

/// As [`HOST_FLAGS`], with the host in the same word. What servers are called by outsiders is none: `--hostname=auth.example.com`.
const HOST_FLAGS_JOINED: [&str; 2] = ["-host=", "--host="];

/// Parts of the names of flags whose address a browser or another outsider uses.
const OUTSIDE: [&str; 8] = ["url", "origin", "external", "public", "advertise", "redirect", "cors", "hostname"];

impl<'v> Reader<'v> {
    /// A command, as one text or as a list of words.
    pub(super) fn command(&mut self, value: &'v Json) {
        self.process(value, View::InsideFirst);
    }

    /// The `test` of a health check, which runs in the container.
    pub(super) fn health_check(&mut self, value: &'v Json) {
        self.process(value, View::Inside);
    }

    fn process(&mut self, value: &'v Json, view: View) {
        let mut words = Vec::new();
        match value {
            Json::String(text) => words::add(None, text, &mut words),
            Json::Array(list) => {
                for (index, item) in list.iter().enumerate() {
                    words::add(Some(index), item.as_str().unwrap_or_default(), &mut words);
                }
            }
            _ => {}
        }
        for command in Command::all(&words) {
            for (at, word) in command.words.iter().enumerate() {
                if !word.as_str().bytes().any(|byte| byte.is_ascii_digit()) {
                    continue;
                }
                self.path.extend(word.element.map(Step::Index));
                self.flag(&command, at, view);
                let view = if is_for_outsiders(word.as_str(), command.before(at)) { View::Outside } else { view };
                let hosts = if pairs::is_in_command(command.words, at) { Hosts::WithScheme } else { Hosts::All };
                self.addresses(word.text, word.span.clone(), view, hosts);
                self.path.truncate(self.path.len() - usize::from(word.element.is_some()));
            }
        }
    }

    /// The flags in the value of a variable.
    pub(super) fn flags(&mut self, text: &str) {
        let mut words = Vec::new();
        words::add(None, text, &mut words);
        for command in Command::all(&words) {
            for at in 0..command.words.len() {
                self.flag(&command, at, View::Inside);
            }
        }
    }

    /// The port that a word states, by itself or together with the word before it.
    fn flag(&mut self, command: &Command<'_, '_>, at: usize, view: View) {
        let word = &command.words[at];
        let found = number(word.as_str(), command.before(at)).or_else(|| of_program(command, at));
        let Some((digits, form)) = found else {
            return self.pair(command, at, view);
        };
        let flag = if word.as_str().starts_with('-') { word.as_str() } else { command.before(at) };
        if form == Form::Loose && is_of_another_quantity(&command.words[..at], flag) {
            return;
        }
        let digits = word.span.start + digits.start..word.span.start + digits.end;
        let whose = command.host.map_or(Whose::Own, |host| whose(host, view));
        self.add(word.text, digits, whose, form);
    }

    /// The port behind a host: `nc -z db 5432`, `/dev/tcp/db/5432`.
    fn pair(&mut self, command: &Command<'_, '_>, at: usize, view: View) {
        let word = &command.words[at];
        if at > 0
            && matches!(command.words[at - 1].as_str(), "-S" | "--server")
            && self.server(word.text, word.span.clone())
        {
            return;
        }
        let (start, host) = match word.as_str().strip_prefix("/dev/tcp/").and_then(|rest| rest.split_once('/')) {
            Some((host, port)) => (word.span.end - port.len(), host),
            None => {
                let is_replica = at > 1 && REPLICA.contains(&command.words[at - 2].as_str());
                let is_client = is_replica || command.client.is_some_and(|client| client < at);
                let Some(before) = at.checked_sub(1).filter(|_| is_client) else { return };
                (word.span.start, command.words[before].as_str())
            }
        };
        if let Some(digits) = whole_number(&word.text[start..word.span.end])
            && !host.starts_with('-')
        {
            self.add(word.text, start + digits.start..start + digits.end, whose(host, view), Form::Address);
        }
    }
}

/// The digits of the port that the program of a command takes in a word, as the table of programs has it: `serve -l 3000`,
/// `python -m http.server 3000`.
fn of_program(command: &Command<'_, '_>, at: usize) -> Option<(Range<usize>, Form)> {
    let word = command.words[at].as_str();
    let program = command.program(at).filter(|program| matches!(program.is, Is::Server | Is::Tool))?;
    if let Some((flag, value)) = word.split_once('=') {
        let digits = whole_number(value).filter(|_| program.takes(flag, true) == Takes::Port)?;
        let start = flag.len() + 1;
        return Some((start + digits.start..start + digits.end, Form::Named));
    }
    let before = command.before(at);
    let is_argument = program.has_form("N") && !before.starts_with('-');
    let is_port = is_argument || program.takes(before, false) == Takes::Port;
    whole_number(word).filter(|_| is_port).map(|digits| (digits, Form::Named))
}

/// Whether the program of a command takes something else than a port with `-p` or `-P`: `mkdir -p 4000`, `mysql -p4000`. It is looked for in the
/// words just before: a command may have a megabyte of them.
fn is_of_another_quantity(before: &[Word<'_>], flag: &str) -> bool {
    const MOST: usize = 64;
    let programs = before.iter().rev().take(MOST).map(Word::program);
    let mut known = programs.filter_map(|program| {
        let is_password = PASSWORDS.iter().any(|(name, option)| *name == program && flag.starts_with(option));
        is_password.then_some(true).or_else(|| Program::find(program, "").map(Program::takes_no_port))
    });
    known.next().unwrap_or_default()
}

/// The digits of the port in a word, and the form: `--port=3000`, `-port=3000`, `-Dserver.port=8080`, `-p3000`, `-p=3000`, or a number behind a flag.
fn number(word: &str, before: &str) -> Option<(Range<usize>, Form)> {
    if let Some(digits) = whole_number(word) {
        let form = match before {
            "-p" | "-P" => Form::Loose,
            _ if before.starts_with('-') && names_a_port(last_part(before)) => Form::Named,
            _ => return None,
        };
        return Some((digits, form));
    }
    // `--console-address :${CONSOLE_PORT:-9001}`
    if let Some(listen) = word.strip_prefix(':').filter(|_| names_an_address(before)) {
        let digits = whole_number(listen)?;
        return Some((1 + digits.start..1 + digits.end, Form::Loose));
    }
    let glued = word.strip_prefix("-p").or_else(|| word.strip_prefix("-P"));
    if let Some(digits) = glued.and_then(whole_number) {
        return Some((2 + digits.start..2 + digits.end, Form::Loose));
    }
    let (key, value) = word.split_once('=')?;
    let start = key.len() + 1;
    if let Some(listen) = value.strip_prefix(':') {
        let digits = whole_number(listen)?;
        return Some((start + 1 + digits.start..start + 1 + digits.end, Form::Loose));
    }
    let form = match key {
        "-p" | "-P" => Form::Loose,
        _ if names_a_port(last_part(key)) => Form::Named,
        _ => return None,
    };
    let digits = whole_number(value)?;
    Some((start + digits.start..start + digits.end, form))
}

/// Whether a flag is followed by the address that its program listens on.
fn names_an_address(flag: &str) -> bool {
    flag.starts_with('-') && ["addr", "address", "bind", "listen"].iter().any(|end| flag.ends_with(end))
}

/// The last part of a flag or a property: `port` of `-Dserver.port`, `http-port` of `--http-port`.
fn last_part(flag: &str) -> &str {
    flag.trim_start_matches('-').rsplit('.').next().unwrap_or_default()
}

/// One of the commands that a shell runs one after the other.
struct Command<'w, 't> {
    words: &'w [Word<'t>],
    /// The host that a flag gives a client.
    host: Option<&'t str>,
    /// The first word that is a program of [`HOST_THEN_PORT`].
    client: Option<usize>,
}

impl<'w, 't> Command<'w, 't> {
    /// The commands of all words.
    fn all(words: &'w [Word<'t>]) -> impl Iterator<Item = Self> {
        words.chunk_by(|one, next| one.command == next.command).map(|words| Self {
            words,
            host: host_flag(words),
            client: words.iter().position(|word| HOST_THEN_PORT.contains(&word.program())),
        })
    }

    /// The program of the table that the words before an index start. A command may have a megabyte of words.
    fn program(&self, at: usize) -> Option<&'static Program> {
        const MOST: usize = 16;
        let mut names = self.words[..at].iter().take(MOST).filter(|word| !word.as_str().starts_with('-')).peekable();
        let mut is_of_another = false;
        while let Some(word) = names.next() {
            let name = word.program().split('@').next().unwrap_or_default();
            let next = names.peek().map_or("", |next| next.as_str());
            match Program::find(name, next) {
                // A subcommand of many programs.
                Some(_) if name == "serve" && is_of_another => {}
                Some(program) if program.is == Is::Runner => {}
                Some(program) => return Some(program),
                None => is_of_another |= !STARTERS.contains(&name) && !word.as_str().contains('='),
            }
        }
        None
    }

    /// The word before the one at an index.
    fn before(&self, at: usize) -> &'t str {
        at.checked_sub(1).map_or("", |before| self.words[before].as_str())
    }
}

/// The host that a client is given by a flag.
fn host_flag<'t>(words: &[Word<'t>]) -> Option<&'t str> {
    let mut words = words.iter();
    // libpq: `psql "host=db port=5432"`.
    if let Some(host) = words.clone().find_map(|word| word.as_str().strip_prefix("host=")) {
        return Some(host);
    }
    let joined = |word: &Word<'t>| HOST_FLAGS_JOINED.iter().find_map(|flag| word.as_str().strip_prefix(flag));
    let is_joined = |word: &Word<'t>| joined(word).is_some();
    if let Some(at) = words.clone().position(is_joined) {
        let mut hosts = words.skip(at);
        // `--host="0.0.0.0"`: the quotes part the words.
        return hosts
            .next()
            .and_then(joined)
            .filter(|host| !host.is_empty())
            .or_else(|| hosts.next().map(Word::as_str));
    }
    words.find(|word| HOST_FLAGS.contains(&word.as_str()))?;
    words.next().map(Word::as_str).filter(|host| !host.starts_with('-'))
}

/// Whose port a host's is, where the process runs.
fn whose(host: &str, view: View) -> Whose {
    match host {
        // What a server listens on, or a client in the container.
        "localhost" | "127.0.0.1" | "::1" if view == View::Inside => Whose::Local(View::Inside),
        "localhost" | "127.0.0.1" | "::1" | "0.0.0.0" | "::" => Whose::Own,
        "host.docker.internal" => Whose::Local(View::Outside),
        host => Whose::Host(host.to_owned()),
    }
}

/// Whether somebody outside of the container uses the address in a word, as its flag says.
fn is_for_outsiders(word: &str, flag: &str) -> bool {
    let flag = match word.split_once("://") {
        Some((before, _)) if before.contains('=') => before,
        _ => flag,
    };
    flag.starts_with('-') && OUTSIDE.iter().any(|part| flag.to_ascii_lowercase().contains(part))
}
