//! portgen: one committed file, `ports.toml`, holds every port of a platform; templates expand it into everything that
//! repeats a port.
//!
//! One straight pass; `write`, `diff` and `check` share it and differ in the last step:
//!
//! ```text
//! ports.toml ──load──> Source                        tree
//!            ──validate──> Allocation                manifest, validate, lints
//!            ──plan──> targets                       templates, plan
//!            ──render──> text                        render, formats (quoting)
//!            ──verify──> claims are the planned ones verify, formats (reading back)
//!            ──compare──> changes                    change, lock
//!            ──> write | diff | check                apply, report, commands
//! ```
//!
//! The modules below stand in the order of the pass. Imports run one way: commands -> pipeline, report -> validate, plan, render,
//! verify, change, apply -> templates, lints, formats -> allocation, manifest, path -> diagnostic.

pub mod claims;
pub mod cli;
pub mod commands;
pub mod drift;
pub mod files;
pub mod outputs;
pub mod pipeline;
pub mod session;

pub mod allocation;
pub mod apply;
pub mod formats;
pub mod init;
pub mod lints;
pub mod manifest;
pub mod parallel;
pub mod references;
pub mod report;
pub mod review;
pub mod templates;

#[cfg(test)]
mod agreement;
pub mod diagnostic;
pub mod git;
pub mod path;
