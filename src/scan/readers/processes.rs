//! What starts several programs by name: a Procfile, the `apps` of pm2, the `services` of Tye.
//!
//! Sources: <https://devcenter.heroku.com/articles/procfile>, <https://pm2.keymetrics.io/docs/usage/application-declaration/>,
//! <https://github.com/dotnet/tye/blob/main/docs/reference/schema.md>.

use std::borrow::Cow;

use super::package_json::{Start, meant};
use super::{File, nearest, with_forms};
use crate::formats::yaml::tree::Tree;
use crate::references::package_json::script;
use crate::scan::form::Form;
use crate::scan::stage::is_of_builds;
use crate::scan::statement::{Statement, View, Whose};

/// Reads one of them.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    let name = file.name();
    if name == "Procfile" || name.starts_with("Procfile.") {
        return Some(procfile(file));
    }
    if matches!(name, "tye.yaml" | "tye.yml") {
        return Some(with_forms(file, tye(file.text)));
    }
    let is_of_pm2 =
        ["ecosystem.config.", "ecosystem.", "pm2.config.", "pm2."].iter().any(|start| name.starts_with(start));
    (is_of_pm2 && matches!(file.extension(), "js" | "cjs" | "mjs" | "ts" | "json" | "yml" | "yaml"))
        .then(|| nearest::read(file, &["name"]))
}

/// `web: next start -p 3000`.
fn procfile<'t>(file: &File<'t>) -> Vec<Statement<'t>> {
    // Heroku calls the program that the web reaches `web`, whatever it is.
    let is_of_heroku = |name: &str| name == "web" && file.name() == "Procfile";
    let is_here = file.name() != "Procfile";
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    // What is built into an image is started in its container.
    let is_inside = is_of_builds(folder);
    let mut out = Vec::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let Some((name, command)) = line.split_once(':').filter(|(name, _)| is_name(name)) else { continue };
        let command_at = at + name.len() + 1;
        for port in &script::ports(command.trim_end()).all {
            let Some(one) = meant(port, command, Some(Start::Here)) else { continue };
            let digits = command_at + one.digits.start..command_at + one.digits.end;
            let whose = match one.whose {
                Whose::Own if !is_of_heroku(name) => Whose::Process(Cow::Borrowed(name)),
                whose => whose,
            };
            let view = if is_inside { View::Container } else { one.view };
            out.push(Statement { digits, view, whose, publishes: one.publishes && is_here && !is_inside, ..one });
        }
    }
    out
}

/// `bindings` of services. Nobody starts Tye and Compose together, so that the numbers of each may differ.
fn tye(text: &str) -> Vec<Statement<'_>> {
    let tree = Tree::read(text);
    let mut out = Vec::new();
    let services = tree.documents.iter().filter_map(|document| tree.get(*document, "services"));
    for service in services.flat_map(|services| tree.items(services)) {
        let Some(name) = tree.text(*service, "name") else { continue };
        for binding in tree.get(*service, "bindings").map_or(&[][..], |list| tree.items(list)) {
            for (key, view) in [("port", View::Host), ("containerPort", View::Container)] {
                let whose = || Whose::Named(Cow::Owned(name.value.to_string()));
                let port = tree.text(*binding, key);
                out.extend(
                    port.and_then(|port| Statement::whole(port, view, whose(), Form::Setting)).map(Statement::weak),
                );
            }
        }
    }
    out
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use crate::scan::readers::tests::said;

    #[test]
    fn processes_have_names() {
        for (path, text, wanted) in [
            ("Procfile.dev", "web: next dev -p 3000\napi: PORT=4000 node x # 3000", "h3000 web!, h4000 api!"),
            ("Procfile", "web: uvicorn main:app --port 8000\nworker: node --max-old-space-size=4096 w", "h8000 own"),
            ("Procfile", "auth: node server.js --port 4001\n# x: --port 1\n", "h4001 auth"),
            (
                "ecosystem.config.js",
                "apps: [{ name: 'auth', env: { PORT: 4001 }, max: 3000 }, { name: \"web\", args: 'start -- --port 4002' }]",
                "l4001 auth, l4002 web",
            ),
            (
                "tye.yaml",
                "name: shop\nservices:\n- name: auth\n  bindings:\n  - protocol: http\n    port: 4001\n    containerPort: 80\n- name: web",
                "h4001 auth?, c80 auth?",
            ),
            ("pm2.json", "{\"apps\": [{\"name\": \"auth\", \"env\": {\"PORT\": 4001}}]}", "l4001 auth"),
        ] {
            assert_eq!(said("process list", path, text), wanted, "{text}");
        }
    }
}
