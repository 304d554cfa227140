//! Checks the ports that files state against the allocation: to whom each belongs, and whether it is right.

pub mod compose;
pub mod compose_file;
mod extended;
mod given_up;
mod ids;
mod owners;
mod remembered;
mod theirs;
pub mod variables;
mod verdict;

pub use extended::{Extended, extended};
pub use ids::At;
pub use owners::Owners;
pub use theirs::{check_replaced, published_again, published_elsewhere};
pub use verdict::Verdict;
