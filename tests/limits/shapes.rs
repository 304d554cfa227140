//! Files of a size that somebody could make to have much said of them.

/// A kind of file.
pub(super) struct Shape {
    pub(super) name: &'static str,
    /// The files of a project, of about so many bytes.
    pub(super) files: fn(usize) -> Vec<(String, String)>,
    /// What must be said of them, however much else there is to say.
    pub(super) codes: &'static [&'static str],
}

const HEAD: &str = "version = 1\nplatform = { name = \"A\", id = \"a\" }\n";

/// ports.toml alone: a head, and a piece as often as it has room, which is told how often it was there before.
fn ports_toml(size: usize, before: &str, piece: impl Fn(usize) -> String, after: &str) -> Vec<(String, String)> {
    vec![("ports.toml".to_owned(), repeated(size, &format!("{HEAD}{before}"), piece, after))]
}

fn repeated(size: usize, before: &str, piece: impl Fn(usize) -> String, after: &str) -> String {
    let mut text = before.to_owned();
    let mut index = 0;
    while text.len() < size {
        text.push_str(&piece(index));
        index += 1;
    }
    text + after
}

/// A package.json with one long script, and a service that names it.
fn script(size: usize, piece: impl Fn(usize) -> String, after: &str) -> Vec<(String, String)> {
    let ports_toml = format!("{HEAD}[services.a]\nport = 4001\npackage = \"a/package.json\"\n");
    let script = repeated(size, "{ \"scripts\": { \"dev\": \"next 1 ", piece, after);
    vec![("ports.toml".to_owned(), ports_toml), ("a/package.json".to_owned(), script + "\" } }\n")]
}

/// Two services, of which one has this key of `compose`. The container port of the other one is not that on the host.
fn compose(size: usize, before: &str, piece: impl Fn(usize) -> String, after: &str) -> Vec<(String, String)> {
    let services = "[services.db]\nport = { host = 5433, container = 5432 }\n[services.a]\nport = 4001\n";
    ports_toml(size, &format!("{services}[services.a.compose]\nimage = \"x\"\n{before}"), piece, &format!("{after}\n"))
}

/// The ports of a service by name.
fn many_ports(size: usize) -> String {
    repeated(size, "", |n| format!("b{n} = {}, ", 10_000 + n), "last = 9999")
}

/// A template with a pattern, and a text as often as it has room.
fn pattern(size: usize, pattern: &str, text: &str) -> Vec<(String, String)> {
    let ports_toml = format!("{HEAD}[services.a]\nport = 4001\n");
    let front = format!("{{#-\noutput: a.txt\nformat: text\nclaims: '{pattern}'\n-#}}\n");
    let template = repeated(size, &front, |_| text.to_owned(), "");
    vec![("ports.toml".to_owned(), ports_toml), ("templates/a.txt.j2".to_owned(), template)]
}

/// A port that no other of the first 60,000 has.
fn port(index: usize) -> usize {
    1024 + index % 60_000
}

macro_rules! shapes {
    ($($name:literal, $codes:expr, |$size:ident| $files:expr;)*) => {
        &[$(Shape { name: $name, codes: &$codes, files: |$size| $files }),*]
    };
}

pub(super) const SHAPES: &[Shape] = shapes! {
    "unknown keys", ["unknown-key"], |size| ports_toml(size, "", |n| format!("k{n} = 1\n"), "");
    "unknown keys near known ones", ["unknown-key"], |size| ports_toml(size, "[services.a]\nport = 4001\n", |n| format!("depends-on{n} = 1\n"), "");
    "unknown sections", ["unknown-key"], |size| ports_toml(size, "", |n| format!("[s{n}]\n"), "");
    "one line of wrong dependencies", ["unknown-dependency"], |size| ports_toml(size, "[services.b]\nport = 4001\ndepends-on = [", |_| "\"a\", ".to_owned(), "]\n");
    "one line of different wrong dependencies", ["unknown-dependency"], |size| ports_toml(size, "[services.b]\nport = 4001\ndepends-on = [", |n| format!("\"a{n}\", "), "]\n");
    "wrong dependencies among many services", ["unknown-dependency"], |size| ports_toml(size, "", |n| format!("[services.service-{n}]\nport = {}\ndepends-on = [\"servise-{n}\"]\n", port(n)), "");
    "one service many times", [], |size| ports_toml(size, "[services.b]\nport = 4001\n[services.a]\nport = 4002\ndepends-on = [", |_| "\"b\", ".to_owned(), "]\n");
    "a list in lists", [], |size| ports_toml(size, "a = ", |_| "[".to_owned(), "\n");
    "a table in tables", [], |size| ports_toml(size, "a = ", |_| "{ a = ".to_owned(), "\n");
    "a key again, and a list in lists", ["duplicate-key"], |size| ports_toml(size / 2, "version = 1\na = ", |_| "[".to_owned(), &("]".repeat(size / 2) + "\n"));
    "a key again, and a list in lists without an end", ["duplicate-key"], |size| ports_toml(size, "version = 1\na = ", |_| "[".to_owned(), "\n");
    "a key again, and a table in tables", ["duplicate-key"], |size| ports_toml(size / 2, "version = 1\na = ", |_| "{a=".to_owned(), &(format!("1{}\n", "}".repeat(size / 6))));
    "a path of tables", [], |size| ports_toml(size, "[a", |_| ".a".to_owned(), "]\n");
    "a long key", ["unknown-key"], |size| ports_toml(size, "", |_| "k".to_owned(), " = 1\n");
    "long keys", ["unknown-key"], |size| ports_toml(size, "", |n| format!("{}{n} = 1\n", "k".repeat(2_000)), "");
    "a long text", [], |size| ports_toml(size, "[services.a]\nport = 4001\ntitle = \"", |_| "t".to_owned(), "\"\n");
    "hidden characters", ["invalid-text"], |size| ports_toml(size, "[services.a]\nport = 4001\ntitle = \"", |_| "\u{202e}".to_owned(), "\"\n");
    "hidden characters in each line", ["invalid-text"], |size| ports_toml(size, "", |n| format!("[services.a{n}]\nport = 4001\ntitle = \"\u{202e}\"\n"), "");
    "a key again and again", [], |size| ports_toml(size, "", |_| "a = 1\n".to_owned(), "");
    "a table again and again", [], |size| ports_toml(size, "", |_| "[services.a]\nport = 4001\n".to_owned(), "");
    "one port", ["duplicate-port"], |size| ports_toml(size, "", |n| format!("[services.s{n}]\nport = 4001\n"), "");
    "one port in many profiles", [], |size| ports_toml(size, "", |n| format!("[services.s{n}]\nport = 4001\ncompose.profiles = [\"p{n}\"]\n"), "");
    "one port, on one line", ["duplicate-port"], |size| ports_toml(size, "services = { ", |n| format!("s{n} = {{ port = 4001 }}, "), "}\n");
    "every port", [], |size| ports_toml(size, "", |n| format!("[services.s{n}]\nport = {}\n", port(n)), "");
    "ports in every form that is wrong", [], |size| ports_toml(size, "", |n| format!("[services.s{n}]\nport = {}\n", 70_000 + n), "");
    "one service with every port", [], |size| ports_toml(size, "[services.a]\nports = { ", |n| format!("b{n} = {}, ", port(n)), "}\n");
    "services in one circle", ["dependency-cycle"], |size| ports_toml(size, "[services.first]\nport = 80\ndepends-on = [\"s500\"]\n", |n| format!("[services.s{n}]\nport = {}\ndepends-on = [\"{}\"]\n", port(n), if n == 0 { "first".to_owned() } else { format!("s{}", n - 1) }), "");
    "services that depend on each other", ["dependency-cycle"], |size| ports_toml(size, "", |n| format!("[services.a{n}]\nport = {}\ndepends-on = [\"b{n}\"]\n[services.b{n}]\nport = {}\ndepends-on = [\"a{n}\"]\n", port(2 * n), port(2 * n + 1)), "");
    "ranges in ranges", ["overlapping-ranges"], |size| ports_toml(size, "", |n| format!("[ranges.r{n}]\nports = \"1024-60000\"\npurpose = \"p\"\n"), "");
    "conflict markers", ["merge-conflict"], |size| ports_toml(size, "", |n| format!("<<<<<<< a\nk{n} = 1\n=======\nk{n} = 2\n>>>>>>> b\n"), "");
    "a template of mistakes", [], |size| vec![("ports.toml".to_owned(), format!("{HEAD}[services.a]\nport = 4001\n")), ("templates/a.txt.j2".to_owned(), repeated(size, "---\noutput: a.txt\nformat: text\n---\n", |_| "http://localhost:4999/\n".to_owned(), ""))];
    "a package.json of scripts", [], |size| vec![("ports.toml".to_owned(), format!("{HEAD}[services.a]\nport = 4001\npackage = \"a/package.json\"\n")), ("a/package.json".to_owned(), repeated(size, "{ \"scripts\": {", |n| format!(" \"s{n}\": \"next dev -p 8000\",\n"), " \"last\": \"\" } }\n"))];
    "one script of many ports", [], |size| script(size, |n| format!("-p {} ", port(n)), "");
    "one script of many ports in one word", [], |size| script(size, |n| format!("{}/", port(n)), "");
    "one script of addresses in one word", [], |size| script(size, |n| format!("http://a@localhost:{},", port(n)), "");
    "one script of users in one word", [], |size| script(size, |n| format!("a@localhost:{},", port(n)), "");
    "one script of numbers", [], |size| script(size, |n| if n == 0 { "; x ".to_owned() } else { format!("{} ", port(n)) }, "");
    "one script of options", [], |size| script(size, |n| if n == 0 { "; x ".to_owned() } else { format!("-p {}:80 ", port(n)) }, "");
    "one script of variables", [], |size| script(size, |n| format!("A{n}={} ", port(n)), "");
    "one script of commands with variables", [], |size| script(size, |n| format!("export A{n}={} && ", port(n)), "");
    "one script of substitutions without an end", [], |size| script(size, |_| "$(".to_owned(), "");
    "one script of substitutions in each other", [], |size| script(size / 2, |_| "$(a ".to_owned(), &")".repeat(size / 8));
    "one script of defaults in each other", [], |size| script(size, |_| "${A_PORT:-".to_owned(), "}");
    "one script of quotes without an end", [], |size| script(size, |_| "\\\\\\\\\\\\\\\\\\\\' ".to_owned(), "");
    "many ports in one command", [], |size| compose(size, "command = \"", |n| format!("--port {} nc db {} ", port(n), port(n)), "\"");
    "many wrong addresses in one value", ["unallocated-port"], |size| compose(size, "environment.X = \"", |n| format!("http://db:{} ", port(n)), "\"");
    "many variables of ports", [], |size| compose(size, "environment = [", |n| format!("\"V{n}_PORT={}\", ", port(n)), "]");
    "many wrong placeholders in one value", ["unallocated-port"], |size| compose(size, "environment.X = \"", |_| "http://db:${ports.db.host} ".to_owned(), "\"");
    "many placeholders of nobody in one value", ["unknown-service"], |size| compose(size, "environment.X = \"", |n| format!("${{ports.x{n}.host}} "), "\"");
    "one service with many ports and addresses", ["unallocated-port"], |size| compose(size / 2, "command = \"", |n| format!("http://a:{} ", port(n)), &format!("\"\n[services.b]\nports = {{ {} }}", many_ports(size / 4)));
    "services that state ports of each other", ["unallocated-port"], |size| ports_toml(size, "", |n| format!("[services.s{n}]\nport = {}\ncompose.environment.X = \"http://s{}:1 localhost:{}\"\n", port(n), n.saturating_sub(1), port(n)), "");
    "empty ports in each environment", ["container-port"], |size| ports_toml(size, "", |n| format!("[services.s{n}]\nport = {}\ndir = \"d\"\ncompose.environment.PORT = \"\"\n", port(n)), "");
    "services in the network of one", [], |size| ports_toml(size, "[services.first]\nport = 80\n", |n| format!("[services.s{n}]\nport = {}\ncompose = {{ network_mode = \"service:first\", command = \"--port {}\" }}\n", port(n), port(n)), "");
    "a long line for a pattern", ["invalid-output"], |size| pattern(size, r"PORT = (\d+)", "PORT = 4001 ");
    "many lines for a pattern", [], |size| pattern(size, r"PORT = (\d+)", "PORT = 4001\n");
    "a portgen.lock of nobody's files", [], |size| vec![("ports.toml".to_owned(), format!("{HEAD}[services.a]\nport = 4001\n")), ("generated/portgen.lock".to_owned(), repeated(size, "", |n| format!("{}  generated/f{n}\n", "0".repeat(64)), ""))];
    "ports as texts", [], |size| ports_toml(size, "", |n| format!("[services.s{n}]\nport = \"{}\"\n", port(n)), "");
};

/// Files of which each line, or each byte, is a thing of its own: what is kept of each counts.
pub(super) const FINE: &[Shape] = shapes! {
    "a key in each line", ["unknown-key"], |size| ports_toml(size, "", |n| format!("k{n}=1\n"), "");
    "a key again in each line", ["duplicate-key"], |size| ports_toml(size, "", |_| "a=1\n".to_owned(), "");
    "tables, and some of them again", ["duplicate-key"], |size| ports_toml(size, "", |n| format!("[s{}]\na=1\n", if n < size / 20 { n } else { n - size / 20 }), "");
    "a list of wrong entries", ["syntax"], |size| ports_toml(size, "reserved = [", |_| "{a=1},".to_owned(), "]\n");
    "a bracket in each line", ["syntax"], |size| ports_toml(size, "", |_| "]\n".to_owned(), "");
    "a wrong escape in each two bytes", ["syntax"], |size| ports_toml(size, "a = \"", |_| "\\q".to_owned(), "\"\n");
    "nothing in each line, and more than is read", ["too-large"], |size| ports_toml(5 * size, "", |_| "\n".to_owned(), "");
};
