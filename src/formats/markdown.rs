//! Markdown: GitHub Flavored Markdown, <https://github.github.com/gfm/>; its tables aligned as Prettier has them.

use std::borrow::Cow;
use std::ops::Range;

use unicode_width::UnicodeWidthStr as _;

use super::{Claim, Number, Owner, Reading, Role, Unquotable, port};

/// Writes a text so that it stays text: markup characters get a backslash (GFM 2.4), `<`, `>` and `&` become entities.
///
/// # Errors
/// The text has a control character: a line break would end a cell, a heading or a paragraph, and none of the others is shown.
pub fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    if text.chars().any(char::is_control) {
        return Err(Unquotable("has a line break or another control character"));
    }
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '{' | '}' | '#' | '|' | '~' | '$' | '!' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    Ok(())
}

/// The text that [`quote`] wrote.
fn unquote(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '&']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            out.push(c);
            escaped = false;
        }
    }
    Cow::Owned(out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

/// Pads the cells of every table, so that the columns stand below each other in a terminal and in a diff.
pub fn align(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut fenced = false;
    let mut table: Vec<&str> = Vec::new();
    for line in text.split_inclusive('\n') {
        fenced ^= line.starts_with("```") || line.starts_with("~~~");
        if !fenced && line.starts_with('|') {
            table.push(line);
            continue;
        }
        push_table(&table, &mut out);
        table.clear();
        out.push_str(line);
    }
    push_table(&table, &mut out);
    out
}

fn push_table(lines: &[&str], out: &mut String) {
    if lines.get(1).is_none_or(|line| !is_delimiter(line)) {
        lines.iter().for_each(|line| out.push_str(line));
        return;
    }
    let rows: Vec<Vec<&str>> = lines.iter().map(|line| cells(line).map(|(cell, _)| cell).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let widths = rows.iter().enumerate().filter(|(row, _)| *row != 1);
        widths.filter_map(|(_, row)| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0).max(3)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for (index, row) in rows.iter().enumerate() {
        for (column, width) in widths.iter().enumerate() {
            let cell = row.get(column).copied().unwrap_or_default();
            out.push_str("| ");
            if index == 1 {
                push_delimiter(cell, *width, out);
            } else {
                push_padded(cell, *width, out);
            }
            out.push(' ');
        }
        out.push_str("|\n");
    }
}

fn push_padded(cell: &str, width: usize, out: &mut String) {
    out.push_str(cell);
    out.extend(std::iter::repeat_n(' ', width - cell.width().min(width)));
}

/// `:--`, `:-:` and `--:` say how a column is set; they stay.
fn push_delimiter(cell: &str, width: usize, out: &mut String) {
    let (left, right) = (cell.starts_with(':'), cell.len() > 1 && cell.ends_with(':'));
    out.push(if left { ':' } else { '-' });
    out.extend(std::iter::repeat_n('-', width - 2));
    out.push(if right { ':' } else { '-' });
}

fn is_delimiter(line: &str) -> bool {
    cells(line).all(|(cell, _)| cell.contains('-') && cell.bytes().all(|b| matches!(b, b'-' | b':')))
}

/// The cells of a table row, trimmed, with their place in the line; `\|` is no border.
fn cells(line: &str) -> impl Iterator<Item = (&str, usize)> {
    let body = line.trim_end();
    let mut borders: Vec<usize> = Vec::new();
    let mut escaped = false;
    for (at, byte) in body.bytes().enumerate() {
        if byte == b'|' && !escaped {
            borders.push(at);
        }
        escaped = byte == b'\\' && !escaped;
    }
    if borders.last().is_some_and(|last| last + 1 < body.len()) {
        borders.push(body.len());
    }
    let pairs: Vec<(usize, usize)> = borders.iter().zip(borders.iter().skip(1)).map(|(a, b)| (a + 1, *b)).collect();
    pairs.into_iter().map(move |(start, end)| {
        let cell = &body[start..end];
        (cell.trim(), start + cell.len() - cell.trim_start().len())
    })
}

/// The claims of a Markdown file: the numbers in a table's column headed `Port` or `Ports`, from the second column on, owned
/// by the title in the first. Every text is Markdown.
pub fn read(text: &str) -> Reading<'_> {
    let mut claims = Vec::new();
    let (mut start, mut fenced) = (0, false);
    let mut column: Option<usize> = None;
    let mut previous = false;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        fenced ^= line.starts_with("```") || line.starts_with("~~~");
        if fenced || !line.starts_with('|') {
            (column, previous) = (None, false);
            continue;
        }
        if !previous {
            column =
                cells(line).enumerate().skip(1).find(|(_, (cell, _))| is_port_heading(cell)).map(|(column, _)| column);
        } else if let Some(column) = column {
            row(line, column, at, &mut claims);
        }
        previous = true;
    }
    claims.into()
}

fn is_port_heading(cell: &str) -> bool {
    cell.eq_ignore_ascii_case("port") || cell.eq_ignore_ascii_case("ports")
}

fn row<'a>(line: &'a str, column: usize, at: usize, claims: &mut Vec<Claim<'a>>) {
    let cells: Vec<(&str, usize)> = cells(line).collect();
    let (Some((title, _)), Some((cell, offset))) = (cells.first(), cells.get(column)) else { return };
    let title = unquote(title);
    for span in numbers(cell) {
        if let Some(port) = port(&cell[span.clone()]) {
            let span = at + offset + span.start..at + offset + span.end;
            let number = Number { port, role: Role::Unknown, digits: span.clone() };
            claims.push(Claim::new(Owner::Title(title.clone()), number, span));
        }
    }
}

/// The runs of digits in `cell` that no letter or digit touches.
fn numbers(cell: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = cell.as_bytes();
    let word = |at: usize| bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-' || *b == b'_');
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            at += 1;
            if bytes[start].is_ascii_digit() && (start == 0 || !word(start - 1)) {
                while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                    at += 1;
                }
                if !word(at) {
                    return Some(start..at);
                }
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_aligned_as_prettier_has_them() {
        let text = "# T\n\n| Service | Port |\n| - | :-: |\n| A\\|b | 4001 |\n| é | N/A |\n\n```\n| x |\n| - |\n```\n";
        let want = "# T\n\n| Service | Port |\n| ------- | :--: |\n| A\\|b    | 4001 |\n| é       | N/A  |\n\n```\n| x |\n| - |\n```\n";
        assert_eq!(align(text), want);
        assert_eq!(align(want), want);
    }

    #[test]
    fn only_port_columns_state_ports() {
        let text = "| Service | Port | Note |\n| --- | --- | --- |\n| A \\| B | 9092 (broker), 9093 | since 2024 |\n| C | N/A | x |\n\n| Range | Purpose |\n| --- | --- |\n| 3000-3099 | y |\n";
        let claims = read(text).claims;
        let port = |c: &Claim<'_>| c.numbers.get(Role::Unknown).unwrap();
        let seen: Vec<_> = claims.iter().map(|c| (&c.owner, port(c), &text[c.span.clone()])).collect();
        let owner = Owner::Title("A | B".into());
        assert_eq!(seen, [(&owner, 9092, "9092"), (&owner, 9093, "9093")]);
    }
}
