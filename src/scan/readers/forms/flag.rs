//! Options of commands: `--port 4001`, `-p 4001:3000`.

use std::borrow::Cow;

use super::spot::{Language, Spot};
use super::{Said, View, Whose};
use crate::formats::names_a_port;

#[cfg(test)]
pub(super) const COUNTS: [&str; 12] = [
    "daphne -b 0.0.0.0 -p 4001 --websocket_timeout 30 config.asgi",
    "flask run --host 0.0.0.0 -p 4001",
    "npx serve -s build -p 4001",
    "command: bin/rails server -p 4001 -b 0.0.0.0",
    "RUN npx next start -p 4001",
    "java -jar db.jar -inMemory -port 4001",
    "server -http-port=4001",
    "uvicorn main:app --port 4001",
    "vite --port=4001 --strictPort",
    "\"args\": [\"--port\", \"4001\"]",
    "command: next dev --port ${PORT:-4001}",
    "gunicorn --bind 0.0.0.0 --http-port 4001",
];

#[cfg(test)]
pub(super) const DOES_NOT: [&str; 7] = [
    "db-port 4001",
    "--timeout 4001",
    "--report 4001",
    "# use -p 3002 instead",
    "mkdir -p 4001",
    "puma -d && kill -p 4001",
    "observe -p 4001",
];

#[cfg(test)]
pub(super) const MAPPINGS: [&str; 7] = [
    "PORTS=\"127.0.0.1:${AUTH_PORT}:4001\"",
    "- \"$AUTH_PORT:4001\"",
    "docker run -p4001:3000 web",
    "docker run -p 4001:3000 web",
    "docker run --publish 127.0.0.1:4001:3000 web",
    "podman run -p=4001:3000 web",
    "docker run --rm -p \"4001:3000\" web",
];

#[cfg(test)]
pub(super) const NO_MAPPINGS: [&str; 3] = ["cut -f 40:41", "ssh -L 4001:db:5432", "--publish-date 2001"];

/// Commands of which `-p` is the port where they listen.
const LISTENING: [&str; 15] = [
    "artisan serve",
    "astro dev",
    "daphne",
    "flask run",
    "http-server",
    "next dev",
    "next start",
    "nuxt dev",
    "puma",
    "rackup",
    "rails s",
    "rails server",
    "serve",
    "storybook dev",
    "vite preview",
];

/// Reads the number behind an option that ends in `port`, or behind `-p` of a command that is known.
pub(super) fn read<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    let before = spot.before.strip_suffix("${PORT:-").unwrap_or(spot.before);
    let rest = before.trim_end_matches([' ', '=', '"', '\'', ',', '[', ']']);
    if rest.len() == before.len() {
        return None;
    }
    let start = rest.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '-').len();
    // Programs of Go and Java have one hyphen.
    if &rest[start..] == "-p" {
        let is_known = is_listening(&rest[..start]);
        let said = Said::new(View::Listen, Whose::Own);
        return is_known.then(|| if spot.language == Language::Prose { said.weak() } else { said });
    }
    let option = rest[start..].strip_prefix("--").or_else(|| rest[start..].strip_prefix('-'))?;
    let name = option.strip_suffix("port")?;
    if !name.is_empty() && !name.ends_with('-') {
        return None;
    }
    let name = name.trim_end_matches('-');
    let whose = match name {
        "" | "http" | "server" | "listen" => Whose::Own,
        name => Whose::Variable(Cow::Borrowed(name)),
    };
    let said = Said::new(View::Listen, whose);
    Some(if spot.language == Language::Prose { said.weak() } else { said })
}

/// Whether the command that an option belongs to listens where its `-p` says.
fn is_listening(before: &str) -> bool {
    let command = before.rsplit([';', '|', '&', '"', '\'', '`', '#']).next().unwrap_or_default();
    let is_start = |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    LISTENING.iter().any(|known| {
        command.match_indices(known).any(|(at, _)| {
            let behind = &command[at + known.len()..];
            is_start(&command[..at]) && behind.starts_with([' ', '\t'])
        })
    })
}

/// Reads `-p 4001:3000`, as Docker has it, and in documents an item of Compose's `ports`.
pub(super) fn mapping<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    if spot.language == Language::Prose
        && let Some(view) = item(spot)
    {
        return Some(Said::new(view, Whose::Own).weak());
    }
    if let Some(said) = behind_variable(spot) {
        return Some(said);
    }
    // The host's side has `:` behind it, the container's side before it.
    let is_host = spot.behind.strip_prefix(':').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let mut rest = spot.before;
    if !is_host {
        rest = rest.strip_suffix(':')?.trim_end_matches(|c: char| c.is_ascii_digit());
    }
    rest = rest.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ':');
    let rest = rest.trim_end_matches(['"', '\'']);
    let option = rest.trim_end_matches([' ', '=']);
    let is_joined = option.len() == rest.len() && option.ends_with(" -p");
    let is_option =
        is_joined || (option.len() < rest.len() && (option.ends_with(" -p") || option.ends_with(" --publish")));
    if !is_option || (!is_host && !option_has_host(spot.before)) {
        return None;
    }
    let view = if is_host { View::Host } else { View::Container };
    let said = Said::new(view, Whose::Own);
    Some(match spot.language {
        Language::Prose => said.weak(),
        _ => Said { publishes: is_host, ..said },
    })
}

/// The container's side of a mapping whose other side is a variable of a port: `"${AUTH_PORT}:4001"`.
fn behind_variable<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    let before = spot.before.strip_suffix(':')?;
    let name = match before.strip_suffix('}') {
        Some(inner) => &inner[inner.rfind("${")? + 2..],
        None => &before[before.rfind('$')? + 1..],
    };
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && names_a_port(name);
    let is_end = spot.behind.is_empty() || spot.behind.starts_with(['"', '\'', '\\', ' ', '/']);
    let (prefix, _) = crate::scan::readers::dotenv::name_of(name).filter(|_| is_name && is_end)?;
    let whose = Whose::of_prefix(Cow::Borrowed(prefix));
    Some(Said::new(View::Container, whose).weak())
}

/// The side of an item of a list that is a mapping as a whole: `- "4001:3000"`, `- 4001:3000  # the web`.
fn item(spot: &Spot<'_>) -> Option<View> {
    let is_number = |text: &str| (3..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(view) = in_code(spot) {
        return Some(view);
    }
    let before = spot.before.trim_start().strip_prefix("- ")?.trim_start().trim_start_matches(['"', '\'']);
    let (behind, comment) = spot.behind.split_once([' ', '\t']).unwrap_or((spot.behind, ""));
    let behind = behind.trim_end_matches(['"', '\'', ',']).trim_end_matches("/tcp");
    let is_whole = comment.trim_start().is_empty() || comment.trim_start().starts_with('#');
    match (before.strip_suffix(':'), behind.strip_prefix(':')) {
        _ if !is_whole => None,
        (None, Some(container)) => (before.is_empty() && is_number(container)).then_some(View::Host),
        (Some(host), None) => (behind.is_empty() && is_number(host)).then_some(View::Container),
        _ => None,
    }
}

/// The side of a mapping that is a piece of code by itself: `` `4001:3000` ``.
fn in_code(spot: &Spot<'_>) -> Option<View> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(container) = spot.behind.strip_prefix(':') {
        let length = digits(container);
        let is_whole = spot.before.ends_with('`') && length >= 2 && container[length..].starts_with('`');
        return (is_whole && (spot.digits.len() >= 4 || length >= 4)).then_some(View::Host);
    }
    let before = spot.before.strip_suffix(':').filter(|_| spot.behind.starts_with('`'))?;
    let host = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let length = before.len() - host.len();
    (host.ends_with('`') && length >= 2 && (spot.digits.len() >= 4 || length >= 4)).then_some(View::Container)
}

/// Whether a number with a colon stands before the container's side.
fn option_has_host(before: &str) -> bool {
    before.strip_suffix(':').is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_digit()))
}
