//! Columns of text, each as wide as its widest cell.

use unicode_width::UnicodeWidthStr as _;

/// The rows as lines, two blanks between columns.
pub fn columns<R: AsRef<[String]>>(rows: &[R]) -> String {
    let mut widths = vec![0; rows.first().map_or(0, |row| row.as_ref().len())];
    for row in rows {
        row.as_ref().iter().zip(&mut widths).for_each(|(cell, width)| *width = (*width).max(cell.width()));
    }
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.as_ref().iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
