//! Any text, under the name of any kind of file: no reader panics, and what it finds is a number of the file.
//!
//! `PROPTEST_CASES=100000 cargo test --release --lib hostile` is the long form.

use nix::sys::time::TimeValLike as _;
use proptest::prelude::*;

use super::{File, READERS, Statement, read};
use crate::formats::yaml::tree::Tree;

/// Names of files, of every kind.
const PATHS: [&str; 28] = [
    "jobs/auth.nomad",
    "web.Caddyfile",
    "web/vite.config.ts",
    "src-tauri/tauri.conf.json",
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
const PARTS: [&str; 103] = [
    "port \"http\" {\n  to = ",
    "job \"auth\" {\n",
    "```yaml\n",
    "```env\n",
    "```\n",
    "# - \"3000:80\"\n",
    "# ports:\n",
    "#   web:\n",
    "- \"3000:80\"\n",
    "FROM a AS b\n",
    "server: { port: ",
    ":3000 {\n",
    "# on port ",
    "\"devUrl\": \"http://localhost:",
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
        let ((kind, statements), took) = timed(&File { path, text: &text });
        prop_assert!(READERS.iter().any(|reader| reader.name == kind));
        let mut end = 0;
        for one in statements {
            prop_assert_eq!(text.get(one.digits.clone()).and_then(|digits| digits.parse().ok()), Some(one.port), "{}", path);
            prop_assert!(one.digits.start >= end || one.digits.end == end, "{} overlaps", path);
            end = one.digits.end;
        }
        prop_assert!(took < 2_000, "{} takes {} ms", path, took);
    }
}

/// Files made to take long, most of a megabyte where `parts` is 8.
fn long_texts(parts: usize) -> [String; 14] {
    let aliases =
        (1..40).fold("a0: &a0 [1]\n".to_owned(), |text, n| text + &format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1));
    let merges = (1..40).fold("services: &a0 {web: {ports: [\"1:2\"]}}\n".to_owned(), |text, n| {
        text + &format!("b{n}: &a{n} {{<<: [*a{0}, *a{0}], k{n}: *a{0}}}\n", n - 1)
    });
    let many = |piece: &str, times: usize| piece.repeat(parts * times);
    [
        many("3000 ", 6_250),
        many("http://localhost:3000", 6_250),
        many("PORT=", 25_000),
        many("a:3000\n", 18_750),
        many("${PORT:-", 12_500),
        "services:\n  web:\n    ports:\n".to_owned() + &many("      - \"3000:3000\"\n", 5_000),
        "services:\n".to_owned()
            + &(0..parts * 2_500).map(|n| format!("  s{n}: {{ports: [\"{n}:80\"]}}\n")).collect::<String>(),
        format!("apiVersion: v1\nkind: ConfigMap\ndata:\n{}", many("  a: b:3000\n", 7_500)),
        format!("{{\"scripts\": {{\"dev\": \"{}\"}}}}", many("next dev -p 3000 && ", 5_000)),
        many("EXPOSE 3000 ", 10_000),
        many("| grafana | 3000 |\n", 6_250),
        many("[", 25_000),
        aliases,
        merges,
    ]
}

/// What is read of a file, with the processor time of this thread in milliseconds: how busy the machine is does not count.
fn timed<'t>(file: &File<'t>) -> ((&'static str, Vec<Statement<'t>>), i64) {
    let clock = nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID;
    let start = clock.now().unwrap();
    let found = read(file);
    (found, (clock.now().unwrap() - start).num_milliseconds())
}

#[test]
fn a_large_file_of_any_kind_is_read_quickly() {
    for (part, whole) in long_texts(1).iter().zip(&long_texts(8)) {
        for path in PATHS {
            // Eight times the text takes eight times as long; a reader that looks at all of it for each number, 64 times.
            let [of_part, of_whole] = [part, whole].map(|text| timed(&File { path, text }).1);
            let begin = &whole[..whole.len().min(40)];
            assert!(of_whole <= 16 * of_part.max(100), "{path}, {begin} ...: {of_part} ms, {of_whole} ms");
        }
    }
    assert!(Tree::read("a: [").mistake.is_some());
}
