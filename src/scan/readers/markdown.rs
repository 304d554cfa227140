//! Documents: the ports of tables and of lines that name what has them, and everything that forms find.

mod label;
mod line;
mod table;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use super::{File, forms};
use crate::scan::statement::Statement;

/// Reads a Markdown file.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    if !matches!(file.extension(), "md" | "mdx" | "markdown") {
        return None;
    }
    let mut out = Vec::new();
    table::read(file.text, &mut out);
    line::read(file.text, &mut out);
    let mut known: HashSet<usize> = out.iter().map(|one| one.digits.start).collect();
    let mut others = Vec::new();
    forms::read(file, 0..file.text.len(), &mut others);
    out.extend(others.into_iter().filter(|one| known.insert(one.digits.start)));
    Some(out)
}
