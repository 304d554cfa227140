//! Where a program listens: `app.listen(4001)`, `http.ListenAndServe(":4001", nil)`, `listen 80;`.

use super::spot::{Language, Spot};
use super::{Said, View, Whose};

#[cfg(test)]
pub(super) const COUNTS: [&str; 10] = [
    "let addr = SocketAddr::from(([127, 0, 0, 1], 4001));",
    "app.listen(4001, () => {});",
    "server.listen(4001)",
    "http.ListenAndServe(\":4001\", nil)",
    "net.Listen(\"tcp\", \":4001\")",
    "TcpListener::bind((\"0.0.0.0\", 4001))",
    "Server.bind(4001)",
    "app.run(host='0.0.0.0', port=4001, listen(4001))",
    "    listen 4001;",
    "    listen\t        4001 ssl;",
];

#[cfg(test)]
pub(super) const DOES_NOT: [&str; 6] = [
    "listeners   4001",
    "listeners(4001)",
    "setTimeout(listen, 4001)",
    "array[:4001]",
    "listen to 4001 songs",
    "waitFor(4001)",
];

/// Reads the number that a program listens on.
pub(super) fn read<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    if spot.language == Language::Prose {
        return None;
    }
    let said = Said::new(View::Listen, Whose::Own);
    let said = if spot.language == Language::Test { said.weak() } else { said };
    is_listening(spot).then_some(said)
}

fn is_listening(spot: &Spot<'_>) -> bool {
    let before = spot.before;
    if let Some(rest) = before.strip_suffix(':').and_then(|rest| rest.strip_suffix(['"', '\'', '`'])) {
        let call = rest.trim_end_matches([' ', '(', ',', '=', ':']);
        return ["Listen", "listen", "Addr", "addr", "ADDR", "bind", "Run"].iter().any(|word| call.contains(word));
    }
    let directive = before.trim_end_matches([' ', '\t']);
    if let Some(rest) = directive.strip_suffix("listen").filter(|_| directive.len() < before.len()) {
        // nginx and haproxy: a directive at the start of a line or block.
        return rest.trim().is_empty() || rest.trim_end().ends_with(['{', ';']);
    }
    // An address of Rust has its bytes: `SocketAddr::from(([127, 0, 0, 1], 4001))`.
    if let Some((call, address)) = before.rsplit_once("(([") {
        return call.ends_with("SocketAddr::from") && address.trim_end().ends_with("],");
    }
    let Some(open) = before.rfind('(') else { return false };
    let inside = &before[open + 1..];
    let is_first = inside.trim().is_empty();
    let is_pair = inside.trim_start().starts_with(['"', '\'', '&']) && inside.trim_end().ends_with(',');
    let call = before[..open].trim_end().trim_end_matches('(');
    let name = &call[call.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len()..];
    matches!(name, "listen" | "Listen" | "bind" | "createServer" | "listenAndServe" | "bindPort")
        && (is_first || is_pair)
}
