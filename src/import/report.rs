//! Where the sources disagree, with the evidence of each side and what was taken.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::decide::Side;
use super::evidence::At;
use crate::allocation::Ports;
use crate::diagnostic::counted;

/// How many places of one side are named.
const MOST_PLACES: usize = 4;

/// What the sources disagree about; the worst first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Another service has the number on the same machine.
    Collision {
        /// The service that keeps it.
        with: String,
    },
    /// The port on the machine.
    Host,
    /// The port in the container.
    Container,
    /// The line that publishes the port is that of another service, too.
    Shared {
        /// The service that keeps it.
        with: String,
    },
    /// A program listens there, which another one may do, too, each in its container.
    Listened {
        /// The service that has the number on the machine.
        with: String,
    },
    /// The service is of another stack than the one that has the number.
    OtherStack {
        /// The service that keeps it.
        with: String,
    },
}

impl What {
    fn rank(&self) -> usize {
        match self {
            Self::Collision { .. } => 0,
            Self::Host => 1,
            Self::Container => 2,
            Self::Shared { .. } => 3,
            Self::Listened { .. } => 4,
            Self::OtherStack { .. } => 5,
        }
    }

    /// The word for it in reports for machines.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Collision { .. } => "collision",
            Self::Host => "host",
            Self::Container => "container",
            Self::Shared { .. } => "shared-line",
            Self::Listened { .. } => "listened",
            Self::OtherStack { .. } => "other-stack",
        }
    }
}

/// Several numbers for one port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The id of the service.
    pub service: String,
    /// The name of the port, where the service has several.
    pub binding: Option<String>,
    /// What it is about.
    pub what: What,
    /// The numbers with their evidence, the one that is believed most first.
    pub sides: Vec<Side>,
    /// What ports.toml gets.
    pub taken: Ports,
}

/// Sorts them, the worst first.
pub(super) fn sort(all: &mut [Disagreement]) {
    all.sort_by_key(|one| one.what.rank());
}

impl Disagreement {
    /// What it is about, on one line: `auth-service: host port 4001`.
    pub fn headline(&self) -> String {
        let binding = self.binding.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        let service = format!("{}{binding}", self.service);
        match &self.what {
            What::Collision { with } => {
                format!("{service}: {with} has the same port on the host, so it gets {}", self.taken)
            }
            What::Host => format!("{service}: host port {}", self.taken),
            What::Container => format!("{service}: container port {}", self.taken),
            What::Shared { with } => {
                format!("{service}: the same line publishes the port of {with}, so it is `expose = \"none\"`")
            }
            What::Listened { with } => {
                format!(
                    "{service}: {with} has the same port on the host, so the default of its program is `expose = \"none\"`"
                )
            }
            What::OtherStack { with } => {
                format!("{service}: {with} has the same port in another stack, so it is `expose = \"none\"`")
            }
        }
    }
}

/// Places for people: the first ones, and how many more.
fn places(at: &[At]) -> String {
    let shown: Vec<String> = at.iter().take(MOST_PLACES).map(At::shown).collect();
    let more = at.len().saturating_sub(MOST_PLACES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &more
}

/// What is left of a file as it is, or changed by `write`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Where.
    pub at: At,
    /// The number.
    pub port: u16,
    /// The service that it is of.
    pub service: String,
    /// What it becomes; none where it stays.
    pub becomes: Option<u16>,
}

/// What an import has found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many services ports.toml has.
    pub services: usize,
    /// How many ports they have.
    pub ports: usize,
    /// What was read, for people: `docs/PORTS.md`, `2 Compose files`.
    pub read: Vec<String>,
    /// Where the sources disagree.
    pub disagreements: Vec<Disagreement>,
    /// The numbers that `write` changes.
    pub changes: Vec<Kept>,
    /// The numbers that ports.toml accepts as they are.
    pub accepted: Vec<Kept>,
    /// Numbers that are wrong in files that are not kept in step.
    pub left: Vec<Kept>,
    /// What else is to be known.
    pub notes: Vec<String>,
}

impl Report {
    /// The report as text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for one in &self.disagreements {
            let _ = writeln!(out, "{}", one.headline());
            for side in &one.sides {
                let _ =
                    writeln!(out, "  {:<11} {:<8}  {}", side.ports.to_string(), side.source.as_str(), places(&side.at));
            }
        }
        for (title, kept) in self.kept() {
            if !kept.is_empty() {
                let gap = if out.is_empty() { "" } else { "\n" };
                let _ = writeln!(out, "{gap}{title}:");
                kept.iter().for_each(|one| {
                    let _ = writeln!(out, "  {}", one.line());
                });
            }
        }
        out
    }

    fn kept(&self) -> [(String, &[Kept]); 3] {
        let changes = format!("`portgen write` will change {}", counted(self.changes.len(), "number"));
        let as_it_is = if self.accepted.len() == 1 { "as it is" } else { "as they are" };
        let count = counted(self.accepted.len(), "number");
        let accepted = format!("ports.toml accepts {count} {as_it_is}, until somebody decides");
        let left = format!("{} of files that are left to you", counted(self.left.len(), "wrong number"));
        [(changes, &self.changes), (accepted, &self.accepted), (left, &self.left)]
    }

    /// The report for a pull request.
    pub fn markdown(&self) -> String {
        let mut out = format!("## {}\n", self.summary());
        if !self.disagreements.is_empty() {
            out.push_str(
                "\n### Where files disagree\n\n| Service | Taken | Stated | Where |\n| --- | --- | --- | --- |\n",
            );
        }
        for one in &self.disagreements {
            for (at, side) in one.sides.iter().enumerate() {
                let (service, taken) =
                    if at == 0 { (one.headline(), one.taken.to_string()) } else { Default::default() };
                let _ =
                    writeln!(out, "| {} | {taken} | {} | {} |", cell(&service), side.ports, cell(&places(&side.at)));
            }
        }
        for (title, kept) in self.kept() {
            if !kept.is_empty() {
                let _ = writeln!(out, "\n### {}\n", cell(&title));
                kept.iter().for_each(|one| {
                    let _ = writeln!(out, "- {}", cell(&one.line()));
                });
            }
        }
        out
    }

    /// The report for programs.
    pub fn json(&self) -> Value {
        let at = |at: &At| json!({ "file": &*at.file, "line": at.line });
        let sides = |one: &Disagreement| -> Vec<Value> {
            let side = |side: &Side| json!({ "ports": side.ports.to_string(), "source": side.source.as_str(), "at": side.at.iter().map(at).collect::<Vec<_>>() });
            one.sides.iter().map(side).collect()
        };
        let disagreement = |one: &Disagreement| json!({ "service": one.service, "binding": one.binding, "about": one.what.as_str(), "taken": one.taken.to_string(), "sides": sides(one) });
        let kept = |one: &Kept| json!({ "file": &*one.at.file, "line": one.at.line, "port": one.port, "service": one.service, "becomes": one.becomes });
        json!({
            "services": self.services,
            "ports": self.ports,
            "disagreements": self.disagreements.iter().map(disagreement).collect::<Vec<_>>(),
            "changes": self.changes.iter().map(kept).collect::<Vec<_>>(),
            "accepted": self.accepted.iter().map(kept).collect::<Vec<_>>(),
            "left": self.left.iter().map(kept).collect::<Vec<_>>(),
            "notes": self.notes,
        })
    }

    /// The whole in one line.
    pub fn summary(&self) -> String {
        let read = if self.read.is_empty() { String::new() } else { format!(" from {}", self.read.join(", ")) };
        let (services, ports) = (counted(self.services, "service"), counted(self.ports, "port"));
        let disagreements = counted(self.disagreements.len(), "disagreement");
        format!("{services} with {ports}{read}: {disagreements}")
    }
}

impl Kept {
    fn line(&self) -> String {
        match self.becomes {
            Some(new) => format!("{}  {} -> {new} ({})", self.at.shown(), self.port, self.service),
            None => format!("{}  {} ({})", self.at.shown(), self.port, self.service),
        }
    }
}

/// A text in a cell or an item of Markdown.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
