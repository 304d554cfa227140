//! Three versions of ports.toml become one.

mod document;
mod edits;
mod generate;
mod laws;
mod properties;
mod random;
