//! How a file that differs is spoken of.

use crate::diagnostic::{Diagnostic, Place, Source, counted, quoted};
use crate::drift::kind::Flag;
use crate::drift::{Change, Difference, Differs, Effect, Kind, Stat};
use crate::path::RelPath;

/// The command that mends all of `changes` at once, except for files that are not portgen's: losing them is not the first way.
pub fn mend(changes: &[impl Differs]) -> String {
    let is_forced = changes.iter().any(|change| change.kind().row().refused_without == Some(Flag::Force));
    let flags = if is_forced { " --force" } else { "" };
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

/// What a report says of a file that differs.
#[derive(Debug)]
pub struct Drifted {
    pub(super) kind: Kind,
    pub(super) stat: Stat,
    effect: Effect,
    /// The first line that differs, in the file as it is.
    line: String,
}

impl Drifted {
    /// That of a change, whose bytes are not needed any more.
    pub fn of(change: &Change) -> Self {
        let stat = Stat::of(change);
        let line = change.before.as_deref().unwrap_or_default().split(|byte| *byte == b'\n').nth(stat.line - 1);
        let line = String::from_utf8_lossy(line.unwrap_or_default());
        let line = line.strip_suffix('\r').unwrap_or(&line).to_owned();
        Self { kind: change.kind, effect: change.effect(), stat, line }
    }

    /// What is said of it, at its first line that differs; `mend` is the command that mends all files.
    pub(super) fn diagnostic(&self, mend: &str) -> Diagnostic {
        let row = self.kind.row();
        let help = match (self.effect, self.kind) {
            (Effect::Keep, _) | (_, Kind::Foreign) => row.fix.to_owned(),
            _ => format!("run `{mend}` and commit the result"),
        };
        let message = format!("{} {}", quoted(self.stat.path.as_str()), row.fact);
        Diagnostic::new(row.code, row.severity, message).at(self.place(), "").help(help)
    }

    /// The first line that differs. Nothing is said of the lines before it: it is enough that there are as many.
    fn place(&self) -> Place {
        let start = self.stat.line - 1;
        let text = "\n".repeat(start) + &self.line;
        Place::new(&Source::new(self.stat.path.as_str(), text), start..start + self.line.len())
    }
}

impl Differs for Drifted {
    fn path(&self) -> &RelPath {
        &self.stat.path
    }

    fn kind(&self) -> Kind {
        self.kind
    }
}
