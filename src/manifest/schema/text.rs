//! A JSON schema as Prettier prints it: a list stands on one line where it fits.

use serde_json::Value;

/// The width of a line, in characters: Prettier's default.
const WIDTH: usize = 80;

/// The text of a schema.
pub fn text(schema: &Value) -> String {
    let pretty = format!("{schema:#}");
    let lines: Vec<&str> = pretty.lines().collect();
    let mut text = String::with_capacity(pretty.len());
    let mut at = 0;
    while at < lines.len() {
        let list = one_line(&lines[at..]);
        text.push_str(list.as_ref().map_or(lines[at], |list| &list.text));
        text.push('\n');
        at += list.map_or(1, |list| list.lines);
    }
    text
}

/// A list on one line.
struct List {
    text: String,
    /// The lines that it had.
    lines: usize,
}

/// The list that starts with the first of `lines`, if it holds neither lists nor tables and fits.
fn one_line(lines: &[&str]) -> Option<List> {
    let open = lines[0].strip_suffix('[')?;
    let end = lines.iter().skip(1).position(|line| matches!(line.trim(), "]" | "],"))? + 1;
    let items = &lines[1..end];
    if items.iter().any(|item| item.ends_with(['{', '[', '}'])) {
        return None;
    }
    let items: Vec<&str> = items.iter().map(|item| item.trim()).collect();
    let text = format!("{open}[{}{}", items.join(" "), lines[end].trim());
    (text.chars().count() <= WIDTH).then_some(List { text, lines: end + 1 })
}
