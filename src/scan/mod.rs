//! What every file of a repository states about ports, judged against ports.toml.
//!
//! ```text
//! tree ──walk──> files                 files: as git sees the tree
//!      ──read──> statements            readers: one file a kind, one table; forms of source and configuration
//!      ──attribute──> whose they are   owner, names: marker, structure, folder, name, number
//!      ──judge──> verdicts             verdict, collisions
//! ```
//!
//! A number is a port only where a known form says so: silence is better than a false alarm.

mod bare;
mod builds;
mod collisions;
pub(crate) mod component;
mod doubt;
mod engine;
mod finding;
pub mod follow;
mod form;
mod found;
mod former;
mod hints;
pub mod infer;
mod located;
pub mod manifests;
mod marker;
mod mend;
mod names;
mod of_blocks;
mod owner;
mod prose;
pub mod readers;
mod samples;
pub(crate) mod stage;
mod statement;
mod verdict;
pub(crate) mod walk;

pub use engine::{Scan, scan};
pub use form::Form;
pub use former::Former;
pub use found::{Scanned, ScannedFile};
pub use names::Meant;
pub use owner::By;
pub use statement::{Statement, View, Whose};
pub use verdict::{Judged, Verdict};
