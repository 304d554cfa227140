//! What clothes a text: a byte order mark, the ends of its lines, and whether its last line has one.

use super::versions::Versions;

const MARK: &str = "\u{feff}";

/// Everything about a file's bytes that is not its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dress {
    marked: bool,
    /// Every line ends in CR LF. Where only some do, those CRs are part of the text.
    crlf: bool,
    /// The last line does not end.
    open: bool,
}

/// Takes a file's text out: no byte order mark, LF at the end of every line. None where it is not UTF-8.
pub(super) fn undress(bytes: &[u8]) -> Option<(Dress, String)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (marked, text) = text.strip_prefix(MARK).map_or((false, text), |rest| (true, rest));
    let ends = text.matches('\n').count();
    let crlf = ends > 0 && text.matches("\r\n").count() == ends;
    let open = !text.is_empty() && !text.ends_with('\n');
    let mut text = if crlf { text.replace("\r\n", "\n") } else { text.to_owned() };
    if open {
        text.push('\n');
    }
    Some((Dress { marked, crlf, open }, text))
}

impl Dress {
    /// The dress of what three files become.
    pub(super) fn of_all(dresses: Versions<Self>) -> Self {
        Self {
            marked: dresses.map(|dress| dress.marked).or_ours(),
            crlf: dresses.map(|dress| dress.crlf).or_ours(),
            open: dresses.map(|dress| dress.open).or_ours(),
        }
    }

    /// The same, with an end of the last line if `closed`.
    pub(super) fn closed_if(self, closed: bool) -> Self {
        Self { open: self.open && !closed, ..self }
    }

    /// The bytes of a text in this dress.
    pub(super) fn put_on(self, mut text: String) -> Vec<u8> {
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
