//! ports.toml as written: its bytes, its keys, its JSON schema.

pub mod codes;
mod decode;
pub mod keys;
pub mod written;

pub use decode::{MAX_BYTES, decode};
pub use written::schema;
