//! Proxies: nginx, Caddy, HAProxy. What has a name and a number there is an address: `server auth:4001;`.

use std::collections::HashSet;

use super::{File, forms};
use crate::formats;
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose};

/// Reads the configuration of a proxy.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    if !is_of_a_proxy(file) {
        return None;
    }
    let mut out = Vec::new();
    forms::read(file, 0..file.text.len(), &mut out);
    if is_caddy(file.name()) {
        let known: HashSet<usize> = out.iter().map(|one| one.digits.start).collect();
        out.extend(sites(file.text).filter(|one| !known.contains(&one.digits.start)));
    }
    for one in &mut out {
        match one.whose {
            Whose::Host(_) => one.is_strong = true,
            // Where the web is served, whatever the service in whose folder it is listens on.
            Whose::Own if matches!(one.port, 80 | 443) => one.is_strong = false,
            _ => {}
        }
    }
    Some(out)
}

fn is_caddy(name: &str) -> bool {
    name == "Caddyfile" || name.starts_with("Caddyfile.") || name.ends_with(".Caddyfile")
}

/// The addresses of sites that have only a port: `:80 :4001 {`, `http://:4001 {`, `:{$PORT:4001} {`. A proxy may be started beside what it
/// asks, so these are weak.
///
/// Source: <https://caddyserver.com/docs/caddyfile/concepts#addresses>.
fn sites(text: &str) -> impl Iterator<Item = Statement<'_>> {
    let words = text.lines().filter_map(|line| line.trim_end().strip_suffix('{'));
    let words = words.flat_map(|line| line.split([' ', '\t', ',']).take_while(|word| !word.starts_with('#')));
    words.filter_map(|word| {
        let port = ["https://", "http://"].iter().find_map(|scheme| word.strip_prefix(scheme)).unwrap_or(word);
        let port = port.strip_prefix(':')?;
        let port = match port.strip_prefix("{$") {
            Some(variable) => variable.strip_suffix('}')?.split_once(':')?.1,
            None => port,
        };
        let start = port.as_ptr() as usize - text.as_ptr() as usize;
        let number = formats::port(port)?;
        Some(Statement::new(number, start..start + port.len(), View::Listen, Whose::Own, Form::Listen).weak())
    })
}

fn is_of_a_proxy(file: &File<'_>) -> bool {
    let name = file.name();
    if is_caddy(name) || name.starts_with("haproxy") && name.contains(".cfg") {
        return true;
    }
    let is_conf =
        name.contains(".conf") || file.path.split('/').any(|part| part == "sites-available" || part == "sites-enabled");
    is_conf && ["proxy_pass", "upstream ", "fastcgi_pass", "server {"].iter().any(|word| file.text.contains(word))
}

#[cfg(test)]
mod tests {
    use crate::scan::readers::tests::said;

    #[test]
    fn proxies_name_what_they_ask() {
        for (path, text, wanted) in [
            (
                "nginx/nginx.conf",
                "upstream a { server auth:4001; }\nserver {\n  listen 8080;\n  keepalive_timeout 3000;\n  location / { proxy_pass http://127.0.0.1:4002; }\n}",
                "w4001 @auth, l8080 own, h4002 local",
            ),
            (
                "web/nginx.conf",
                "server {\n  listen 80;\n  listen 443 ssl;\n  location / { fastcgi_pass api:9000; }\n}",
                "l80 own?, l443 own?, w9000 @api",
            ),
            ("nginx/default.conf.template", "location / { proxy_pass http://web:3000/; }", "w3000 @web"),
            (
                "web.Caddyfile",
                ":80 :4001 {\n}\nhttp://:4002, a:4003 {\n}\n:{$P:4004} {\n}\n{\n  :4005\n}",
                "l80 own?, l4001 own?, l4002 own?, w4003 @a, l4004 own?",
            ),
            ("Caddyfile", "example.com {\n  reverse_proxy auth:4001\n}\n", "w4001 @auth"),
            (
                "haproxy.cfg",
                "backend b\n  server s1 auth:4001 check maxconn 3000\n  timeout client 3000\n",
                "w4001 @auth",
            ),
        ] {
            assert_eq!(said("proxy configuration", path, text), wanted, "{text}");
        }
    }
}
