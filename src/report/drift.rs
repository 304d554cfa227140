//! How a file that differs is spoken of.

use crate::diagnostic::{Diagnostic, Place, Source, counted, quoted};
use crate::drift::kind::Flag;
use crate::drift::{Change, Difference, Differs, Effect, Kind, Stat};

/// The command that mends all of `changes` at once.
pub fn mend(changes: &[impl Differs]) -> String {
    let is_needed = |flag: &Flag| changes.iter().any(|change| change.kind().row().refused_without == Some(*flag));
    let flags: String = Flag::ALL.into_iter().filter(is_needed).map(|flag| format!(" {}", flag.as_str())).collect();
    let left = changes.iter().filter(|change| change.kind() == Kind::LeftBehind);
    let remove = left.map(|change| change.path().as_str()).collect::<Vec<_>>().join(" ");
    let is_to_write = changes.iter().any(|change| change.kind() != Kind::LeftBehind);
    match (is_to_write, remove.is_empty()) {
        (_, true) => format!("portgen write{flags}"),
        (true, false) => format!("portgen write{flags} && git rm {remove}"),
        (false, false) => format!("git rm {remove}"),
    }
}

/// What keeps the changes from coming back, where it is git's conversion of line ends that made some of them.
pub fn prevention(changes: &[Difference<'_>]) -> Option<String> {
    let converted = changes.iter().filter(|change| change.has_other_line_ends()).count();
    let files = counted(converted, "file");
    (converted > 0)
        .then(|| format!("{files} with CRLF line endings: `portgen init --git` keeps git from converting them"))
}

/// What is said of one file, at its first line that differs; `all` are the changes it is one of.
pub(super) fn diagnostic(change: &Change, all: &[Change]) -> Diagnostic {
    let row = change.kind.row();
    let help = match change.effect() {
        Effect::Keep => row.fix.to_owned(),
        _ => format!("run `{}` and commit the result", mend(all)),
    };
    let message = format!("{} {}", quoted(change.path.as_str()), row.fact);
    Diagnostic::new(row.code, row.severity, message).at(place(change), "").help(help)
}

/// The first line that differs, in the file as it is.
fn place(change: &Change) -> Place {
    let text = String::from_utf8_lossy(change.before.as_deref().unwrap_or_default());
    let line = Stat::of(change).line;
    let start = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let length = text[start..].lines().next().map_or(0, str::len);
    Place::new(&Source::new(change.path.as_str(), text), start..start + length)
}
