//! What the commands have in common: arguments, look-ups, and edits of ports.toml.

pub mod below;
pub mod columns;
pub mod complete;
pub mod compose_names;
pub mod editing;
pub mod format;
pub mod instance;
mod leftover;
pub mod locking;
pub mod lookup;
mod refusal;
pub mod retire;
pub mod scanning;
pub mod waiting;
