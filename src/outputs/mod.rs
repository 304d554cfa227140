//! The files that portgen owns: which files, their text, the proof of the text, and the lock that lists them.

pub mod digest;
pub mod env_files;
pub mod locate;
pub mod lock;
pub mod next_lock;
pub mod overridden;
pub mod plan;
pub mod render;
pub mod variables;
pub mod verify;
