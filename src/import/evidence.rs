//! What one place of the repository says of a service.

use std::sync::Arc;

use crate::allocation::{Ports, Protocol};

/// Where something is stated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// The path from the root.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
}

impl At {
    /// For people: `docker-compose.yml:12`.
    pub fn shown(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// What kind of file says something; the order is that of belief where nobody says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A document of ports, or a registry of them.
    Document,
    /// A Compose file.
    Compose,
    /// Manifests, package.json, Dockerfiles, env files, source.
    Code,
}

impl Source {
    /// In messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Compose => "compose",
            Self::Code => "code",
        }
    }
}

/// The addresses that stand for all of one version of IP.
pub(super) const UNSPECIFIED: [&str; 2] = ["0.0.0.0", "::"];

/// How far a port is published.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Expose {
    /// On every interface.
    All,
    /// On one address.
    Address(String),
    /// Not at all.
    Hidden,
    /// Not at all, but Compose's `expose` lists it.
    Listed,
    /// Under whatever number is free, on every interface or on one address.
    Anywhere(Option<String>),
}

impl Expose {
    /// Whether the port takes no number of the machine that anybody knows.
    pub(super) fn is_off(&self) -> bool {
        matches!(self, Self::Hidden | Self::Listed | Self::Anywhere(_))
    }
}

/// One port of a service, as one place states it.
#[derive(Clone, Debug)]
pub(super) struct Stated {
    pub(super) host: Option<Ports>,
    pub(super) container: Option<Ports>,
    /// The port of the Kubernetes Service.
    pub(super) service: Option<u16>,
    pub(super) protocol: Protocol,
    /// What it is called beside others.
    pub(super) name: Option<String>,
    /// `None` where nothing says so: the host's port is for development.
    pub(super) expose: Option<Expose>,
    /// What a Compose file publishes it under, where a variable decides it.
    pub(super) published: Option<String>,
    /// Whether a process may listen on the host's number also in its container: `PORT=4001`.
    pub(super) is_listened: bool,
    pub(super) at: At,
}

impl Stated {
    /// One of which nothing is known but its place.
    pub(super) fn at(at: At) -> Self {
        Self {
            host: None,
            container: None,
            service: None,
            protocol: Protocol::Tcp,
            name: None,
            expose: None,
            published: None,
            is_listened: false,
            at,
        }
    }
}

/// For what a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// What developers start.
    Development,
    /// What runs for users.
    Other,
    /// What only tests start.
    Test,
}

/// What one place says of a service.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    pub(super) source: Source,
    pub(super) stage: Use,
    /// Its key in a Compose file.
    pub(super) key: Option<String>,
    /// What it is called there, the best first.
    pub(super) names: Vec<String>,
    /// The image that it is started from, without its registry and tag.
    pub(super) image: Option<String>,
    /// Whether that image is called as the repository.
    pub(super) is_own_image: bool,
    /// Whether no other service of its file is started from it then; of a manifest, whether no other service of any is.
    pub(super) is_alone: bool,
    /// What it may be called, too: the name of its image.
    pub(super) hints: Vec<String>,
    /// The folder that it is built or started from.
    pub(super) dir: Option<String>,
    /// Whether a Compose file has it built.
    pub(super) is_built: bool,
    /// The folder of the Dockerfile that it is built with, where that is another one than that of the build.
    pub(super) dockerfile: Option<String>,
    /// Whether it says neither what is started nor what it extends: the file is started together with another one.
    pub(super) is_part: bool,
    /// Its package.json.
    pub(super) package: Option<String>,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// The part of the document that it is in, by its number there.
    pub(super) section: Option<usize>,
    pub(super) ports: Vec<Stated>,
    /// Where it listens with TLS besides, if nothing else starts it.
    pub(super) secure: Option<Stated>,
    /// The numbers that Dockerfiles of its folder expose, where it is not for development.
    pub(super) exposed: Vec<u16>,
    /// The keys of other services that it waits for.
    pub(super) depends_on: Vec<String>,
    pub(super) profiles: Vec<String>,
    /// The number that its image listens on, and where the image is named.
    pub(super) image_port: Option<(u16, At)>,
    /// Whether it alone makes a service: source with a number in it may be a library.
    pub(super) is_service: bool,
    /// Whether it is of the Compose file that portgen writes from now on.
    pub(super) is_taken: bool,
    pub(super) at: At,
}

impl Evidence {
    pub(super) fn new(source: Source, at: At) -> Self {
        Self {
            source,
            stage: Use::Development,
            key: None,
            names: Vec::new(),
            image: None,
            is_own_image: false,
            is_alone: false,
            hints: Vec::new(),
            dir: None,
            is_built: false,
            dockerfile: None,
            is_part: false,
            package: None,
            title: None,
            description: None,
            section: None,
            ports: Vec::new(),
            secure: None,
            exposed: Vec::new(),
            depends_on: Vec::new(),
            profiles: Vec::new(),
            image_port: None,
            is_service: true,
            is_taken: false,
            at,
        }
    }
}
