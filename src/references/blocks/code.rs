//! Lines of Markdown that are code: they show how something is written, and are nothing else
//! (<https://spec.commonmark.org/0.31.2/>, 4.4 and 4.5).

/// The columns that make a line code.
const INDENT: usize = 4;

/// What is known of the lines so far.
#[derive(Debug, Default)]
pub(super) struct Code {
    /// The character and the length of the fence that is open.
    fence: Option<(u8, usize)>,
    /// Where the contents of the list items that are open start, in columns.
    items: Vec<usize>,
}

impl Code {
    /// Whether the next line is code, or a fence around it.
    pub(super) fn is(&mut self, line: &str) -> bool {
        let text = line.trim_start_matches([' ', '\t', '>']);
        if let Some((character, least)) = self.fence {
            let length = run(text, character);
            if length >= least && text[length..].trim().is_empty() {
                self.fence = None;
            }
            return true;
        }
        if text.trim().is_empty() {
            return false;
        }
        let indent = columns(&line[..line.len() - line.trim_start().len()]);
        while self.items.last().is_some_and(|content| *content > indent) {
            self.items.pop();
        }
        if indent >= self.items.last().map_or(0, |content| *content) + INDENT {
            return true;
        }
        let marker = item(text);
        if marker > 0 {
            self.items.push(indent + marker);
        }
        self.fence = fence(&text[marker..]);
        self.fence.is_some()
    }
}

/// How many columns blanks take.
fn columns(blanks: &str) -> usize {
    blanks.bytes().fold(0, |at, byte| if byte == b'\t' { at + INDENT - at % INDENT } else { at + 1 })
}

/// How many bytes of a text are the marker of a list item with the blank behind it; 0 where there is none.
fn item(text: &str) -> usize {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_marker = match text.as_bytes().get(digits) {
        Some(b'-' | b'*' | b'+') => digits == 0,
        Some(b'.' | b')') => (1..10).contains(&digits),
        _ => false,
    };
    if is_marker && text[digits + 1..].starts_with(' ') { digits + 2 } else { 0 }
}

/// The fence that a text opens.
fn fence(text: &str) -> Option<(u8, usize)> {
    let character = *text.as_bytes().first().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = run(text, character);
    let is_span = character == b'`' && text[length..].contains('`');
    (length >= 3 && !is_span).then_some((character, length))
}

/// How often a text repeats the character that it starts with.
fn run(text: &str, character: u8) -> usize {
    text.bytes().take_while(|byte| *byte == character).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_and_indents_make_code() {
        let mut code = Code::default();
        for (line, is_code) in [
            ("text", false),
            ("```md", true),
            ("<!-- x -->", true),
            ("~~~", true),
            ("`````", true),
            ("<!-- x -->", false),
            ("```x``` is a span", false),
            ("", false),
            ("    indented", true),
            ("\tindented", true),
            ("1. item", false),
            ("", false),
            ("   of the item", false),
            ("       indented in it", true),
            ("   - nested", false),
            ("     of the nested", false),
            ("   ~~~~", true),
            ("   ~~~", true),
            ("   ~~~~", true),
            ("over", false),
            ("> ```", true),
            ("> x", true),
            ("> ```", true),
            ("- ```sh", true),
            ("  ```", true),
            ("over", false),
        ] {
            assert_eq!(code.is(line), is_code, "{line:?}");
        }
    }
}
