//! Items of lists, and lines of code: `- **8000**: Search`, `- Web: 3000`, `3000 → web`.

use super::Reader;
use super::cell::{self, Cell};
use super::row::{Held, Row};
use crate::allocation::Ports;

/// What parts of a document are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    Prose,
    Code,
    Table,
}

/// The lowest number that an item gives out: lower ones count something.
const LEAST: u16 = 80;

/// The longest name of a service in an item: what is longer is a sentence.
const MOST_WORDS: usize = 6;

impl Reader<'_> {
    /// Adds the items of lists, or the lines of code.
    pub(super) fn items(&mut self, of: Where) {
        let text = self.text;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let is_of = match self.taken.iter().find(|(span, _)| span.contains(&start)) {
                Some((_, found)) => *found == of,
                None => of == Where::Prose,
            };
            if !is_of || self.is_elsewhere(start) {
                continue;
            }
            let body = match of {
                Where::Prose => bullet(line),
                _ => Some(line.trim()),
            };
            if let Some((title, ports)) = body.and_then(item) {
                self.item(start, line, title, &ports);
            }
        }
    }

    fn item(&mut self, start: usize, line: &str, title: String, ports: &[Ports]) {
        let at = self.at(start);
        if cell::is_free(&title) {
            return;
        }
        if cell::is_reserved(&title) || self.is_reserved(start) {
            self.found.reserved.extend(ports.iter().map(|ports| (*ports, title.clone(), at.clone())));
            return;
        }
        let (title, description) = match [" - ", " – ", " — "].iter().find_map(|dash| title.split_once(dash)) {
            Some((title, description)) => (title.trim().to_owned(), description.trim().to_owned()),
            None => (title, String::new()),
        };
        let held = |ports: &Ports| Held { host: Some(*ports), container: None, name: None, is_udp: false };
        let section = self.section(start, None);
        let code =
            cell::code(line).into_iter().filter(|code| !code.bytes().all(|byte| byte.is_ascii_digit())).collect();
        let ports = ports.iter().map(held).collect();
        self.found.rows.push(Row { title, description, code, ports, section, at });
    }
}

/// What stands behind the bullet of an item.
fn bullet(line: &str) -> Option<&str> {
    let line = line.trim();
    let unordered = ["- ", "* ", "+ "].iter().find_map(|bullet| line.strip_prefix(bullet));
    unordered.or_else(|| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        (rest.len() < line.len()).then(|| rest.strip_prefix(". "))?
    })
}

/// The name of an item and its ports: the number stands first, or last.
fn item(body: &str) -> Option<(String, Vec<Ports>)> {
    let plain = cell::plain(body);
    if plain.contains("://") {
        // An address says where something is, not that it gets a port.
        return None;
    }
    let plain = plain.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[');
    let (title, ports) = first(plain).or_else(|| last(plain))?;
    let title = title.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ')' | '(' | ']' | '[')).to_owned();
    let is_name =
        title.chars().any(char::is_alphabetic) && title.split(" - ").next()?.split_whitespace().count() <= MOST_WORDS;
    let is_sure = ports.iter().all(|ports| ports.first().get() >= LEAST);
    (is_name && is_sure).then_some((title, ports))
}

/// `8000: Search`, `Port 8000 - Search`, `8000-8010 → Workers`.
fn first(text: &str) -> Option<(&str, Vec<Ports>)> {
    let body = text.strip_prefix("Port ").or_else(|| text.strip_prefix("port ")).unwrap_or(text);
    let end = body
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '–' | '—' | ',' | '/' | ' ')))
        .unwrap_or(body.len());
    let numbers = body[..end].trim_end_matches(|c: char| !c.is_ascii_digit());
    let rest = body[numbers.len()..].trim_start();
    let behind = [":", "→", "->", "=>", "=", "|", "-", "–", "—"].iter().find_map(|mark| rest.strip_prefix(mark))?;
    Some((behind, ports(numbers)?))
}

/// `Search: 8000`, `Search (8000)`, `Search on port 8000`.
fn last(text: &str) -> Option<(&str, Vec<Ports>)> {
    let body = text.trim_end_matches([')', '.', ']']);
    let lower = body.to_lowercase();
    let body = ["/tcp", " tcp", "/udp"]
        .iter()
        .find(|end| lower.ends_with(**end))
        .map_or(body, |end| &body[..body.len() - end.len()]);
    let before = body.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '–' | ',' | '/' | ' '));
    let numbers = body[before.len()..].trim_start_matches(|c: char| !c.is_ascii_digit());
    let title = ["port", "ports", "Port", "Ports"].iter().find_map(|word| before.trim_end().strip_suffix(word));
    let marked = [":", "→", "->", "=", "(", "—", "["].iter().find_map(|mark| before.trim_end().strip_suffix(mark));
    Some((title.or(marked)?, ports(numbers)?))
}

fn ports(text: &str) -> Option<Vec<Ports>> {
    match cell::ports(text) {
        Cell::Ports(found) => Some(found.into_iter().map(|(_, ports, _)| ports).collect()),
        _ => None,
    }
}
