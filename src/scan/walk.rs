//! Which files are read: those that git sees, but for what no person writes ports into.

/// The most bytes of a file that is read: more is data, or made by a program.
pub(crate) const MOST_BYTES: u64 = 1 << 20;

/// The longest line of a file that a person wrote.
const MOST_LINE: usize = 20_000;

/// Of how many bytes of a text one may be zero at most.
const MOST_NULS: usize = 1000;

/// Names of files that programs write: what is locked, what was built.
const MADE: [&str; 16] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "Cargo.lock",
    "go.sum",
    "go.work.sum",
    "poetry.lock",
    "uv.lock",
    "Pipfile.lock",
    "composer.lock",
    "Gemfile.lock",
    "mix.lock",
    "packages.lock.json",
    "flake.lock",
];

/// What stands behind the last point of the names of files in which ports are stated.
const EXTENSIONS: &[&str] = &[
    "adoc",
    "astro",
    "bash",
    "bat",
    "bicep",
    "c",
    "caddyfile",
    "cc",
    "cfg",
    "cjs",
    "clj",
    "cmd",
    "cnf",
    "conf",
    "config",
    "cpp",
    "cs",
    "csproj",
    "cts",
    "dart",
    "dcproj",
    "dockerfile",
    "edn",
    "ejs",
    "env",
    "erb",
    "erl",
    "ex",
    "exs",
    "fish",
    "fs",
    "fsproj",
    "go",
    "gradle",
    "groovy",
    "h",
    "haml",
    "hbs",
    "hcl",
    "hjson",
    "hpp",
    "hs",
    "htm",
    "html",
    "http",
    "ini",
    "java",
    "js",
    "json",
    "json5",
    "jsonc",
    "jsonnet",
    "jsx",
    "just",
    "kt",
    "kts",
    "lua",
    "markdown",
    "md",
    "mdx",
    "mjs",
    "mk",
    "ml",
    "mmd",
    "mts",
    "nix",
    "nomad",
    "php",
    "pl",
    "plantuml",
    "plist",
    "properties",
    "proto",
    "ps1",
    "puml",
    "py",
    "rb",
    "rest",
    "rs",
    "rst",
    "scala",
    "service",
    "sh",
    "star",
    "svelte",
    "swift",
    "tf",
    "tfvars",
    "toml",
    "tpl",
    "ts",
    "tsx",
    "twig",
    "txt",
    "vb",
    "vbproj",
    "vue",
    "xml",
    "yaml",
    "yml",
    "zig",
    "zsh",
];

/// Whether a file of this name may state a port.
pub(crate) fn may_state(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    if MADE.contains(&name) || name.ends_with(".min.js") || is_vendored(path) || is_history(path, name) {
        return false;
    }
    match name.rsplit_once('.') {
        // `.postgres`, `.auth.postgres`
        Some((start, extension)) if !start.is_empty() && !start.starts_with('.') => {
            EXTENSIONS.contains(&&*extension.to_ascii_lowercase()) || has_known_start(name)
        }
        _ => true,
    }
}

/// `.env.example`, `Dockerfile.dev`, `nginx.conf.template`.
fn has_known_start(name: &str) -> bool {
    ["Dockerfile", "dockerfile", "Containerfile", "Procfile", "Makefile", "Caddyfile", ".env", "env."]
        .iter()
        .any(|start| name.starts_with(start))
        || [".example", ".sample", ".template", ".tmpl", ".dist", ".j2", ".local", ".defaults"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// Whether a file says what was, which stays as it was: also where Docusaurus keeps the documents of releases,
/// <https://docusaurus.io/docs/versioning>.
fn is_history(path: &str, name: &str) -> bool {
    if path.split('/').any(|folder| folder == "versioned_docs") {
        return true;
    }
    let stem = name.split('.').next().unwrap_or_default();
    ["changelog", "changes", "history", "releases"].iter().any(|word| stem.eq_ignore_ascii_case(word))
}

/// Whether a file lies in a folder of other people's code.
fn is_vendored(path: &str) -> bool {
    path.split('/')
        .any(|folder| matches!(folder, "node_modules" | "vendor" | "third_party" | ".portgen-staging" | ".yarn"))
}

/// Whether the bytes of a file are none that a person wrote.
pub(crate) fn is_made(bytes: &[u8]) -> bool {
    // Source may have one in a text or a pattern, where others write `\\0`.
    if memchr::memchr_iter(0, bytes).count() > bytes.len() / MOST_NULS {
        return true;
    }
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        if end - start > MOST_LINE {
            return true;
        }
        start = end + 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_is_not_read() {
        for path in ["CHANGELOG.md", "docs/versioned_docs/version-1.0/setup.md", "vendor/a/b.go", "web/yarn.lock"] {
            assert!(!may_state(path), "{path}");
        }
        assert!(["docs/setup.md", "docs/versions.md"].into_iter().all(may_state));
    }

    #[test]
    fn source_with_a_zero_is_no_binary_file() {
        let source = format!("text.replace(/\0/g, '');\n{}", "x();\n".repeat(400));
        assert!(!is_made(source.as_bytes()));
        assert!(is_made(b"\0asm\x01"));
        assert!(is_made(&"wide".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()));
    }
}
