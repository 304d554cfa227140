//! A number behind the name of a port: `process.env.PORT || 4001`, `os.getenv("PORT", "4001")`, `port: 4001`, `AUTH_PORT=4001`.

use std::borrow::Cow;

use super::spot::{Language, Spot};
use super::{Said, View, Whose};
use crate::formats::url;
use crate::scan::stage::names_tests;

#[cfg(test)]
pub(super) const COUNTS: [&str; 32] = [
    "const port = parseInt(process.env.PORT || '', 10) || 4001;",
    "const port = parseInt(process.env.PORT, 10) ?? 4001;",
    "\"Database\": \"Server=localhost;Port=4001;Database=auth;User Id=app\"",
    "psycopg.connect(\"host=db port=4001 dbname=auth\")",
    "parser.add_argument(\"--port\", type=int, default=4001, help=\"the port\")",
    "- traefik.http.services.auth.loadbalancer.server.port=4001",
    "Integer.parseInt(Optional.ofNullable(System.getenv(\"AUTH_PORT\")).orElse(\"4001\"))",
    "let port = env::var(\"AUTH_PORT\").unwrap_or_else(|_| \"4001\".to_string());",
    "const port = process.env.PORT || 4001;",
    "const port = Number(process.env.PORT ?? 4001);",
    "port: parseInt(getEnv('PORT', '4001'), 10),",
    "PORT = int(os.environ.get(\"PORT\", 4001))",
    "port := getenv(\"PORT\", \"4001\")",
    "let port: u16 = 4001;",
    "let port = env::var(\"PORT\").unwrap_or(\"4001\".into());",
    "@Value(\"${server.port:4001}\")",
    "server.port=4001",
    "PORT=4001 npm start",
    "export PORT=\"${PORT:-4001}\"",
    "PORT: z.coerce.number().default(4001),",
    "port = ENV.fetch(\"PORT\") { 4001 }",
    "port: String.to_integer(System.get_env(\"PORT\") || \"4001\")",
    "$port = getenv('PORT') ?: 4001;",
    "viper.SetDefault(\"port\", 4001)",
    "flag.Int(\"port\", 4001, \"the port\")",
    "#[arg(long, env = \"PORT\", default_value_t = 4001)]",
    "server: { port: 4001 }",
    "\"httpPort\": 4001,",
    "containerPort: 4001",
    "<port>4001</port>",
    "AUTH_SERVICE_PORT=4001",
    "int port() default 4001;",
];

#[cfg(test)]
pub(super) const DOES_NOT: [&str; 16] = [
    "parseInt(process.env.PORT || '', 4001)",
    "if ! wait_for_port 127.0.0.1 \"$REDIS_PORT\" 4001; then",
    "support: 4001",
    "SUPPORT_PHONE=4001",
    "viewport: 4001",
    "if (port === 4001) {",
    "if port < 1024 {",
    "port + 1000",
    "listen(port, 4001)",
    "{ host, port, timeout: 4001 }",
    "ports: 4001",
    "port takes 4001 ms",
    "report = 4001",
    "transport: 4001",
    "const port = other; sleep(4001)",
    "Some(port) => 4001",
];

/// Words between the name of a port and its number: types, conversions, defaults.
const GLUE: [&str; 51] = [
    "type",
    "_",
    "orElse",
    "getOrElse",
    "or",
    "else",
    "default",
    "default_value",
    "default_value_t",
    "defaultValue",
    "unwrap_or",
    "unwrap_or_else",
    "number",
    "Number",
    "string",
    "String",
    "str",
    "int",
    "Int",
    "int32",
    "int64",
    "i32",
    "u16",
    "u32",
    "uint16",
    "usize",
    "Integer",
    "Long",
    "Short",
    "parseInt",
    "to_i",
    "to_string",
    "into",
    "parse",
    "ok",
    "Some",
    "Option",
    "z",
    "coerce",
    "optional",
    "prefault",
    "env",
    "get",
    "Env",
    "cast",
    "as",
    "const",
    "final",
    "min",
    "max",
    "positive",
];

/// Names before `port` that say nothing of whose it is.
const GENERIC: [&str; 27] = [
    "exposed",
    "external",
    "internal",
    "public",
    "published",
    "http",
    "https",
    "server",
    "app",
    "application",
    "listen",
    "listening",
    "service",
    "default",
    "env",
    "process",
    "config",
    "conf",
    "cfg",
    "options",
    "opts",
    "settings",
    "args",
    "this",
    "self",
    "local",
    "host",
];

/// Reads a number behind the name of a port.
pub(super) fn read<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    if let Some(said) = in_connection(spot) {
        return Some(said);
    }
    let name = name(spot.before)?;
    if spot.language == Language::Prose && !name.is_assigned {
        return None;
    }
    if last(name.text) == "hostPort" {
        return Some(Said::new(View::Host, Whose::Local));
    }
    let whose = match owner(name.text).or(name.of) {
        Some(owner) => Whose::Variable(Cow::Borrowed(owner)),
        None => Whose::Own,
    };
    if whose == Whose::Own
        && let Some(said) = beside_host(spot)
    {
        return Some(said);
    }
    let is_own = whose == Whose::Own;
    if let Whose::Variable(owner) = &whose
        && is_at_local_host(owner, spot)
    {
        let said = Said::new(View::Host, whose);
        return Some(if spot.language == Language::Test { said.weak() } else { said });
    }
    let said = Said::new(View::Listen, whose);
    let is_told = is_own && name.is_environment && matches!(spot.language, Language::Code | Language::Settings);
    let is_sure = is_told || (!is_own && spot.language != Language::Test && name.of.is_none());
    Some(if is_sure && !is_in_text(spot) { said } else { said.weak() })
}

/// Whether a number stands in a program that is a value of settings itself: `"code": "const PORT = 4001;\\nlisten(PORT)"`.
fn is_in_text(spot: &Spot<'_>) -> bool {
    spot.language == Language::Settings && [spot.before, spot.behind].iter().any(|text| text.contains("\\n"))
}

/// Whether the host that goes with a variable of a port is this machine, a few lines above: `DB_HOST = localhost` and `DB_PORT = 4001`.
fn is_at_local_host(owner: &str, spot: &Spot<'_>) -> bool {
    const LINES: usize = 4;
    let name = format!("{}_host", owner.to_ascii_lowercase());
    // Those of tests are others.
    if names_tests(owner) {
        return false;
    }
    let mut lines =
        spot.above.trim_end_matches('\n').rsplit('\n').take(LINES).take_while(|line| !line.trim().is_empty());
    lines.any(|line| {
        line.to_ascii_lowercase().contains(&name) && ["localhost", "127.0.0.1"].iter().any(|host| line.contains(host))
    })
}

/// A port right below the host that it is one of: `hostname: "localhost",`, `port: 4001`.
fn beside_host<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    const LINES: usize = 3;
    let key = spot.before.trim_start().trim_start_matches(['"', '\'', ':', '@']);
    if !key.starts_with("port") || spot.language == Language::Prose {
        return None;
    }
    let near = spot.above.trim_end_matches('\n').rsplit('\n').take(LINES);
    let is_end = |line: &str| line.is_empty() || line.starts_with('}') || line.ends_with('{');
    let lines: Vec<&str> = near.map(str::trim).take_while(|line| !is_end(line)).collect();
    // Where a program listens itself.
    if lines
        .iter()
        .any(|line| ["bind", "listen"].iter().any(|key| line.trim_start_matches(['"', '\'', ':']).starts_with(key)))
    {
        return None;
    }
    let host = lines.into_iter().find_map(|line| {
        let line = line.trim_start_matches(['"', '\'', ':', '@']);
        let behind = ["hostname", "host"].iter().find_map(|key| line.strip_prefix(key))?;
        let value = behind.trim_start_matches(['"', '\'']).trim_start().trim_start_matches([':', '=', '>', ' ']);
        let value = value.strip_prefix(['"', '\''])?;
        value.split(['"', '\'']).next()
    })?;
    let said = match url::is_local(host) {
        _ if matches!(host, "0.0.0.0" | "::") => return None,
        true => Said::new(View::Host, Whose::Local),
        false if url::host(host) == Some(host) => Said::new(View::Network, Whose::Host(Cow::Borrowed(host))).weak(),
        false => return None,
    };
    Some(if spot.language == Language::Test { said.weak() } else { said })
}

/// The port of a database, in what a program connects to it by: `Server=localhost;Port=5432;Database=auth`, `host=db port=5432`.
fn in_connection<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    const HOSTS: [&str; 5] = ["server=", "host=", "data source=", "address=", "addr="];
    let start = spot.before.len().checked_sub("port=".len())?;
    let before = spot.before.get(..start).filter(|_| spot.before[start..].eq_ignore_ascii_case("port="))?;
    let before = before.strip_suffix([';', ' '])?;
    let value = &before[before.rfind(['"', '\'']).map_or(0, |at| at + 1)..];
    let host = value.split([';', ' ']).rev().find_map(|pair| {
        let key =
            HOSTS.iter().find(|key| pair.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key)))?;
        Some(pair[key.len()..].trim())
    })?;
    let is_name = !host.is_empty() && url::host(host) == Some(host);
    Some(match url::is_local(host) {
        true => Said::new(View::Host, Whose::Local),
        false if is_name => Said::new(View::Network, Whose::Host(Cow::Borrowed(host))),
        false => Said::new(View::Any, Whose::Local).weak(),
    })
}

/// The name of a port that a number follows.
struct Name<'t> {
    text: &'t str,
    /// Whether it is the variable `PORT` of the environment, or a setting that frameworks read as where they listen.
    is_environment: bool,
    /// Whether `=` or `:` stands between.
    is_assigned: bool,
    /// What has the environment that it is read from: `web` of `webEnv['PORT']`.
    of: Option<&'t str>,
}

fn name(before: &str) -> Option<Name<'_>> {
    let (mut rest, is_parsed) = without_radix(before);
    let (mut is_assigned, mut is_joined) = (false, is_parsed);
    for _ in 0..8 {
        let glue = rest.trim_end_matches([
            ' ', '\t', '\'', '"', '`', '=', ':', ',', '(', '{', '[', '<', '>', '|', '?', '!', ')', ']', '-', '\\', '&',
        ]);
        let between = &rest[glue.len()..];
        if !joins(between) {
            return None;
        }
        // A row of a table of variables: "| `PORT` | `4001` |".
        is_assigned |= between.contains(['=', ':']) || (between.contains('|') && between.contains('`'));
        // `wait_for_port "$REDIS_PORT" 30`: blanks and quotes join nothing.
        is_joined |= between.contains(['=', ':', ',', '(', '{', '[', '<', '>', '|', '?']);
        let start =
            glue.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '$')).len();
        let word = glue[start..].trim_start_matches(['-', '$', '.']);
        if is_port(last(word)) {
            // `listen(port, 4001)`: what follows a name that is no text is the next argument.
            let is_next = between.trim_start().starts_with(',') || is_radix(between);
            if is_next || (between.is_empty() && !is_parsed) || !is_joined {
                return None;
            }
            let is_environment = last(word) == "PORT" || word == "server.port";
            return Some(Name { text: word, is_environment, is_assigned, of: environment(&glue[..start]) });
        }
        if !word.split('.').all(|part| part.is_empty() || GLUE.contains(&part)) || word.is_empty() {
            return None;
        }
        // "`PORT`, default `4001`"
        is_assigned |= word == "default";
        is_joined = true;
        rest = &glue[..start];
    }
    None
}

/// A text before what a program takes where it cannot read a number: `Number(process.env.PORT` of `parseInt(process.env.PORT, 10) || `; and
/// whether it is one.
fn without_radix(before: &str) -> (&str, bool) {
    let call = before.trim_end_matches([' ', '|', '?', ')']);
    let inner = call.strip_suffix("10").map(str::trim_end).and_then(|inner| inner.strip_suffix(','));
    inner.filter(|_| call.len() < before.trim_end().len()).map_or((before, false), |inner| (inner, true))
}

/// Whether the next argument follows an empty text: `parseInt(process.env.PORT || '', `.
fn is_radix(between: &str) -> bool {
    between.trim_end().ends_with(',') && ["''", "\"\"", "``"].iter().any(|text| between.contains(text))
}

/// What has the environment that a text reads a variable from, where that is not the program's own: `web` of `webEnv?.['`.
fn environment(before: &str) -> Option<&str> {
    let object = before.trim_end_matches(['[', '\'', '"', '.', '?']);
    let name = &object[object.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len()..];
    let own = name.strip_suffix("Env").or_else(|| name.strip_suffix("_env"))?;
    let is_process = ["", "process", "app", "raw", "meta", "safe", "loaded"].contains(&own);
    (object.len() < before.len() && !is_process).then_some(own)
}

/// Whether what stands between a name and a number may join them: no comparison, no arrow, no end of something.
fn joins(between: &str) -> bool {
    let compares = ["==", "!=", "=>", ">=", "<=", "< ", "> ", "->", "- ", "&&", "--"];
    !compares.iter().any(|sign| between.contains(sign)) && between.len() <= 24
}

/// The last part of a dotted name.
fn last(word: &str) -> &str {
    word.rsplit('.').next().unwrap_or_default()
}

fn is_port(name: &str) -> bool {
    crate::formats::names_a_port(name)
}

/// The service of which a label says where its proxy finds it: `auth` of `traefik.http.services.auth.loadbalancer.server.port`.
///
/// Source: <https://doc.traefik.io/traefik/reference/routing-configuration/http/load-balancing/service/>.
fn balanced(name: &str) -> Option<&str> {
    let name = name.strip_suffix(".loadbalancer.server.port")?;
    Some(name.rsplit_once(".services.")?.1)
}

/// What stands before `port` in a name, if it says whose it is: `AUTH` of `AUTH_PORT`, `redis` of `redis.port`.
pub(super) fn owner(name: &str) -> Option<&str> {
    if let Some(name) = balanced(name) {
        return Some(name);
    }
    let name = &name[..name.len() - "port".len()];
    let name = name.trim_end_matches(['_', '-', '.']);
    let owner = name.rsplit('.').next().unwrap_or_default();
    let is_generic = owner.is_empty()
        || GENERIC.iter().any(|generic| owner.eq_ignore_ascii_case(generic))
        || owner == "container"
        || owner == "target";
    (!is_generic).then_some(owner)
}
