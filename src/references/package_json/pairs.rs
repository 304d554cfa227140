//! Ports in two parts with their host: `nc -z localhost 3000`, `/dev/tcp/localhost/3000`, `PGHOST=localhost PGPORT=5432`.

use std::cell::LazyCell;
use std::net::IpAddr;

use super::address::{HOSTS, is_domain};
use super::port::{Kind, Port};
use super::value::is_port_name;
use super::words::{Word, commands};
use crate::formats::compose_values::HOST_THEN_PORT;
use crate::formats::programs::{Is, Program};
use crate::formats::{Number, is_loopback_name};

/// What the name of a variable or an option with a host ends with.
const HOST_ENDS: [&str; 6] = ["HOST", "HOSTNAME", "SERVER", "ADDR", "ADDRESS", "ENDPOINT"];

/// Options of clients with a host.
const HOST_FLAGS: [&str; 5] = ["-h", "-host", "-hostname", "--host", "--hostname"];

/// Variables from which clients of databases take a port, in any command.
const OF_CLIENTS: [&str; 2] = ["MYSQL_TCP_PORT", "PGPORT"];

/// How bash names a connection.
const CONNECTION: &str = "/dev/tcp/";

/// Adds the ports of a simple command of `script`.
pub(super) fn ports(words: &[Word<'_>], script: &str, found: &mut Vec<Port>) {
    // Words are many, and few stand behind a host.
    let has_client = LazyCell::new(|| words.iter().any(|word| HOST_THEN_PORT.contains(&word.program())));
    for (index, word) in words.iter().enumerate() {
        if !word.has_digit() {
            continue;
        }
        let is_behind_host = index > 0 && is_local(words[index - 1].unquoted().text) && *has_client;
        let pair = if is_behind_host { word.port() } else { connection(*word) };
        found.extend(pair.map(|number| Port { number, kind: Kind::Addressed }));
        found.extend(variable(words, *word, script).map(|number| Port { number, kind: Kind::Database }));
    }
}

pub(super) fn is_local(host: &str) -> bool {
    HOSTS.contains(&host) || is_loopback_name(host)
}

fn connection(word: Word<'_>) -> Option<Number> {
    // Words are many, and few have a slash.
    let slash = word.text.find('/')?;
    let start = slash + word.text[slash..].find(CONNECTION)? + CONNECTION.len();
    let (host, _) = word.text[start..].split_once('/')?;
    let port = word.after(start + host.len() + 1).unquoted();
    let digits = port.text.bytes().take_while(u8::is_ascii_digit).count();
    port.part(0..digits).port().filter(|_| is_local(host))
}

/// Whether the port of a variable or an option is one of another machine, as the host beside it says: `DB_HOST=db.example.com DB_PORT=5432`,
/// `--db-host db.example.com --db-port 5432`.
pub(super) fn is_elsewhere(words: &[Word<'_>], name: &str) -> bool {
    stem(name)
        .is_some_and(|stem| words.iter().enumerate().any(|(at, word)| names_another(*word, words.get(at + 1), stem)))
}

/// The name of a variable or an option without `PORT` at its end.
fn stem(name: &str) -> Option<&str> {
    ["PORT", "port", "Port"].iter().find_map(|end| name.strip_suffix(end))
}

/// As [`is_elsewhere`], where any command of the script sets the host: `export PGHOST=db.example.com && export PGPORT=5432`.
pub(super) fn is_elsewhere_in(script: &str, name: &str) -> bool {
    let line = Word { text: script, start: 0 };
    if OF_CLIENTS.contains(&name) && commands(line).iter().any(|words| is_client_of_another(words)) {
        return true;
    }
    let Some(stem) = stem(name).filter(|stem| !stem.is_empty() && !stem.starts_with('-')) else { return false };
    HOST_ENDS.iter().any(|end| {
        let host = [stem, end, "="].concat();
        script.match_indices(&host).any(|(at, _)| {
            let is_whole = !script[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            let value = script[at + host.len()..].trim_start_matches(['"', '\'']);
            let value = value.split([' ', '"', '\'', ';', '&', '|']).next().unwrap_or_default();
            is_whole && is_another(value)
        })
    })
}

/// Whether a client is given another machine: `pgcli -p 5432 -h db.example.com`. What a server is given is its own name.
pub(super) fn is_client_of_another(words: &[Word<'_>]) -> bool {
    given_host(words).is_some_and(is_far) && !words.iter().any(|word| starts_server(*word))
}

/// The host that an option gives a client: `-h db`, `-hdb`, `--host=db`, `-host db`.
pub(super) fn given_host<'a>(words: &[Word<'a>]) -> Option<&'a str> {
    let value = |(at, word): (usize, &Word<'a>)| match word.assignment() {
        Some((name, host)) => HOST_FLAGS.contains(&name).then_some(host),
        None if HOST_FLAGS.contains(&word.text) => words.get(at + 1).copied(),
        None => word.text.starts_with("-h").then(|| word.after("-h".len())),
    };
    words.iter().enumerate().find_map(value).map(|host| host.unquoted().text)
}

fn starts_server(word: Word<'_>) -> bool {
    Program::find(word.program(), "").is_some_and(|program| program.is == Is::Server)
}

/// Whether a host is surely another machine: one of the internet, or an address.
fn is_far(host: &str) -> bool {
    let is_address = host.parse().is_ok_and(|address: IpAddr| !address.is_loopback() && !address.is_unspecified());
    is_address || is_domain(host)
}

fn is_another(host: &str) -> bool {
    !host.is_empty() && !is_local(host) && !host.starts_with(['$', '%', '-'])
}

/// Whether a word says that the host of the name `stem` is another machine; `next` is the word behind it.
fn names_another(word: Word<'_>, next: Option<&Word<'_>>, stem: &str) -> bool {
    let option = next.filter(|_| word.text.starts_with("--")).map(|next| (word.text, *next));
    let Some((key, host)) = word.assignment().or(option) else { return false };
    let host = host.unquoted().text;
    let is_host =
        key.strip_prefix(stem).is_some_and(|end| HOST_ENDS.iter().any(|known| known.eq_ignore_ascii_case(end)));
    is_host && is_another(host)
}

/// A variable beside one that names a host on this machine; libpq takes this machine where none does.
fn variable(words: &[Word<'_>], word: Word<'_>, script: &str) -> Option<Number> {
    let (name, value) = word.assignment()?;
    let prefix = name.strip_suffix("PORT").filter(|prefix| !prefix.is_empty() && !is_port_name(name))?;
    let hosts = words.iter().filter_map(|word| word.assignment());
    let mut hosts = hosts.filter(|(host, _)| host.strip_suffix("HOST") == Some(prefix));
    let is_given = given_host(words).is_some_and(|host| !is_local(host));
    let is_libpq = name == "PGPORT" && !is_given && !is_elsewhere_in(script, name);
    let is_here = hosts.next().map_or(is_libpq, |(_, host)| is_local(host.unquoted().text));
    value.port().filter(|_| is_here)
}
