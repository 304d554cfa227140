//! Configurations of development servers, of programs in JavaScript and of desktops: what the program of the folder takes on the machine
//! while it is worked on.
//!
//! Sources: <https://vite.dev/config/server-options>, <https://webpack.js.org/configuration/dev-server/>,
//! <https://v2.tauri.app/reference/config/#buildconfig>.

use super::{File, forms, settings};
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose};

/// What the names of these files start with, before `.ts` and its like.
const NAMES: [&str; 14] = [
    "astro.config",
    "farm.config",
    "next.config",
    "nuxt.config",
    "quasar.config",
    "remix.config",
    "rsbuild.config",
    "rspack.config",
    "svelte.config",
    "umirc",
    "vite.config",
    "vue.config",
    "webpack",
    "angular.json",
];

/// Keys below which the port of the server stands.
const SERVERS: [&str; 8] = ["dev", "devServer", "hmr", "options", "preview", "serve", "server", "build"];

/// The most bytes before a number in which the keys above it are looked for.
const MOST_BEFORE: usize = 4096;

/// Reads the configuration of a development server.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    let name = file.name().trim_start_matches('.');
    let is_code = matches!(file.extension(), "js" | "cjs" | "mjs" | "ts" | "cts" | "mts");
    let is_tauri = name.starts_with("tauri.") && file.extension().starts_with("json");
    let is_one = NAMES.iter().any(|known| name.starts_with(known)) && (is_code || name == "angular.json");
    if !is_one && !is_tauri {
        return None;
    }
    let mut found = Vec::new();
    match is_code {
        true => forms::read(file, 0..file.text.len(), &mut found),
        false => found = settings::read(file)?,
    }
    for one in &mut found {
        let is_own = match &one.whose {
            Whose::Own => key_above(file.text, one.digits.start).is_none_or(|key| SERVERS.contains(&key)),
            // `port: process.env.VITE_PORT ?? 8080`
            Whose::Variable(_) => is_of_server(file.text, one.digits.start),
            Whose::LocalOf(key) => is_tauri && matches!(&**key, "devUrl" | "devPath"),
            _ => false,
        };
        if is_own {
            let view = if matches!(one.whose, Whose::LocalOf(_)) { View::Host } else { one.view };
            *one = Statement { view, whose: Whose::Own, form: Form::DevServer, ..one.clone() }.weak();
        }
    }
    Some(found)
}

/// Whether a place is in the value of `port` of a server.
fn is_of_server(text: &str, at: usize) -> bool {
    let line = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..at];
    let key = line.trim_start().split(':').next().unwrap_or_default();
    key.trim_matches(['"', '\'']) == "port" && key_above(text, at).is_some_and(|key| SERVERS.contains(&key))
}

/// The key of the object that a place is in: `server` of `server: { port: `; `None` at the top.
fn key_above(text: &str, at: usize) -> Option<&str> {
    let mut from = at.saturating_sub(MOST_BEFORE);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = &text[from..at];
    let mut depth = 0_usize;
    for (at, brace) in before.rmatch_indices(['{', '}']) {
        match (brace, depth) {
            ("}", _) => depth += 1,
            (_, 0) => {
                let key = before[..at].trim_end().strip_suffix(':')?.trim_end_matches(['"', '\'', ' ']);
                let start = key.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
                return Some(&key[start..]);
            }
            _ => depth -= 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::scan::readers::tests::said;

    #[test]
    fn servers_have_ports_of_their_own() {
        for (path, text, wanted) in [
            (
                "web/vite.config.ts",
                "defineConfig({ server: { port: 5173, strictPort: true, hmr: { port: 5174 }, proxy: { '/api': { target: 'http://localhost:4001' } } } })",
                "l5173 own?, l5174 own?, h4001 local",
            ),
            (
                "web/vite.config.js",
                "return {\n  server: {\n    open: true,\n    port: process.env.VITE_PORT ?? 8080,\n  }\n}",
                "l8080 own?",
            ),
            ("web/vite.config.ts", "export default { redis: { port: 6379 }, timeout: 3000 }", "l6379 own?"),
            ("web/webpack.dev.js", "module.exports = { devServer: { port: 3000 } }", "l3000 own?"),
            ("nuxt.config.ts", "export default defineNuxtConfig({ devServer: { port: 3000 } })", "l3000 own?"),
            ("src-tauri/tauri.conf.json", "{\"build\": {\"devUrl\": \"http://localhost:1420\"}}", "h1420 own?"),
            ("angular.json", "{\"projects\": {\"web\": {\"serve\": {\"options\": {\"port\": 4200}}}}}", "l4200 own?"),
        ] {
            assert_eq!(said("dev server", path, text), wanted, "{text}");
        }
    }
}
