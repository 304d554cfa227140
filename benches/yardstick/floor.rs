//! The floors: what the machine needs for the bytes alone, one thread, each as a process of its own like portgen.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::expected::Loaded;

/// The argument that makes this program the start floor.
pub(crate) const START: &str = "floor-start";
/// The argument that makes this program the compare floor; the folder of the expected bytes follows.
pub(crate) const COMPARE: &str = "floor-compare";
/// The argument that makes this program the write floor; the folder of the expected bytes follows.
pub(crate) const WRITE: &str = "floor-write";

/// Starts and exits.
pub(crate) fn start(_: &[OsString]) -> Result<()> {
    Ok(())
}

/// Opens, reads and compares every file with memory.
pub(crate) fn compare(arguments: &[OsString]) -> Result<()> {
    let expected = load(arguments)?;
    let mut buffer = Vec::new();
    for (path, bytes) in expected.files() {
        // One byte more than expected, so that a longer file shows without a second read.
        buffer.resize(buffer.len().max(bytes.len() + 1), 0);
        let read = File::open(path)?.read(&mut buffer[..=bytes.len()])?;
        ensure!(&buffer[..read] == bytes, "{} differs", path.display());
    }
    Ok(())
}

/// Writes every file to a temporary one beside it and renames that.
pub(crate) fn write(arguments: &[OsString]) -> Result<()> {
    let expected = load(arguments)?;
    let mut folder = None;
    for (path, bytes) in expected.files() {
        if folder != path.parent() {
            folder = path.parent();
            fs::create_dir_all(folder.context("a file without a folder")?)?;
        }
        let temporary = path.with_extension("new");
        File::create_new(&temporary)?.write_all(bytes)?;
        fs::rename(&temporary, path)?;
    }
    Ok(())
}

/// Loads the expected bytes and prints the nanoseconds that this took, which are no part of the floor.
fn load(arguments: &[OsString]) -> Result<Loaded> {
    let start = Instant::now();
    let folder = arguments.first().context("the folder of the expected bytes is missing")?;
    let expected = Loaded::from(Path::new(folder))?;
    let nanoseconds = start.elapsed().as_nanos();
    io::stdout().write_all(nanoseconds.to_string().as_bytes())?;
    Ok(expected)
}
