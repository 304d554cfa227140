//! The files that portgen owns: which ones there are, their text, the proof of it, and the lock that lists them.

pub mod locate;
pub mod lock;
pub mod plan;
pub mod render;
pub mod verify;
