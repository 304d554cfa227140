//! Commands in documents that go over several lines.

use std::ops::Range;

use crate::scan::readers::package_json;

/// The most bytes of a command around a number.
const MOST: usize = 2048;

/// The image of the `docker run` that a number is of; a backslash joins the lines of a command.
pub(super) fn image_of(text: &str, digits: &Range<usize>) -> Option<String> {
    let (mut from, mut to) = (digits.start.saturating_sub(MOST), text.len().min(digits.end + MOST));
    while !text.is_char_boundary(from) {
        from += 1;
    }
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let (before, behind) = (&text[from..digits.start], &text[digits.end..to]);
    let is_end = |text: &str| !text.trim_end_matches([' ', '\r']).ends_with('\\');
    let start = before.rmatch_indices('\n').find(|(at, _)| is_end(&before[..*at])).map_or(0, |(at, _)| at + 1);
    let end = behind.match_indices('\n').find(|(at, _)| is_end(&behind[..*at])).map_or(behind.len(), |(at, _)| at);
    let behind = behind[..end].replace("\\\r\n", " ").replace("\\\n", " ");
    package_json::image(&before[start..], behind.split('`').next()?).map(str::to_owned)
}
