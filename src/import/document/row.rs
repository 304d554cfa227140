//! One row of a document.

use crate::allocation::Ports;
use crate::import::evidence::At;

/// One port that a row states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::import) struct Held {
    pub(in crate::import) host: Option<Ports>,
    pub(in crate::import) container: Option<Ports>,
    /// What it is called beside others of the row.
    pub(in crate::import) name: Option<String>,
    pub(in crate::import) is_udp: bool,
}

/// One row of a document: what has ports, and which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::import) struct Row {
    pub(in crate::import) title: String,
    pub(in crate::import) description: String,
    /// Names that the row has in code: `auth-service`.
    pub(in crate::import) code: Vec<String>,
    /// Its ports; none where the document says that it has none.
    pub(in crate::import) ports: Vec<Held>,
    /// The part of the document, by its number.
    pub(in crate::import) section: usize,
    pub(in crate::import) at: At,
}
