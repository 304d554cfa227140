//! Unix: everything happens below an open folder.

mod beneath;
pub mod file;
mod folder;
pub mod mode;
pub mod process;
mod signals;
pub mod uri;

pub use folder::{Folder, Mount};
pub use portgen_lease::Lease;
pub use signals::Stops;

/// What is left of a lease while its file is replaced: all of it.
pub type Watch = Lease;
