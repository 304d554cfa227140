//! Numbers of which no form says that they are ports, and that may be, since a service had them.

use std::collections::HashSet;

/// Words of lines that may speak of ports.
const HINTS: [&str; 16] = [
    "addr", "bind", "connect", "curl", "docker", "endpoint", "expose", "forward", "host", "http", "listen", "port",
    "proxy", "server", "tcp", "url",
];

/// Smaller numbers stand for too much else.
const LEAST: u16 = 1000;

/// A number in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bare {
    /// The number.
    pub port: u16,
    /// Where its digits start, in bytes.
    pub at: usize,
    /// Its line, from 1.
    pub line: usize,
}

/// Where a text has one of the numbers by itself, in a line that may speak of ports: it says so, or has another number of `allocated`, or
/// stands below the key `port`.
pub(super) fn find(text: &str, numbers: &HashSet<u16>, allocated: &HashSet<u16>) -> Vec<Bare> {
    let mut found = Vec::new();
    let is_in = |number: &&u16| {
        **number >= LEAST && memchr::memmem::find(text.as_bytes(), number.to_string().as_bytes()).is_some()
    };
    let numbers: Vec<u16> = numbers.iter().filter(is_in).copied().collect();
    if numbers.is_empty() {
        return found;
    }
    let (mut start, mut before) = (0, "");
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let all: Vec<(u16, usize)> = alone(line).collect();
        let is_one = |(port, _): &&(u16, usize)| numbers.contains(port);
        if all.iter().any(|one| is_one(&one))
            && (is_of_ports(line, &all, allocated) || before.trim_end().ends_with("port:"))
        {
            found.extend(all.iter().filter(is_one).map(|(port, at)| Bare {
                port: *port,
                at: start + at,
                line: index + 1,
            }));
        }
        (start, before) = (start + line.len(), line);
    }
    found
}

/// Whether a line may speak of ports.
fn is_of_ports(line: &str, numbers: &[(u16, usize)], allocated: &HashSet<u16>) -> bool {
    let lower = line.to_ascii_lowercase();
    let others = numbers.iter().filter(|(port, _)| *port >= LEAST && allocated.contains(port));
    let is_behind_colon = |(_, at): &(u16, usize)| {
        // A drawing: `[Web\n:4001]`.
        line[..*at].strip_suffix(':').is_some_and(|before| before.ends_with([' ', '[', '(']) || before.ends_with("\\n"))
    };
    HINTS.iter().any(|hint| lower.contains(hint))
        || numbers.iter().any(is_behind_colon)
        || others.map(|(port, _)| port).collect::<HashSet<_>>().len() > 1
}

/// The numbers of a text that are no part of a word or of another number, with their places.
pub(super) fn alone(line: &str) -> impl Iterator<Item = (u16, usize)> {
    let bytes = line.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|start| at + start) {
            let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            at = start + length;
            let is_part =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'#' | b'$') || byte >= 0x80;
            let goes_on = match bytes[at..] {
                [b'.', next, ..] => next.is_ascii_digit(),
                [first, ..] => first.is_ascii_alphanumeric() || matches!(first, b'_' | b'%') || first >= 0x80,
                [] => false,
            };
            let is_alone = !start.checked_sub(1).is_some_and(|before| is_part(bytes[before])) && !goes_on;
            if let Some(port) = line[start..at].parse().ok().filter(|_| is_alone) {
                return Some((port, start));
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_may_speak_of_ports_are_told() {
        let numbers = HashSet::from([8081, 80]);
        let allocated = HashSet::from([8081, 8082, 80]);
        for (line, wanted) in [
            ("./wait.sh /health 8081 8082", vec![(8081, 18)]),
            ("testSwaggerUiUrl(8081);", vec![(8081, 17)]),
            ("[Web\\n:8081] as Web", vec![(8081, 7)]),
            ("{\"a\":8081}", vec![]),
            ("x = 8081; # the port, 8081 or 80", vec![(8081, 4), (8081, 22)]),
            ("sleep 8081", vec![]),
            ("port v8081 8081.5 18081 a8081 #8081", vec![]),
            ("port 80", vec![]),
        ] {
            let found: Vec<_> = find(line, &numbers, &allocated).iter().map(|one| (one.port, one.at)).collect();
            assert_eq!(found, wanted, "{line}");
        }
    }
}
