//! What finds a block of ports.toml again in another version.

/// What tells the blocks of one list apart, and finds a block again in another version.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Id {
    /// A key: of a pair from its table on, of a table and of an entry from the root on.
    Key(Vec<String>),
    /// A free-standing comment: its text, and how many of the same stand before it.
    Comment(String, usize),
    /// An item of the array of tables of that name: what it is about, and how many of the same stand before it.
    Item(String, String, usize),
}

impl Id {
    /// What a block without a key is one of; none for a key.
    pub(super) fn kind(&self) -> Option<&str> {
        match self {
            Self::Key(_) => None,
            // No array has such a name: TOML would want quotes around it.
            Self::Comment(..) => Some("#"),
            Self::Item(array, ..) => Some(array),
        }
    }
}
