//! Documents: the ports of tables and of lines that name what has them, and everything that forms find.

pub(super) mod block;
pub(super) mod label;
mod line;
mod table;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashSet;

use super::{File, container, with_forms};
use crate::scan::form::Form;
use crate::scan::statement::{Statement, Whose};

/// Reads a Markdown file.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    if !matches!(file.extension(), "md" | "mdx" | "markdown") {
        return None;
    }
    let (mut out, mut others) = (Vec::new(), Vec::new());
    let headings = line::read(file.text, &mut others);
    block::read(file, &headings, &mut out);
    table::read(file.text, &headings, &mut others);
    let known: HashSet<usize> = out.iter().map(|one| one.digits.start).collect();
    out.extend(others.into_iter().filter(|one| !known.contains(&one.digits.start)));
    let mut out = with_forms(file, out);
    let blocks = block::blocks(file.text);
    let is_code = |at: usize| blocks.iter().any(|(_, block)| block.contains(&at));
    for one in &mut out {
        match &one.whose {
            Whose::LocalIn(before) if !before.contains(char::is_alphabetic) => {
                let label = label_above(file.text, one.digits.start);
                one.whose = label.map_or(Whose::Local, label::named);
            }
            Whose::Own if one.form == Form::Published => {
                let image = container::image_of(file.text, &one.digits);
                one.whose = image.map_or(Whose::Own, |image| container::of_image(&image));
            }
            Whose::Own => {
                let above = headings.partition_point(|(at, _)| *at < one.digits.start);
                let heading = above.checked_sub(1).map(|last| headings[last]).filter(|(_, is_elsewhere)| !is_elsewhere);
                let heading = heading.and_then(|(at, _)| file.text[at..].lines().next());
                let program = program(file.text, one.digits.start)
                    .filter(|_| one.form == Form::Option && is_code(one.digits.start));
                one.whose = match (heading, program) {
                    (heading, Some(program)) => {
                        Whose::Under(Cow::Owned(format!("{} {program}", heading.unwrap_or_default())))
                    }
                    (Some(heading), None) => Whose::Under(Cow::Borrowed(heading)),
                    (None, None) => Whose::Own,
                };
            }
            _ => {}
        }
    }
    Some(out)
}

/// The most bytes of a line before an option of the program that it starts.
const MOST_BEFORE: usize = 512;

/// The program that the line of an option starts: `shop` of `$ shop serve --port 4001`.
fn program(text: &str, at: usize) -> Option<&str> {
    let from = at.saturating_sub(MOST_BEFORE);
    let start = match memchr::memrchr(b'\n', &text.as_bytes()[from..at]) {
        Some(end) => from + end + 1,
        None if from == 0 => 0,
        None => return None,
    };
    let words = text[start..at].split_ascii_whitespace();
    let word =
        words.map(|word| word.trim_matches(['`', '(', '"'])).find(|word| !matches!(*word, "" | "$" | ">" | "sudo"))?;
    let is_name = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/'));
    word.rsplit('/').next().filter(|name| is_name && !name.is_empty())
}

/// The heading or the label right above the line of an address that stands by itself: `### Grafana`, `Grafana:`.
fn label_above(text: &str, at: usize) -> Option<&str> {
    let above = &text[..memchr::memrchr(b'\n', &text.as_bytes()[..at])?];
    let line = above.trim_end().rsplit('\n').next().unwrap_or_default().trim();
    let label = line.trim_start_matches('#');
    (label.len() < line.len() || line.ends_with([':', '*'])).then(|| label.trim_matches([':', '*', ' ']))
}
