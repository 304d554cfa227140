//! Source, configuration and texts: everything that is read by forms.

use super::{File, container, forms};
use crate::scan::form::Form;
use crate::scan::statement::{Statement, Whose};

/// Reads any text.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    let mut out = Vec::new();
    forms::read(file, 0..file.text.len(), &mut out);
    for one in out.iter_mut().filter(|one| one.form == Form::Published && one.whose == Whose::Own) {
        if let Some(image) = container::image_of(file.text, &one.digits) {
            one.whose = container::of_image(&image);
        }
    }
    Some(out)
}
