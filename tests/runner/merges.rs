//! What holds of every `portgen merge-driver`: only OURS is written, and
//!
//! - what is merged without conflicts from TOML is TOML;
//! - with the sides exchanged, the merge ends with the same code;
//! - where one side has changed nothing, or both have changed the same, the result is the other side, byte for byte.

use portgen::manifest::merge::is_toml;

use super::laws::Command;
use crate::sandbox::Sandbox;

/// The names that every case gives to the three versions.
const NAMES: [&str; 3] = ["base", "ours", "theirs"];

pub(super) fn hold(command: &Command<'_>, sandbox: &Sandbox) {
    let versions = NAMES.map(|name| command.before[name].0.as_slice());
    let merged = &command.after["ours"].0;
    let mut after = command.after.clone();
    after.insert("ours".to_owned(), command.before["ours"].clone());
    assert_eq!(*command.before, after, "more than OURS was written");
    assert!(command.output.stdout.is_empty());
    if command.code() == 0 && versions.iter().all(|version| is_toml(version)) {
        assert!(is_toml(merged), "the result is not TOML");
    }
    let run = |places: [usize; 3]| merge(command.args, places.map(|at| versions[at]), sandbox);
    assert_eq!(run([0, 2, 1]).0, command.code(), "with the sides exchanged");
    for (places, expected) in [([0, 1, 0], 1), ([0, 0, 2], 2), ([0, 1, 1], 1), ([0, 2, 2], 2)] {
        assert_eq!(run(places).1, String::from_utf8_lossy(versions[expected]), "{places:?}");
    }
}

/// The exit code, and the text of OURS.
fn merge(args: &[&str], versions: [&[u8]; 3], sandbox: &Sandbox) -> (i32, String) {
    let there = sandbox.copy();
    NAMES.into_iter().zip(versions).for_each(|(name, bytes)| there.put(name, bytes));
    let output = there.portgen(args);
    (output.status.code().unwrap(), there.text("ours"))
}
