//! How a port looks in a file that no format knows: a regular expression from the front matter of a template.

use regex_lite::{Captures, Regex};

use super::{Claim, Fault, Number, Owner, Reading, Role, port};
use crate::allocation::port_pattern::{self, LONGEST_LINE};

/// A regular expression, <https://docs.rs/regex-lite/#syntax>, whose group `port`, or whose first group, is around the digits of a
/// port. It is looked for in each line by itself: `^` and `$` are the ends of a line. A group `name` names the owner: `authService`, `AUTH_SERVICE`.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// The pattern that a text is.
    ///
    /// # Errors
    /// As [`port_pattern::compiled`].
    pub fn new(text: &str) -> Result<Self, String> {
        port_pattern::compiled(text).map(Self)
    }

    /// Adds the claims of a text, and a fault for each place that matches and is not a port.
    pub fn read<'t>(&self, text: &'t str, reading: &mut Reading<'t>) {
        let mut start = 0;
        for line in text.split('\n') {
            if line.len() <= LONGEST_LINE {
                self.read_line(line, start, reading);
            } else if line.bytes().any(|byte| byte.is_ascii_digit()) {
                let message = format!("`claims` looks for ports in lines of at most {LONGEST_LINE} bytes");
                reading.faults.push(Fault::new(message, start..start + line.len()));
            }
            start += line.len() + 1;
        }
    }

    /// A line that starts at byte `start` of the text.
    fn read_line<'t>(&self, line: &'t str, start: usize, reading: &mut Reading<'t>) {
        for found in self.0.captures_iter(line) {
            let Some(digits) = found.name("port").or_else(|| found.get(1)) else { continue };
            let place = start + digits.start()..start + digits.end();
            match port(digits.as_str()) {
                Some(port) => {
                    let number = Number { port, role: Role::Unknown, digits: place.clone() };
                    reading.claims.push(Claim::new(owner(&found), number, place));
                }
                None => reading.faults.push(Fault::new("what `claims` finds here is not a port", place)),
            }
        }
    }
}

fn owner<'t>(found: &Captures<'t>) -> Owner<'t> {
    match found.name("name") {
        Some(name) => Owner::Named(variable(name.as_str()).into()),
        None => Owner::Unsaid,
    }
}

/// A name as the start of a variable: `AUTH_SERVICE` for `authService`.
fn variable(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut is_after_lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && is_after_lower {
            out.push('_');
        }
        is_after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        out.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_every_style_are_variables() {
        for name in ["authService", "AUTH_SERVICE", "auth-service", "AuthService", "auth_service"] {
            assert_eq!(variable(name), "AUTH_SERVICE");
        }
    }

    #[test]
    fn what_matches_is_a_port_or_a_fault() {
        let pattern = Pattern::new(r"^const (?<name>\w+)Port = (?<port>\d+)$").unwrap();
        let mut reading = Reading::default();
        pattern.read("const webPort = 3000\nconst bigPort = 70000\n// const webPort = 1\n", &mut reading);
        let [claim] = reading.claims.iter().collect::<Vec<_>>()[..] else { panic!("{reading:?}") };
        assert_eq!((&claim.owner, claim.span.clone()), (&Owner::Named("WEB".into()), 16..20));
        assert_eq!(reading.faults.len(), 1);
        assert!(Pattern::new(r"\d+").is_err());
        assert!(Pattern::new("(").is_err());
        assert!(Pattern::new(r"port:\n(\d+)").is_err());
    }

    #[test]
    fn a_pattern_and_its_lines_have_limits() {
        assert!(Pattern::new(r"([a-z]{1,9} = ){1,3}(\d{1,5})").is_ok());
        assert!(Pattern::new(r"([a-z]{1,100}){1,100}(\d+)").is_err());
        assert!(Pattern::new(&format!("{}(\\d+){}", "(".repeat(50), ")".repeat(50))).is_err());
        let long = format!("PORT = 4001 {}", "x".repeat(LONGEST_LINE));
        let mut reading = Reading::default();
        Pattern::new(r"PORT = (\d+)").unwrap().read(&long, &mut reading);
        assert_eq!((reading.claims.iter().count(), reading.faults.len()), (0, 1));
    }
}
