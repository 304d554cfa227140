//! Ports in two parts with their host: `nc -z localhost 3000`, `/dev/tcp/localhost/3000`, `PGHOST=localhost PGPORT=5432`.

use super::address::HOSTS;
use super::port::{Kind, Port};
use super::value::is_port_name;
use super::words::Word;
use crate::formats::Number;
use crate::formats::compose_values::HOST_THEN_PORT;

/// How bash names a connection.
const CONNECTION: &str = "/dev/tcp/";

/// Adds the ports of a simple command.
pub(super) fn ports(words: &[Word<'_>], found: &mut Vec<Port>) {
    let has_client = words.iter().any(|word| HOST_THEN_PORT.contains(&word.program()));
    for (index, word) in words.iter().enumerate() {
        if !word.has_digit() {
            continue;
        }
        let is_behind_host = has_client && index > 0 && is_local(words[index - 1].unquoted().text);
        let pair = if is_behind_host { word.port() } else { connection(*word) };
        found.extend(pair.map(|number| Port { number, kind: Kind::Addressed }));
        found.extend(variable(words, *word).map(|number| Port { number, kind: Kind::Database }));
    }
}

fn is_local(host: &str) -> bool {
    HOSTS.contains(&host)
}

fn connection(word: Word<'_>) -> Option<Number> {
    let start = word.text.find(CONNECTION)? + CONNECTION.len();
    let (host, _) = word.text[start..].split_once('/')?;
    let port = word.after(start + host.len() + 1).unquoted();
    let digits = port.text.bytes().take_while(u8::is_ascii_digit).count();
    port.part(0..digits).port().filter(|_| is_local(host))
}

/// A variable beside one that names a host on this machine; libpq takes this machine where none does.
fn variable(words: &[Word<'_>], word: Word<'_>) -> Option<Number> {
    let (name, value) = word.assignment()?;
    let prefix = name.strip_suffix("PORT").filter(|prefix| !prefix.is_empty() && !is_port_name(name))?;
    let hosts = words.iter().filter_map(|word| word.assignment());
    let mut hosts = hosts.filter(|(host, _)| host.strip_suffix("HOST") == Some(prefix));
    let is_here = hosts.next().map_or(name == "PGPORT", |(_, host)| is_local(host.unquoted().text));
    value.port().filter(|_| is_here)
}
