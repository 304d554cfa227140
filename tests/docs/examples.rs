//! The examples are valid: each whole ports.toml, and each template.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use super::{page, pages};
use crate::sandbox::Sandbox;

#[test]
fn every_whole_ports_toml_is_valid() {
    let wholes = blocks("toml").into_iter().filter(|(_, text)| text.contains("version = 1"));
    let wholes: Vec<_> = wholes.collect();
    assert!(wholes.len() > 1, "only {} were found", wholes.len());
    for (page, text) in wholes {
        let sandbox = Sandbox::new();
        sandbox.put("ports.toml", text);
        succeeds(&page, &sandbox, "check");
    }
}

#[test]
fn every_template_makes_what_it_is_for() {
    let templates = blocks("jinja");
    assert!(!templates.is_empty(), "none was found");
    for (page, text) in templates {
        let sandbox = Sandbox::new();
        sandbox.put(
            "ports.toml",
            "version = 1\nreferences.files = [\"README.md\"]\n[platform]\nname = \"Shop\"\nid = \"shop\"\n[services.web]\nport = 3000\n",
        );
        sandbox.put("README.md", "<!-- portgen:begin example -->\n<!-- portgen:end -->\n");
        if !text.contains("\noutput: ") {
            sandbox.put("templates/blocks/example.j2", &text);
            succeeds(&page, &sandbox, "write");
            assert!(sandbox.text("README.md").contains("web"), "{page}: {text}");
            continue;
        }
        sandbox.put("README.md", "");
        sandbox.put("templates/example.j2", &text);
        succeeds(&page, &sandbox, "write");
        let output = text.lines().find_map(|line| line.strip_prefix("output: ")).unwrap();
        let name =
            output.split("  ").next().unwrap().replace("{{ service.id }}", "web").replace("{{ binding.name }}", "http");
        assert!(sandbox.text("generated/portgen.lock").contains(&name), "{page}: {name}");
    }
}

fn succeeds(page: &str, sandbox: &Sandbox, command: &str) {
    let output = sandbox.portgen([command]);
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{page}: {}", String::from_utf8_lossy(&said));
}

/// The code blocks in `language`, each with its page.
fn blocks(language: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for name in pages() {
        let mut is_open = false;
        for event in Parser::new(&page(&name)) {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(fence))) if &*fence == language => {
                    found.push((name.clone(), String::new()));
                    is_open = true;
                }
                Event::Text(text) if is_open => found.last_mut().unwrap().1.push_str(&text),
                _ => is_open = false,
            }
        }
    }
    found
}
