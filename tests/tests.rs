//! The integration tests: a case is a folder or a file.

mod ports_toml;
