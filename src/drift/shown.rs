//! Changes as text for people, not for programs.

use crate::diagnostic::{is_hidden, lines_and_tabs};
use crate::path::RelPath;

use super::patch;

/// A patch for people: in git's colors if `color` is set, with control characters escaped.
pub fn for_people(patch: &[u8], color: bool) -> String {
    let text = String::from_utf8_lossy(patch);
    let text = lines_and_tabs(&text);
    if color { text.lines().map(colored).collect() } else { text.into_owned() }
}

fn colored(line: &str) -> String {
    let color = match line.as_bytes().first() {
        Some(b'+') if !line.starts_with("+++") => "\x1b[32m",
        Some(b'-') if !line.starts_with("---") => "\x1b[31m",
        Some(b'@') => "\x1b[36m",
        Some(b' ') => return format!("{line}\n"),
        _ => "\x1b[1m",
    };
    format!("{color}{line}\x1b[0m\n")
}

/// The path from git's top level to a file, as a line; quoted as git does if the name of a folder above the root has control
/// characters.
pub fn listed(prefix: &[u8], path: &RelPath) -> Vec<u8> {
    let mut line = if String::from_utf8_lossy(prefix).contains(is_hidden) {
        patch::name("", prefix, path).into_bytes()
    } else {
        [prefix, path.as_str().as_bytes()].concat()
    };
    line.push(b'\n');
    line
}
