//! Somebody else's text wherever it can stand: in keys, values, paths, branches, arguments, templates and other files.

use super::assert_harmless;
use crate::sandbox::Sandbox;

/// A project in which `§` is a character that acts on the terminal, and `¤` its escape in TOML.
struct Scene {
    /// What is in the files besides a ports.toml that is right.
    files: &'static [(&'static str, &'static str)],
    /// What git does first.
    git: &'static [&'static [&'static str]],
    /// What portgen is asked, word by word.
    commands: &'static [&'static [&'static str]],
}

/// Some of the characters: each of them is a program that runs.
const KINDS: [char; 8] = ['\u{1b}', '\r', '\u{7}', '\n', '\u{9b}', '\u{2028}', '\u{206a}', '\u{e0041}'];

const HEAD: &str = "version = 1\n[platform]\nname = \"A\"\nid = \"a\"\n[groups.g]\ntitle = \"G\"\n";

/// Additions to ports.toml, each judged by itself.
const PORTS_TOML: &[&str] = &[
    "\"K¤\" = 4000\n",
    "port = 4001 # §\n[services.b]\nport = 4001 # §\n",
    "title = \"§\"\n",
    "title = \"¤\"\n",
    "group = \"¤\"\n",
    "depends-on = [\"w¤eb\"]\n",
    "dir = \"a/¤\"\n",
    "package = \"¤/package.json\"\n",
    "out-of-range = \"¤\"\n",
    "compose = { \"¤\" = \"¤\" }\n",
    "compose = { image = \"¤\", ports = [\"¤\"] }\n",
    "[services.\"b¤\"]\nport = \"4000\"\n",
    "[services.b]\n\"port¤\" = \"4000\"\n",
    "[services.b.ports]\n\"h¤\" = \"4000\"\n",
    "[services.b.ports]\nhttp = { \"host¤\" = 4000 }\n",
    "[services.b]\nport = { host = 4000, name = \"¤\" }\n",
    "[ranges.\"r¤\"]\nports = \"4000\"\n",
    "[ranges.r]\nports = \"¤\"\npurpose = \"\"\n",
    "[groups.\"h¤\"]\ntitle = \"H\"\n",
    "[lints]\n\"out-of-rang¤\" = \"deny\"\n",
    "[lints]\nout-of-range = \"¤\"\n",
    "[outputs]\ndirectory = \"¤\"\n",
    "[outputs.paths]\n\"¤\" = \"¤\"\n",
    "[\"¤\"]\n[\"¤\"]\n",
    "[[retired]]\nport = 4000\nservice = \"¤\"\nsince = \"¤\"\nreason = \"\"\n",
    "[[reserved]]\nports = \"¤\"\nreason = \"¤\"\n",
    "§\n",
    "a§ = 1\n",
];

const SCENES: &[Scene] = &[
    Scene {
        files: &[],
        git: &[],
        commands: &[
            &["show", "§"],
            &["port", "web.§"],
            &["next", "§"],
            &["explain", "§"],
            &["move", "§", "4010"],
            &["add", "§", "--group", "§"],
            &["rename", "§", "b"],
            &["rename", "web", "§"],
            &["remove", "§"],
            &["except", "web", "§"],
            &["except", "§", "because"],
            &["reserve", "§", "because"],
            &["reserve", "5000", "§"],
            &["unreserve", "§"],
            &["review", "§"],
            &["review", "§..§"],
            &["check", "--against", "§"],
            &["-C", "§", "check"],
            &["--§"],
            &["§"],
            &["list", "--format", "§"],
            &["next", "-n", "§"],
            &["check", "§"],
            &["merge-driver", "§", "§", "§", "§", "§"],
        ],
    },
    Scene {
        files: &[("templates/a§b.j2", "{#-\noutput: a\n-#}\n{{ nothing.at.all }}\n")],
        git: &[],
        commands: &[&["check"], &["diff"], &["show", "web"]],
    },
    Scene {
        files: &[("templates/a.j2", "{#-\noutput: \"a§b\"\n§: 1\n-#}\n{{ \"§\" | nothing }} §\n")],
        git: &[],
        commands: &[&["check"]],
    },
    Scene {
        files: &[("templates/a.j2", "{#-\noutput: a\nformat: text\n-#}\n§ http://localhost:4999/§ {{ 1 / 0 }} §\n")],
        git: &[],
        commands: &[&["check"]],
    },
    Scene {
        files: &[
            ("ports.toml", "[services.web]\nport = 4001\npackage = \"w/package.json\"\n"),
            ("w/package.json", "{ \"scripts\": { \"§\": \"vite --port 4002 §\" }, § }"),
        ],
        git: &[],
        commands: &[&["check"], &["write"]],
    },
    Scene {
        files: &[("generated/portgen.lock", "§ §  §\n"), ("generated/env/.env", "§\n")],
        git: &[],
        commands: &[&["diff", "--stat"], &["write"], &["--color=always", "diff"]],
    },
    Scene {
        files: &[("d§r/ports.toml", "[services.web]\nport = 4001\n")],
        git: &[&["init", "--quiet"]],
        commands: &[
            &["-C", "d§r", "check"],
            &["-C", "d§r", "diff", "--stat"],
            &["-C", "d§r", "diff", "--name-only"],
            &["-C", "d§r", "diff", "--format=json"],
            &["-C", "d§r", "diff", "--format=sarif"],
            &["-C", "d§r", "diff", "--format=github"],
            &["-C", "d§r", "review"],
            &["-C", "d§r/none", "check"],
            &["-C", "d§r", "init", "--git", "--hook"],
            &["-C", "d§r", "write", "-v"],
        ],
    },
    Scene {
        files: &[],
        git: &[&["init", "--quiet", "--initial-branch=main"], &["config", "core.hooksPath", "/§"]],
        commands: &[&["init", "--hook"], &["init", "--git"]],
    },
    Scene {
        files: &[],
        git: &[
            &["init", "--quiet", "--initial-branch=main"],
            &["add", "--all"],
            &["commit", "--quiet", "-m", "§"],
            &["branch", "a§b"],
            &["rm", "--quiet", "--cached", "ports.toml"],
            &["commit", "--quiet", "-m", "§"],
            &["branch", "c§d"],
        ],
        commands: &[
            &["check", "--against", "a§b"],
            &["check", "--against", "c§d"],
            &["review", "a§b"],
            &["review", "c§d"],
            &["review", "a§b..c§d"],
            &["review", "c§d..a§b"],
        ],
    },
];

#[test]
fn additions_to_ports_toml_are_harmless() {
    for rest in PORTS_TOML {
        let mut said = String::new();
        for c in KINDS {
            let sandbox = Sandbox::new();
            sandbox.put("ports.toml", with(&format!("{HEAD}[services.web]\n{rest}"), c));
            for words in [&["check"][..], &["list"], &["show", "web"]] {
                said += &harmless(&sandbox, words);
            }
        }
        assert_shown(&said, rest);
    }
}

#[test]
fn what_comes_from_elsewhere_is_harmless() {
    for scene in SCENES {
        let mut said = String::new();
        for c in KINDS {
            let sandbox = Sandbox::new();
            sandbox.put("ports.toml", format!("{HEAD}[services.web]\nport = 4001\n"));
            for (name, text) in scene.files {
                let head = if name.ends_with("ports.toml") { HEAD } else { "" };
                sandbox.put(&with(name, c), with(&format!("{head}{text}"), c));
            }
            for words in scene.git {
                let words: Vec<String> = words.iter().map(|word| with(word, c)).collect();
                // Some characters git does not take.
                let _ = sandbox.git_words(words.iter().map(String::as_str));
            }
            for words in scene.commands {
                let words: Vec<String> = words.iter().map(|word| with(word, c)).collect();
                said += &harmless(&sandbox, &words);
            }
        }
        assert_shown(&said, &format!("{:?}", scene.commands));
    }
}

/// Asserts that the characters have come to where they are shown. Some readers refuse some of them in a place of their own.
#[track_caller]
fn assert_shown(said: &str, what: &str) {
    let shown = KINDS.iter().filter(|c| said.contains(&escape(**c))).count();
    assert!(shown >= 3, "{what}: {shown} of {KINDS:?} are shown");
}

/// What portgen says to that.
fn harmless<S: AsRef<std::ffi::OsStr> + std::fmt::Debug>(sandbox: &Sandbox, words: &[S]) -> String {
    let output = sandbox.portgen(words);
    let is_colored = words.iter().any(|word| word.as_ref() == "--color=always");
    assert_harmless(&output, is_colored, &format!("{words:?}"));
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

fn with(text: &str, c: char) -> String {
    text.replace('§', &c.to_string()).replace('¤', &format!("\\U{:08x}", c as u32))
}

/// As people see it; in JSON and on GitHub it has other ones.
fn escape(c: char) -> String {
    format!("\\u{{{:04x}}}", c as u32)
}
