//! The file formats: how each quotes a value, and how its ports are read back with the bytes of their digits.
//!
//! A new format is one file here and one row in [`FORMATS`]. Its module is private: without the row it is unused code, which the
//! compiler reports.

mod claim;
mod claims;
mod class;
mod compose;
pub(crate) mod compose_port;
pub mod compose_values;
mod devcontainer;
mod dotenv;
mod fault;
pub(crate) mod interpolation;
pub(crate) mod json;
mod keys;
mod kubernetes;
pub(crate) mod markdown;
mod pattern;
pub mod programs;
mod reading;
mod text;
pub(crate) mod url;
mod written;
pub mod yaml;

pub use claim::{Claim, Number, Numbers, Owner, PortName, Role, names_a_port, port, range};
pub use claims::Claims;
pub use fault::Fault;
pub use pattern::Pattern;
pub use reading::Reading;
pub use url::is_loopback_name;
pub use written::{Places, Written};

/// One file format that templates can name.
#[derive(Debug)]
pub struct Format {
    /// Its name in front matter.
    pub name: &'static str,
    /// Writes a text so that readers of the format get exactly this text back.
    pub quote: fn(&str, &mut String) -> Result<(), Unquotable>,
    /// Tidies a whole rendered file; `None` if the format needs no tidying.
    pub finish: Option<fn(&str) -> String>,
    /// Reads the claims and faults of a whole file.
    pub read: for<'a> fn(&'a str) -> Reading<'a>,
    /// The places that count as stating a port, as the documentation lists them.
    pub places: &'static str,
    /// Whether it can state a range of ports.
    pub has_ranges: bool,
}

/// Every format, by name.
pub const FORMATS: &[Format] = &[
    Format {
        name: "compose",
        quote: compose::quote,
        finish: None,
        read: compose::read,
        places: "`ports` (both forms), `expose`, `PORT` in `environment`, and URLs of services",
        has_ranges: true,
    },
    Format {
        name: "dotenv",
        quote: dotenv::quote,
        finish: None,
        read: dotenv::read,
        places: "`PORT`, `<NAME>_PORT`, and local URLs",
        has_ranges: true,
    },
    Format {
        name: "json",
        quote: json::quote,
        finish: None,
        read: json::read,
        places: "numbers under `port`, `*Port`, `*-port`, `*_port`, URLs of services and local ones; of a devcontainer.json also `forwardPorts`, the keys of `portsAttributes`, and `appPort`",
        has_ranges: true,
    },
    Format {
        name: "kubernetes",
        quote: yaml::quote,
        finish: None,
        read: kubernetes::read,
        places: "a Service's `port`, `targetPort` and `nodePort`; `containerPort`, probes and `PORT` in `env` of a container; backends of an Ingress and of the Gateway API's routes; `ingress` ports of a NetworkPolicy; all of them also by the name of a port; and URLs of services",
        has_ranges: false,
    },
    Format {
        name: "markdown",
        quote: markdown::quote,
        finish: Some(markdown::align),
        read: markdown::read,
        places: "the column of a table with the heading `Port`, else the first one that has ports in most of its cells. The first column names the service by its title",
        has_ranges: true,
    },
    Format {
        name: "text",
        quote: text::quote,
        finish: None,
        read: text::read,
        places: "`host:port` with a local host or a service's name",
        has_ranges: true,
    },
    Format {
        name: "yaml",
        quote: yaml::quote,
        finish: None,
        read: yaml::read,
        places: "numbers under `port`, `*Port`, `*-port`, `*_port`, and URLs of services and local ones",
        has_ranges: true,
    },
];

/// The format `name`.
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// Why a text cannot be written in a format, as the end of a sentence that starts with the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unquotable(pub &'static str);
