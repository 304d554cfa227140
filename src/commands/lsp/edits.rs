//! Edits of ports.toml as an editor makes them: the lines that differ.

use std::collections::HashMap;

use lsp_types::{Position, Range, TextEdit, Uri, WorkspaceEdit};
use similar::{DiffTag, TextDiff};

/// The edits that make `after` of `before`.
pub(super) fn between(before: &str, after: &str) -> Vec<TextEdit> {
    let [olds, news] = [before, after].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let diff = TextDiff::from_slices(&olds, &news);
    let start = |line: usize| Position { line: line as u32, character: 0 };
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    let edits = changed.map(|op| {
        let (old, new) = (op.old_range(), op.new_range());
        // A last line without an end has no line behind it.
        let end = match olds[..old.end].last() {
            Some(last) if !last.ends_with('\n') && !old.is_empty() => {
                Position { line: old.end as u32 - 1, character: last.encode_utf16().count() as u32 }
            }
            _ => start(old.end),
        };
        TextEdit { range: Range { start: start(old.start), end }, new_text: news[new].concat() }
    });
    edits.collect()
}

/// Edits of one file.
pub(super) fn of_file(uri: Uri, edits: Vec<TextEdit>) -> WorkspaceEdit {
    // `Uri` caches nothing that its hash could depend on.
    #[allow(clippy::mutable_key_type)]
    let changes = HashMap::from([(uri, edits)]);
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::lsp::positions::{Encoding, offset};

    fn applied(before: &str, edits: &[TextEdit]) -> String {
        let mut text = before.to_owned();
        for edit in edits.iter().rev() {
            let [start, end] = [edit.range.start, edit.range.end].map(|at| offset(before, at, Encoding::Utf16));
            text.replace_range(start..end, &edit.new_text);
        }
        text
    }

    #[test]
    fn edits_make_the_one_text_of_the_other() {
        let texts = ["", "a\n", "a", "a\nb\n", "a\nb", "b\nc\n", "a\nä😀", "x\na\nb\ny", "a\n\nb\nc\n"];
        for before in texts {
            for after in texts {
                assert_eq!(applied(before, &between(before, after)), after, "{before:?}");
            }
        }
        assert!(between("a\nb\n", "a\nb\n").is_empty());
    }
}
