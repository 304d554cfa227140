//! What a container is told about ports in its environment.

use schemars::JsonSchema;

use super::{Binding, Protocol, Service, image};

/// The variables that portgen writes into the `environment` of a Compose service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Environment {
    /// None.
    None,
    /// `PORT`, for its main port.
    Port,
    /// `PORT`, its other ports, and the addresses of the services that it depends on.
    All,
}

impl Environment {
    /// As ports.toml writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Port => "port",
            Self::All => "all",
        }
    }
}

impl Binding {
    fn is_published_tcp(&self) -> bool {
        self.protocol == Protocol::Tcp && self.published() && !self.is_range()
    }
}

impl Service {
    /// What its container is told: as ports.toml says, else all if it is built here, and nothing if it is an image of other people's,
    /// which listens where it always does.
    pub fn told(&self) -> Environment {
        let is_built_here = self.dir.is_some() || self.compose.contains_key("build");
        self.environment.unwrap_or(if is_built_here { Environment::All } else { Environment::None })
    }

    /// Whether the process takes its port from portgen: as `PORT`, or in the scripts of its package.json, unless its container is an
    /// image of other people's.
    pub fn is_told_its_port(&self) -> bool {
        self.has_scripts() || self.told() != Environment::None
    }

    /// Whether the scripts of its package.json start it, with the port that they state.
    pub fn has_scripts(&self) -> bool {
        let image = self.compose.get("image");
        self.package.is_some() && image.is_none_or(|image| image.as_str().is_some_and(image::runs_scripts))
    }

    /// Its main port: the one that ports.toml names, else the first of TCP that is published, else the first. No range is one.
    pub fn main(&self) -> Option<&Binding> {
        self.main_index().map(|main| &self.bindings[main])
    }

    /// The index of its main port.
    pub fn main_index(&self) -> Option<usize> {
        let named = self.main.or_else(|| self.bindings.iter().position(Binding::is_published_tcp));
        named.or_else(|| self.first_index())
    }

    /// The index of its first port that is not a range.
    pub fn first_index(&self) -> Option<usize> {
        self.bindings.iter().position(|binding| !binding.is_range())
    }
}
