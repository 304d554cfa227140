//! Addresses: `http://localhost:4001`, `kafka:9092`, `127.0.0.1:4001`.

use std::borrow::Cow;

use super::spot::{Language, Spot};
use super::{Said, View, Whose};
use crate::formats::url;

#[cfg(test)]
pub(super) const COUNTS: [&str; 25] = [
    "const url = isProduction ? 'https://web.example.com' : 'http://localhost:4001';",
    "ENV ASPNETCORE_URLS=http://*:4001",
    "builder.WebHost.UseUrls(\"http://+:4001\")",
    "- targets: [\"<host>:4001\"]",
    "PG_URL = \"postgres://u:p@${attr.unique.network.ip-address}:4001/db\"",
    "PG_URL=postgres://$USER:$PASSWORD@$HOST:4001/db",
    "# Postgres on 127.0.0.1:5432 (repo) and :4001 (tenant)",
    "  url: 0.0.0.0:4001",
    "open http://<server-ip>:4001/",
    "open http://your-domain:4001/",
    "IdentityUrl=http://${EXTERNAL_HOST}:4001/login",
    "curl http://$NODE:4001/health",
    "baseUrl: `http://${process.env.HOST_IP || \"localhost\"}:4001`",
    "\"ConnectionString\": \"Server=tcp:127.0.0.1,4001;Database=app\"",
    "Data Source=sql,4001;Initial Catalog=app",
    "# http://docker.for.mac.localhost:4001/x",
    "eureka.url=http://${EUREKA_HOST:localhost}:4001/eureka",
    "const url = 'http://localhost:4001';",
    "fetch(`http://auth-service:4001/login`)",
    "brokers: ['kafka:9092']",
    "DATABASE_URL=postgres://u:p@db:5432/app",
    "upstream api { server 127.0.0.1:4001; }",
    "addr := \"localhost:4001\"",
    "redis://[::1]:6379",
    "curl -f http://127.0.0.1:4001/health",
];

#[cfg(test)]
pub(super) const DOES_NOT: [&str; 13] = [
    "Map<string>:4001",
    "at 12:30 and :45",
    "server=[🦀],4001",
    "echo ${A}:4001",
    "f(localhost,4001)",
    "https://example.com/${PATH}:4001",
    "--health-cmd \"curl -I http://127.0.0.1:4001/health\"",
    "at 12:30:45",
    "ratio 16:90",
    "image: postgres:16",
    "FROM node:2204",
    "{\"a\":4001}",
    "T10:15:30",
];

/// Reads the port of an address.
pub(super) fn read<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    let Some(before) = spot.before.strip_suffix(':') else { return at_sql_server(spot) };
    if spot.behind.starts_with([':', '-', '@']) {
        return None;
    }
    if is_further(before) {
        return Some(Said::new(View::Host, Whose::Local));
    }
    // `http://*:4001`, `http://+:4001`: on every address.
    if before.strip_suffix(['*', '+']).is_some_and(|scheme| scheme.ends_with("://")) {
        return Some(Said::new(View::Listen, Whose::Own).weak());
    }
    let Some(host) = url::host(before).or_else(|| default_host(before)) else { return at_variable(before, spot) };
    let token = before_host(before, host).trim_end_matches(['[', ']']);
    let word = token.rsplit(char::is_whitespace).next().unwrap_or_default();
    let has_scheme = token.ends_with("//") || (token.ends_with('@') && word.contains("://"));
    // Docker runs it in the container: `--health-cmd "curl http://localhost:9000"`.
    if token.contains("health-cmd") || token.contains("'CMD'") || token.contains("\"CMD\"") {
        return None;
    }
    if url::is_local(host) || url::is_loopback_name(host) {
        let said = local(host, has_scheme, token, spot);
        return Some(if is_example(token, has_scheme, spot) { said.weak() } else { said });
    }
    if is_placeholder(host) && (has_scheme || spot.language == Language::Prose) {
        return Some(Said::new(View::Host, Whose::Local));
    }
    let is_whole =
        !token.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '$' | '}' | '\\')) || has_scheme;
    if !is_whole || (!has_scheme && !is_pair(host, token, spot)) {
        return at_variable(before, spot);
    }
    let said = Said::new(View::Network, Whose::Host(Cow::Borrowed(host)));
    let is_value = spot.language == Language::Settings && token.ends_with([' ', '"', '\'']) && is_end(spot.behind);
    Some(if has_scheme || (is_value && spot.port >= 1024) { said } else { said.weak() })
}

/// Whether another port of this machine stands before a colon alone: `127.0.0.1:4001 (web) and :4002`.
fn is_further(before: &str) -> bool {
    let is_port = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    [" and ", " or ", ", "].iter().any(|word| before.ends_with(word))
        && ["localhost:", "127.0.0.1:"].iter().any(|host| before.split(host).skip(1).any(is_port))
}

/// What stands before the host in a text that it is a part of.
fn before_host<'t>(text: &'t str, host: &str) -> &'t str {
    &text[..host.as_ptr() as usize - text.as_ptr() as usize]
}

/// Whether a value ends before what stands behind it.
fn is_end(behind: &str) -> bool {
    matches!(behind.trim_end(), "" | "\"" | "'" | "\"," | "',")
}

/// An address whose host is a variable: `http://${HOST}:4001`, `http://$HOST:4001`. The number alone tells whose it is.
fn at_variable<'t>(before: &'t str, spot: &Spot<'t>) -> Option<Said<'t>> {
    let scheme = match before.strip_suffix('}') {
        Some(inner) => inner[..inner.rfind('{')?].trim_end_matches(['$', '#', '{']),
        // `http://<server-ip>:4001`, `<host>:4001`
        None if before.ends_with('>') => {
            let open = before.rfind('<')?;
            if names_a_machine(&before[open..]) && !before[..open].ends_with(char::is_alphanumeric) {
                return Some(Said::new(View::Any, Whose::Local));
            }
            &before[..open]
        }
        None => before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').strip_suffix('$')?,
    };
    let said = Said::new(View::Any, Whose::Local);
    let said = if spot.language == Language::Test { said.weak() } else { said };
    let word = scheme.rsplit(char::is_whitespace).next().unwrap_or_default();
    (scheme.ends_with("://") || (scheme.ends_with('@') && word.contains("://"))).then_some(said)
}

/// Whether what stands in a document for a word of the reader's is a machine: `<server-ip>`.
fn names_a_machine(placeholder: &str) -> bool {
    let mut words = placeholder.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| {
        ["domain", "host", "hostname", "ip", "machine", "server"].iter().any(|known| word.eq_ignore_ascii_case(known))
    })
}

/// Whether a host stands for that of the reader of a document.
fn is_placeholder(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.starts_with("your-") || host.starts_with("your_") || matches!(&*host, "server-ip" | "host-ip" | "hostname")
}

/// The address of a SQL Server, which has a comma before its port: `Server=tcp:127.0.0.1,1433;`.
///
/// Source: <https://learn.microsoft.com/dotnet/api/microsoft.data.sqlclient.sqlconnection.connectionstring>.
fn at_sql_server<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    const KEYS: [&str; 4] = ["server=", "data source=", "address=", "addr="];
    let before = spot.before.strip_suffix(',')?;
    let host = url::host(before)?;
    let key = before_host(before, host).to_ascii_lowercase();
    let key = key.strip_suffix("tcp:").unwrap_or(&key);
    KEYS.iter().any(|name| key.ends_with(name)).then(|| match url::is_local(host) {
        true => Said::new(View::Host, Whose::Local),
        false => Said::new(View::Network, Whose::Host(Cow::Borrowed(host))),
    })
}

/// Whether an address in a program is an example for people: amid a sentence, or beside `example.com`.
fn is_example(token: &str, has_scheme: bool, spot: &Spot<'_>) -> bool {
    let is_sentence = [" as ", " like ", " or ", " e.g. "].iter().any(|words| token.ends_with(words));
    let is_code = matches!(spot.language, Language::Code | Language::Settings);
    is_code && !has_scheme && (is_sentence || token.contains("example.com"))
}

/// An address of this machine.
fn local<'t>(host: &str, has_scheme: bool, token: &'t str, spot: &Spot<'t>) -> Said<'t> {
    let language = spot.language;
    // To listen on every address, unless it is called.
    if matches!(host, "0.0.0.0" | "::") && !has_scheme && !is_called(token) {
        let said = Said::new(View::Listen, Whose::Own);
        return if is_bound(token) { said } else { said.weak() };
    }
    let whose = match language {
        // `[Jaeger](http://localhost:8080/jaeger/)` is behind a proxy.
        Language::Prose if is_proxied(before_url(token), spot.behind) => Whose::Local,
        Language::Prose => Whose::LocalIn(Cow::Borrowed(before_url(token))),
        _ => match variable(token)
            .or_else(|| key(token).filter(|_| language == Language::Settings))
            .or_else(|| variable_above(token, spot.above))
            .or_else(|| elsewhere(token, spot.above))
        {
            Some(name) => Whose::LocalOf(Cow::Borrowed(name)),
            None => Whose::Local,
        },
    };
    let said = Said::new(View::Host, whose);
    if language == Language::Test && !is_visited(token) && !is_of_environment(token) { said.weak() } else { said }
}

/// Whether a line says where its program listens, as settings of gunicorn and hypercorn do: `bind = "0.0.0.0:4001"`.
///
/// Source: <https://docs.gunicorn.org/en/stable/settings.html#bind>.
fn is_bound(token: &str) -> bool {
    let key = token.trim_end_matches(['"', '\'', '[', ' ']).strip_suffix('=');
    key.is_some_and(|key| key.trim_end() == "bind")
}

/// Whether the key of a value says that it is called: `url: 0.0.0.0:4001`.
fn is_called(token: &str) -> bool {
    let key = token.trim_end_matches(['"', '\'', ' ']).trim_end_matches([':', '=']).trim_end_matches(['"', '\'', ' ']);
    let word = key.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    key.len() < token.len()
        && ["url", "uri", "target", "upstream"].iter().any(|end| word.to_ascii_lowercase().ends_with(end))
}

/// Whether an address is the default of a variable of the environment, which is one of what is developed with, also in tests:
/// `process.env.API_URL ?? "http://localhost:4001"`.
fn is_of_environment(token: &str) -> bool {
    const READS: [&str; 9] = [
        "process.env.",
        "import.meta.env.",
        "os.environ",
        "os.getenv(",
        "getenv(",
        "System.get_env(",
        "ENV.fetch(",
        "ENV[",
        "env::var(",
    ];
    READS.iter().any(|read| token.contains(read))
}

/// Whether a test opens an address in a browser, where what it tests runs: `page.goto('http://localhost:4001')`.
fn is_visited(token: &str) -> bool {
    const CALLS: [&str; 4] = ["goto(", "visit(", "toHaveURL(", "waitForURL("];
    let call = token.trim_end_matches("http://").trim_end_matches(['"', '\'', '`']);
    CALLS.iter().any(|one| call.ends_with(one))
}

/// Whether the path behind a port begins with a word of what stands before the address.
fn is_proxied(before: &str, behind: &str) -> bool {
    let path = behind.strip_prefix('/').unwrap_or_default().to_ascii_lowercase();
    let first = path.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
    first.len() > 3 && before.to_ascii_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == first)
}

/// The host that is the default of a variable as Spring and shells write it: `${DB_HOST:localhost}`, `${DB_HOST:=localhost}`.
fn default_host(before: &str) -> Option<&str> {
    let inner = before.strip_suffix('}')?;
    let (_, default) = inner[inner.rfind("${")?..].split_once(':')?;
    let host = default.trim_start_matches(['=', '-']);
    url::is_local(host).then_some(host)
}

/// A text without the start of the address at its end: `http://admin:secret@`.
fn before_url(text: &str) -> &str {
    text.trim_end_matches(|c: char| !c.is_whitespace() && !matches!(c, '|' | '(' | '<' | '`' | '"'))
}

/// What the names of variables and keys of addresses end in.
const ENDS: [&str; 9] = ["url", "uri", "host", "addr", "address", "endpoint", "origin", "base", "target"];

/// The name of the variable or key that an address is a value of: the last word before it that ends as such names do.
fn variable(before: &str) -> Option<&str> {
    let mut rest = before;
    // An assignment is near: names further away are of something else.
    for _ in 0..8 {
        rest = rest.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let start = rest.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).len();
        let word = &rest[start..];
        let lower = word.to_ascii_lowercase();
        // `curl` is no variable: the end is a word of its own, `API_URL`, `apiUrl`.
        let is_end = |end: &&str| {
            let before = lower.strip_suffix(*end).filter(|before| !before.is_empty());
            before.is_some_and(|before| {
                before.ends_with(['_', '-']) || word[before.len()..].starts_with(char::is_uppercase)
            })
        };
        if ENDS.iter().any(is_end) {
            return Some(word);
        }
        rest = &rest[..start];
        if rest.is_empty() {
            return None;
        }
    }
    None
}

/// The variable of which an address is the default where it stands in a line of its own: `process.env.API_URL ||` above it,
/// `os.getenv(`, `"API_URL",`.
fn variable_above<'t>(token: &str, above: &'t str) -> Option<&'t str> {
    let start = token
        .strip_suffix("//")
        .map_or(token, |token| token.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == ':'));
    let start = start.trim_matches([' ', '\t', '"', '\'', '`', '(']);
    let end = above.trim_end();
    let goes_on =
        ["||", "??", "("].iter().any(|sign| end.ends_with(sign)) || end.ends_with("\",") || end.ends_with("',");
    // What takes its place elsewhere: `? SHOP_URL` above `: "http://localhost:4001"`.
    let last = &end[end.rfind('\n').map_or(0, |at| at + 1)..];
    if start == ":" && last.trim_start().starts_with('?') && !last.contains("://") {
        return variable(last);
    }
    let is_default = matches!(start, "||" | "??") || (start.is_empty() && goes_on);
    let statement = &end[end.rfind([';', '{', '}']).map_or(0, |at| at + 1)..];
    variable(statement).filter(|_| is_default && !statement.contains("\n\n"))
}

/// What the host is called that takes the place of this machine elsewhere: `web` of `isProduction ? "https://web.example.com" : `.
fn elsewhere<'t>(token: &'t str, above: &'t str) -> Option<&'t str> {
    let start = token
        .strip_suffix("//")
        .map_or(token, |token| token.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == ':'));
    let start = start.trim_end_matches(['"', '\'', '`']).trim_end().strip_suffix(':')?.trim_end();
    let before = if start.is_empty() { above.trim_end() } else { start };
    let value = &before[..before.len() - 1];
    let quote = before.chars().next_back().filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
    let open = value.rfind(quote)?;
    let is_choice = value[..open].trim_end().ends_with('?');
    let host = value[open + 1..].strip_prefix("https://")?.split(['/', ':']).next().unwrap_or_default();
    let (first, rest) = host.split_once('.')?;
    (is_choice && rest.contains('.') && !matches!(first, "www" | "docs")).then_some(first)
}

/// The key whose whole value an address is, in a configuration: `"auth": "http://`.
fn key(before: &str) -> Option<&str> {
    let scheme = before.strip_suffix("://")?.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '+');
    let key = scheme.trim_end_matches(['"', '\'', ' ', '=', ':']);
    let start = key.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).len();
    let is_named = !ENDS.contains(&&*key[start..].to_ascii_lowercase());
    (scheme[key.len()..].contains([':', '=']) && start < key.len() && is_named).then_some(&key[start..])
}

/// Whether `name:number` without a scheme is an address, not a tag, a key or a time.
fn is_pair(host: &str, token: &str, spot: &Spot<'_>) -> bool {
    let is_port = spot.port >= 1024 || matches!(spot.port, 80 | 443);
    let is_setting = host == "port" || host.ends_with(".port") || host.ends_with("-port") || host.ends_with("_port");
    let is_image = ["image", "FROM ", "docker pull", "tag"].iter().any(|word| token.contains(word));
    let is_name = host.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
        && host
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'));
    is_port && !is_setting && !is_image && is_name && !token.ends_with('-')
}
