//! Windows, with what its standard library has: a path is looked at right before it is used.

pub mod file;
mod folder;
mod lease;
pub mod mode;
pub mod process;
mod signals;
pub mod uri;

pub use folder::{Folder, Mount};
pub use lease::{Lease, Watch};
pub use signals::Stops;
