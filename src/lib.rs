//! portgen: one committed file, `ports.toml`, holds every port of a platform; templates expand it into everything that
//! repeats a port.
//!
//! One straight pass; `write`, `diff` and `check` share it and differ in the last step:
//!
//! ```text
//! ports.toml ──read──> Source                        files, git, manifest
//!            ──validate──> Allocation                manifest::validate, allocation, lints
//!            ──plan──> targets                       templates, outputs::plan
//!            ──render──> text                        outputs::render, formats (quoting)
//!            ──verify──> claims are the planned ones outputs::verify, formats (reading back), claims
//!            ──compare──> changes                    drift, references, scan
//!            ──> write | diff | check                apply, report, commands
//! ```
//!
//! [`pipeline`] is the pass on one screen. Changes of ports.toml (`add`, `move`, ..., the merge driver) are in [`manifest`] and
//! run the same pass; [`review`] compares two allocations.
//!
//! The rooms are listed in order. A room imports only from itself and from rooms below it. No files import each other in a circle,
//! except that files below a `mod.rs` may use its items. A test reads the order here and checks every file.

pub mod cli;
pub mod commands;
pub mod session;

pub mod import;
pub mod init;
pub mod review;
pub mod report;
pub mod apply;
pub mod machine;

pub mod pipeline;
pub mod scan;
pub mod references;
pub mod drift;
pub mod outputs;
pub mod claims;
pub mod templates;
pub mod formats;

pub mod manifest;
pub mod lints;
pub mod allocation;

pub mod files;
pub mod git;
pub mod path;
pub mod system;
pub mod parallel;
pub mod diagnostic;
