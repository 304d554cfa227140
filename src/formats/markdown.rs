//! Markdown: GitHub Flavored Markdown, <https://github.github.com/gfm/>, with tables aligned like Prettier's.

use std::borrow::Cow;
use std::num::NonZeroU16;
use std::ops::Range;

use unicode_width::UnicodeWidthStr as _;

use super::{Claim, Claims, Number, Owner, Reading, Role, Unquotable, port, range};

/// Writes a text so that it stays text, in the form that most readers of Markdown show right: a backslash where all of them know
/// it (GFM 2.4), an entity where some show the backslash, and nothing where a character alone does no harm.
///
/// # Errors
/// The text has a control character: a line break would end a cell, a heading or a paragraph, and the others are invisible.
pub(super) fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    if text.chars().any(char::is_control) {
        return Err(Unquotable("has a line break or another control character"));
    }
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let entity = ENTITIES.iter().find(|(character, _)| *character == c).filter(|_| needs_entity(c, text, at, rest));
        match (c, entity) {
            (_, Some((_, entity))) => out.push_str(entity),
            ('\\' | '`' | '*' | '_' | '[' | ']' | '{' | '}' | '#' | '|' | '!', None) => out.extend(['\\', c]),
            (_, None) => out.push(c),
        }
    }
    Ok(())
}

/// Characters that are written as entities where they mean something: Python-Markdown 3.11 and markdown2 2.5 show a backslash before
/// `$`, `~` and `<`. mistune 3.4 shows entities as they are written, so they are not used where they are not needed.
const ENTITIES: [(char, &str); 5] = [('<', "&lt;"), ('>', "&gt;"), ('&', "&amp;"), ('$', "&#36;"), ('~', "&#126;")];

/// Whether the character at `at`, with `rest` behind it, would mean something else than itself.
fn needs_entity(c: char, text: &str, at: usize, rest: &str) -> bool {
    match c {
        // A tag, or an address in angle brackets.
        '<' => {
            rest.is_empty()
                || rest.starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'))
        }
        // A quotation, at the start of a line.
        '>' => at == 0,
        '&' => rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '#') && rest.contains(';'),
        // GitHub takes a pair for mathematics, and a pair of `~` is struck out.
        _ => text.matches(c).nth(1).is_some(),
    }
}

/// Reverses [`quote`].
fn unquote(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '&']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let entity = ENTITIES.iter().find(|(_, entity)| rest.starts_with(entity));
        let (read, length) = match (c, entity, rest.chars().nth(1)) {
            (_, Some((read, entity)), _) => (*read, entity.len()),
            ('\\', None, Some(escaped)) => (escaped, 1 + escaped.len_utf8()),
            _ => (c, c.len_utf8()),
        };
        out.push(read);
        rest = &rest[length..];
    }
    Cow::Owned(out)
}

/// Pads the cells of every table, so that its columns line up in a terminal and in a diff.
pub(super) fn align(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut copied = 0;
    for (table, rows) in tables_with_headings(text) {
        out.push_str(&text[copied..table.start]);
        push_table(text, &rows, &mut out);
        copied = table.end;
    }
    out.push_str(&text[copied..]);
    out
}

/// The tables of which the second line is one of hyphens, each with the cells of its lines.
pub(crate) fn tables_with_headings(text: &str) -> impl Iterator<Item = (Range<usize>, Vec<Row>)> {
    let tables = tables(text).into_iter().map(|table| (table.clone(), rows(text, &table)));
    tables.filter(|(_, rows)| rows.get(1).is_some_and(|row| row.iter().all(|cell| is_delimiter(&text[cell.clone()]))))
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
pub(crate) type Row = Vec<Range<usize>>;

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
    let mut claims = Claims::default();
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
            ports += usize::from(port(cell).is_some() || range(cell).is_some());
            all += 1;
        }
    }
    ports > 0 && ports * 5 >= all * 4
}

/// The owner of a range, which may be one of `[ranges]`, that of no service.
fn perhaps(owner: Owner<'_>) -> Owner<'_> {
    match owner {
        Owner::Title(title) => Owner::PerhapsTitle(title),
        other => other,
    }
}

/// Adds the ports of `owner` in a cell that starts at `start`: words that consist of digits, or of two numbers with a hyphen between
/// them.
fn ports<'a>(owner: &Owner<'a>, cell: &str, mut start: usize, claims: &mut Claims<'a>) {
    let ends_word = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_');
    for part in cell.split_inclusive(ends_word) {
        let word = part.trim_end_matches(ends_word);
        let span = start..start + word.len();
        if let Some(port) = port(word) {
            let number = Number { port, role: Role::Unknown, digits: span.clone() };
            claims.push(Claim::new(owner.clone(), number, span));
        } else if let Some(ports) = range(word) {
            let digits = start..start + word.find('-').unwrap_or(word.len());
            let number = Number { port: ports.first().get(), role: Role::Unknown, digits };
            let count = NonZeroU16::new(ports.count());
            claims.push(Claim { count, ..Claim::new(perhaps(owner.clone()), number, span) });
        }
        start += part.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_no_harm_alone_is_written_as_it_is() {
        for (text, quoted) in [
            ("costs $5, about ~2, a < b & c -> d", "costs $5, about ~2, a < b & c -> d"),
            ("$5 or $6, ~a~", "&#36;5 or &#36;6, &#126;a&#126;"),
            ("<b> </b> <!-- > &lt; R&D", "&lt;b> &lt;/b> &lt;\\!-- > &amp;lt; R&D"),
            ("> a_b | #1", "&gt; a\\_b \\| \\#1"),
            ("\\&#36;", "\\\\&amp;\\#36;"),
        ] {
            let mut out = String::new();
            quote(text, &mut out).unwrap();
            assert_eq!(out, quoted);
            assert_eq!(unquote(&out), text);
        }
    }

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
    fn a_range_is_one_claim_with_its_length() {
        let text = "| Service | Port |\n| --- | --- |\n| Turn | 50000-50100 (relay, udp), 3478 |\n";
        let claims = read(text).claims;
        let seen: Vec<_> = claims.iter().map(|c| (&text[c.span.clone()], c.count.map(NonZeroU16::get))).collect();
        assert_eq!(seen, [("50000-50100", Some(101)), ("3478", None)]);
        assert_eq!(claims.iter().next().unwrap().owner, Owner::PerhapsTitle("Turn".into()));
    }

    #[test]
    fn a_column_of_numbers_may_be_of_ports_in_any_language() {
        let text = "| Сервис | Описание | Порт |\n| --- | --- | --- |\n| A | 1 | 3000 |\n| B | x | N/A |\n";
        let claims = read(text).claims;
        assert_eq!(claims.iter().map(|claim| &claim.owner).collect::<Vec<_>>(), [&Owner::PerhapsTitle("A".into())]);
        assert_eq!(read(&text.replace("3000", "3000 ms")).claims, Claims::default());
    }
}
