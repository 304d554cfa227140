//! How editors start programs: launchSettings.json of .NET, launch.json of VS Code and of agents.
//!
//! Sources: <https://learn.microsoft.com/aspnet/core/fundamentals/environments#launchsettingsjson-file>,
//! <https://code.visualstudio.com/docs/debugtest/debugging-configuration>.

use std::borrow::Cow;
use std::ops::Range;

use jsonc_parser::ast::Value;

use super::json::{Json, at, items, object};
use super::{File, forms, with_forms};
use crate::formats::{Written, url};
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose};

/// Reads either of them.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    match file.name() {
        "launchSettings.json" => Some(with_forms(file, profiles(&Json::read(file)?)?)),
        "launch.json" => Some(configurations(file, &Json::read(file)?)),
        _ => None,
    }
}

/// The addresses where a project listens: its port is that with `http`, if all profiles have the same.
fn profiles<'t>(json: &Json<'t>) -> Option<Vec<Statement<'t>>> {
    let mut found = Vec::new();
    for profile in &at(&json.root, &["profiles"]).and_then(object)?.properties {
        let is_project = is_project(&profile.value);
        for key in ["launchUrl", "applicationUrl"] {
            if let Some(text) = at(&profile.value, &[key]).and_then(|value| json.text(value)) {
                addresses(&text, is_project, &mut found);
            }
        }
    }
    let mut ports = found.iter().filter(|one: &&Statement<'_>| one.is_strong).map(|one| one.port);
    if ports.next().is_some_and(|first| ports.any(|other| other != first)) {
        found = found.into_iter().map(Statement::weak).collect();
    }
    let mut found: Vec<_> = found.into_iter().map(|one| if one.is_strong { one.published() } else { one }).collect();
    // What IIS Express gives it is its own, too.
    let express = at(&json.root, &["iisSettings", "iisExpress"]);
    for key in ["applicationUrl", "sslPort"] {
        let Some(text) = express.and_then(|express| at(express, &[key])).and_then(|value| json.text(value)) else {
            continue;
        };
        addresses(&text, false, &mut found);
        found.extend(Statement::whole(&text, View::Host, Whose::Own, Form::LaunchSettings).map(Statement::weak));
    }
    Some(found)
}

/// Whether a profile starts the project itself.
fn is_project(profile: &Value<'_>) -> bool {
    matches!(at(profile, &["commandName"]), Some(Value::StringLit(name)) if name.value == "Project")
}

/// Where the first profile that does so has the project listen with TLS.
pub(super) fn secure(file: &File<'_>) -> Option<(u16, Range<usize>)> {
    let json = Json::read(file).filter(|_| file.name() == "launchSettings.json")?;
    let profiles = at(&json.root, &["profiles"]).and_then(object)?;
    profiles.properties.iter().filter(|profile| is_project(&profile.value)).find_map(|profile| {
        let text = json.text(at(&profile.value, &["applicationUrl"])?)?;
        let mut places = text.places();
        let address = url::urls(&text.value).into_iter().find(|address| is_https(&text.value, address.span.start))?;
        Some((address.port, places.of(address.span)))
    })
}

/// Whether the address with a port at a byte is one of HTTPS.
fn is_https(text: &str, start: usize) -> bool {
    text[..start].rsplit(';').next().is_some_and(|address| address.trim_start().starts_with("https"))
}

/// `https://localhost:7001;http://localhost:5001`.
fn addresses<'t>(text: &Written<'t>, is_project: bool, found: &mut Vec<Statement<'t>>) {
    let mut places = text.places();
    for address in url::urls(&text.value) {
        let is_https = is_https(&text.value, address.span.start);
        let digits = places.of(address.span);
        let one = Statement::new(address.port, digits, View::Host, Whose::Own, Form::LaunchSettings);
        found.push(one.weak_unless(is_project && !is_https));
    }
}

/// What configurations start and open; a debugger's port is none.
fn configurations<'t>(file: &File<'t>, json: &Json<'t>) -> Vec<Statement<'t>> {
    let mut found = Vec::new();
    let mut debuggers = Vec::new();
    for configuration in at(&json.root, &["configurations"]).map_or(&[][..], items) {
        let text = |keys: &[&str]| at(configuration, keys).and_then(|value| json.text(value));
        match (text(&["port"]), text(&["name"])) {
            (Some(port), Some(name)) if is_of_a_server(configuration) => {
                let name = Whose::Process(Cow::Owned(name.value.to_string()));
                found.extend(Statement::whole(&port, View::Host, name, Form::LaunchSettings).map(Statement::weak));
            }
            (port, _) => debuggers.extend(port.map(|text| text.span)),
        }
        let folder = ["cwd", "program"].iter().find_map(|key| text(&[key]).and_then(|path| folder(&path.value)));
        let whose = folder.map_or(Whose::Own, |folder| Whose::Named(Cow::Owned(folder)));
        found.extend(
            text(&["env", "PORT"]).and_then(|port| Statement::whole(&port, View::Host, whose.clone(), Form::Variable)),
        );
        if let Some(Value::Array(list)) = at(configuration, &["args"]) {
            let known = found.len();
            forms::read(file, span(json, list.elements.first(), list.elements.last()), &mut found);
            let own = found[known..].iter_mut().filter(|one| one.whose == Whose::Own);
            own.for_each(|one| (one.whose, one.view) = (whose.clone(), View::Host));
        }
    }
    let is_debugger = |one: &Statement<'_>| debuggers.iter().any(|span| span.contains(&one.digits.start));
    with_forms(file, found).into_iter().filter(|one| !is_debugger(one)).collect()
}

/// Whether a configuration starts a server by a command of its own; a debugger has a type.
fn is_of_a_server(configuration: &Value<'_>) -> bool {
    let has = |key: &str| at(configuration, &[key]).is_some();
    has("runtimeExecutable") && !has("type") && !has("request")
}

/// The bytes from one text to another.
fn span<'t>(json: &Json<'t>, first: Option<&Value<'t>>, last: Option<&Value<'t>>) -> Range<usize> {
    let [first, last] = [first, last].map(|value| value.and_then(|value| json.text(value)).map(|text| text.span));
    match (first, last) {
        (Some(first), Some(last)) => first.start..last.end,
        _ => 0..0,
    }
}

/// The folder that a path of a configuration leads to or through: `${workspaceFolder}/services/auth`, `.../auth/src/main.js`.
fn folder(path: &str) -> Option<String> {
    let rest =
        path.strip_prefix("${workspaceFolder}").or_else(|| path.strip_prefix("${workspaceRoot}")).unwrap_or(path);
    let parts = rest.split(['/', '\\']).filter(|part| !part.is_empty() && *part != "." && !part.contains(['.', '$']));
    let mut parts = parts.filter(|part| !matches!(*part, "src" | "dist" | "build" | "bin" | "cmd" | "out"));
    parts.next_back().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use crate::scan::readers::tests::said;

    #[test]
    fn projects_listen_where_their_profiles_say() {
        let profile = |name: &str, command: &str, urls: &str| {
            format!("\"{name}\": {{\"commandName\": \"{command}\", \"applicationUrl\": \"{urls}\"}}")
        };
        let both = "https://localhost:7001;http://localhost:5001";
        for (profiles, wanted) in [
            (profile("http", "Project", "http://localhost:5001"), "h5001 own!"),
            (profile("https", "Project", both), "h7001 own?, h5001 own!"),
            (profile("iis", "IISExpress", "http://localhost:5001"), "h5001 own?"),
            (
                [profile("a", "Project", both), profile("b", "Project", "http://localhost:5002")].join(", "),
                "h7001 own?, h5001 own?, h5002 own?",
            ),
        ] {
            let text = format!("\u{feff}{{\"profiles\": {{{profiles}}}}}");
            assert_eq!(said("launch settings", "web/Properties/launchSettings.json", &text), wanted, "{text}");
        }
    }

    #[test]
    fn configurations_start_programs_and_open_addresses() {
        for (configuration, wanted) in [
            ("\"url\": \"http://localhost:3000\"", "h3000 local"),
            ("\"port\": 9229, \"timeout\": 30000", ""),
            ("\"cwd\": \"${workspaceFolder}/services/auth\", \"env\": {\"PORT\": \"4001\"}", "h4001 auth"),
            ("\"program\": \"${workspaceFolder}/auth/src/main.py\", \"args\": [\"--port\", \"4001\"]", "h4001 auth"),
            ("\"env\": {\"PORT\": 4001}", "h4001 own"),
            ("\"name\": \"docs\", \"runtimeExecutable\": \"pnpm\", \"port\": 4001", "h4001 docs?"),
            ("\"name\": \"x\", \"type\": \"node\", \"runtimeExecutable\": \"npm\", \"port\": 4001", ""),
        ] {
            let text = format!("// x\n{{\"configurations\": [{{{configuration}}},]}}");
            assert_eq!(said("launch settings", ".vscode/launch.json", &text), wanted, "{text}");
        }
    }
}
