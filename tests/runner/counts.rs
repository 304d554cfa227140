//! How many outputs a command speaks of: checked here, so that a case need not say it.

use super::laws::Command;
use super::listing::owned;
use crate::sandbox::{Sandbox, State};

/// The words behind the numbers of outputs.
const COUNTED: [&str; 5] = ["created", "updated", "deleted", "output", "outputs"];

/// stderr with `N` for each number of outputs, once it is known to be right.
pub(super) fn hidden(command: &Command<'_>, sandbox: &Sandbox) -> String {
    command.stderr().split_inclusive('\n').map(|line| hidden_in(line, command, sandbox)).collect()
}

fn hidden_in(line: &str, command: &Command<'_>, sandbox: &Sandbox) -> String {
    let has = |parts: &[&str]| parts.iter().any(|part| line.contains(part));
    if !line.starts_with("portgen: ") {
        line.to_owned()
    } else if has(&["file follows\n", "files follow\n"]) && !command.is("-v") {
        following_hidden(line, command, sandbox)
    } else if has(&[" in all)\n", " up to date", "no drift in "]) && !owned(command.after).is_empty() {
        outputs_hidden(line, command)
    } else {
        line.to_owned()
    }
}

fn outputs_hidden(line: &str, command: &Command<'_>) -> String {
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    for at in 1..words.len() {
        let word = words[at].trim_matches(|c: char| !c.is_ascii_alphabetic()).to_owned();
        let number = words[at - 1].trim_start_matches('(').to_owned();
        if COUNTED.contains(&word.as_str()) && number.parse::<usize>().is_ok() {
            assert_eq!(number, counted(&word, command).to_string(), "{word}: {line}");
            words[at - 1] = words[at - 1].replace(&number, "N");
        }
    }
    words.join(" ").replace("N output ", "N outputs ")
}

/// How many outputs there are of which this is said, of what the locks say of them.
fn counted(word: &str, command: &Command<'_>) -> usize {
    let (was, is) = (owned(command.before), owned(command.after));
    let bytes = |state: &State, path: &str| state.get(path).map(|(bytes, _)| bytes.clone());
    match word {
        "created" => is.iter().filter(|path| bytes(command.before, path).is_none()).count(),
        "updated" => {
            is.iter().filter(|path| differs(&bytes(command.before, path), &bytes(command.after, path))).count()
        }
        "deleted" => was
            .iter()
            .filter(|path| bytes(command.before, path).is_some() && bytes(command.after, path).is_none())
            .count(),
        _ => is.len(),
    }
}

fn differs(was: &Option<Vec<u8>>, is: &Option<Vec<u8>>) -> bool {
    was.is_some() && was != is
}

/// `review`, asked for the names, names as many.
fn following_hidden(line: &str, command: &Command<'_>, sandbox: &Sandbox) -> String {
    let (told, count) = line.rsplit_once("; ").unwrap();
    let verbose = sandbox.portgen(["-v"].iter().chain(command.args));
    let said = String::from_utf8(verbose.stderr).unwrap();
    let named = said.split_once(line).unwrap().1.lines().take_while(|line| line.starts_with("  ")).count();
    assert!(count.starts_with(&format!("{named} file")), "{said}");
    match named {
        0 => line.to_owned(),
        _ => format!("{told}; N files follow\n"),
    }
}
