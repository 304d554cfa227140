//! Reads the ports that values of Compose keys state: the environment, commands, health checks, labels, build arguments and
//! texts of a service, and the sections of the file.
//!
//! A number is a port only where a known form says so. Timeouts, versions, years and sizes are none.

mod addresses;
mod command;
mod connection;
pub mod ends;
mod labels;
pub mod pairs;
mod variables;
mod words;

use std::ops::Range;

use serde_json::{Map, Value as Json};

use super::port;
use super::url;
use crate::manifest::document::Step;

pub use command::HOST_THEN_PORT;

/// A number that a value states as a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated<'v> {
    /// The keys and indices on the way to the value.
    pub path: Vec<Step<'v>>,
    /// The number.
    pub port: u16,
    /// The bytes of the value that are its digits.
    pub digits: Range<usize>,
    /// How many other ports of the value come before it.
    pub nth: usize,
    /// Whose port it is.
    pub whose: Whose,
    /// The form that says so.
    pub form: Form,
}

/// Whose port a value states.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// The service listens on it.
    Own,
    /// This host listens on it, inside Compose's network.
    Host(String),
    /// This machine listens on it, as seen from there.
    Local(View),
    /// The service or binding with this environment name (`AUTH` of `AUTH_PORT`), or the service itself.
    Variable(String),
}

/// Where `localhost` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// In the container.
    Inside,
    /// On the host: a browser or Docker itself reads the address.
    Outside,
    /// In the container, or on the host if the service does not listen on the number.
    InsideFirst,
    /// On the host, or in the container if no service has the number on the host.
    OutsideFirst,
    /// On the host or in the container: nothing says which.
    Either,
}

/// The form in which a value states a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An address with a scheme, or one in two words: `http://db:5432`, `nc db 5432`.
    Address,
    /// `db:5432`, which may be something else, as an image with its tag.
    Pair,
    /// A local address in a health check.
    HealthCheck,
    /// The variable `PORT`.
    Port,
    /// A variable or a flag that ends in `port`.
    Named,
    /// A label that ends in `port`, or the variable `VIRTUAL_PORT`, which a proxy reads as one.
    Label,
    /// `-p`, which may mean something else, or an address to listen on.
    Loose,
    /// What may be the first or the last port of a range of the service, if it has that number: `PORT_RANGE_START`, or one of two
    /// numbers with a hyphen, a colon or two dots between them.
    End,
}

/// The ports in the Compose keys of a service.
pub fn of_service(compose: &Map<String, Json>) -> Vec<Stated<'_>> {
    let mut reader = Reader::default();
    for (key, value) in compose {
        reader.path.push(Step::Key(key));
        reader.key_of_service(key, value);
        reader.path.pop();
    }
    reader.finish()
}

/// The ports in the sections of a Compose file besides `services`.
pub fn of_sections(compose: &Map<String, Json>) -> Vec<Stated<'_>> {
    let mut reader = Reader::default();
    for (key, value) in compose {
        reader.path.push(Step::Key(key));
        reader.texts(value, Hosts::All);
        reader.path.pop();
    }
    reader.finish()
}

/// Which addresses a text may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hosts {
    /// Any.
    All,
    /// Those with a scheme and local ones: `db:16` is an image or a volume here.
    WithScheme,
}

/// Collects the ports; `path` leads to the value that is being read.
#[derive(Debug, Default)]
struct Reader<'v> {
    path: Vec<Step<'v>>,
    found: Vec<Stated<'v>>,
}

impl<'v> Reader<'v> {
    fn key_of_service(&mut self, key: &str, value: &'v Json) {
        match (key, value) {
            ("environment", _) => {
                self.variables(value);
                self.ends_in(value);
            }
            ("command" | "entrypoint", _) => {
                self.command(value);
                self.ends_in(value);
            }
            ("healthcheck", Json::Object(keys)) => self.at_key(keys, "test", Self::health_check),
            ("labels", _) => self.labels(value),
            ("deploy", Json::Object(keys)) => self.at_key(keys, "labels", Self::labels),
            ("build", Json::Object(keys)) => {
                self.at_key(keys, "args", Self::variables);
                self.at_key(keys, "labels", Self::labels);
            }
            ("post_start" | "pre_stop", Json::Array(hooks)) => self.hooks(hooks),
            _ if key.starts_with("x-") => self.texts(value, Hosts::All),
            _ => self.texts(value, Hosts::WithScheme),
        }
    }

    /// Reads the value of one key, if it is there.
    fn at_key(&mut self, keys: &'v Map<String, Json>, key: &'v str, read: fn(&mut Self, &'v Json)) {
        if let Some(value) = keys.get(key) {
            self.path.push(Step::Key(key));
            read(self, value);
            self.path.pop();
        }
    }

    fn hooks(&mut self, hooks: &'v [Json]) {
        for (index, hook) in hooks.iter().enumerate() {
            let Json::Object(keys) = hook else { continue };
            self.path.push(Step::Index(index));
            self.at_key(keys, "command", Self::command);
            self.at_key(keys, "environment", Self::variables);
            self.path.pop();
        }
    }

    /// The addresses in every text of a value.
    fn texts(&mut self, value: &'v Json, hosts: Hosts) {
        match value {
            Json::String(text) => self.addresses(text, 0..text.len(), View::OutsideFirst, hosts),
            Json::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.path.push(Step::Index(index));
                    self.texts(item, hosts);
                    self.path.pop();
                }
            }
            Json::Object(keys) => {
                for (key, item) in keys {
                    self.path.push(Step::Key(key));
                    self.texts(item, hosts);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    /// Adds the number at `digits` of `value`, the value at the path, if it is a port.
    fn add(&mut self, value: &str, digits: Range<usize>, whose: Whose, form: Form) {
        if let Some(port) = value.get(digits.clone()).and_then(port) {
            self.found.push(Stated { path: self.path.clone(), port, digits, nth: 0, whose, form });
        }
    }

    /// The ports in the order of each value, each number once: the first form that states it counts.
    fn finish(mut self) -> Vec<Stated<'v>> {
        if self.found.iter().any(|one| one.form == Form::End) {
            self.found.sort_by(|one, next| one.path.cmp(&next.path));
        }
        for of_value in self.found.chunk_by_mut(|one, next| one.path == next.path) {
            of_value.sort_by_key(|one| (one.digits.start, one.digits.end));
        }
        self.found.dedup_by(|next, one| next.digits == one.digits && next.path == one.path);
        for of_value in self.found.chunk_by_mut(|one, next| one.path == next.path) {
            for (nth, one) in of_value.iter_mut().enumerate() {
                one.nth = nth;
            }
        }
        self.found
    }
}

/// The port in a value that is one, or a variable with one as its default.
pub fn stated_port(value: &str) -> Option<u16> {
    port(&value[whole_number(value)?])
}

/// The digits of a value that is a number or a variable with one as its default: `3000`, `${PORT:-3000}`.
fn whole_number(value: &str) -> Option<Range<usize>> {
    let start = url::before_default(value);
    let end = start + value[start..].bytes().take_while(u8::is_ascii_digit).count();
    let is_whole = value[end..].bytes().all(|byte| byte == b'}') && (start > 0 || end == value.len());
    (end > start && is_whole).then_some(start..end)
}

#[cfg(test)]
mod tests;
