#!/usr/bin/env bash
# toml_edit 0.25.20 (crate, 2026): a document that is parsed and printed, with no edit between, comes back with other bytes.
#
# 1. Spaces inside of a table header go over to other headers: tables below one parent share the decoration of the parent's key,
#    and what stands around the dots of one header is printed in the others. `[ services . a ]` followed by `[services.b]` comes
#    back with `[services .b]`; in the other order the first header takes its spaces from the second.
# 2. Dotted keys of one table that do not stand together are moved together: `a.x`, `b.x`, `a.y` comes back as `a.x`, `a.y`, `b.x`.
#
# Both texts are valid TOML 1.0, and what they say stays the same; a tool that edits people's files shows such lines as changed.
# Output seen on 2026-11-29 with Rust 1.95:
#
#     [ services . a ]
#     port = 1
#
#     [services .b]
#     port = 2
#     ---
#     [services.b]
#     port = 2
#
#     [ services. a ]
#     port = 1
#     ---
#     a.x = 1
#     a.y = 3
#     b.x = 2
#     ---
#
# portgen therefore splices the bytes of ports.toml itself; tests/manifest/edits.rs holds it to every other line staying as it is.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cargo new --quiet --vcs none round-trip
cd round-trip
cargo add --quiet 'toml_edit@=0.25.20'
cat > src/main.rs <<'RUST'
fn main() {
    for text in [
        "[ services . a ]\nport = 1\n\n[services.b]\nport = 2\n",
        "[services.b]\nport = 2\n\n[ services . a ]\nport = 1\n",
        "a.x = 1\nb.x = 2\na.y = 3\n",
    ] {
        let document: toml_edit::DocumentMut = text.parse().expect("valid TOML");
        print!("{document}---\n");
    }
}
RUST
cargo run --quiet > seen
cat > expected <<'TEXT'
[ services . a ]
port = 1

[services .b]
port = 2
---
[services.b]
port = 2

[ services. a ]
port = 1
---
a.x = 1
a.y = 3
b.x = 2
---
TEXT
if ! diff expected seen; then
  echo 'toml_edit 0.25.20 prints these texts otherwise now'
  exit 1
fi
cat seen
echo 'as described: toml_edit 0.25.20 does not give back the bytes that it has parsed'
