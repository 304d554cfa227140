//! ports.toml: what it may say, and how it is edited.

mod edits;
mod facts;
mod ports_toml;
