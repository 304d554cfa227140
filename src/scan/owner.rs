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
            Whose::Own => match component {
                Component::Service(service) => Self::Service((service, None), By::Folder),
                Component::Other(folder) => Self::Stranger(folder.into()),
                Component::Root => Self::Nobody,
            },
            Whose::Inside(name) => {
                names.of_name(name).map_or(Self::Nobody, |meant| Self::Service(meant, By::Structure))
            }
            Whose::Named(name) => match names.of_name(name) {
                Some(meant) => Self::Service(meant, By::Structure),
                None => Self::Stranger((&**name).into()),
            },
            Whose::Host(host) => names.of_host(host).map_or(Self::Foreign, |meant| Self::Service(meant, By::Name)),
            Whose::Variable(name) => by_name(names.of_variable(name)),
            Whose::LocalOf(name) => by_name(names.of_address(name)),
            Whose::LocalIn(text) => by_name(names.in_text(text)),
            Whose::Local => Self::Nobody,
        }
    }
}
