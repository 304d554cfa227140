//! Comments in which people say something to portgen: `portgen: auth-service`, `portgen:begin env`.

/// What begins what is said, in small letters.
const WORD: &str = "portgen";

/// What a comment begins with, and what it ends with if it does not end with its line.
type Comment = (&'static str, &'static str);

const HASH: Comment = ("#", "");
const SLASHES: Comment = ("//", "");
const BRACED: Comment = ("/*", "*/");
const DASHES: Comment = ("--", "");
const SEMICOLON: Comment = (";", "");
const PERCENT: Comment = ("%", "");
const MARKUP: Comment = ("<!--", "-->");

/// The comments of languages, by what stands behind the last point of a file's name. All others have `#`.
const LANGUAGES: [(&[&str], &[Comment]); 9] = [
    (&["md", "markdown", "html", "htm", "xml", "svg", "plist", "csproj", "config"], &[MARKUP]),
    (&["mdx"], &[MARKUP, ("{/*", "*/}")]),
    (&["vue", "svelte", "astro"], &[MARKUP, SLASHES, BRACED]),
    (&["jsx", "tsx"], &[SLASHES, BRACED, ("{/*", "*/}")]),
    (
        &[
            "adoc", "bicep", "c", "cc", "cjs", "cpp", "cs", "css", "cts", "dart", "fs", "go", "gradle", "groovy", "h",
            "hpp", "java", "js", "json", "json5", "jsonc", "kt", "kts", "mjs", "mts", "proto", "rs", "scala", "swift",
            "ts", "zig",
        ],
        &[SLASHES, BRACED],
    ),
    (&["hcl", "tf", "tfvars", "php", "jsonnet", "nix", "http", "rest"], &[HASH, SLASHES, BRACED]),
    (&["hs", "lua", "sql"], &[DASHES]),
    (&["clj", "ini", "cfg", "conf", "service", "properties"], &[HASH, SEMICOLON]),
    (&["erl", "tex"], &[PERCENT]),
];

/// The ends of the names of files that stand for another file: `.env.example`, `nginx.conf.template`.
const STAND_INS: [&str; 8] = [".example", ".sample", ".template", ".tmpl", ".dist", ".j2", ".local", ".defaults"];

/// The comments of a file.
#[derive(Clone, Copy, Debug)]
pub struct Comments(&'static [Comment]);

/// A line that is nothing but a comment, or starts with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said<'l> {
    /// What stands in the comment behind `portgen:`.
    pub text: &'l str,
    /// Whether nothing stands behind the comment.
    pub is_alone: bool,
}

impl Comments {
    /// Those of the file at `path`.
    pub fn of(path: &str) -> Self {
        let extension = extension(path);
        let language = LANGUAGES.iter().find(|(extensions, _)| extensions.contains(&&*extension));
        Self(language.map_or(&[HASH], |(_, comments)| comments))
    }

    /// What a line says to portgen that starts with a comment; none where it is another line.
    pub fn said<'l>(self, line: &'l str) -> Option<Said<'l>> {
        let line = line.trim_start_matches('\u{feff}').trim();
        self.0.iter().find_map(|(open, close)| {
            let inside = line.strip_prefix(open)?;
            let (inside, rest) = match *close {
                // `## portgen:begin env`, `//! portgen:begin env`
                "" => (inside.trim_start_matches(|c| open.ends_with(c) || c == '!'), ""),
                close => inside.split_once(close)?,
            };
            let text = behind_word(inside.trim_start())?;
            Some(Said { text: text.trim(), is_alone: rest.is_empty() })
        })
    }
}

/// What stands behind the last point of the name of a file, or of the one that it stands for, in small letters.
pub fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    let name = STAND_INS.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase()
}

/// Whether something may be said to portgen in a text.
pub fn has_word(text: &str) -> bool {
    [WORD, "Portgen", "PORTGEN"].iter().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// What stands behind the first `portgen:` in a line.
pub fn said(line: &str) -> Option<&str> {
    let lower = line.to_ascii_lowercase();
    let mut found = lower.match_indices(WORD).map(|(at, _)| &line[at..]);
    found.find_map(behind_word)
}

/// What stands behind `portgen:`, with which a text starts.
fn behind_word(text: &str) -> Option<&str> {
    let (word, rest) = text.split_at_checked(WORD.len())?;
    let said = rest.trim_start().strip_prefix(':').filter(|said| !said.starts_with(':'))?;
    word.eq_ignore_ascii_case(WORD).then_some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_says_what_a_comment_is() {
        let env =
            |path: &str, line: &str| Comments::of(path).said(line).map(|said| (said.text.to_owned(), said.is_alone));
        for (path, line) in [
            ("README.md", "  <!-- portgen:begin env -->"),
            ("README.md", "<!--portgen: begin env-->"),
            ("docs/x.mdx", "{/* portgen:begin env */}"),
            (".env.example", "# portgen:begin env"),
            ("Makefile", "\t## Portgen:begin env"),
            ("\u{feff}Makefile", "\u{feff}#portgen:begin env"),
            ("web/vite.config.ts", "// portgen:begin env"),
            ("a.ts.example", "/* portgen:begin env */"),
            ("init.lua", "-- portgen:begin env"),
            ("php.ini", "; portgen:begin env"),
        ] {
            assert_eq!(env(path, line), Some(("begin env".to_owned(), true)), "{path}: {line}");
        }
        for (path, line) in [
            ("README.md", "# portgen:begin env"),
            ("README.md", "`<!-- portgen:begin env -->`"),
            ("README.md", "<!-- see portgen:begin env -->"),
            ("web/server.ts", "  # portgen:begin env"),
            ("web/server.ts", "\"// portgen:begin env\""),
            (".env", "A=1 # portgen:begin env"),
            (".env", "# portgen::begin env"),
        ] {
            assert_eq!(env(path, line), None, "{path}: {line}");
        }
        assert_eq!(env("a.md", "<!-- portgen:end --> x"), Some(("end".to_owned(), false)));
    }
}
