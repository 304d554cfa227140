//! Any text, under the name of any kind of file: no reader panics, and what it finds is a number of the file.
//!
//! `PROPTEST_CASES=100000 cargo test --release --lib hostile` is the long form.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{File, READERS, read};
use crate::formats::yaml::tree::Tree;

/// Names of files, of every kind.
const PATHS: [&str; 24] = [
    "kind.yaml",
    "deploy/stack.yaml",
    "docker-compose.yml",
    "services/auth/Dockerfile",
    "apps/web/.env.example",
    "k8s/auth.yaml",
    "apps/web/package.json",
    "src/main.ts",
    "src/main.go",
    "README.md",
    "nginx.conf",
    "application.yml",
    "application.properties",
    "config/settings.json",
    ".github/workflows/ci.yml",
    ".vscode/launch.json",
    "Makefile",
    "main.tf",
    "Procfile.dev",
    "ecosystem.config.js",
    ".devcontainer/devcontainer.json",
    "web/Properties/launchSettings.json",
    "chart/values.yaml",
    "envoy.yaml",
];

/// Parts of which files are made.
const PARTS: [&str; 89] = [
    "kubectl port-forward svc/web ",
    "ssh -L ",
    "http://${HOST}:",
    "http://<ip>:",
    "Server=tcp:localhost,",
    "extraPortMappings:\n",
    "hostPort: ",
    "launchUrl\": \"",
    "lsof -ti:",
    "for port in ",
    "ports = [",
    "nc -z localhost ",
    "_PORT_GRPC=",
    "next dev -p ",
    "address: web\n",
    "network_mode: service:web\n",
    "orElse(\"",
    "default `",
    "services:\n",
    "  web:\n",
    "    ports:\n",
    "      - \"3000:3000\"\n",
    "- ${P:-3000}:80\n",
    "[3000, '80']",
    "&a ",
    "*a",
    "<<: *a\n",
    "environment:\n",
    "PORT",
    "=",
    ": ",
    "3000",
    "65535",
    "65536",
    "00080",
    "4001",
    "http://",
    "localhost:",
    "auth:",
    "[::1]:",
    "${PORT:-",
    "}",
    "EXPOSE ",
    "ENV ",
    "CMD [",
    "HEALTHCHECK ",
    "\\\n",
    "apiVersion: v1\nkind: Service\n",
    "---\n",
    "spec: {ports: [{port: ",
    "targetPort",
    "containerPort: ",
    "{\"scripts\": {\"dev\": \"",
    "\"}}",
    "next dev -p ",
    "docker run -p ",
    "process.env.PORT || ",
    "os.getenv(\"PORT\", ",
    "app.listen(",
    "| grafana | ",
    "| Service | Port |\n|---|---|\n",
    "| Auth | 3000 (a), 80 |\n",
    "## Ports\n\n- ",
    "── web/ (Port ",
    "port_value: 3000\n",
    "address: auth\n",
    "{\"configurations\": [{\"args\": [\"--port\", \"3000\"]}]}",
    "--port ",
    "portgen: ignore",
    "# ",
    "// ",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ";",
    "\n",
    "\r\n",
    "\t",
    " ",
    "é",
    "🦀",
    "\u{feff}",
    "\u{202e}",
];

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![8 => prop::sample::select(&PARTS[..]).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_is_a_number_of_the_file(path in prop::sample::select(&PATHS[..]), text in text()) {
        let start = Instant::now();
        let (kind, statements) = read(&File { path, text: &text });
        prop_assert!(READERS.iter().any(|reader| reader.name == kind));
        let mut end = 0;
        for one in statements {
            prop_assert_eq!(text.get(one.digits.clone()).and_then(|digits| digits.parse().ok()), Some(one.port), "{}", path);
            prop_assert!(one.digits.start >= end || one.digits.end == end, "{} overlaps", path);
            end = one.digits.end;
        }
        prop_assert!(start.elapsed() < Duration::from_secs(2), "{} takes {:?}", path, start.elapsed());
    }
}

/// Files of a megabyte, made to take long.
#[test]
fn a_large_file_of_any_kind_is_read_quickly() {
    let deep = "[".repeat(200_000);
    let aliases =
        (1..40).fold("a0: &a0 [1]\n".to_owned(), |text, n| text + &format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1));
    let merges = (1..40).fold("services: &a0 {web: {ports: [\"1:2\"]}}\n".to_owned(), |text, n| {
        text + &format!("b{n}: &a{n} {{<<: [*a{0}, *a{0}], k{n}: *a{0}}}\n", n - 1)
    });
    let texts = [
        "3000 ".repeat(200_000),
        "http://localhost:3000".repeat(50_000),
        "PORT=".repeat(200_000),
        "a:3000\n".repeat(150_000),
        "${PORT:-".repeat(100_000),
        "services:\n  web:\n    ports:\n".to_owned() + &"      - \"3000:3000\"\n".repeat(40_000),
        "services:\n".to_owned()
            + &(0..20_000).map(|n| format!("  s{n}: {{ports: [\"{n}:80\"]}}\n")).collect::<String>(),
        format!("apiVersion: v1\nkind: ConfigMap\ndata:\n{}", "  a: b:3000\n".repeat(60_000)),
        format!("{{\"scripts\": {{\"dev\": \"{}\"}}}}", "next dev -p 3000 && ".repeat(40_000)),
        "EXPOSE 3000 ".repeat(80_000),
        "| grafana | 3000 |\n".repeat(50_000),
        deep,
        aliases,
        merges,
    ];
    for text in &texts {
        for path in PATHS {
            let start = Instant::now();
            read(&File { path, text });
            let took = start.elapsed();
            assert!(took < Duration::from_secs(8), "{path}, {} ...: {took:?}", &text[..text.len().min(40)]);
        }
    }
    assert!(Tree::read("a: [").is_broken);
}
