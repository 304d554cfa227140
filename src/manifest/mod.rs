//! ports.toml as written: its bytes, its tree, its keys, its JSON schema.

pub mod codes;
mod decode;
pub mod document;
pub mod keys;
pub(crate) mod meaning;
pub(crate) mod syntax;
pub mod written;

pub use decode::{MAX_BYTES, decode};
pub use document::Document;
pub use written::schema;
