//! GitHub Flavored Markdown for a job summary or a comment on a pull request.
//!
//! Text of the user's stands in code spans and in the fence of the patch: nothing in there is markup, a link or a mention. The patch is
//! shown without values: it is for readers, and no patch to apply.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;

use super::drift::{Drifted, mend};
use super::{Report, level};
use crate::diagnostic::{self, Diagnostic, Text, key_of_line, lines_and_tabs};
use crate::drift::Stat;
use crate::templates;

/// The most bytes: GitHub refuses a comment of more than 65,536 characters.
pub const MOST: usize = 65_000;

/// The most bytes of each of the two tables, so that the patch has room.
const MOST_TABLE: usize = 16_000;

pub(super) fn render(report: &Report<'_>) -> String {
    // The comment lets a bot find its own comment again.
    let mut out = format!("<!-- portgen {0} -->\n## portgen {0}\n\n{1}\n", report.command, counted(report));
    let said = report.diagnostics.iter().map(|one| said(report, one));
    table(&mut out, "| | Where | What |\n| --- | --- | --- |\n", said);
    let changed = report.changes.iter().map(|change| changed(report, change));
    table(&mut out, "| File | Why | Lines |\n| --- | --- | --- |\n", changed);
    patch(&mut out, report);
    out
}

fn counted(report: &Report<'_>) -> String {
    let counts = report.counts();
    let mut parts = Vec::new();
    for (count, what) in [(counts.errors, "error"), (counts.warnings, "warning"), (counts.notes, "note")] {
        if count > 0 {
            parts.push(diagnostic::counted(count, what));
        }
    }
    if !report.changes.is_empty() {
        let files = diagnostic::counted(report.changes.len(), "file");
        parts.push(format!("{files} with drift (+{} -{})", counts.added, counts.removed));
    }
    match (parts.is_empty(), report.changes.is_empty()) {
        (true, _) => "Nothing found.".to_owned(),
        (false, true) => format!("{}.", parts.join(", ")),
        (false, false) => format!("{}: run `{}` and commit the result.", parts.join(", "), mend(report.changes)),
    }
}

/// The rows that have room, and how many have not.
fn table(out: &mut String, head: &str, rows: impl ExactSizeIterator<Item = String>) {
    let mut left = rows.len();
    if left == 0 {
        return;
    }
    let _ = write!(out, "\n{head}");
    let end = out.len() + MOST_TABLE;
    for row in rows {
        if out.len() + row.len() > end {
            break;
        }
        out.push_str(&row);
        left -= 1;
    }
    if left > 0 {
        let _ = write!(out, "\n... and {left} more.\n");
    }
}

fn said(report: &Report<'_>, one: &Diagnostic) -> String {
    let place = one.primary().map(|place| format!("{}:{}", report.file(&place.source), place.line()));
    let place = place.map(|place| span(&place)).unwrap_or_default();
    let lines: Vec<String> = report.lines(one).iter().map(|line| span(line)).collect();
    format!("| {} {} | {place} | {} |\n", level(one), span(one.code.as_str()), lines.join("<br>"))
}

fn changed(report: &Report<'_>, change: &Drifted) -> String {
    let Stat { path, added, removed, .. } = &change.stat;
    format!("| {} | {} | +{added} -{removed} |\n", span(&format!("{}{path}", report.prefix)), change.kind.row().fact)
}

/// A code span in a cell of a table (GFM 6.3 and 4.10), on one line.
fn span(text: &str) -> String {
    let text = Text::from(text);
    // In a cell `\|` is a bar that ends none; of two backslashes before a bar, readers disagree on what they mean.
    let text = text.replace("\\|", "\\\\u{007c}").replace('|', "\\|");
    let fence = "`".repeat(longest_run(&text) + 1);
    // One blank on each side is taken off again, unless all are blanks (GFM 6.3).
    let is_blank = text.bytes().all(|byte| byte == b' ');
    let pad = if !is_blank && (text.starts_with(['`', ' ']) || text.ends_with(['`', ' '])) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// The patch, folded; its first lines where it is long.
fn patch(out: &mut String, report: &Report<'_>) {
    const CUT: &str = "\nThe patch is cut here: `portgen diff` shows all of it.\n";
    let room = MOST.saturating_sub(out.len() + CUT.len() + 100);
    let Shown { text, fence, cut } = shown(report, room);
    if text.is_empty() {
        return;
    }
    let cut = if cut { CUT } else { "" };
    let _ = write!(out, "\n<details>\n<summary>The patch</summary>\n\n{fence}diff\n{text}{fence}\n{cut}\n</details>\n");
}

/// The words that a patch shows: those of the built-in templates and of the paths of its files.
fn known_words<'r>(report: &'r Report<'_>) -> HashSet<&'r str> {
    let mut texts: Vec<&str> = templates::built_in().chain(["http https localhost tcp TCP udp UDP"]).collect();
    texts.extend(report.changes.iter().map(|change| change.stat.path.as_str()));
    texts.into_iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).collect()
}

/// A line of a hunk without its values, which may be passwords: with its key, its numbers and `known` words.
fn without_values(line: &str, known: &HashSet<&str>) -> String {
    let key = key_of_line(line);
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    for part in line.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_number = word.len() <= "65535".len() && word.bytes().all(|byte| byte.is_ascii_digit());
        at += part.len();
        if is_number || known.contains(word) || key.contains(&(at - part.len())) {
            out.push_str(part);
        } else {
            out.extend(word.chars().map(|_| '*'));
            out.push_str(&part[word.len()..]);
        }
    }
    out
}

/// Lines of the patch with the fence that none of them ends.
struct Shown {
    text: String,
    fence: String,
    cut: bool,
}

/// As many lines of the patch as `room` bytes hold, fences included.
fn shown(report: &Report<'_>, room: usize) -> Shown {
    let (mut text, mut ticks) = (String::new(), 3);
    let known = known_words(report);
    let mut is_in_hunk = false;
    for line in lines_and_tabs(&String::from_utf8_lossy(report.patch)).split_inclusive('\n') {
        is_in_hunk = line.starts_with("@@ ") || is_in_hunk && !line.starts_with("diff ");
        let is_text = is_in_hunk && line.starts_with([' ', '+', '-']);
        let line = if is_text { Cow::Owned(without_values(line, &known)) } else { Cow::Borrowed(line) };
        let longer = ticks.max(longest_run(&line) + 1);
        if text.len() + line.len() + 2 * longer > room {
            return Shown { text, fence: "`".repeat(ticks), cut: true };
        }
        ticks = longer;
        text.push_str(&line);
    }
    Shown { text, fence: "`".repeat(ticks), cut: false }
}
