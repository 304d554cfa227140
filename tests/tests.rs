//! The integration tests: a case is a file, adding one needs no Rust.

#[cfg(test)]
mod docs;
#[cfg(test)]
mod expect;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod git;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod lints;
#[cfg(test)]
mod manifest;
#[cfg(test)]
mod merge;
#[cfg(test)]
mod outputs;
#[cfg(test)]
mod ownership;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod references;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod runner;
#[cfg(test)]
mod sandbox;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod traps;
#[cfg(test)]
mod tries;
