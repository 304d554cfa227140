//! The integration tests: a case is a file, adding one needs no Rust.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod edits;
#[cfg(test)]
mod hooks;
#[cfg(test)]
mod lints;
#[cfg(test)]
mod many;
#[cfg(test)]
mod merge;
#[cfg(test)]
mod ownership;
#[cfg(test)]
mod package_json;
#[cfg(test)]
mod platform;
#[cfg(test)]
mod ports_toml;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod quoting;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod sandbox;
#[cfg(test)]
mod staged;
