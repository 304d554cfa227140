//! Annotations of GitHub Actions: "Workflow commands", <https://docs.github.com/en/actions/reference/workflow-commands>; its
//! escapes as in `core/src/command.ts` of actions/toolkit.

use super::Report;
use super::region::Region;
use crate::diagnostic::{Diagnostic, Severity, visible};

/// One line for each thing found.
pub(super) fn render(report: &Report<'_>) -> String {
    report.findings().map(|one| command(report, &one)).collect()
}

fn command(report: &Report<'_>, one: &Diagnostic) -> String {
    let name = match one.severity {
        Severity::Note => "notice",
        Severity::Warning => "warning",
        Severity::Finding | Severity::Error => "error",
    };
    let mut properties = Vec::new();
    if let Some(place) = one.primary().filter(|place| place.source.is_in_tree()) {
        let Region { line, column, end_line, end_column } = Region::of(place);
        properties.push(format!("file={}", property(&report.file(&place.source))));
        properties.push(format!("line={line},endLine={end_line}"));
        // GitHub takes columns only of a place that lies in one line.
        if line == end_line {
            properties.push(format!("col={column},endColumn={end_column}"));
        }
    }
    properties.push(format!("title={}", property(one.code.as_str())));
    format!("::{name} {}::{}\n", properties.join(","), data(&report.lines(one).join("\n")))
}

/// Everything behind the second `::`: no character of it starts a line of the output.
fn data(text: &str) -> String {
    visible(text).replace('\t', "\\u{0009}").replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// One value between the `::`, where a colon and a comma end it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
