//! The text inside of a block: as a template renders it, and as it lies in the file.

use std::ops::Range;

use crate::outputs::digest::Digest;

/// What a block is to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewText {
    /// The bytes of the file that it takes the place of.
    pub inside: Range<usize>,
    /// What comes there.
    pub text: Box<str>,
    /// The block as people know it.
    pub shown: Box<str>,
    /// The line that begins the block, in bytes.
    pub begin: Range<usize>,
    /// The digest of a person's text that goes, as a template would have rendered it; none where portgen wrote what is there.
    pub edited: Option<Digest>,
}

/// The text of a file with other texts in its blocks, which are ascending.
pub fn replaced(text: &str, blocks: &[NewText]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for NewText { inside, text: new, .. } in blocks {
        out.push_str(&text[at..inside.start]);
        out.push_str(new);
        at = inside.end;
    }
    out + &text[at..]
}

/// A rendered text with an end of its last line; an empty one stays empty.
pub(super) fn whole(mut rendered: String) -> String {
    if !rendered.is_empty() && !rendered.ends_with('\n') {
        rendered.push('\n');
    }
    rendered
}

/// A whole text as it lies in a file: lines that are not empty have the indent, all have the file's ends.
pub(super) fn laid_out(rendered: &str, indent: &str, is_crlf: bool) -> String {
    let mut out = String::with_capacity(rendered.len());
    for line in rendered.split_terminator('\n') {
        if !line.is_empty() {
            out.push_str(indent);
            out.push_str(line);
        }
        out.push_str(if is_crlf { "\r\n" } else { "\n" });
    }
    out
}

/// What lies in a file as a template renders it: the reverse of [`laid_out`], whatever a person has made of it.
pub(super) fn plain(inside: &str, indent: &str) -> String {
    let mut out = String::with_capacity(inside.len());
    for line in inside.split_terminator('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        out.push_str(line.strip_prefix(indent).unwrap_or(line));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::find::find;
    use super::*;

    proptest! {
        #[test]
        fn what_is_laid_out_is_read_again(text in "[ -~\n]{0,60}", indent in "[ \t]{0,4}", is_crlf: bool) {
            let text = whole(text);
            prop_assert_eq!(plain(&laid_out(&text, &indent, is_crlf), &indent), text);
        }

        #[test]
        fn every_byte_outside_stays(
            parts in proptest::collection::vec(("(?s).{0,40}", "[ \t]{0,4}", any::<bool>(), "[ -~\n]{0,40}"), 0..4),
            last in "(?s).{0,40}",
        ) {
            let mut text = String::new();
            for (before, indent, is_crlf, inside) in &parts {
                let end = if *is_crlf { "\r\n" } else { "\n" };
                text += &format!("{before}{end}{indent}# portgen:begin env{end}{}{indent}# portgen:end{end}", laid_out(&whole(inside.clone()), "", *is_crlf));
            }
            text += &last;
            let blocks = find(".env", &text);
            prop_assert!(blocks.is_whole() && blocks.all.len() == parts.len(), "{text:?}");
            let new = |block: &super::super::Block| NewText {
                inside: block.inside.clone(),
                text: laid_out("A=1\nB=2\n", &block.indent, block.is_crlf).into(),
                shown: block.shown().into(),
                begin: block.begin.span.clone(),
                edited: None,
            };
            let new: Vec<NewText> = blocks.all.iter().map(new).collect();
            let after = replaced(&text, &new);
            let again = find(".env", &after);
            prop_assert_eq!(blocks.outside(&text), again.outside(&after));
            let insides: Vec<&str> = again.all.iter().map(|block| &after[block.inside.clone()]).collect();
            let wanted: Vec<&str> = new.iter().map(|new| &*new.text).collect();
            prop_assert_eq!(insides, wanted);
        }
    }
}
