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
    "a path of tables", [], |size| ports_toml(size, "[a", |_| ".a".to_owned(), "]\n");
    "a long key", ["unknown-key"], |size| ports_toml(size, "", |_| "k".to_owned(), " = 1\n");
    "long keys", ["unknown-key"], |size| ports_toml(size, "", |n| format!("{}{n} = 1\n", "k".repeat(2_000)), "");
    "a long text", [], |size| ports_toml(size, "[services.a]\nport = 4001\ntitle = \"", |_| "t".to_owned(), "\"\n");
    "hidden characters", ["invalid-text"], |size| ports_toml(size, "[services.a]\nport = 4001\ntitle = \"", |_| "\u{202e}".to_owned(), "\"\n");
    "hidden characters in each line", ["invalid-text"], |size| ports_toml(size, "", |n| format!("[services.a{n}]\nport = 4001\ntitle = \"\u{202e}\"\n"), "");
    "a key again and again", [], |size| ports_toml(size, "", |_| "a = 1\n".to_owned(), "");
    "a table again and again", [], |size| ports_toml(size, "", |_| "[services.a]\nport = 4001\n".to_owned(), "");
    "one port", ["duplicate-port"], |size| ports_toml(size, "", |n| format!("[services.s{n}]\nport = 4001\n"), "");
    "one port, on one line", ["duplicate-port"], |size| ports_toml(size, "services = { ", |n| format!("s{n} = {{ port = 4001 }}, "), "}\n");
    "every port", [], |size| ports_toml(size, "", |n| format!("[services.s{n}]\nport = {}\n", port(n)), "");
    "ports in every form that is wrong", [], |size| ports_toml(size, "", |n| format!("[services.s{n}]\nport = {}\n", 70_000 + n), "");
    "ports as texts", [], |size| ports_toml(size, "", |n| format!("[services.s{n}]\nport = \"{}\"\n", port(n)), "");
};
