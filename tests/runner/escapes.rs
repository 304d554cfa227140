//! Bytes that a line of a case cannot hold, and how they are written.

/// Control characters but the line break, and the byte order mark, as escapes: a case is a text file.
pub(super) fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if (c.is_control() && c != '\n') || c == '\u{feff}' {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
        out
    })
}

pub(super) fn unescaped_text(text: &str) -> String {
    String::from_utf8(unescaped(text)).unwrap()
}

pub(super) fn unescaped(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next().unwrap() {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'x' => {
                let hex: String = bytes.by_ref().take(2).map(char::from).collect();
                out.push(u8::from_str_radix(&hex, 16).unwrap());
            }
            other => out.push(other),
        }
    }
    out
}
