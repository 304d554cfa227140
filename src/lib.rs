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
//!            ──compare──> changes                    drift, references
//!            ──> write | diff | check                apply, report, commands
//! ```
//!
//! [`pipeline`] is the pass on one screen. What changes ports.toml (`add`, `move`, ..., the merge driver) is in
//! [`manifest`] and runs the same pass; what compares two allocations is in [`review`].
//!
//! The rooms stand below in their order. A room imports from itself and from those below it, never from one above, and no two
//! files import each other in a circle, except that what lies below a `mod.rs` may use what stands in it: a test reads the order
//! here and holds every file to it.

pub mod cli;
pub mod commands;
pub mod session;

pub mod init;
pub mod review;
pub mod report;
pub mod apply;

pub mod pipeline;
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
pub mod parallel;
pub mod diagnostic;
