//! Whose a port is that a file states, and whether it is so: of the files that portgen makes, and of those that people own.

mod owners;
mod verdict;

pub use owners::{At, Owners};
pub use verdict::Verdict;
