//! What portgen says holds no value of a person's file but ports: every value has a mark here, and no message does.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::sandbox::Sandbox;
use crate::tries::tries;

const CASES: u32 = 16;

/// What every value contains.
const MARK: &str = "hunter2";

/// Values of `compose`, with `@` for the mark.
const VALUES: &[&str] = &[
    "\"@\"",
    "'@'",
    "\"\"\"\n@\n@\"\"\"",
    "\"http://user:@@web:5432/@\"",
    "\"web:9999 @\"",
    "\"db:9999,@:4002\"",
    "\"http://localhost:4001/@ http://localhost:9998\"",
    "\"@=\"",
    "\"@ ${ports.gone.host} ${ports.web.hots}\"",
    "\"@\\u001b\"",
    "\"@\\q\"",
    "\"@",
    "@",
    "'@\u{200b}'",
    "[\"@\", \"A=@ http://web:9997\"]",
    "[\"@\", \"@\"]",
    "{ a = \"@\", a = \"@\" }",
    "{ \"x\u{1}\" = \"@\", b = [[\"@\"]] }",
    "4001 # @",
    "nan",
    "\"-p 4001 --port=4001 @\"",
    "\"@:4001\"",
];

/// Where they stand: keys of a service, with a blank before what is not a pair.
const KEYS: &[&str] = &[
    "compose.environment.A",
    "compose.environment.PORT",
    "compose.environment.WEB_PORT",
    "compose.environment",
    "compose.command",
    "compose.healthcheck.test",
    "compose.labels",
    "compose.build.args",
    "compose.x-own",
    "compose.ports",
    "compos.environment.A",
    "compose",
    "environment.A",
    "password",
    "kubernetes.x",
    "ports",
    "compose.networks.default.x",
];

/// Where they stand: headers of tables, with a key each.
const HEADERS: &[&str] =
    &["[services.db.port]\nx", "[compose.x]\ny", "[outputs.x]\ny", "[groups.g]\nx", "[x]\ny", "[ranges]\nx"];

/// What a template may have wrong, with `@` for the mark.
const TEMPLATES: &[&str] = &[
    "",
    "{{ \"@\" + 1 }}",
    "{{ services[0][\"@\"] }}",
    "password @ {{ gone }}",
    "A=@ {{ \"@\" | gone }}",
    "{{ \"@\\n@\" }}",
    "@ localhost:4999 @",
    "{% include \"@\" %}",
];

/// Scripts, with `@` for the mark.
const SCRIPTS: &[&str] = &[
    "next dev -p 4001 --token @",
    "TOKEN=@ PORT=3999 node @",
    "vite -p 4001 @",
    "PORT=4001 vite --x=@",
    "astro dev --port 4001 @",
    "./@.sh 4000",
    "wait-on http://@:@@localhost:4000",
    "concurrently \\\"next -p 4005 @\\\" \\\"node -p 4006 @\\\"",
    "@",
];

fn ports_toml(values: &[(&str, &str)]) -> String {
    let mut out = "version = 1\n[platform]\nname = \"P\"\nid = \"p\"\n[services.db]\nport = 4002\n\
                   [services.web]\nport = 4001\npackage = \"package.json\"\n"
        .to_owned();
    for (key, value) in values {
        out += &format!("{key} = {}\n", value.replace('@', MARK).replace("hunter2hunter2", "hunter2@"));
    }
    out
}

fn package_json(scripts: &[&str]) -> String {
    let names = ["dev", "start", "go", "postinstall"];
    let lines =
        scripts.iter().zip(names).map(|(script, name)| format!("\"{name}\": \"{}\"", script.replace('@', MARK)));
    let scripts = lines.collect::<Vec<_>>().join(", ");
    format!("{{\"scripts\": {{{scripts}}}, \"x\": \"{MARK}\", \"config\": {{\"port\": 4000, \"t\": \"{MARK}\"}}\n}}\n")
}

/// The text with a byte less, where one may be taken away.
fn without(text: &str, at: Option<prop::sample::Index>) -> String {
    let mut text = text.to_owned();
    if let Some(at) = at {
        let at = text.floor_char_boundary(at.index(text.len()));
        text.remove(at);
    }
    text
}

const COMMANDS: &[&[&str]] = &[
    &["check"],
    &["check", "--format", "json"],
    &["check", "--format", "sarif"],
    &["check", "--format", "github"],
    &["write"],
    &["move", "web", "4010"],
    &["move", "web", "4011", "--only", "host"],
    &["review", "HEAD"],
    &["review", "HEAD", "--format", "json"],
    &["rename", "web", "site"],
    &["remove", "db"],
    &["diff", "--format", "sarif"],
    &["diff", "--format", "markdown"],
    &["review", "HEAD", "--format", "markdown"],
    &["show", "web"],
];

/// A name is no secret, so messages show it; but a URL in its place may have a password.
#[test]
fn no_message_has_the_password_of_a_url() {
    for key in ["compose.extends", "compose.extends.file", "compose.image"] {
        let sandbox = Sandbox::new();
        let ports_toml = ports_toml(&[(key, "\"http://user:@@web:5432/x\"")]);
        sandbox.put("ports.toml", &ports_toml);
        sandbox.put("package.json", package_json(&["next dev -p 4001"]));
        for command in COMMANDS {
            let output = sandbox.portgen(command.iter().copied());
            let said = String::from_utf8([output.stderr, output.stdout].concat()).unwrap();
            assert!(!said.contains(MARK), "{command:?}\n{ports_toml}\n{said}");
        }
    }
}

proptest! {
    #![proptest_config(tries(CASES))]

    #[test]
    fn no_message_has_a_value(
        values in vec((select(KEYS), select(VALUES)), 0..4),
        tables in vec((select(HEADERS), select(VALUES)), 0..2),
        template in select(TEMPLATES),
        scripts in vec(select(SCRIPTS), 1..5),
        taken in prop::option::weighted(0.5, any::<prop::sample::Index>()),
        package_taken in prop::option::weighted(0.4, any::<prop::sample::Index>()),
    ) {
        let sandbox = Sandbox::new();
        sandbox.put("ports.toml", ports_toml(&[]));
        sandbox.put("package.json", package_json(&["next dev -p 4001"]));
        sandbox.done("init --quiet");
        sandbox.done("add --all");
        sandbox.done("commit --quiet --message one");
        sandbox.put("templates/own.j2", format!("{{#-\noutput: own.txt\nformat: text\nclaims: any\n-#}}\nA: {MARK}\n{}\n", template.replace('@', MARK)));
        let (ports_toml, package) = (ports_toml(&[&values[..], &tables[..]].concat()), package_json(&scripts));
        sandbox.put("ports.toml", without(&ports_toml, taken));
        sandbox.put("package.json", without(&package, package_taken));
        for command in COMMANDS {
            let output = sandbox.portgen(command.iter().copied());
            for said in [output.stderr, output.stdout] {
                let said = String::from_utf8(said).unwrap();
                prop_assert!(!said.contains(MARK), "{command:?}\n{ports_toml}\n{package}\n{said}");
            }
        }
    }
}
