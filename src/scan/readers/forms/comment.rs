//! Comments, and what a script tells its user, that speak of a port: `# The gateway listens on port 4001.` The number alone tells whose it is.

use std::borrow::Cow;

use super::spot::{Language, Spot};
use super::{Said, View, Whose};

#[cfg(test)]
pub(super) const COUNTS: [&str; 6] = [
    "# The gateway listens on port 4001.",
    "start(); // serves at Port 4001",
    " * @param url of the gateway, on port `4001`",
    "dev api  # starts the API (port 4001)",
    "# The gateway runs on :4001, and more.",
    "  echo \"The gateway is available on port 4001.\"",
];

#[cfg(test)]
pub(super) const DOES_NOT: [&str; 6] =
    ["print('listens on port 4001')", "# port: 4001", "# --port 4001", "# a report 4001", "# ports 4001", "# port 80"];

/// What starts a comment that is a line of its own.
const STARTS: [&str; 6] = ["#", "//", "/*", "*", "--", "<!--"];

/// Reads the number behind the word in a comment.
pub(super) fn read<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    let before = spot.before.strip_suffix('`').unwrap_or(spot.before);
    // `# The gateway listens on :4001`
    let words = before.strip_suffix("port ").or_else(|| before.strip_suffix("Port "));
    let words = words.or_else(|| before.strip_suffix(':').filter(|before| before.ends_with(" on ")))?;
    let is_comment = STARTS.iter().any(|start| words.trim_start().starts_with(start))
        || [" # ", " // "].iter().any(|start| words.contains(start));
    // Smaller numbers are those of protocols.
    let told = told(words);
    let is_one = words.ends_with([' ', '(']) && (is_comment || told.is_some()) && spot.port >= 1000;
    let view = if words.ends_with("container ") { View::Container } else { View::Host };
    (is_one && matches!(spot.language, Language::Code | Language::Settings)).then(|| match told {
        Some(words) => Said::new(view, Whose::LocalIn(Cow::Borrowed(words))),
        None => Said::new(view, Whose::Local),
    })
}

/// What a script says to its user.
fn told(words: &str) -> Option<&str> {
    let line = words.trim_start();
    ["echo ", "Write-Host ", "printf "].iter().find_map(|command| line.strip_prefix(command))
}
