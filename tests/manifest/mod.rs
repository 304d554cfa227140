//! ports.toml: what it may say, and how it is edited.

mod edits;
mod ports_toml;
