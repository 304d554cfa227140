#!/usr/bin/env bash
# saphyr-parser 0.3.4 (crate, 2026): a flow collection whose closing bracket stands as far in as its key is an error, where libyaml (PyYAML 6.0.3)
# reads it, and so go-yaml, Docker Compose and kubectl do:
#
#     services:
#       web:
#         command: [
#           "start",
#         ]
#
# By the letter of YAML 1.2.2 (7.4 and 6.1) every line of the collection has to be further in than its parent, so that the crate is right; but many
# Compose files are written so. Whoever reads such a file event by event and stops at the error has none of the mappings that are open there: the
# whole file is empty to them. One more blank before the bracket is enough for both.
#
# Output seen on 2026-11-30 with Rust 1.95 and Python 3.11:
#
#     libyaml  as far in: ['start']  further in: ['start']
#     saphyr   as far in: an error   further in: no error
#
# portgen joins such brackets with the line before where the parser refuses a file (src/formats/yaml/brackets.rs).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
printf 'services:\n  web:\n    command: [\n      "start",\n    ]\n' > as-far-in.yml
printf 'services:\n  web:\n    command: [\n      "start",\n     ]\n' > further-in.yml

python3 -m venv venv
venv/bin/pip install --quiet pyyaml==6.0.3
venv/bin/python - > seen <<'PYTHON'
import yaml
read = [yaml.load(open(name), Loader=yaml.CSafeLoader)["services"]["web"]["command"] for name in ("as-far-in.yml", "further-in.yml")]
print(f"libyaml  as far in: {read[0]}  further in: {read[1]}")
PYTHON

cargo new --quiet --vcs none brackets
cd brackets
cargo add --quiet 'saphyr-parser@=0.3.4'
cat > src/main.rs <<'RUST'
fn main() {
    let read = ["../as-far-in.yml", "../further-in.yml"].map(|name| {
        let text = std::fs::read_to_string(name).expect("a file");
        let is_read = saphyr_parser::Parser::new_from_str(&text).all(|event| event.is_ok());
        if is_read { "no error" } else { "an error" }
    });
    println!("saphyr   as far in: {}   further in: {}", read[0], read[1]);
}
RUST
cargo run --quiet >> ../seen
cd ..
cat seen
cat > expected <<'TEXT'
libyaml  as far in: ['start']  further in: ['start']
saphyr   as far in: an error   further in: no error
TEXT
diff expected seen
