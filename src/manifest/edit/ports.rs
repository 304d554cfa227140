//! Other numbers for a port of a service.

use super::values::ValueEdit;
use super::{Draft, cannot_edit, string};
use crate::allocation::{Numbers, Ports, PublishedAs};
use crate::diagnostic::Diagnostic;
use crate::manifest::document::Step;
use crate::manifest::value::SemanticValue;

impl Draft {
    /// Whether a port of a service states a number of its own under `key`, rather than having that of the host.
    pub fn states(&mut self, service: &str, binding: &str, key: &str) -> bool {
        let path = self.path_of_port(service, binding);
        self.meant.at(&[&path[..], &[key]].concat()).is_some()
    }

    /// Gives a port of a service these numbers. What is written is changed in place; a number that is not written is added where it
    /// is not that of the host.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn set_numbers(&mut self, service: &str, binding: &str, numbers: Numbers) -> Result<(), Diagnostic> {
        let path = self.path_of_port(service, binding);
        let host = written(numbers.hosts());
        let others = [
            ("container", numbers.containers(), numbers.containers() != numbers.hosts()),
            ("service", numbers.service.into(), numbers.count == 1 && numbers.service != numbers.host),
        ];
        if let Some(SemanticValue::Table(_)) = self.meant.at(&path) {
            self.set(&path, "host", &host)?;
            self.set_published(&path, numbers)?;
            for (key, ports, is_own) in others {
                if is_own || self.states(service, binding, key) {
                    self.set(&path, key, &written(ports))?;
                }
            }
            return Ok(());
        }
        let mut pairs = vec![format!("host = {host}")];
        for (key, ports, _) in others.into_iter().filter(|(_, _, is_own)| *is_own) {
            pairs.push(format!("{key} = {}", written(ports)));
        }
        let value = if pairs.len() == 1 { host } else { format!("{{ {} }}", pairs.join(", ")) };
        let (key, parent) = path.split_last().ok_or_else(cannot_edit)?;
        self.set(parent, key, &value)
    }

    /// Gives the variable that a port is published under these numbers for a default.
    fn set_published(&mut self, path: &[&str], numbers: Numbers) -> Result<(), Diagnostic> {
        let Some(SemanticValue::One(_, text)) = self.meant.at(&[path, &["published"]].concat()) else { return Ok(()) };
        let text = text.clone();
        let stated = PublishedAs::numbers(&text).into_iter().zip([numbers.hosts(), numbers.containers()]);
        let edits = stated.filter_map(|(part, ports)| {
            let part = part?;
            let path = path.iter().chain(&["published"]).map(|key| Step::Key(key)).collect();
            Some(ValueEdit { path, before: text[part.clone()].to_owned(), part, after: ports.to_string() })
        });
        self.edit_values(edits.collect()).map(drop)
    }

    /// A service has one port under `port`, or several by name under `ports`.
    fn path_of_port<'p>(&mut self, service: &'p str, binding: &'p str) -> Vec<&'p str> {
        match self.meant.at(&["services", service, "port"]) {
            Some(_) => vec!["services", service, "port"],
            None => vec!["services", service, "ports", binding],
        }
    }
}

/// Ports as ports.toml has them: a number, or a range as text.
pub fn written(ports: Ports) -> String {
    if ports.is_one() { ports.to_string() } else { string(&ports.to_string()) }
}
