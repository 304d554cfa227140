//! Comments that speak of a port: `# The gateway listens on port 4001.` The number alone tells whose it is.

use super::spot::{Language, Spot};
use super::{Said, View, Whose};

#[cfg(test)]
pub(super) const COUNTS: [&str; 4] = [
    "# The gateway listens on port 4001.",
    "start(); // serves at Port 4001",
    " * @param url of the gateway, on port `4001`",
    "dev api  # starts the API (port 4001)",
];

#[cfg(test)]
pub(super) const DOES_NOT: [&str; 6] =
    ["print('listens on port 4001')", "# port: 4001", "# --port 4001", "# a report 4001", "# ports 4001", "# port 80"];

/// What starts a comment that is a line of its own.
const STARTS: [&str; 6] = ["#", "//", "/*", "*", "--", "<!--"];

/// Reads the number behind the word in a comment.
pub(super) fn read<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    let before = spot.before.strip_suffix('`').unwrap_or(spot.before);
    let words = before.strip_suffix("port ").or_else(|| before.strip_suffix("Port "))?;
    let is_comment = STARTS.iter().any(|start| words.trim_start().starts_with(start))
        || [" # ", " // "].iter().any(|start| words.contains(start));
    // Smaller numbers are those of protocols.
    let is_one = words.ends_with([' ', '(']) && is_comment && spot.port >= 1000;
    (is_one && matches!(spot.language, Language::Code | Language::Settings))
        .then(|| Said::new(View::Host, Whose::Local))
}
