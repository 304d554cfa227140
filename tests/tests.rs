//! The integration tests: a case is a folder or a file.

#[cfg(test)]
mod ownership;
