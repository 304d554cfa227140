//! Limits of a process.

use std::io;

/// Windows limits a process only by calls that need `unsafe`: who has started it ends it after a time.
///
/// # Errors
/// None.
pub fn limit(_: u64, _: u64) -> io::Result<()> {
    Ok(())
}
