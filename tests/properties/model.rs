//! An allocation as the test knows it, and the ports.toml that says so.

use std::fmt::{self, Write as _};

use portgen::lints::LINTS;
use serde_json::Value;

/// What every service may be called: words that YAML, SQL or a shell take for something else are among them.
pub(super) const IDS: &[&str] =
    &["a", "api", "auth-service", "no", "null", "on", "true", "y", "port", "x1", "kafka", "kafka-x", "localhost"];

/// A package.json for each of [`IDS`] in turn, with `@` for the port, and the scripts that ports.toml names.
pub(super) const PACKAGES: &[(&str, Option<&str>)] = &[
    ("{\"scripts\": {\"dev\": \"next dev -p @\"}}", None),
    (
        "{\r\n\t\"name\": \"🦀\",\r\n\t\"scripts\": {\r\n\t\t\"dev\": \"next dev --port=@\",\r\n\t\t\"start\": \"cross-env PORT=@ node --max-old-space-size=4096 .\",\r\n\t\t\"build\": \"tsc -p tsconfig.json\"\r\n\t}\r\n}\r\n",
        None,
    ),
    ("{\n  \"scripts\": { \"dev\": \"vite\", \"test\": \"node --inspect=9229\" }\n}\n", None),
    ("{}", None),
    (
        "{\"scripts\": {\"dev\": \"concurrently \\\"next dev -p @\\\" \\\"wait-on http://localhost:@\\\"\", \"start\": \"next start -p @\"}}\n",
        None,
    ),
    ("{\"scripts\": {\"serve\": \"docker run -p @:80 nginx\"}, \"config\": {\"port\": \"9\"}}", None),
    (
        "{\"scripts\": {\"custom\": \"PORT=@ node .\", \"dev\": \"x -p 8999\", \"postinstall\": \"node x\"}}",
        Some("custom"),
    ),
];

#[derive(Clone)]
pub(super) struct Model {
    pub(super) name: String,
    pub(super) id: String,
    /// First and last port, purpose.
    pub(super) ranges: Vec<(u16, u16, String)>,
    pub(super) groups: Vec<Group>,
    pub(super) services: Vec<Service>,
    /// Lines of `reserved` and `retired`.
    pub(super) withheld: Vec<(u16, String)>,
    pub(super) outputs: Outputs,
}

#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) title: Option<String>,
    pub(super) label: Option<String>,
    pub(super) ranges: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Service {
    /// Index into [`IDS`].
    pub(super) id: usize,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) exception: Option<String>,
    pub(super) dir: Option<String>,
    /// Whether it has a package, and whether that is in the tree.
    pub(super) package: Option<bool>,
    pub(super) group: Option<usize>,
    pub(super) bindings: Vec<Binding>,
    /// Indices into [`Model::services`].
    pub(super) depends_on: Vec<usize>,
    pub(super) compose: Vec<(String, Value)>,
}

#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub(super) name: String,
    pub(super) host: u16,
    /// How many ports follow: none, unless it is a range.
    pub(super) more: u16,
    pub(super) container: Option<u16>,
    pub(super) service: Option<u16>,
    pub(super) protocol: Option<&'static str>,
    pub(super) app_protocol: Option<&'static str>,
    pub(super) expose: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(super) struct Outputs {
    pub(super) directory: &'static str,
    pub(super) disable: Vec<&'static str>,
    /// Whether compose.ports.yml is switched on.
    pub(super) enable: bool,
    /// Whether Compose publishes ports under variables.
    pub(super) variables: bool,
    /// Template and path.
    pub(super) paths: Vec<(&'static str, &'static str)>,
}

impl Binding {
    pub(super) fn published(&self) -> bool {
        self.expose != Some("none")
    }

    pub(super) fn container(&self) -> u16 {
        self.container.unwrap_or(self.host)
    }

    pub(super) fn protocol(&self) -> &'static str {
        self.protocol.unwrap_or("tcp")
    }

    pub(super) fn is_range(&self) -> bool {
        self.more > 0
    }

    /// Its first host port, and its last one if it is a range.
    pub(super) fn ends(&self) -> [u16; 2] {
        [self.host, self.host + self.more]
    }

    /// Whether a host port is one of its own.
    pub(super) fn has(&self, number: u16) -> bool {
        (self.host..=self.host + self.more).contains(&number)
    }

    /// The ports that start with `first`, as people write them.
    pub(super) fn from(&self, first: u16) -> String {
        if self.is_range() { format!("{first}-{}", first + self.more) } else { first.to_string() }
    }

    /// As ports.toml has them.
    fn written(&self, first: u16) -> String {
        if self.is_range() { format!("\"{}\"", self.from(first)) } else { first.to_string() }
    }

    fn table(&self, named: bool) -> String {
        let mut keys = vec![format!("host = {}", self.written(self.host))];
        keys.extend(self.container.map(|port| format!("container = {}", self.written(port))));
        keys.extend(self.service.map(|port| format!("service = {port}")));
        let words = [("protocol", self.protocol), ("app-protocol", self.app_protocol), ("expose", self.expose)];
        keys.extend(words.iter().filter_map(|(key, word)| word.map(|word| format!("{key} = \"{word}\""))));
        if !named {
            keys.push(format!("name = \"{}\"", self.name));
        }
        format!("{{ {} }}", keys.join(", "))
    }
}

impl Service {
    pub(super) fn id(&self) -> &'static str {
        IDS[self.id]
    }

    pub(super) fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(self.id())
    }

    /// Its ports that are not ranges: others are not in Kubernetes and not in scripts.
    pub(super) fn single(&self) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(|binding| !binding.is_range())
    }

    pub(super) fn runs(&self) -> bool {
        !self.bindings.is_empty() || !self.compose.is_empty()
    }

    /// Where its package.json is, if it has one.
    pub(super) fn package_path(&self) -> Option<String> {
        let folder = if self.package? { "packages" } else { "elsewhere" };
        Some(format!("{folder}/{}/package.json", self.id()))
    }

    fn toml(&self, model: &Model) -> String {
        let mut out = format!("[services.{}]\n", self.id());
        let texts = [
            ("title", &self.title),
            ("description", &self.description),
            ("out-of-range", &self.exception),
            ("dir", &self.dir),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                let _ = writeln!(out, "{key} = {}", quoted(text));
            }
        }
        if let Some(group) = self.group {
            let _ = writeln!(out, "group = \"g{group}\"");
        }
        if let Some(path) = self.package_path() {
            let _ = writeln!(out, "package = {}", quoted(&path));
            if let Some(script) = PACKAGES[self.id % PACKAGES.len()].1 {
                let _ = writeln!(out, "scripts = [\"{script}\"]");
            }
        }
        let needed: Vec<&str> = self.depends_on.iter().map(|service| model.services[*service].id()).collect();
        let _ = writeln!(out, "depends-on = {needed:?}");
        let _ = writeln!(out, "{}", self.ports());
        if !self.compose.is_empty() {
            let keys = self.compose.iter().map(|(key, value)| format!("{} = {}", quoted(key), toml(value)));
            let _ = writeln!(out, "compose = {{ {} }}", keys.collect::<Vec<_>>().join(", "));
        }
        out
    }

    fn ports(&self) -> String {
        match &*self.bindings {
            [] => "port = \"none\"".to_owned(),
            [one] if one.table(false) == format!("{{ host = {}, name = \"http\" }}", one.host) => {
                format!("port = {}", one.host)
            }
            [one] => format!("port = {}", one.table(false)),
            several => {
                let named = several.iter().map(|one| match &*one.table(true) {
                    table if table == format!("{{ host = {} }}", one.written(one.host)) => {
                        format!("{} = {}", one.name, one.written(one.host))
                    }
                    table => format!("{} = {table}", one.name),
                });
                format!("ports = {{ {} }}", named.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// A failing case is shown as the ports.toml that it is.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.toml())
    }
}

impl Model {
    /// ports.toml. Lints that may be lowered only warn, so that any numbers will do.
    pub(super) fn toml(&self) -> String {
        let mut out = format!("version = 1\n[platform]\nname = {}\nid = \"{}\"\n", quoted(&self.name), self.id);
        out.push_str("[lints]\n");
        LINTS.iter().filter(|lint| !lint.fixed).for_each(|lint| out.push_str(&format!("{} = \"warn\"\n", lint.code)));
        out.push_str("[ranges]\n");
        for (index, (first, last, purpose)) in self.ranges.iter().enumerate() {
            let _ = writeln!(out, "r{index} = {{ ports = \"{first}-{last}\", purpose = {} }}", quoted(purpose));
        }
        for (index, group) in self.groups.iter().enumerate() {
            let ranges: Vec<String> = group.ranges.iter().map(|range| format!("r{range}")).collect();
            let _ = writeln!(out, "[groups.g{index}]\nranges = {ranges:?}");
            for (key, text) in [("title", &group.title), ("label", &group.label)] {
                if let Some(text) = text {
                    let _ = writeln!(out, "{key} = {}", quoted(text));
                }
            }
        }
        self.services.iter().for_each(|service| out.push_str(&service.toml(self)));
        for (port, text) in &self.withheld {
            // Of a service that is there it would say which number its script had.
            let service = quoted(&format!("{text} of before"));
            let text = quoted(text);
            let _ = match port % 2 {
                0 => writeln!(out, "[[reserved]]\nports = \"{port}-65535\"\nreason = {text}"),
                _ => writeln!(
                    out,
                    "[[retired]]\nport = {port}\nservice = {service}\nsince = 2026-01-31\nreason = {text}"
                ),
            };
        }
        let Outputs { directory, disable, enable, variables, paths } = &self.outputs;
        let enable = if *enable { &["compose.ports.yml"][..] } else { &[] };
        let _ = writeln!(
            out,
            "[outputs]\ndirectory = \"{directory}\"\ndisable = {disable:?}\nenable = {enable:?}\ncompose = {{ variables = {variables} }}\n[outputs.paths]"
        );
        paths.iter().for_each(|(template, path)| out.push_str(&format!("\"{template}\" = \"{path}\"\n")));
        out
    }
}

/// A basic string: JSON's escapes are TOML's too.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A value on one line.
fn toml(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| format!("{} = {}", quoted(key), toml(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        scalar => scalar.to_string(),
    }
}
