//! Every case of `tests/cases`, with characters that act on a terminal in its files, its keys, its strings or its arguments.

use std::path::{Path, PathBuf};

use super::{HOSTILE, assert_harmless, without_colors};
use crate::runner::{Case, cases};
use crate::sandbox::Sandbox;
use crate::tries::seed;

/// Where the characters are put.
#[derive(Clone, Copy, Debug)]
enum Where {
    /// Anywhere in a file, as they are.
    File,
    /// In a string, as an escape of TOML and JSON.
    Text,
    /// In the key of a line, which becomes a quoted one.
    Key,
    /// In an argument of portgen's.
    Argument,
}

const WHERE: [Where; 4] = [Where::File, Where::Text, Where::Key, Where::Argument];

/// Numbers that are the same at each run with one seed.
struct Numbers(u64);

impl Numbers {
    /// Those of a case, whatever cases stand beside it.
    fn of(path: &Path) -> Self {
        // FNV-1a.
        let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().as_os_str().as_encoded_bytes();
        Self(name.iter().fold(0xcbf2_9ce4_8422_2325, fold) ^ seed())
    }

    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }
}

#[test]
fn no_case_with_such_characters_acts_on_the_terminal() {
    let paths: Vec<PathBuf> =
        cases("").iter().flat_map(|concept| cases(&concept.file_name().unwrap().to_string_lossy())).collect();
    assert!(paths.len() > 20, "the cases are not where they should be");
    let ran: usize = paths.iter().map(|path| run(path)).sum();
    assert!(ran > paths.len(), "the cases run hardly any command");
}

/// Runs a case, changed at one place in four, and tells how many commands ran.
fn run(path: &Path) -> usize {
    let case = Case::read(path);
    let mut numbers = Numbers::of(path);
    let place = WHERE[numbers.below(WHERE.len())];
    let sandbox = Sandbox::new();
    for (name, text) in case.files() {
        sandbox.put(name, changed(text, place, &mut numbers));
    }
    let mut ran = 0;
    for step in &case.steps {
        if let Some(line) = step.strip_prefix("$ portgen ") {
            let color = if ran % 2 == 0 { "always" } else { "never" };
            let mut args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            if matches!(place, Where::Argument) && args.len() > 1 {
                let at = 1 + numbers.below(args.len() - 1);
                args[at] = with(&args[at], &hostile(&mut numbers).to_string(), &mut numbers);
            }
            let is_patch = args[0] == "diff" || args.iter().any(|arg| arg == "--dry-run");
            let is_colored = color == "always";
            args.extend(["--color".to_owned(), color.to_owned()]);
            let mut output = sandbox.portgen(&args);
            // A patch that goes to a program is what the files hold.
            if is_patch && is_colored {
                output.stdout = without_tabs_of_files(&output.stdout);
            } else if is_patch {
                output.stdout.clear();
            }
            assert_harmless(&output, is_colored, &format!("{} ({place:?}): {args:?}", path.display()));
            ran += 1;
        } else if let Some(args) = step.strip_prefix("git ") {
            sandbox.git(args);
        }
    }
    ran
}

/// What a command has printed, without the tabs in the lines of files of its patches: for people they stay, as in a Makefile. In the heads of a
/// patch and everywhere else none does.
fn without_tabs_of_files(stdout: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(stdout.len());
    let mut is_in_hunk = false;
    for line in stdout.split_inclusive(|byte| *byte == b'\n') {
        let plain = without_colors(&String::from_utf8_lossy(line));
        if plain.starts_with("@@ ") {
            is_in_hunk = true;
        } else {
            is_in_hunk &= plain.starts_with([' ', '+', '-', '\\']);
        }
        let is_of_file = is_in_hunk && !plain.starts_with("@@ ");
        out.extend(line.iter().filter(|byte| !(is_of_file && **byte == b'\t')));
    }
    out
}

#[test]
fn only_lines_of_files_have_tabs() {
    let patch = "diff --git a/a b/a\t\n--- a/a\t\n\u{1b}[36m@@ -1 +1 @@ \t\u{1b}[0m\n \tx\n\u{1b}[31m-\ta\u{1b}[0m\nnot\ta line\n +\t\n";
    let shown = String::from_utf8(without_tabs_of_files(patch.as_bytes())).unwrap();
    assert_eq!(shown, patch.replace(" \tx", " x").replace("-\ta", "-a"));
}

/// A character for an argument: none holds a NUL.
fn hostile(numbers: &mut Numbers) -> char {
    HOSTILE[numbers.below(HOSTILE.len())]
}

/// `text` with `piece` somewhere.
fn with(text: &str, piece: &str, numbers: &mut Numbers) -> String {
    let at = text.floor_char_boundary(numbers.below(text.len() + 1));
    [&text[..at], piece, &text[at..]].concat()
}

fn changed(text: &str, place: Where, numbers: &mut Numbers) -> String {
    let c = hostile(numbers);
    let escape: String = c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    match place {
        Where::File => with(text, &c.to_string(), numbers),
        Where::Text => {
            let strings: Vec<usize> = text.match_indices('"').map(|(at, _)| at).step_by(2).collect();
            let Some(at) = strings.get(numbers.below(strings.len())) else { return text.to_owned() };
            [&text[..=*at], &escape, &text[at + 1..]].concat()
        }
        Where::Key => {
            let keys: Vec<&str> = text.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect();
            let Some(key) = keys.get(numbers.below(keys.len())).filter(|key| !key.contains('"')) else {
                return text.to_owned();
            };
            text.replacen(&format!("{key} = "), &format!("\"{escape}{key}\" = "), 1)
        }
        Where::Argument => text.to_owned(),
    }
}
