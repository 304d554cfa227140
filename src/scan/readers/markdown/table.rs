//! Tables: `| Service | Port |`, with the columns in any order.

use std::borrow::Cow;
use std::ops::Range;

use super::label::{is_port, named, numbers, words};
use crate::formats::markdown::{Row, tables_with_headings};
use crate::formats::{names_a_port, port, url};
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose, before_port};

/// Words of the heading of a column that names what has a port.
const OWNERS: [&str; 24] = [
    "service",
    "services",
    "application",
    "app",
    "apps",
    "component",
    "container",
    "database",
    "microservice",
    "name",
    "package",
    "process",
    "project",
    "server",
    "system",
    "tool",
    "workload",
    "aplicación",
    "servicio",
    "dienst",
    "сервис",
    "служба",
    "服务",
    "サービス",
];

/// Words of the heading of a column that names at what a rule of a network points.
const TARGETS: [&str; 2] = ["destination", "to"];

/// Words beside that for ports that say nothing.
const NEUTRAL: [&str; 13] = [
    "api",
    "default",
    "exposed",
    "http",
    "listen",
    "listening",
    "main",
    "no",
    "number",
    "primary",
    "s",
    "service",
    "tcp",
];

/// Words beside that for ports that say where it is, and which of the numbers of a service it is there.
const VIEWS: [(&str, View); 13] = [
    ("host", View::Host),
    ("published", View::Host),
    ("external", View::Host),
    ("public", View::Host),
    ("local", View::Host),
    ("localhost", View::Host),
    ("dev", View::Host),
    ("development", View::Host),
    ("container", View::Container),
    ("internal", View::Container),
    ("target", View::Container),
    ("nodeport", View::Node),
    ("node", View::Node),
];

/// Words beside that for ports that name a port beside the one that a service is known by.
const BESIDE: [&str; 9] = ["admin", "debug", "grpc", "health", "https", "metrics", "tls", "websocket", "ws"];

/// The most bytes of what names a service.
const MOST_TITLE: usize = 240;

/// Adds the ports of every table of a document; `above` are its headings, and which of them say that what is below them is of another time
/// or place.
pub(super) fn read<'t>(text: &'t str, above: &[(usize, bool)], out: &mut Vec<Statement<'t>>) {
    for (table, rows) in tables_with_headings(text) {
        let before = above.partition_point(|(at, _)| *at < table.start);
        let is_elsewhere = before.checked_sub(1).is_some_and(|last| above[last].1);
        let headings: Vec<_> = rows[0].iter().map(|cell| words(&text[cell.clone()])).collect();
        let columns: Vec<_> = headings.iter().map(|heading| Column::of(heading)).collect();
        for row in rows.iter().skip(2) {
            defaults(text, row, out);
        }
        let Some((owner, is_told)) = owner(&headings, &columns) else { continue };
        for row in &rows[2..] {
            let Some(title) = row.get(owner).filter(|title| (1..=MOST_TITLE).contains(&title.len())) else { continue };
            let whose = named(&text[title.clone()]);
            for (column, cell) in columns.iter().zip(row) {
                if let Column::Ports { view, is_beside } = column {
                    let is_sure = is_told && !is_beside && !is_elsewhere;
                    let found = Cell { text, cell: cell.clone(), view: *view }.statements(&whose);
                    out.extend(found.into_iter().map(|one| one.weak_unless(is_sure)));
                }
            }
            if !is_elsewhere {
                addresses(text, row, owner, &whose, out);
            }
        }
    }
}

/// What a column has, by its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Ports { view: View, is_beside: bool },
    Other,
}

impl Column {
    fn of(heading: &[String]) -> Self {
        let mut view = View::Any;
        let mut is_beside = false;
        for word in heading.iter().filter(|word| !is_port(word)) {
            match VIEWS.iter().find(|(known, _)| known == word) {
                Some((_, known)) => view = *known,
                None if BESIDE.contains(&&**word) => is_beside = true,
                None if NEUTRAL.contains(&&**word) => {}
                None => return Self::Other,
            }
        }
        let has_port = heading.iter().any(|word| is_port(word) || word == "nodeport");
        if has_port { Self::Ports { view, is_beside } } else { Self::Other }
    }
}

/// The column that names what has a port, and whether its heading says so.
fn owner(headings: &[Vec<String>], columns: &[Column]) -> Option<(usize, bool)> {
    let named = |names: &[&str]| {
        let has = |at: &usize| headings[*at].iter().any(|word| names.contains(&&**word));
        (0..headings.len()).filter(|at| columns[*at] == Column::Other).find(has)
    };
    if let Some(target) = named(&TARGETS) {
        return Some((target, false));
    }
    named(&OWNERS).map(|at| (at, true)).or_else(|| {
        let other = columns.iter().position(|column| *column == Column::Other)?;
        Some((other, false))
    })
}

/// A cell with ports.
struct Cell<'t> {
    text: &'t str,
    cell: Range<usize>,
    view: View,
}

impl<'t> Cell<'t> {
    /// Its numbers; weak where it has several, or words beside them.
    fn statements(&self, whose: &Whose<'t>) -> Vec<Statement<'t>> {
        let text = self.text;
        let mut numbers = numbers(text, self.cell.clone());
        let (mut open, mut read) = (0_usize, self.cell.start);
        numbers.retain(|digits| {
            let between = &text[read..digits.start];
            open = (open + between.matches('(').count()).saturating_sub(between.matches(')').count());
            read = digits.start;
            open == 0
        });
        let pair = |at: usize| numbers.get(at + 1).is_some_and(|next| text[numbers[at].end..next.start] == *":");
        let is_mapping = numbers.len() == 2 && pair(0);
        let is_sure = (numbers.len() == 1 || is_mapping) && !has_words(&text[self.cell.clone()]);
        let mut found = Vec::new();
        for (at, digits) in numbers.iter().enumerate() {
            let view = match (is_mapping, at) {
                (true, 0) => View::Host,
                (true, _) => View::Container,
                _ => self.view,
            };
            let Some(port) = port(&text[digits.clone()]) else { continue };
            let one = Statement::new(port, digits.clone(), view, whose.clone(), Form::Table);
            found.push(one.weak_unless(is_sure));
        }
        found
    }
}

/// Whether a cell has more than numbers, their protocols, and notes in parentheses.
fn has_words(cell: &str) -> bool {
    let mut depth = 0_usize;
    let mut outside = String::with_capacity(cell.len());
    for c in cell.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    let is_plain = |word: &str| {
        word.is_empty()
            || word.bytes().all(|byte| byte.is_ascii_digit())
            || matches!(word, "tcp" | "udp" | "http" | "https")
    };
    outside.contains(['→', '>', '~', '+'])
        || !outside.to_lowercase().split(|c: char| !c.is_alphanumeric()).all(is_plain)
}

/// The defaults that the row of a variable of a port tells: "| AUTH_PORT | ... Defaults to 4001 |".
fn defaults<'t>(text: &'t str, row: &Row, out: &mut Vec<Statement<'t>>) {
    const WORDS: [&str; 4] = ["default", "default is", "default value", "defaults to"];
    let Some((title, cells)) = row.split_first() else { return };
    let name = text[title.clone()].trim().trim_matches('`');
    if !names_a_port(name) || name.contains(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_') {
        return;
    }
    for (cell, digits) in
        cells.iter().flat_map(|cell| numbers(text, cell.clone()).into_iter().map(move |one| (cell, one)))
    {
        let before = text[cell.start..digits.start].trim_end_matches([' ', ':', '=', '`', '*']);
        let ends_with = |word: &&str| {
            let start = before.len().checked_sub(word.len());
            start.and_then(|start| before.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
        };
        let is_default = WORDS.iter().any(ends_with);
        if let Some(port) = port(&text[digits.clone()]).filter(|_| is_default) {
            let whose = Whose::of_prefix(Cow::Borrowed(before_port(name)));
            out.push(Statement::new(port, digits, View::Listen, whose, Form::Table).weak());
        }
    }
}

/// The local addresses of a row, which are of what the row names, wherever they stand in it.
fn addresses<'t>(text: &'t str, row: &Row, owner: usize, whose: &Whose<'t>, out: &mut Vec<Statement<'t>>) {
    for (_, cell) in row.iter().enumerate().filter(|(at, _)| *at != owner) {
        let mut found = url::urls(&text[cell.clone()]).filter(|address| address.is_local());
        if let (Some(address), None) = (found.next(), found.next()) {
            let digits = cell.start + address.span.start..cell.start + address.span.end;
            out.push(Statement::new(address.port, digits, View::Host, whose.clone(), Form::Address));
        }
    }
}
