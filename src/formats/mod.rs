//! To come.

pub mod package_json;
