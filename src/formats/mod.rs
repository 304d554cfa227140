//! The rooms of the file formats: how each quotes a value, how ports are read back from it, how one is changed in place.
//!
//! A new format is one file here and one row in [`FORMATS`].

mod class;
pub mod compose;
pub mod dotenv;
pub mod json;
mod keys;
pub mod kubernetes;
pub mod markdown;
pub mod url;

pub mod text;
pub mod yaml;

use std::borrow::Cow;
use std::ops::Range;

use crate::allocation::{Expose, Protocol};

/// One file format that templates can name.
#[derive(Debug)]
pub struct Format {
    /// Its name in front matter.
    pub name: &'static str,
    /// Writes a text so that readers of the format get exactly that text back.
    pub quote: fn(&str, &mut String) -> Result<(), Unquotable>,
    /// Tidies a whole rendered file, where the format has anything to tidy.
    pub finish: Option<fn(&str) -> String>,
    /// Reads the claims of a whole file; an error where it is not valid in the format.
    pub read: for<'a> fn(&'a str) -> Result<Vec<Claim<'a>>, Fault>,
}

/// Every format, by name.
pub const FORMATS: &[Format] = &[
    Format { name: "compose", quote: compose::quote, finish: None, read: compose::read },
    Format { name: "dotenv", quote: dotenv::quote, finish: None, read: dotenv::read },
    Format { name: "json", quote: json::quote, finish: None, read: json::read },
    Format { name: "kubernetes", quote: yaml::quote, finish: None, read: kubernetes::read },
    Format { name: "markdown", quote: markdown::quote, finish: Some(markdown::align), read: markdown::read },
    Format { name: "text", quote: text::quote, finish: None, read: text::read },
    Format { name: "yaml", quote: yaml::quote, finish: None, read: yaml::read },
];

/// The format `name`.
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// What a file states on one port: each number that it states must be that of one and the same binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// Whose port the file says it is.
    pub owner: Owner<'a>,
    /// The number, and what it is.
    pub numbers: Numbers,
    /// The transport, where the file states one.
    pub protocol: Option<Protocol>,
    /// How far it is published, where the file states that.
    pub expose: Option<Expose>,
    /// Bytes of the file.
    pub span: Range<usize>,
}

impl<'a> Claim<'a> {
    /// A claim that states numbers and their owner alone.
    pub fn new(owner: Owner<'a>, numbers: Numbers, span: Range<usize>) -> Self {
        Self { owner, numbers, protocol: None, expose: None, span }
    }
}

/// Whose port a file says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner<'a> {
    /// The file does not say.
    Unsaid,
    /// The service with this id.
    Service(Cow<'a, str>),
    /// The host of an address: a service where one has that id, else somebody outside of the platform.
    Host(Cow<'a, str>),
    /// The service or binding with this environment name (`AUTH_SERVICE` of `AUTH_SERVICE_PORT`).
    Variable(Cow<'a, str>),
    /// The service with this title.
    Title(Cow<'a, str>),
}

/// The numbers that a file states on one port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// The published port.
    pub host: Option<u16>,
    /// The port inside the container.
    pub container: Option<u16>,
    /// The port of the Kubernetes Service.
    pub service: Option<u16>,
    /// A number of which the format does not tell which of the three it is.
    pub any: Option<u16>,
}

impl Numbers {
    /// A host port.
    pub fn host(port: u16) -> Self {
        Self { host: Some(port), ..Self::default() }
    }

    /// A container port.
    pub fn container(port: u16) -> Self {
        Self { container: Some(port), ..Self::default() }
    }

    /// A Service's port.
    pub fn service(port: u16) -> Self {
        Self { service: Some(port), ..Self::default() }
    }

    /// A port of which the format does not tell what it is.
    pub fn any(port: u16) -> Self {
        Self { any: Some(port), ..Self::default() }
    }
}

/// Why a text cannot be written in a format, as the end of a sentence that starts with the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unquotable(pub &'static str);

/// Where and why a file is not valid in its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, without a full stop.
    pub message: String,
    /// Bytes of the file.
    pub span: Range<usize>,
}

impl Fault {
    /// A fault at `span`.
    pub fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span }
    }
}

/// The port that `text` is, in plain decimal digits.
pub fn port(text: &str) -> Option<u16> {
    if text.len() > "65535".len() {
        return None;
    }
    let mut number = 0;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u32::from(digit);
    }
    u16::try_from(number).ok().filter(|port| *port != 0)
}

/// Whether a key of a data file names a port: `port`, `targetPort`, `http-port`, `http_port`; not `support` or `viewport`.
pub fn names_a_port(key: &str) -> bool {
    key.eq_ignore_ascii_case("port")
        || ["Port", "-port", "_port", "_PORT"].iter().any(|end| key.len() > end.len() && key.ends_with(end))
}
