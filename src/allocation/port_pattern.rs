//! Regular expressions that find ports in texts that no format knows.

use regex_lite::{Regex, RegexBuilder};

/// The most bytes of a compiled pattern and the deepest nesting. Each part of it may be tried at each byte of a text.
const MOST_COMPILED: usize = 16 << 10;
const MOST_NESTED: u32 = 20;

/// The longest line in which a pattern is looked for, in bytes: a search may go to the end of the line again and again.
pub const LONGEST_LINE: usize = 2_000;

/// The pattern that a text is, <https://docs.rs/regex-lite/#syntax>: its group `port`, or its first group, is around the digits of a port. It is
/// looked for in each line by itself.
///
/// # Errors
/// Why it is none, as a sentence without its end.
pub fn compiled(text: &str) -> Result<Regex, String> {
    if text.contains('\n') || text.contains("\\n") {
        return Err("it has a line break, but is looked for in each line by itself".to_owned());
    }
    let regex = RegexBuilder::new(text).size_limit(MOST_COMPILED).nest_limit(MOST_NESTED).build();
    let regex = regex.map_err(|error| error.to_string())?;
    if regex.captures_len() < 2 {
        return Err("it has no group around the digits of a port: `(\\d+)`".to_owned());
    }
    Ok(regex)
}
