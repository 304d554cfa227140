//! The picture for Mermaid: the services by group, and what depends on what.

use std::fmt::Write as _;

use super::picture::{Card, Picture, Reach};

/// How each reach looks: readable on a light and on a dark page.
const CLASSES: [(Reach, &str, &str); 3] = [
    (Reach::All, "all", "fill:#f9c74f,stroke:#8a6100,color:#1b1b1b"),
    (Reach::Loopback, "loopback", "fill:#bde0fe,stroke:#1d5d9b,color:#1b1b1b"),
    (Reach::Internal, "internal", "fill:#e5e7eb,stroke:#6b7280,color:#1b1b1b,stroke-dasharray:4 3"),
];

/// The most arrows that Mermaid draws where its page does not allow more: `maxEdges` of
/// <https://mermaid.js.org/config/schema-docs/config.html>, also on GitHub.
const MOST: usize = 500;

/// What has to be said where Mermaid would refuse the flowchart.
pub(super) fn refusal(picture: &Picture<'_>) -> Option<String> {
    let count: usize = picture.cards.iter().map(|card| card.needs.len()).sum();
    let said = || {
        format!(
            "portgen: Mermaid draws {MOST} arrows, and this flowchart has {count}: its page needs a higher `maxEdges`"
        )
    };
    (count > MOST).then(said)
}

pub(super) fn render(picture: &Picture<'_>) -> String {
    let mut out = String::from("flowchart LR\n");
    for (at, panel) in picture.panels.iter().enumerate() {
        let _ = writeln!(out, "  subgraph g{at}[\"{}\"]", text(panel.title));
        for service in &panel.services {
            let _ = writeln!(out, "    {}", node(*service, &picture.cards[*service]));
        }
        out.push_str("  end\n");
    }
    let number = |id: &str| picture.cards.iter().position(|card| card.id == id);
    for (at, card) in picture.cards.iter().enumerate() {
        for other in card.needs.iter().filter_map(|id| number(id)) {
            let _ = writeln!(out, "  s{at} --> s{other}");
        }
    }
    for (_, name, style) in CLASSES {
        let _ = writeln!(out, "  classDef {name} {style}");
    }
    out
}

/// A node: ids of ports.toml may be words of Mermaid (`end`), so it has a number for its id.
fn node(at: usize, card: &Card<'_>) -> String {
    let mut label = text(card.id);
    for seat in &card.seats {
        let name = if card.seats.len() > 1 { format!("{} ", text(seat.name)) } else { String::new() };
        let _ = write!(label, "<br/>{name}{}", text(&seat.ports));
    }
    let class = CLASSES.iter().find(|(reach, ..)| *reach == card.reach);
    let class = class.map(|(_, name, _)| format!(":::{name}")).unwrap_or_default();
    format!("s{at}[\"{label}\"]{class}")
}

/// A text in quotes: Mermaid has its own entities, `#35;`.
/// <https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters>
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' | ';' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            '\n' | '\r' | '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
