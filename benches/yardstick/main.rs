//! The yardstick: what portgen takes beside what the machine needs for the bytes alone, measured in one run.
//!
//! ```text
//! cargo bench                      N = 21, 1,000 and 10,000
//! cargo bench -- 21 1000           these sizes only
//! ```
//!
//! `ci/instructions` counts instructions in the same trees, which this program makes for it (see `tree::keep`).
//!
//! The work: N services, each a Service manifest, an `.env` file and a `package.json` patched in place, and one Compose file:
//! 3N+1 files on tmpfs with a warm page cache. Every figure is a median of runs that alternate with those of what it is
//! compared with. A wall time is taken from outside, from spawn to exit; the floors (see `floor`) are processes of their own,
//! too, less the time that they say it took them to load the expected bytes, which portgen does not load but makes.

mod expected;
mod floor;
mod measure;
mod phases;
mod report;
mod tree;

use std::ffi::OsString;
use std::io::{self, Write};

use anyhow::{Context, Result};

use crate::measure::Measured;

/// The sizes with the number of runs of each.
const SIZES: [(usize, usize); 3] = [(21, 200), (1_000, 15), (10_000, 25)];

fn main() -> Result<()> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match arguments.split_first() {
        Some((role, rest)) if role == floor::START => floor::start(rest),
        Some((role, rest)) if role == floor::COMPARE => floor::compare(rest),
        Some((role, rest)) if role == floor::WRITE => floor::write(rest),
        Some((role, rest)) if role == measure::PEAK => measure::peak_of(rest),
        Some((role, rest)) if role == tree::KEEP => tree::keep(rest),
        _ => yardstick(&arguments),
    }
}

fn yardstick(arguments: &[OsString]) -> Result<()> {
    let chosen: Vec<usize> = arguments.iter().filter_map(|argument| argument.to_str()?.parse().ok()).collect();
    let mut measured: Vec<Measured> = Vec::new();
    for (size, runs) in SIZES.into_iter().filter(|(size, _)| chosen.is_empty() || chosen.contains(size)) {
        measured.extend(measure::everything(size, runs).with_context(|| format!("with {size} services"))?);
    }
    io::stdout().write_all(report::table(&measured).as_bytes())?;
    Ok(())
}
