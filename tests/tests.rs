//! The integration tests: a case is a folder or a file.

mod lints;
