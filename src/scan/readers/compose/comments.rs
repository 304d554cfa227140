//! What is commented out in a Compose file: whole services, and ports of one. It counts where a service has or had the number.

use std::borrow::Cow;
use std::ops::Range;

use super::part;
use crate::formats::yaml::tree::Tree;
use crate::scan::form::Form;
use crate::scan::readers::compose_ports;
use crate::scan::statement::{Statement, Whose};

/// The most lines that are commented out together.
const MOST_LINES: usize = 400;

/// Adds the ports that comments of a file state.
pub(super) fn read<'t>(text: &'t str, tree: &Tree<'t>, out: &mut Vec<Statement<'t>>) {
    let runs = runs(text);
    if runs.is_empty() {
        return;
    }
    let services = services(tree, text);
    for run in runs {
        // What makes a comment becomes a blank, so that every digit stays where it is.
        let lines = text[run.clone()].split_inclusive('\n').map(|line| line.replacen('#', " ", 1));
        let yaml: String = lines.collect();
        let column = yaml.lines().map(|line| line.len() - line.trim_start().len()).min().unwrap_or_default();
        let found = part(&yaml).unwrap_or_else(|| {
            let before = services.partition_point(|(at, ..)| *at < run.start);
            let own = before.checked_sub(1).map(|last| &services[last]).filter(|(_, key, _)| *key < column);
            let name = own.map(|(.., name)| *name).or_else(|| key_above(&text[..run.start], column));
            name.map(|name| of_service(&yaml, name)).unwrap_or_default()
        });
        for Statement { port, digits, view, whose, form, .. } in found {
            if let (Form::Compose, Whose::Named(name)) = (form, whose) {
                let digits = run.start + digits.start..run.start + digits.end;
                let whose = Whose::Named(Cow::Owned(name.into_owned()));
                out.push(Statement::new(port, digits, view, whose, Form::Commented).weak());
            }
        }
    }
}

/// Where the services of a file stand: the start of the key, its column, its name.
pub(super) fn services<'s>(tree: &'s Tree<'_>, text: &str) -> Vec<(usize, usize, &'s str)> {
    let mut found = Vec::new();
    for services in tree.documents.iter().filter_map(|document| tree.get(*document, "services")) {
        for (key, _) in tree.entries(services) {
            let line = memchr::memrchr(b'\n', &text.as_bytes()[..key.span.start]).map_or(0, |end| end + 1);
            found.push((key.span.start, key.span.start - line, &*key.value));
        }
    }
    found.sort_unstable();
    found
}

/// The key alone in the nearest line above a column, as the name of a service in a part of a file is.
fn key_above(before: &str, column: usize) -> Option<&str> {
    let is_said = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let line = before.rsplit('\n').find(is_said)?.trim_end();
    let key = line.trim_start().strip_suffix(':')?;
    let is_name = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    (is_name && line.len() - line.trim_start().len() < column).then_some(key)
}

/// The ports that a part of a service lists: `ports`, `expose`, or items alone.
fn of_service<'y>(yaml: &'y str, name: &str) -> Vec<Statement<'y>> {
    let tree = Tree::read(yaml);
    let mut found = Vec::new();
    if let Some(document) = tree.documents.first() {
        compose_ports::ports(&tree, tree.get(*document, "ports").unwrap_or(*document), name, &mut found);
        if let Some(list) = tree.get(*document, "expose") {
            compose_ports::expose(&tree, list, name, &mut found);
        }
    }
    found
}

/// Lines of comments that may be YAML, as far as they follow each other and start in one column.
fn runs(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let (mut start, mut lines, mut column) = (0, 0, 0);
    for line in text.split_inclusive('\n') {
        let (end, trimmed) = (start + line.len(), line.trim_start());
        if trimmed.strip_prefix('#').is_some_and(|inner| may_be_yaml(inner.trim())) {
            let own = line.len() - trimmed.len();
            match found.last_mut().filter(|run| run.end == start && lines < MOST_LINES && column == own) {
                Some(run) => (run.end, lines) = (end, lines + 1),
                None => {
                    found.push(start..end);
                    (lines, column) = (1, own);
                }
            }
        }
        start = end;
    }
    found
}

/// Whether a line is an item of a list, or has a key.
fn may_be_yaml(line: &str) -> bool {
    let key = line.split_once(':').filter(|(key, value)| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'' | '<');
        !key.is_empty() && key.chars().all(is_name) && (value.is_empty() || value.starts_with(' '))
    });
    line.starts_with("- ") || key.is_some()
}
