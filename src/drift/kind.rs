//! The kinds of change: one table, which `diff`, `write` and every report use.

use crate::diagnostic::{Code, Severity, codes};

/// How a file differs from what portgen would write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Nothing is at the path.
    Missing,
    /// An owned file as portgen once wrote it, but the allocation or a template has changed since.
    Stale,
    /// An owned file that was edited by hand: its hash is not in portgen.lock.
    HandEdited,
    /// An owned file that a merge left with conflict markers or with lines of both sides.
    Conflicted,
    /// A file that portgen did not write, at the path of an output.
    Foreign,
    /// An owned file that is no longer generated; `write` deletes it.
    Orphan,
    /// A former output that portgen no longer owns and git still has: its removal was not staged or not committed.
    LeftBehind,
    /// An owned file that is no longer generated but was edited by hand; `write` keeps it and no longer owns it.
    EditedOrphan,
    /// A file that a person owns, in which only ports change.
    Reference,
    /// A file that a person owns, with a block as portgen once wrote it, or that is still empty; ports may change as well.
    StaleBlock,
    /// A file that a person owns, with a block that was edited by hand: its hash is not in portgen.lock.
    EditedBlock,
    /// portgen.lock itself.
    Lock,
    /// ports.toml itself, edited by a command; not drift.
    Allocation,
}

/// The facts about one kind.
#[derive(Debug)]
pub struct Row {
    /// The kind.
    pub kind: Kind,
    /// Its stable kebab-case name: the kind in JSON, the rule in SARIF, the code of a diagnostic.
    pub code: Code,
    /// What messages say about such a file, after its path.
    pub fact: &'static str,
    /// How to fix it, as a sentence.
    pub fix: &'static str,
    /// The heading in `diff`, between the number of such files and their names.
    pub heading: &'static str,
    /// How severe it is.
    pub severity: Severity,
    /// The flag that `write` needs to touch such a file; `None` if it needs no flag.
    pub refused_without: Option<Flag>,
    /// Whose file it is.
    pub owner: Owner,
}

/// A flag that lets `write` overwrite files it did not write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// `--force`.
    Force,
    /// `--replace`.
    Replace,
}

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// portgen's: an output, or a file at the path of one.
    Portgen,
    /// portgen.lock.
    Lock,
    /// A person's: replaced only if nobody has saved it meanwhile.
    Person,
}

/// Every kind, in the order in which files are named.
static ROWS: [Row; 13] = [
    output(Kind::Missing, codes::MISSING, "is missing", "`portgen write` creates it.", "missing:"),
    output(
        Kind::Stale,
        codes::STALE,
        "is stale: ports.toml or a template has changed",
        "`portgen write` brings it up to date.",
        "stale (ports.toml or a template has changed):",
    ),
    Row {
        refused_without: Some(Flag::Force),
        ..output(
            Kind::HandEdited,
            codes::HAND_EDITED,
            "was edited by hand",
            "`portgen write --force` reverts the edit. Move what you want to keep to ports.toml or a template.",
            "edited by hand (the patch reverts the edit):",
        )
    },
    output(
        Kind::Conflicted,
        codes::CONFLICTED,
        "was left by a merge, with conflict markers or lines of both sides",
        "`portgen write` writes it again from the resolved ports.toml.",
        "left by a merge, with conflict markers or lines of both sides:",
    ),
    Row {
        refused_without: Some(Flag::Replace),
        ..output(
            Kind::Foreign,
            codes::FOREIGN_FILE,
            "was not written by portgen, and is at the path of an output",
            "Move the file away, or move the output with `[outputs.paths]`; or replace the file with `portgen write --replace`.",
            "not written by portgen, at the path of an output:",
        )
    },
    output(
        Kind::Orphan,
        codes::ORPHAN,
        "is no longer generated",
        "`portgen write` deletes it.",
        "no longer generated:",
    ),
    output(
        Kind::LeftBehind,
        codes::LEFT_BEHIND,
        "is no longer generated, but was not removed",
        "`git rm` removes it: `portgen write` no longer owns it.",
        "no longer generated, removal not staged:",
    ),
    Row {
        // A warning: `write` keeps the file, so `check` does not fail.
        severity: Severity::Warning,
        ..output(
            Kind::EditedOrphan,
            codes::EDITED_ORPHAN,
            "is no longer generated, but was edited by hand: it is kept",
            "`portgen write` does not delete it; remove it if you don't need it.",
            "no longer generated, but edited by hand (kept):",
        )
    },
    Row {
        owner: Owner::Person,
        ..output(
            Kind::Reference,
            codes::REFERENCE,
            "has another port than ports.toml",
            "`portgen write` changes only the digits.",
            "of your own with a port that differs from ports.toml:",
        )
    },
    Row {
        owner: Owner::Person,
        ..output(
            Kind::StaleBlock,
            codes::STALE_BLOCK,
            "has a block that is not up to date",
            "`portgen write` renders what lies between `portgen:begin` and `portgen:end` anew.",
            "of your own with a block that is not up to date:",
        )
    },
    Row {
        owner: Owner::Person,
        refused_without: Some(Flag::Force),
        ..output(
            Kind::EditedBlock,
            codes::EDITED_BLOCK,
            "has a block that was edited by hand, or never written by portgen",
            "`portgen write --force` renders the block anew. Move what you want to keep out of it, or to its template.",
            "of your own with a block that was edited by hand (the patch reverts the edit):",
        )
    },
    Row {
        owner: Owner::Lock,
        ..output(
            Kind::Lock,
            codes::LOCK,
            "is not up to date",
            "`portgen write` records which files portgen owns.",
            "lock file not up to date:",
        )
    },
    Row {
        owner: Owner::Person,
        ..output(Kind::Allocation, codes::ALLOCATION, "is edited", "The command that edits it writes it.", "edited:")
    },
];

/// The kinds of drift: all rows except `Allocation`, which is not drift.
pub static DRIFT: &[Row] = match &ROWS {
    [drift @ .., _allocation] => drift,
};

/// A row about an output: a finding that `write` fixes.
const fn output(kind: Kind, code: Code, fact: &'static str, fix: &'static str, heading: &'static str) -> Row {
    let severity = Severity::Finding;
    Row { kind, code, fact, fix, heading, severity, refused_without: None, owner: Owner::Portgen }
}

const _: () = {
    let mut at = 0;
    while at < ROWS.len() {
        assert!(ROWS[at].kind as usize == at, "the rows stand in the order of the kinds");
        at += 1;
    }
};

impl Kind {
    /// The facts about this kind.
    pub fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// Whether it is a file that a person owns and portgen keeps in step.
    pub fn is_kept(self) -> bool {
        matches!(self, Self::Reference | Self::StaleBlock | Self::EditedBlock)
    }
}
