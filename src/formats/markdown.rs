//! Markdown: GitHub Flavored Markdown, <https://github.github.com/gfm/>, with tables aligned like Prettier's.

use std::borrow::Cow;
use std::ops::Range;

use unicode_width::UnicodeWidthStr as _;

use super::{Claim, Number, Owner, Reading, Role, Unquotable, port};

/// Writes a text so that it stays text: markup characters get a backslash (GFM 2.4), `<`, `>` and `&` become entities.
///
/// # Errors
/// The text has a control character: a line break would end a cell, a heading or a paragraph, and the others are invisible.
pub(super) fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
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

/// Reverses [`quote`].
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

/// Pads the cells of every table, so that its columns line up in a terminal and in a diff.
pub(super) fn align(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut copied = 0;
    for table in tables(text) {
        let rows = rows(text, &table);
        if rows.get(1).is_some_and(|row| row.iter().all(|cell| is_delimiter(&text[cell.clone()]))) {
            out.push_str(&text[copied..table.start]);
            push_table(text, &rows, &mut out);
            copied = table.end;
        }
    }
    out.push_str(&text[copied..]);
    out
}

fn is_delimiter(cell: &str) -> bool {
    cell.contains('-') && cell.bytes().all(|byte| matches!(byte, b'-' | b':'))
}

fn push_table(text: &str, rows: &[Row], out: &mut String) {
    let mut widths = vec!["---".len(); rows.iter().map(Vec::len).max().unwrap_or(0)];
    for (_, row) in rows.iter().enumerate().filter(|(index, _)| *index != 1) {
        for (cell, width) in row.iter().zip(&mut widths) {
            *width = text[cell.clone()].width().max(*width);
        }
    }
    for (index, row) in rows.iter().enumerate() {
        for (column, width) in widths.iter().enumerate() {
            let cell = row.get(column).map_or("", |cell| &text[cell.clone()]);
            out.push_str("| ");
            if index == 1 {
                // `:--`, `:-:` and `--:` set the alignment of a column.
                out.push(if cell.starts_with(':') { ':' } else { '-' });
                out.extend(std::iter::repeat_n('-', width - 2));
                out.push(if cell.len() > 1 && cell.ends_with(':') { ':' } else { '-' });
            } else {
                out.push_str(cell);
                out.extend(std::iter::repeat_n(' ', width - cell.width()));
            }
            out.push(' ');
        }
        out.push_str("|\n");
    }
}

/// The bytes of each run of lines outside code that start with a border.
fn tables(text: &str) -> Vec<Range<usize>> {
    let mut tables: Vec<Range<usize>> = Vec::new();
    let (mut start, mut is_code) = (0, false);
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        is_code ^= line.starts_with("```") || line.starts_with("~~~");
        if !is_code && line.starts_with('|') {
            match tables.last_mut() {
                Some(table) if table.end == start => table.end = end,
                _ => tables.push(start..end),
            }
        }
        start = end;
    }
    tables
}

/// The bytes of the cells of one line, without the blanks around them.
type Row = Vec<Range<usize>>;

fn rows(text: &str, table: &Range<usize>) -> Vec<Row> {
    let mut start = table.start;
    let mut rows = Vec::new();
    for line in text[table.clone()].split_inclusive('\n') {
        rows.push(cells(line, start));
        start += line.len();
    }
    rows
}

/// The cells of a line that starts at `start`; `\|` is not a border.
fn cells(line: &str, start: usize) -> Row {
    let line = line.trim_end();
    let mut cells = Row::new();
    let mut cell = 1;
    let mut is_escaped = false;
    for (at, byte) in line.bytes().enumerate().skip(1) {
        if (byte == b'|' && !is_escaped) || at + 1 == line.len() {
            let end = if byte == b'|' && !is_escaped { at } else { line.len() };
            let from = start + end - line[cell..end].trim_start().len();
            cells.push(from..from + line[cell..end].trim().len());
            cell = at + 1;
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    cells
}

/// Reads the claims of a Markdown file: the numbers in the table column headed `Port` or `Ports` or, in a document of another
/// language, in the first column that consists of ports; except the first column, which has the title of the owner. Every text is
/// valid Markdown.
pub(super) fn read(text: &str) -> Reading<'_> {
    let mut claims = Vec::new();
    for table in tables(text) {
        let rows = rows(text, &table);
        let Some((column, owner)) = column_of_ports(text, &rows) else { continue };
        for row in &rows[1..] {
            if let (Some(title), Some(cell)) = (row.first(), row.get(column)) {
                ports(&owner(unquote(&text[title.clone()])), &text[cell.clone()], cell.start, &mut claims);
            }
        }
    }
    claims.into()
}

fn is_port_heading(cell: &str) -> bool {
    cell.eq_ignore_ascii_case("port") || cell.eq_ignore_ascii_case("ports")
}

/// The owner that a title names, as far as it is one.
type OwnerOf = for<'t> fn(Cow<'t, str>) -> Owner<'t>;

/// The column that says by its heading that it holds ports, else the first that consists of numbers that may be ports.
fn column_of_ports(text: &str, rows: &[Row]) -> Option<(usize, OwnerOf)> {
    let mut columns = 1..rows[0].len();
    if let Some(column) = columns.clone().find(|column| is_port_heading(&text[rows[0][*column].clone()])) {
        return Some((column, |title| Owner::Title(title)));
    }
    columns
        .find(|column| is_of_ports(text, rows, *column))
        .map(|column| (column, (|title| Owner::PerhapsTitle(title)) as OwnerOf))
}

/// Whether at least four of five cells that are not empty are a number that may be a port, and nothing else.
fn is_of_ports(text: &str, rows: &[Row], column: usize) -> bool {
    let (mut ports, mut all) = (0, 0);
    for cell in rows.iter().skip(2).filter_map(|row| row.get(column)) {
        let cell = &text[cell.clone()];
        if !cell.is_empty() && !matches!(cell, "-" | "N/A") {
            ports += usize::from(port(cell).is_some());
            all += 1;
        }
    }
    ports > 0 && ports * 5 >= all * 4
}

/// Adds the ports of `owner` in a cell that starts at `start`: words that consist of digits.
fn ports<'a>(owner: &Owner<'a>, cell: &str, mut start: usize, claims: &mut Vec<Claim<'a>>) {
    let ends_word = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_');
    for part in cell.split_inclusive(ends_word) {
        let word = part.trim_end_matches(ends_word);
        if let Some(port) = port(word) {
            let span = start..start + word.len();
            let number = Number { port, role: Role::Unknown, digits: span.clone() };
            claims.push(Claim::new(owner.clone(), number, span));
        }
        start += part.len();
    }
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

    #[test]
    fn a_column_of_numbers_may_be_of_ports_in_any_language() {
        let text = "| Сервис | Описание | Порт |\n| --- | --- | --- |\n| A | 1 | 3000 |\n| B | x | N/A |\n";
        let claims = read(text).claims;
        assert_eq!(claims.iter().map(|claim| &claim.owner).collect::<Vec<_>>(), [&Owner::PerhapsTitle("A".into())]);
        assert_eq!(read(&text.replace("3000", "3000 ms")).claims, []);
    }
}
