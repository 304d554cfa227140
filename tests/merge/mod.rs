//! `portgen merge-driver`: three versions of ports.toml become one.

mod attributes;
mod by_hand;
mod document;
mod edits;
mod foretold;
mod generate;
mod git;
mod laws;
mod outputs;
mod properties;
mod random;
