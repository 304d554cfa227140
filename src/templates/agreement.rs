//! What is written without the engine is what the engine writes, whatever the template.
//!
//! `PROPTEST_CASES=1000000 cargo test --release templates::agreement` tries more.

use minijinja::Value;
use proptest::prelude::*;

use super::context::{Root, Subject, World};
use super::{BUILT_IN, Templates};
use crate::agreement::config;
use crate::diagnostic::Source;

const PORTS_TOML: &str = r#"
version = 1
[platform]
name = "A & <b>"
id = "a"
[groups.backend]
title = "Back \"end\" $(id)"
[services.one]
port = 4001
group = "backend"
description = "a | b # c: {{ 7*7 }} ${HOME}"
depends-on = ["many", "none"]
[services.many.ports]
http = { host = 4002, container = 80, app-protocol = "http" }
dns = { host = 53, protocol = "udp", expose = "all" }
inner = { host = 4003, expose = "none", app-protocol = "tcp" }
[services.none]
title = "é \u202f x"
port = "none"
[lints]
privileged-port = "allow"
"#;

/// Pieces of templates, such as are plain and such as are not.
const PIECES: &[&str] = &[
    "text\n",
    " ",
    "\n",
    "# {{ service.id }}\n",
    "{{ service.id }}",
    "{{service.title}}\n",
    "{{ service.title | upper }}",
    "{{ service.group.title }}",
    "{{ binding.host }}\n",
    "{{ binding.url.host }}",
    "{{ binding.app_protocol }}",
    "{{ binding.protocol | upper }}\n",
    "{{ platform.name }}",
    "{{ service.description }}\n",
    "{{ service.nothing }}",
    "{{ binding }}",
    "{{ root }}",
    "{{- service.id -}}",
    "{{ loop.first }}",
    "{{ service.id | lower }}",
    "{% for binding in service.bindings %}\n",
    "  {% for binding in service.published %}\n",
    "{% for binding in service.needs %}\n",
    "{% for service in services %}\n",
    "{% endfor %}\n",
    "\t{% endfor %}\n",
    "{% endfor %}",
    "{% if service.bindings %}\n",
    "{% if service.group and service.dir %}\n",
    "{% if binding.url or service.group %}\n",
    "{% if not service.group %}\n",
    "{% if service.nothing %}\n",
    "{% else %}\n",
    "{% endif %}\n",
    "  {% endif %}\n",
    "{% endif %}",
    "{#- c -#}",
    "{% set x = 1 %}\n",
    "}} ",
    "{{ '{{' }}",
    "{%- if service.group -%}\n",
    "{% raw %}\n",
    "{% endraw %}\n",
];

fn world() -> World {
    let validated = crate::manifest::validate::validate(&Source::new("ports.toml", PORTS_TOML));
    assert_eq!(validated.diagnostics, []);
    World::new(validated.allocation.unwrap())
}

fn subjects(world: &World) -> Vec<Subject> {
    let services = world.allocation.services.iter().enumerate();
    let bindings =
        services.flat_map(|(service, one)| (0..one.bindings.len()).map(move |at| Subject::Binding(service, at)));
    [Subject::Platform, Subject::Group(0), Subject::Service(0), Subject::Service(1), Subject::Service(2)]
        .into_iter()
        .chain(bindings)
        .collect()
}

/// How many outputs were written without the engine; each has to be the engine's.
fn agree(world: &World, templates: &Templates) -> usize {
    let mut plain = 0;
    for template in &templates.list {
        for subject in subjects(world) {
            let mut text = String::new();
            let own = template.plain.as_ref();
            let root = || Root::new(world, subject, Some(2));
            if own.and_then(|own| own.push(&root(), Some(template.front.format), &mut text)).is_none() {
                continue;
            }
            plain += 1;
            let engine = templates.env().get_template(&template.name).unwrap().render(Value::from_object(root()));
            assert_eq!(engine.expect(&template.source.text), text, "{}", template.source.text);
        }
    }
    plain
}

fn templates(world: &World, own: Vec<(String, String)>) -> Option<Templates> {
    let own = own.into_iter().map(|(name, text)| (name.clone(), Source::new(name, text))).collect();
    Templates::new(own, &world.allocation.outputs, &world.allocation.source, 3).ok()
}

#[test]
fn the_built_in_templates_agree_and_those_of_services_are_plain() {
    let world = world();
    let templates = templates(&world, Vec::new()).unwrap();
    let plain: Vec<&str> = templates.list.iter().filter(|one| one.plain.is_some()).map(|one| &*one.name).collect();
    for name in ["env/service.env", "k8s/namespace.yaml", "k8s/service.yaml"] {
        assert!(plain.contains(&name), "{name} is not plain: {plain:?}");
    }
    assert_eq!(templates.list.len(), BUILT_IN.len());
    assert!(agree(&world, &templates) >= 3 * 2);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_pieces_agree(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..12),
        format in prop::sample::select(&["text", "yaml", "compose", "dotenv", "json", "markdown"][..]),
        closed in any::<bool>(),
    ) {
        let mut body = pieces.concat();
        if closed {
            // Most random tags are open: close them, the last one first.
            let mut open = Vec::new();
            for word in body.split("{%").skip(1) {
                match word.split_whitespace().next() {
                    Some("for") => open.push("{% endfor %}\n"),
                    Some("if") => open.push("{% endif %}\n"),
                    Some("endfor" | "endif") => drop(open.pop()),
                    _ => {}
                }
            }
            body.push('\n');
            body.extend(open.into_iter().rev());
        }
        let world = world();
        let text = format!("{{#-\noutput: x\nformat: {format}\n-#}}\n{body}");
        if let Some(templates) = templates(&world, vec![("own".to_owned(), text)]) {
            agree(&world, &templates);
        }
    }
}
