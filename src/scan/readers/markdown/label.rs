//! The texts that name what has a port.

use std::borrow::Cow;
use std::ops::Range;

use crate::scan::statement::Whose;

/// Words for ports in headings.
const PORT: [&str; 14] = [
    "port",
    "ports",
    "puerto",
    "puertos",
    "porta",
    "portas",
    "porte",
    "portnummer",
    "порт",
    "порты",
    "端口",
    "端口号",
    "ポート",
    "포트",
];

/// Words of headings under which other numbers stand than those that developers use: of another time, or of another place.
const ELSEWHERE: [&str; 12] = [
    "deprecated",
    "example",
    "examples",
    "former",
    "history",
    "legacy",
    "old",
    "prod",
    "production",
    "staging",
    "test",
    "testing",
];

/// Words of headings of lists of ports that nobody has.
const NOBODYS: [&str; 9] =
    ["avoid", "avoided", "available", "conflict", "conflicts", "free", "range", "ranges", "reserved"];

/// The words of a heading, in small letters.
pub(super) fn words(heading: &str) -> Vec<String> {
    let words = heading.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether a word says port.
pub(in crate::scan::readers) fn is_port(word: &str) -> bool {
    PORT.contains(&word)
}

/// Whether a heading says that what stands below it is of another time or place, or nobody's.
pub(super) fn is_elsewhere(words: &[String]) -> bool {
    let has = |names: &[&str]| words.iter().any(|word| names.contains(&&**word));
    has(&ELSEWHERE) || (has(&NOBODYS) && words.iter().any(|word| is_port(word)))
}

/// What a cell, a heading or the rest of an item names.
pub(in crate::scan::readers) fn named<'t>(text: &str) -> Whose<'t> {
    Whose::LocalIn(Cow::Owned(format!("| {} | ", without_links(text).trim())))
}

/// A text with the texts of its links alone: `[Web](web.md)`.
fn without_links(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed("");
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[')
        && let Some((label, behind)) = link.split_once("](")
        && let Some((_, behind)) = behind.split_once(')')
    {
        out.to_mut().push_str(before);
        out.to_mut().push_str(label);
        rest = behind;
    }
    if out.is_empty() { Cow::Borrowed(rest) } else { out + rest }
}

/// The numbers of two to five digits in the bytes `part` of a text that may be ports, by themselves: no parts of words, ranges, sums of
/// money, versions, what is struck out.
pub(in crate::scan::readers) fn numbers(text: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let bytes = &text.as_bytes()[..part.end];
    let mut found = Vec::new();
    let mut at = part.start;
    while let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|start| at + start) {
        let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        at = start + length;
        let before = text[part.start..start].chars().next_back();
        let is_part = |c: char| c.is_alphanumeric() || "_.-–—+~$€£#%".contains(c);
        let behind = &text[at..part.end];
        let goes_on = |c: char| c.is_alphanumeric() || "_-–—+~%$€£".contains(c);
        let is_decimal =
            behind.strip_prefix(['.', ',', ' ']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let is_list = behind.starts_with(',') && length > 3;
        let is_alone = !before.is_some_and(is_part) && !behind.starts_with(goes_on) && (!is_decimal || is_list);
        if is_alone && (2..=5).contains(&length) {
            found.push(start..at);
        }
    }
    found
}
