//! Whose a port in a text is.

pub mod owners;
