//! What a name on the command line means.

use crate::allocation::Allocation;
use crate::diagnostic::{Diagnostic, nearest, quoted};

/// The index of the service with an id.
///
/// # Errors
/// There is none.
pub(super) fn service(allocation: &Allocation, id: &str) -> Result<usize, Diagnostic> {
    allocation.services.iter().position(|service| service.id == id).ok_or_else(|| {
        let unknown = Diagnostic::error("unknown-service", format!("there is no service {}", quoted(id)));
        match nearest(id, allocation.services.iter().map(|service| &*service.id)) {
            Some(near) => unknown.help(format!("did you mean `{near}`?")),
            None => unknown.help("`portgen list` shows them"),
        }
    })
}
