//! Documents: the ports of tables and of lines that name what has them, and everything that forms find.

mod label;
mod line;
mod table;
#[cfg(test)]
mod tests;

use super::{File, with_forms};
use crate::scan::statement::Statement;

/// Reads a Markdown file.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    if !matches!(file.extension(), "md" | "mdx" | "markdown") {
        return None;
    }
    let mut out = Vec::new();
    let headings = line::read(file.text, &mut out);
    table::read(file.text, &headings, &mut out);
    Some(with_forms(file, out))
}
