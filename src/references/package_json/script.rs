//! The ports in the command line of one script.
//!
//! A number counts only in a known form. portgen ignores all others (`--max-old-space-size=8192`, `--timeout 10000`,
//! `--inspect=0.0.0.0:9229`). `%PORT%` and `{{port}}` are not numbers.

use super::port::{Kind, Port, Ports};
use super::words::{Word, commands};
use super::{command, ends, unknown};

/// Every number of a script once, in its order.
pub(crate) fn ports(script: &str) -> Ports {
    // The first digit of a port is not 0.
    if script.bytes().any(|byte| matches!(byte, b'1'..=b'9')) { read(script) } else { Ports::default() }
}

/// As [`ports`], also of a script without a digit, whose servers take their ports from elsewhere.
pub(super) fn read(script: &str) -> Ports {
    let mut ports = Ports::default();
    let commands = commands(Word { text: script, start: 0 });
    for words in &commands {
        command::read(words, script, 0, &mut ports);
    }
    ports.all.sort_unstable_by_key(order);
    let unknown = unknown::Script::new(script, ports.all.len());
    for words in &commands {
        ends::ports(words, &mut ports.all);
        unknown.ports(words, &mut ports.all);
    }
    ports.all.sort_unstable_by_key(order);
    ports.all.dedup_by(is_same);
    ports
}

/// The order of numbers in a script; of those at one place, the first one counts.
fn order(port: &Port) -> (usize, Kind) {
    (port.number.digits.start, port.kind)
}

/// Whether two forms found one number; `port` becomes what they say of it together.
fn is_same(next: &mut Port, port: &mut Port) -> bool {
    let is_same = next.number.digits == port.number.digits;
    if is_same && (port.kind, next.kind) == (Kind::End, Kind::Unknown) {
        port.kind = Kind::Either;
    }
    is_same
}
