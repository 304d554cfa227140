//! What starts several programs by name: a Procfile, the `apps` of pm2.
//!
//! Sources: <https://devcenter.heroku.com/articles/procfile>, <https://pm2.keymetrics.io/docs/usage/application-declaration/>.

use std::borrow::Cow;

use super::package_json::{Start, meant};
use super::{File, nearest};
use crate::references::package_json::script;
use crate::scan::stage::is_of_builds;
use crate::scan::statement::{Statement, View, Whose};

/// Reads either of them.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    let name = file.name();
    if name == "Procfile" || name.starts_with("Procfile.") {
        return Some(procfile(file));
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
            ("pm2.json", "{\"apps\": [{\"name\": \"auth\", \"env\": {\"PORT\": 4001}}]}", "l4001 auth"),
        ] {
            assert_eq!(said("process list", path, text), wanted, "{text}");
        }
    }
}
