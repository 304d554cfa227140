//! How a file that differs is spoken of.

use crate::diagnostic::{Diagnostic, Place, Severity, Source, counted, quoted};
use crate::drift::{Change, Kind, Stat};

/// What is said of a file of one kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drift {
    /// Its stable kebab-case name: the kind in JSON, the rule in SARIF.
    pub(super) code: &'static str,
    /// What is said of it, behind its path.
    pub(super) fact: &'static str,
    /// What `write` does about it.
    pub(super) mend: &'static str,
}

/// Every kind.
pub(super) const KINDS: [Kind; 10] = [
    Kind::Missing,
    Kind::Stale,
    Kind::HandEdited,
    Kind::Conflicted,
    Kind::Foreign,
    Kind::Orphan,
    Kind::LeftBehind,
    Kind::EditedOrphan,
    Kind::Reference,
    Kind::Lock,
];

/// What is said of a file of a kind.
pub(super) fn drift(kind: Kind) -> Drift {
    let [code, fact, mend] = match kind {
        Kind::Missing => ["missing", "is missing", "`portgen write` makes it."],
        Kind::Stale => {
            ["stale", "is stale: ports.toml or a template has changed", "`portgen write` brings it up to date."]
        }
        Kind::HandEdited => [
            "hand-edited",
            "was edited by hand",
            "`portgen write --force` takes the edit back. What is to stay belongs in ports.toml or in a template.",
        ],
        Kind::Conflicted => [
            "conflicted",
            "is what a merge has left, with conflict markers or lines of both sides",
            "`portgen write` makes it anew, as the resolved ports.toml has it.",
        ],
        Kind::Foreign => [
            "foreign-file",
            "was not written by portgen, and is in the way of an output",
            "`portgen write --adopt` overwrites and owns it. Otherwise move it, or move the output with `[outputs]`.",
        ],
        Kind::LeftBehind => [
            "left-behind",
            "is not generated any more, but its removal was left out",
            "`git rm` takes it away: `portgen write` owns it no more.",
        ],
        Kind::Orphan => ["orphan", "is not generated any more", "`portgen write` deletes it."],
        Kind::EditedOrphan => [
            "edited-orphan",
            "is not generated any more, but was edited by hand: it is kept",
            "`portgen write` leaves it to you; remove it if you don't need it.",
        ],
        Kind::Reference => {
            ["reference", "has another port than ports.toml", "`portgen write` changes the digits and nothing else."]
        }
        Kind::Lock => ["lock", "is not up to date", "`portgen write` records which files are portgen's."],
    };
    Drift { code, fact, mend }
}

/// The command that mends all of `changes` at once.
pub fn mend(changes: &[Change]) -> String {
    let has = |kind| changes.iter().any(|change| change.kind == kind);
    let force = if has(Kind::HandEdited) { " --force" } else { "" };
    let adopt = if has(Kind::Foreign) { " --adopt" } else { "" };
    let left = changes.iter().filter(|change| change.kind == Kind::LeftBehind);
    let remove = left.map(|change| change.path.as_str()).collect::<Vec<_>>().join(" ");
    let is_to_write = changes.iter().any(|change| change.kind != Kind::LeftBehind);
    match (is_to_write, remove.is_empty()) {
        (_, true) => format!("portgen write{force}{adopt}"),
        (true, false) => format!("portgen write{force}{adopt} && git rm {remove}"),
        (false, false) => format!("git rm {remove}"),
    }
}

/// What keeps the changes from coming back, where it is git's conversion of line ends that made some of them.
pub fn prevention(changes: &[Change]) -> Option<String> {
    let converted = changes.iter().filter(|change| change.has_other_line_ends()).count();
    let files = counted(converted, "file");
    (converted > 0).then(|| format!("{files} with CRLF line ends: `portgen init --git` keeps git from converting them"))
}

/// What is said of one file, at its first line that differs; `all` are the changes it is one of.
pub(super) fn diagnostic(change: &Change, all: &[Change]) -> Diagnostic {
    let Drift { code, fact, mend: own, .. } = drift(change.kind);
    // It stays as it is, so that nothing fails for it.
    let kept = change.kind == Kind::EditedOrphan;
    let severity = if kept { Severity::Warning } else { Severity::Finding };
    let help = if kept { own.to_owned() } else { format!("run `{}` and commit the result", mend(all)) };
    let message = format!("{} {fact}", quoted(change.path.as_str()));
    Diagnostic::new(code, severity, message).at(place(change), "").help(help)
}

/// The first line that differs, in the file as it is.
fn place(change: &Change) -> Place {
    let text = String::from_utf8_lossy(change.before.as_deref().unwrap_or_default());
    let line = Stat::of(change).line;
    let start = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let length = text[start..].lines().next().map_or(0, str::len);
    Place::new(&Source::new(change.path.as_str(), text), start..start + length)
}
