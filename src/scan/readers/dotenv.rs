//! `.env` and its variants: `.env.example`, `.env.production`, `web.env`.

use std::borrow::Cow;

use super::{File, forms};
use crate::formats::{names_a_port, port, url};
use crate::scan::statement::{Statement, View, Whose};

/// Reads an env file.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    let name = file.name();
    let is_env = name == ".env"
        || name.starts_with(".env.")
        || name.ends_with(".env")
        || name.starts_with("env.")
        || name == ".envrc";
    if !is_env {
        return None;
    }
    let mut out = Vec::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        if !line.trim_start().starts_with('#') && !variable(line, start, &mut out) {
            forms::read(file, start..start + line.len(), &mut out);
        }
        start += line.len();
    }
    Some(out)
}

/// Adds the number of `NAME_PORT=4001`; whether the line is of that form.
pub(super) fn variable<'t>(line: &'t str, start: usize, out: &mut Vec<Statement<'t>>) -> bool {
    let Some((name, value)) = line.split_once('=') else { return false };
    let name = name.trim().trim_start_matches("export ").trim();
    if !names_a_port(name) {
        return false;
    }
    let value_at = line.len() - value.len();
    let skipped = value.len() - value.trim_start_matches([' ', '"', '\'']).len();
    let value = &value[skipped..];
    let default = url::before_default(value);
    let digits = value[default..].bytes().take_while(u8::is_ascii_digit).count();
    let end = &value[default + digits..];
    let is_whole = end.starts_with(['}', '"', '\'', ' ', '\t', '\r', '\n', '#']) || end.is_empty();
    if let Some(port) = port(&value[default..default + digits]).filter(|_| is_whole) {
        let at = start + value_at + skipped + default;
        let statement = |view, whose| Statement::new(port, at..at + digits, view, whose, "variable");
        out.push(match name[..name.len() - "PORT".len()].trim_end_matches('_') {
            "" => statement(View::Listen, Whose::Own),
            prefix => statement(View::Any, Whose::Variable(Cow::Borrowed(prefix))),
        });
    }
    true
}
