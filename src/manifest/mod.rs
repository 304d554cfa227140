//! ports.toml as written: its bytes, its tree, its keys, its JSON schema.

pub mod codes;
mod decode;
pub mod document;
pub mod edit;
pub mod keys;
pub mod lines;
pub mod merge;
pub mod schema;
pub mod validate;
pub mod value;

pub use decode::{MAX_BYTES, decode};
pub use document::Document;
pub use schema::schema;
