//! The events of a YAML reader.

use std::borrow::Cow;
use std::ops::Range;

use crate::formats::{Fault, Written};

/// Receives the events of a YAML reader, in the order of the file.
pub(super) trait Listen<'t> {
    /// A key of the innermost mapping.
    fn key(&mut self, key: Cow<'t, str>, span: Range<usize>);
    /// A value; `is_plain` if it has no quotes and no tag.
    fn scalar(&mut self, text: Written<'t>, is_plain: bool);
    /// A value that is missing, or a plain null.
    fn null(&mut self);
    /// The start of a mapping.
    fn mapping(&mut self);
    /// The start of a sequence.
    fn sequence(&mut self);
    /// The end of a mapping or sequence.
    fn end(&mut self);
    /// A part that the reader cannot read; it continues after that.
    fn fault(&mut self, fault: Fault);
    /// The end of a document.
    fn end_document(&mut self);
}
