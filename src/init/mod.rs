//! The first ports.toml of a repository, and what git is told of portgen there.

mod step;

pub use step::{Step, take};

use crate::allocation::kubernetes::is_of_cluster;
use crate::files::names::PORTS_TOML;

/// Where portgen writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The folder of the outputs and of portgen.lock.
    pub directory: String,
    /// The outputs that lie elsewhere: paths from the root, as templates.
    pub elsewhere: Vec<String>,
}

/// The lines of .gitattributes: how ports.toml is merged, and how the outputs are kept, shown and merged.
///
/// portgen.lock keeps the lines of both sides, so that the files of both are known as portgen's. Of two lines about one file,
/// the lower one counts (gitattributes(5)).
fn attribute_lines(places: &Places) -> Vec<String> {
    let directory = literal(&places.directory);
    let mut outputs = vec![format!("{directory}/**")];
    outputs.extend(places.elsewhere.iter().map(|path| pattern(path)));
    let mut lines = vec!["ports.toml merge=portgen".to_owned()];
    for pattern in outputs {
        lines.push(format!("{} text=auto eol=lf linguist-generated merge=portgen", word(&pattern)));
    }
    lines.push(format!("{} merge=union", word(&format!("{directory}/portgen.lock"))));
    lines
}

/// The pattern of .gitattributes for what a template of a path makes: what it works out has no `/`.
fn pattern(template: &str) -> String {
    let mut pattern = "/".to_owned();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let end = ["}}", "%}", "#}"].iter().filter_map(|end| after.find(end)).min();
        pattern.push_str(&literal(before));
        pattern.push(if end.is_some() { '*' } else { '{' });
        rest = end.map_or(after, |end| &after[end + 2..]);
    }
    pattern + &literal(rest)
}

/// A pattern of .gitattributes that stands for this text alone, where it is not behind another one.
fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        // At the start, `#` is a comment and `!` the contrary.
        if "*?[".contains(c) || at == 0 && "#!".contains(c) {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal
}

/// A pattern as it stands in .gitattributes.
fn word(pattern: &str) -> String {
    if !pattern.contains([' ', '"']) {
        return pattern.to_owned();
    }
    // In quotes, a backslash is written as two.
    format!("\"{}\"", pattern.replace('\\', "\\\\").replace('"', "\\\""))
}

/// git's settings for those lines (gitattributes(5), "Defining a custom merge driver").
pub const SETTINGS: [(&str, &str); 2] = [
    ("merge.portgen.name", "ports.toml by services, and files that `portgen write` makes again"),
    ("merge.portgen.driver", "portgen merge-driver --marker-size %L -- %O %A %B %P"),
];

/// The hooks that refuse drift: git asks the second one where a merge makes its commit by itself (githooks(5)).
pub const HOOKS: [&str; 2] = ["pre-commit", "pre-merge-commit"];

/// The line of a hook that refuses drift; `prefix` is the way from the top of the repository to ports.toml, empty or ending
/// in `/`.
pub fn hook_line(prefix: &str) -> String {
    // Hooks run at the top.
    let folder = match prefix {
        "" => String::new(),
        _ => format!(" -C {}", shell_word(&format!("./{prefix}"))),
    };
    // Whatever else the hook does before or after, drift is refused.
    format!("portgen{folder} diff --staged || exit 1")
}

/// Between single quotes, the shell takes all but the quote itself for text.
fn shell_word(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A hook of [`hook_line`] alone. Hooks are those of all branches, and one may have no ports.toml.
pub fn hook(prefix: &str) -> String {
    let file = shell_word(&format!(":{prefix}{PORTS_TOML}"));
    let line = hook_line(prefix);
    format!(
        "#!/bin/sh
# Made by `portgen init --hook`: refuses a commit whose files disagree with ports.toml.
if git cat-file -e {file} 2> /dev/null; then
    {line}
fi
"
    )
}

/// Whether a hook has the line already, made by portgen or by hand, so that its failure is that of the hook.
pub fn has_line(hook: &str, line: &str) -> bool {
    let is_command = |own: &&str| !own.trim().is_empty() && !own.starts_with('#');
    let ends_at_failure = hook.lines().next().is_some_and(|first| first.starts_with("#!") && first.ends_with(" -e"));
    let commands: Vec<&str> = hook.lines().filter(is_command).collect();
    // What stands below an end that is in no block is never run.
    let reached = commands.iter().position(|own| own.starts_with("exit")).unwrap_or(commands.len());
    commands[..reached].iter().enumerate().any(|(at, own)| {
        let ends_hook = own.trim() != bare(own) || at + 1 == commands.len();
        let counts = ends_hook || ends_at_failure || commands[..at].iter().any(|above| above.starts_with("set -e"));
        counts && bare(own) == bare(line)
    })
}

/// The command of a line in which it stands alone.
fn bare(line: &str) -> &str {
    line.trim().trim_start_matches("exec ").trim_end_matches(" || exit 1")
}

/// ports.toml with the usual groups and ranges, for the platform in a folder of this name.
pub fn ports_toml(folder: &str) -> String {
    let (name, id) = platform(folder);
    include_str!("ports.toml").replace("{name}", &name).replace("{id}", &id)
}

/// The name and the id of the platform in a folder of this name.
pub fn platform(folder: &str) -> (String, String) {
    let mut words = words(folder);
    if words.is_empty() {
        words = vec!["my".to_owned(), "platform".to_owned()];
    }
    if is_of_cluster(&words.join("-")) {
        words.insert(0, "my".to_owned());
    }
    let name: Vec<String> = words.iter().map(|word| capitalised(word)).collect();
    (name.join(" "), words.join("-"))
}

/// The words of a name, in lower-case letters and digits; so many that a DNS-1123 label holds them.
fn words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let mut left = 63_usize;
    let mut words = Vec::new();
    for word in lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if word.len() > left {
            break;
        }
        left = left.saturating_sub(word.len() + 1);
        words.push(word.to_owned());
    }
    words
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
}

/// The text of .gitattributes with the lines about ports.toml and the outputs that it lacks; none where it has them all.
pub fn attributes(text: &str, places: &Places) -> Option<String> {
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let lines = attribute_lines(places);
    // A line that is there must not stand above one that is added.
    let known = lines.iter().take_while(|attribute| text.lines().any(|line| line.trim() == *attribute)).count();
    let open = if text.is_empty() || text.ends_with('\n') { "" } else { line_end };
    let added: String = lines[known..].iter().map(|line| format!("{line}{line_end}")).collect();
    (!added.is_empty()).then(|| format!("{text}{open}{added}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Source;

    #[test]
    fn whatever_the_folder_is_called_the_file_is_without_mistakes() {
        let long = "a".repeat(70);
        for folder in [
            "shop",
            "Unified Health_2",
            "",
            "…",
            "-x-",
            "9",
            "default",
            "kube-system",
            &long,
            &format!("{}-bbbb", "a".repeat(60)),
            "\"}\n",
        ] {
            let text = ports_toml(folder);
            let validated = crate::manifest::validate::validate(&Source::new("ports.toml", text.as_str()));
            assert_eq!(validated.diagnostics, [], "{folder}");
            assert_eq!(crate::lints::run(&validated.allocation.unwrap()), [], "{folder}");
        }
    }

    #[test]
    fn the_commented_services_are_without_mistakes_too() {
        let text = ports_toml("shop");
        let (head, services) = text.split_once("# A service:\n#\n").unwrap();
        let services: String = services.lines().map(|line| format!("{}\n", line.trim_start_matches('#'))).collect();
        let validated = crate::manifest::validate::validate(&Source::new("ports.toml", head.to_owned() + &services));
        assert_eq!(validated.diagnostics, []);
        let allocation = validated.allocation.unwrap();
        assert_eq!(allocation.services.len(), 2);
        assert_eq!(crate::lints::run(&allocation), []);
    }

    #[test]
    fn a_hook_has_the_line_where_its_failure_counts() {
        let line = hook_line("");
        let bare = "portgen diff --staged";
        for (hook, has) in [
            (hook(""), true),
            (format!("#!/bin/sh\n{bare}\n"), true),
            (format!("#!/bin/sh\nnpm test &&\n  {bare}\n\n# done\n"), true),
            (format!("#!/bin/sh\n{bare} || exit 1\nnpm test\n"), true),
            (format!("#!/bin/sh\nset -eu\n{bare}\nnpm test\n"), true),
            (format!("#!/bin/sh -e\n{bare}\nnpm test\n"), true),
            (format!("#!/bin/sh\nif true; then\n  exit 0\nfi\nexec {bare}\n"), true),
            (format!("#!/bin/sh\n{bare}\necho tests passed\n"), false),
            (format!("#!/bin/sh\nexit 0\n{bare}\n"), false),
            (format!("#!/bin/sh\n# {bare}\n"), false),
            (format!("#!/bin/sh\n{bare} || true\n"), false),
        ] {
            assert_eq!(has_line(&hook, &line), has, "{hook}");
        }
    }

    fn out(elsewhere: &[&str]) -> Places {
        Places { directory: "out".to_owned(), elsewhere: elsewhere.iter().map(|path| (*path).to_owned()).collect() }
    }

    #[test]
    fn attributes_are_added_once_and_nothing_else_changes() {
        let added = attributes("*.png binary", &out(&[])).unwrap();
        assert!(added.starts_with("*.png binary\nports.toml merge=portgen\nout/** text=auto "), "{added}");
        assert_eq!(attributes(&added, &out(&[])), None);
        assert_eq!(attributes("a b\r\n", &out(&["c"])).unwrap().matches("\r\n").count(), 5);
    }

    #[test]
    fn a_line_that_is_added_undoes_none_below_it() {
        let lock = "out/portgen.lock merge=union\n";
        let added = attributes(&format!("ports.toml merge=portgen\n{lock}"), &out(&[])).unwrap();
        assert!(added.ends_with(lock) && added.matches(lock).count() == 2, "{added}");
        assert_eq!(attributes(&added, &out(&[])), None);
    }

    #[test]
    fn what_a_template_works_out_may_be_anything() {
        for (template, expected) in [
            ("compose.yml", "/compose.yml"),
            ("deploy/{{ service.id }}/svc.yaml", "/deploy/*/svc.yaml"),
            ("deploy/{{ service.id }}.yaml", "/deploy/*.yaml"),
            ("{{ service.id }}/.env", "/*/.env"),
            ("env/{{ service.id }}", "/env/*"),
            ("a/{% if x %}b/{{ \"}\" }}{% endif %}c[1].{y", "/a/*b/**c\\[1].{y"),
        ] {
            assert_eq!(pattern(template), expected, "{template}");
        }
    }
}
