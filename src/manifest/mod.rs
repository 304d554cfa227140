//! ports.toml as written: its bytes, its tree, its keys, its JSON schema.

mod broken;
pub mod earlier;
pub mod document;
pub mod edit;
mod hidden;
pub mod keys;
pub mod last_write;
pub mod lines;
pub mod merge;
pub mod outline;
pub mod places;
pub(crate) mod placeholder;
mod read;
pub mod schema;
pub mod validate;
pub mod value;

pub use read::{MAX_BYTES, decode, read, source};
pub use schema::schema;
