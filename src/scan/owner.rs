//! Whose port a statement is about.

use super::component::Component;
use super::names::{Meant, Names};
use super::statement::{Statement, Whose};

/// What tells the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A marker in a comment.
    Marker,
    /// A key, the name of a manifest.
    Structure,
    /// The folder of the file.
    Folder,
    /// The name of a host, a variable, or in the text.
    Name,
    /// The number alone.
    Number,
}

impl By {
    /// In messages, behind "by".
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Marker => "marker",
            Self::Structure => "structure",
            Self::Folder => "folder",
            Self::Name => "name",
            Self::Number => "number",
        }
    }
}

/// Whose port it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A service's.
    Service(Meant, By),
    /// A service's, if it has the number.
    Perhaps(Meant, By),
    /// That of something that ports.toml does not have.
    Stranger(Box<str>),
    /// That of a machine outside of the platform.
    Foreign,
    /// The file does not say.
    Nobody,
}

impl Owner {
    /// The owner of a statement in a file of a part of the repository.
    pub(super) fn of(one: &Statement<'_>, component: Component<'_>, names: &Names<'_>) -> Self {
        let by_name = |meant: Option<Meant>| meant.map_or(Self::Nobody, |meant| Self::Service(meant, By::Name));
        match &one.whose {
            Whose::Own | Whose::Stage(_) | Whose::Under(_) => Self::of_part(component),
            Whose::Process(name) => match (Self::of_key(name, names), component) {
                (Self::Stranger(_), Component::Service(_) | Component::Called(_)) => Self::of_part(component),
                (owner, _) => owner,
            },
            Whose::Inside(name) => {
                names.of_name(name).map_or(Self::Nobody, |meant| Self::Service(meant, By::Structure))
            }
            Whose::Named(name) | Whose::Image(name, _) => Self::of_key(name, names).in_part(component),
            Whose::Sample(name, image) => match Self::of_key(name, names).in_part(component) {
                Self::Service(meant, by) if !names.is_image_of(image, meant.0) => Self::Perhaps(meant, by),
                owner => owner,
            },
            Whose::Either(name, other) => match Self::of_key(name, names) {
                Self::Stranger(stranger) => {
                    names.of_name(other).map_or(Self::Stranger(stranger), |meant| Self::Perhaps(meant, By::Structure))
                }
                owner => owner,
            },
            Whose::Host(host) => names.of_host(host).map_or(Self::Foreign, |meant| Self::Service(meant, By::Name)),
            Whose::Variable(name) => match (names.of_variable(name), component) {
                (None, Component::Service(own) | Component::Called(own)) => Self::part(name, own, By::Folder, names),
                // `prometheusPort` of a service is where Prometheus finds it.
                (Some(meant), Component::Service(own)) if own != meant.0 && name.eq_ignore_ascii_case("prometheus") => {
                    Self::Perhaps(meant, By::Name)
                }
                (meant, _) => by_name(meant),
            },
            Whose::VariableOf(name, own) => match (names.of_variable(name), names.of_name(own)) {
                (None, Some((own, _))) => Self::part(name, own, By::Structure, names),
                (meant, _) => by_name(meant),
            },
            Whose::LocalOf(name) => by_name(names.of_address(name)),
            Whose::LocalIn(text) => by_name(names.in_text(text)),
            Whose::Local => Self::Nobody,
        }
    }

    /// This one, or another where the file does not say.
    pub(super) fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        if self == Self::Nobody { other() } else { self }
    }

    /// As one that may not be, where the folder says otherwise.
    pub(super) fn in_part(self, component: Component<'_>) -> Self {
        match (self, component) {
            (Self::Service(meant, by), Component::Service(own)) if own != meant.0 => Self::Perhaps(meant, by),
            (owner, _) => owner,
        }
    }

    /// That of what the part of the repository is.
    pub(super) fn of_part(component: Component<'_>) -> Self {
        match component {
            Component::Service(service) => Self::Service((service, None), By::Folder),
            Component::Called(service) => Self::Perhaps((service, None), By::Name),
            Component::Other(folder) => Self::Stranger(folder.into()),
            Component::Documents(_) | Component::Root | Component::Template => Self::Nobody,
        }
    }

    /// That of a key, in a file that lists what runs.
    pub(super) fn of_key(name: &str, names: &Names<'_>) -> Self {
        // What runs beside a service is called after it.
        let beside = || ["-dapr", "-sidecar"].iter().find_map(|end| names.of_name(name.strip_suffix(end)?));
        match (names.of_name(name), beside()) {
            (Some(meant), _) => Self::Service(meant, By::Structure),
            (None, Some(meant)) => Self::Perhaps(meant, By::Structure),
            (None, None) => Self::Stranger(name.into()),
        }
    }

    /// The owner of a variable that is named after one port of several of a service, as `GRPC_PORT` is.
    fn part(name: &str, own: usize, by: By, names: &Names<'_>) -> Self {
        match names.part_of(name, own) {
            Some(meant @ (_, Some(_))) => Self::Service(meant, by),
            Some(meant) => Self::Perhaps(meant, by),
            None => Self::Nobody,
        }
    }
}
