//! The encoding of a text: byte order mark, line ends, and whether the last line has one.

use super::versions::Versions;
use crate::manifest::read::is_too_much;

const MARK: &str = "\u{feff}";

/// Everything about a file's bytes except its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Encoding {
    marked: bool,
    /// Every line ends in CR LF. If only some do, their CRs are part of the text.
    crlf: bool,
    /// The last line has no line break.
    open: bool,
}

/// The text of a file, without byte order mark and with LF at the end of every line. `None` if it is not UTF-8, or more than portgen reads.
pub(super) fn decode(bytes: &[u8]) -> Option<(Encoding, String)> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| !is_too_much(text))?;
    let (marked, text) = text.strip_prefix(MARK).map_or((false, text), |rest| (true, rest));
    let ends = text.matches('\n').count();
    let crlf = ends > 0 && text.matches("\r\n").count() == ends;
    let open = !text.is_empty() && !text.ends_with('\n');
    let mut text = if crlf { text.replace("\r\n", "\n") } else { text.to_owned() };
    if open {
        text.push('\n');
    }
    Some((Encoding { marked, crlf, open }, text))
}

impl Encoding {
    /// The encoding of the merged file.
    pub(super) fn of_all(encodings: Versions<Self>) -> Self {
        Self {
            marked: encodings.map(|encoding| encoding.marked).or_ours(),
            crlf: encodings.map(|encoding| encoding.crlf).or_ours(),
            open: encodings.map(|encoding| encoding.open).or_ours(),
        }
    }

    /// The same encoding, with a line break at the end if `closed`.
    pub(super) fn closed_if(self, closed: bool) -> Self {
        Self { open: self.open && !closed, ..self }
    }

    pub(super) fn encode(self, mut text: String) -> Vec<u8> {
        if self.open && text.ends_with('\n') {
            text.pop();
        }
        if self.crlf {
            text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        if self.marked {
            text.insert_str(0, MARK);
        }
        text.into_bytes()
    }
}
