//! Every package.json: the ports of its scripts, of `config` and of `proxy`.
//!
//! A script that starts the package takes its port; one of a container takes that of its image. Other scripts, as tests and tools, have
//! ports of their own.

use std::borrow::Cow;

use super::{File, container};
use crate::formats::names_a_port;
use crate::references::file::File as Named;
use crate::references::package_json::document::{Document, Script};
use crate::references::package_json::port::{Kind, Port};
use crate::references::package_json::setting::Setting;
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose};

/// Scripts that start the package on a developer's machine.
const HERE: [&str; 4] = ["dev", "develop", "serve", "preview"];

/// The script that starts it anywhere, also in its container.
const ANYWHERE: &str = "start";

/// Reads a package.json; one that is no JSON is read by forms.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    if file.name() != "package.json" {
        return None;
    }
    // Nothing of it is shown: what is wrong with one that is no JSON, other commands say.
    let document = Document::read(&Named::new(file.path, file.text, |_| Vec::new())).ok()?;
    let takes_here = document.scripts.iter().any(|script| is_of(&script.name, &HERE) && own(script).next().is_some());
    let mut out = Vec::new();
    for script in &document.scripts {
        let Some(line) = &script.line else { continue };
        let is_one = is_one(script);
        let mut places = line.places();
        for port in &script.ports().all {
            let place = places.of(port.number.digits.clone());
            let meant = meant(port, &line.value, Start::of(&script.name, takes_here).filter(|_| is_one));
            out.extend(meant.map(|one| Statement { digits: place, ..one }));
        }
    }
    out.extend(document.settings.iter().filter_map(setting));
    Some(out)
}

/// How a script starts the package.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// On the machine.
    Here,
    /// In a container or, where no other script does, on the machine.
    Anywhere { takes: bool },
}

impl Start {
    fn of(script: &str, takes_here: bool) -> Option<Self> {
        if is_of(script, &HERE) {
            Some(Self::Here)
        } else {
            is_of(script, &[ANYWHERE]).then_some(Self::Anywhere { takes: !takes_here })
        }
    }
}

/// Whether a script is one of these, also for a part of its work: `dev:web`.
fn is_of(script: &str, names: &[&str]) -> bool {
    names.contains(&script.split([':', '-', '.']).next().unwrap_or_default())
}

fn own<'s>(script: &'s Script<'_>) -> impl Iterator<Item = &'s Port> {
    script.ports().all.iter().filter(|port| port.kind == Kind::Stated)
}

/// Whether the servers that a script starts have one number: several are of several programs.
fn is_one(script: &Script<'_>) -> bool {
    let mut ports = own(script).map(|port| port.number.port);
    ports.next().is_none_or(|first| ports.all(|other| other == first))
}

/// What a number of a script means, with the place in its line.
pub(super) fn meant<'t>(port: &Port, line: &str, start: Option<Start>) -> Option<Statement<'t>> {
    let digits = port.number.digits.clone();
    let before = &line[..digits.start];
    let image = container::image(before, &line[digits.end..]).map(container::of_image);
    let of = |view, whose, form| Statement::new(port.number.port, digits.clone(), view, whose, form);
    Some(match (port.kind, image) {
        (Kind::Stated, Some(image)) => of(View::Host, image, Form::Published).published(),
        (Kind::Inside, Some(image)) => of(View::Container, image, Form::Published),
        (Kind::Stated, None) => match start {
            Some(Start::Here) => of(View::Host, Whose::Own, Form::Script).published(),
            Some(Start::Anywhere { takes: true }) => of(View::Listen, Whose::Own, Form::Script).published(),
            Some(Start::Anywhere { takes: false }) => of(View::Listen, Whose::Own, Form::Script),
            None => of(View::Host, Whose::Own, Form::Script).weak(),
        },
        (Kind::Tool, _) => of(View::Host, Whose::Own, Form::Script).weak(),
        (Kind::Addressed, _) => match assigned(before) {
            Some(name) if names_a_port(name) => of(View::Any, variable(name), Form::Variable),
            Some(name) => of(View::Host, Whose::LocalOf(Cow::Owned(name.to_owned())), Form::Address),
            None => of(View::Host, Whose::Local, Form::Address),
        },
        (Kind::Database, _) => of(View::Host, Whose::Local, Form::Address).weak(),
        (Kind::There, _) => of(View::Network, Whose::Local, Form::Script).weak(),
        (Kind::Inside | Kind::Either | Kind::End | Kind::Unknown | Kind::Foreign, _) => return None,
    })
}

fn setting<'t>(setting: &Setting) -> Option<Statement<'t>> {
    let Setting { number, kind, port_of } = setting;
    let of = |view, whose, form| Statement::new(number.port, number.digits.clone(), view, whose, form);
    match (kind, port_of.as_deref()) {
        (Kind::Addressed, Some("")) => Some(of(View::Listen, Whose::Own, Form::Named)),
        (Kind::Addressed, Some(name)) => {
            Some(of(View::Any, Whose::Variable(Cow::Owned(name.to_owned())), Form::Named).weak())
        }
        (_, None) => Some(of(View::Host, Whose::Local, Form::Address).weak()),
        _ => None,
    }
}

fn variable<'t>(name: &str) -> Whose<'t> {
    match name[..name.len() - "PORT".len()].trim_end_matches(['_', '-']) {
        "" => Whose::Local,
        prefix => Whose::Variable(Cow::Owned(prefix.to_owned())),
    }
}

/// The variable that a word, of which `before` has the start, assigns: `API_URL` of `API_URL=http://localhost:4000`.
fn assigned(before: &str) -> Option<&str> {
    let word = before.rsplit([' ', '"', '\'', ';', '&', '|', '(']).next().unwrap_or_default();
    let (name, _) = word.split_once('=')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use crate::scan::readers::tests::said;

    #[test]
    fn scripts_take_ports_of_the_package() {
        for (script, line, wanted) in [
            ("dev", "next dev -p 3001", "h3001 own!"),
            ("dev:web", "vite --port=3001 --strictPort", "h3001 own!"),
            ("start", "PORT=3001 node server.js", "l3001 own!"),
            ("test", "PORT=3001 jest", "h3001 own?"),
            ("storybook", "storybook dev -p 6006", "h6006 own?"),
            ("dev", "concurrently \\\"vite --port 3001\\\" \\\"serve -l 4001\\\"", "h3001 own?, h4001 own?"),
            ("e2e", "wait-on http://localhost:3001 && cypress run", "h3001 local"),
            ("dev", "API_URL=http://localhost:4000 next dev -p 3001", "h4000 local of API_URL, h3001 own!"),
            ("dev", "AUTH_PORT=4001 node x", "a4001 $AUTH"),
            (
                "docker",
                "docker run -p 4001:3000 --rm -e X=1 ghcr.io/a/auth:v1",
                "h4001 auth of image <ghcr.io/a/auth:v1>!, c3000 auth of image <ghcr.io/a/auth:v1>",
            ),
            (
                "db",
                "docker run --name x -d -p 5433:5432 postgres:16",
                "h5433 postgres of image <postgres:16>!, c5432 postgres of image <postgres:16>",
            ),
            ("docker", "docker run -p 4001:3000 $IMAGE", "h4001 own?"),
            (
                "docker",
                "docker run -p 4001:3000 --health-cmd='a b || c' auth",
                "h4001 auth of image <auth>!, c3000 auth of image <auth>",
            ),
            ("build", "node --max-old-space-size=8192 x", ""),
            ("clean", "sleep 3001 && kill 4001", ""),
            ("open", "open https://example.com:8443/x", ""),
        ] {
            let text = format!("{{\n  \"version\": \"1.3001.0\",\n  \"scripts\": {{ \"{script}\": \"{line}\" }}\n}}\n");
            assert_eq!(said("package.json", "apps/web/package.json", &text), wanted, "{line}");
        }
    }

    #[test]
    fn a_start_takes_no_port_where_another_script_does() {
        let text = "\u{feff}{\"scripts\": {\"dev\": \"next dev -p 3001\", \"start\": \"next start -p 3000\"}}";
        assert_eq!(said("package.json", "package.json", text), "h3001 own!, l3000 own");
    }

    #[test]
    fn settings_state_ports_and_addresses() {
        for (text, wanted) in [
            ("{\"config\": {\"port\": 3001}, \"proxy\": \"http://localhost:4000\"}", "l3001 own, h4000 local?"),
            ("{\"config\": {\"apiPort\": \"4000\", \"timeout\": 3001}}", "a4000 $api?"),
            ("{\"jest\": {\"port\": 3001}, \"homepage\": \"http://localhost:4000/x\"}", "h4000 local?"),
        ] {
            assert_eq!(said("package.json", "package.json", text), wanted, "{text}");
        }
    }
}
