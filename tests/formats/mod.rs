//! The formats: what is read of a file, and what any text becomes in it.

mod package_json;
mod quoting;
