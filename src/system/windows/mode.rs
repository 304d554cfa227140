//! Whether a file is a program, which Windows tells by its name.

use std::fs::{Metadata, OpenOptions};

/// Whether somebody may run the file: git runs every hook.
pub fn is_runnable(_: &Metadata) -> bool {
    true
}

/// Has a file that is made be a program, or not: nothing is to be done.
pub fn make_runnable(_: &mut OpenOptions, _: bool) {}
