//! `.env` and its variants: `.env.example`, `.env.production`, `web.env`.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{File, forms};
use crate::formats::{names_a_port, port, url};
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose, before_port};

/// What may stand before a port that is published.
const LOCAL: [&str; 5] = ["127.0.0.1:", "0.0.0.0:", "localhost:", "[::1]:", "[::]:"];

/// Reads an env file.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    let name = file.name();
    let is_env = name == ".env"
        || name.starts_with(".env.")
        || name.ends_with(".env")
        || name.starts_with("env.")
        || is_example(name)
        || name == ".envrc"
        || (name.starts_with('.') && has_variables_alone(file.text));
    if !is_env {
        return None;
    }
    let hosts = hosts(file.text);
    let mut out = Vec::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let known = out.len();
        let inner = line.trim_start_matches(['#', ' ', '\t']);
        if !variable(inner, start + line.len() - inner.len(), &mut out) {
            forms::read(file, start..start + line.len(), &mut out);
        }
        if let [one] = &out[known..] {
            out.extend(default_beside(one, line, start));
        }
        if line.trim_start().starts_with('#') {
            let comment = out.split_off(known);
            out.extend(comment.into_iter().filter_map(|one| in_comment(one, inner)));
        }
        if out.len() - known <= 2 {
            out[known..].iter_mut().for_each(|one| at_host(one, &hosts));
        }
        start += line.len();
    }
    Some(out)
}

/// `.env-example`, `ENVEXAMPLE`.
fn is_example(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let end = lower.trim_start_matches('.').strip_prefix("env").map(|end| end.trim_start_matches(['-', '_']));
    matches!(end, Some("dist" | "example" | "sample" | "template"))
}

/// Whether every line that says something is a variable, as in files that Compose gives to containers: `.postgres`.
fn has_variables_alone(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
    let is_name =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    lines.peek().is_some()
        && lines.all(|line| line.split_once('=').is_some_and(|(name, _)| !name.is_empty() && is_name(name)))
}

/// What a comment states: a variable that is left out, or an address by its number.
fn in_comment<'t>(one: Statement<'t>, inner: &str) -> Option<Statement<'t>> {
    let is_name =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let is_variable = inner.split_once('=').is_some_and(|(name, _)| !name.is_empty() && is_name(name));
    match one.whose {
        Whose::Local | Whose::LocalOf(_) | Whose::LocalIn(_) => Some(Statement { whose: Whose::Local, ..one }),
        _ if is_variable => Some(one.weak()),
        _ => None,
    }
}

/// The same number as that of a variable, in the comment behind it: `DB_PORT=5432 # default: 5432`.
fn default_beside<'t>(one: &Statement<'t>, line: &str, start: usize) -> Option<Statement<'t>> {
    let behind = &line[one.digits.end - start..];
    let comment = behind.find(" #").or_else(|| behind.find("\t#"))?;
    let number = one.port.to_string();
    for (at, _) in behind.match_indices(&number).filter(|(at, _)| *at > comment) {
        let before = behind[..at].trim_end_matches([' ', ':', '=', '`']).to_ascii_lowercase();
        let is_alone = !behind[at + number.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if is_alone && (before.ends_with("default") || before.ends_with("default is")) {
            let at = one.digits.end + at;
            return Some(Statement { digits: at..at + number.len(), form: Form::Comment, ..one.clone() });
        }
    }
    None
}

/// What variables such as `REDIS_HOST` say, by what stands before `_HOST`.
fn hosts(text: &str) -> HashMap<&str, &str> {
    let mut hosts = HashMap::new();
    for line in text.lines().filter(|line| line.contains("HOST")) {
        let Some((name, value)) = line.split_once('=') else { continue };
        let name = name.trim().trim_start_matches("export ").trim();
        if let Some(prefix) = name.strip_suffix("_HOST").or_else(|| name.strip_suffix("_HOSTNAME")) {
            let value = value.trim().split([' ', '\t']).next().unwrap_or_default();
            hosts.insert(prefix, value.trim_matches(['"', '\'']));
        }
    }
    hosts
}

/// `REDIS_PORT` beside `REDIS_HOST=localhost` is the machine's port, beside `REDIS_HOST=redis` that of the container.
fn at_host<'t>(one: &mut Statement<'t>, hosts: &HashMap<&'t str, &'t str>) {
    let Whose::Variable(name) = &one.whose else { return };
    match hosts.get(&**name) {
        Some(host) if url::is_local(host) => one.view = View::Host,
        Some(host) if !host.is_empty() && !host.contains(['$', '<', '{']) => {
            (one.view, one.whose) = (View::Network, Whose::Host(Cow::Borrowed(host)));
        }
        _ => {}
    }
}

/// Adds the number of `NAME_PORT=4001`; whether the line is of that form.
pub(super) fn variable<'t>(line: &'t str, start: usize, out: &mut Vec<Statement<'t>>) -> bool {
    let Some((name, value)) = line.split_once('=') else { return false };
    let name = name.trim().trim_start_matches("export ").trim();
    // `COLLECTOR_PORT_GRPC` is one of several.
    let Some((prefix, view)) = name_of(name) else { return false };
    let value_at = line.len() - value.len();
    let inner = value.trim_start_matches([' ', '"', '\'']);
    // The address of the machine may stand before it, as Compose publishes it.
    let at_address = LOCAL.iter().find_map(|host| inner.strip_prefix(host)).unwrap_or(inner);
    let skipped = value.len() - at_address.len();
    let value = &value[skipped..];
    let default = url::before_default(value);
    let digits = value[default..].bytes().take_while(u8::is_ascii_digit).count();
    let end = &value[default + digits..];
    let is_whole = end.starts_with(['}', '"', '\'', ' ', '\t', '\r', '\n', '#']) || end.is_empty();
    if let Some(port) = port(&value[default..default + digits]).filter(|_| is_whole) {
        let at = start + value_at + skipped + default;
        let statement = |view, whose| Statement::new(port, at..at + digits, view, whose, Form::Variable);
        out.push(match (prefix, view) {
            ("", None) => statement(View::Listen, Whose::Own),
            (prefix, view) => statement(view.unwrap_or(View::Any), Whose::of_prefix(Cow::Borrowed(prefix))),
        });
    }
    true
}

/// What the name of a variable of a port says of whose it is, and of which side of a mapping.
pub(super) fn name_of(name: &str) -> Option<(&str, Option<View>)> {
    if names_a_port(name) {
        return Some(qualified(before_port(name)));
    }
    let (prefix, part) = name.split_once("_PORT_")?;
    (!part.is_empty() && !part.contains('_')).then_some((prefix, None))
}

/// What stands before `_PORT` without the word for the side of a mapping that it is: `REDIS_HOST_PORT`, `WEB_CONTAINER_PORT`.
fn qualified(prefix: &str) -> (&str, Option<View>) {
    const SIDES: [(&str, View); 7] = [
        ("HOST", View::Host),
        ("PUBLISHED", View::Host),
        ("EXPOSED", View::Host),
        ("EXTERNAL", View::Host),
        ("CONTAINER", View::Container),
        ("TARGET", View::Container),
        ("INTERNAL", View::Container),
    ];
    let side = SIDES.iter().find_map(|(side, view)| Some((prefix.strip_suffix(side)?, *view)));
    match side.filter(|(rest, _)| rest.is_empty() || rest.ends_with('_')) {
        Some((rest, view)) => (rest.trim_end_matches('_'), Some(view)),
        None => (prefix, None),
    }
}

#[cfg(test)]
mod tests {
    use crate::scan::readers::tests::said;

    #[test]
    fn files_of_variables_alone_are_env_files() {
        let text = "# x\nPOSTGRES_HOST=auth-db\nPOSTGRES_PORT=5433\n";
        assert_eq!(said("env file", "env/.auth.postgres", text), "w5433 @auth-db");
        assert_eq!(said("text", "env/.profile", "export A=1\nPORT=4001 npm start\n"), "l4001 own");
    }
}
