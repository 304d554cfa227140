//! Templates of a project are tried within limits of time and memory.

use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;

use serde_json::json;

use crate::sandbox::Sandbox;

const PORTS_TOML: &str = "version = 1\n[platform]\nname = \"Shop\"\nid = \"shop\"\n[services.api]\nport = 4000\n";

/// Ends by itself, out of fuel, after some milliseconds.
const BUSY: &str = "{% for a in range(9999) %}{% for b in range(9999) %}{{ a }}{% endfor %}{% endfor %}";

fn template(name: &str, body: &str) -> String {
    format!("{{#-\noutput: {name}\nformat: text\nclaims: any\n-#}}\n{body}")
}

#[test]
fn templates_that_take_too_long_together_are_an_error_with_the_name_of_one() {
    let sandbox = Sandbox::new();
    sandbox.put("ports.toml", PORTS_TOML);
    for number in 0..600 {
        let name = format!("busy-{number}.txt");
        sandbox.put(&format!("templates/{name}.j2"), template(&name, BUSY));
    }
    let output = sandbox.command(env!("CARGO_BIN_EXE_portgen")).arg("check").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("takes more than 1 s of processor time"), "{said}");
    assert!(said.contains("--> templates/busy-"), "{said}");
}

#[test]
fn a_trial_ends_where_its_memory_does() {
    let sandbox = Sandbox::new();
    // About half a million bytes, made a few times over.
    let body = template(
        "x.txt",
        "{% for a in range(9999) %}{{ platform.name }}, which takes some bytes each time, {{ a }}\n{% endfor %}",
    );
    for (memory, ends_well) in [(160 << 20, true), (1 << 20, false)] {
        let trial = json!({ "ports_toml": PORTS_TOML, "templates": [["x.txt", body]], "seconds": 1, "memory": memory });
        let mut portgen = sandbox.command(env!("CARGO_BIN_EXE_portgen"));
        portgen.arg("try-templates").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = portgen.spawn().unwrap();
        child.stdin.take().unwrap().write_all(trial.to_string().as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.signal().is_none(), ends_well, "{memory}: {} {said}", output.status);
        assert_eq!(said.contains("memory allocation"), !ends_well, "{said}");
    }
}

#[test]
fn a_front_matter_has_a_size() {
    let sandbox = Sandbox::new();
    sandbox.put("ports.toml", PORTS_TOML);
    let comment = "# long\n".repeat(3000);
    sandbox.put("templates/x.txt.j2", format!("{{#-\noutput: x.txt\nformat: text\nclaims: any\n{comment}-#}}\n"));
    let output = sandbox.command(env!("CARGO_BIN_EXE_portgen")).arg("check").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("the front matter of `templates/x.txt.j2` is longer than 16384 bytes"), "{said}");
}
