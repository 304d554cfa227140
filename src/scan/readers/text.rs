//! Source, configuration and texts: everything that is read by forms.

use super::{File, forms};
use crate::scan::statement::Statement;

/// Reads any text.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    let mut out = Vec::new();
    forms::read(file, 0..file.text.len(), &mut out);
    Some(out)
}
