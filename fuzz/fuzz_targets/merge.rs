//! Three versions of a ports.toml: where one side changed nothing, the other is the result, and it does not depend on the sides.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portgen::manifest::merge::{Markers, Merged, Unfit, Versions, is_toml, merge};
use portgen_fuzz::parts;

fn merged(base: &str, ours: &str, theirs: &str) -> Result<Merged, Unfit> {
    let versions = Versions { base: base.as_bytes(), ours: ours.as_bytes(), theirs: theirs.as_bytes() };
    merge(versions, &Markers::default())
}

fuzz_target!(|text: &str| {
    let parts = parts(text);
    let base = parts[0];
    let ours = parts.get(1).unwrap_or(&base);
    let theirs = parts.get(2).unwrap_or(&base);
    if let Ok(same) = merged(base, base, base) {
        assert_eq!((same.bytes.as_slice(), same.conflicts), (base.as_bytes(), 0));
    }
    for side in [ours, theirs] {
        for one in [merged(base, side, base), merged(base, base, side), merged(base, side, side)].into_iter().flatten()
        {
            assert_eq!(one.conflicts, 0, "{}", String::from_utf8_lossy(&one.bytes));
            assert!(is_toml(&one.bytes));
        }
    }
    let both = [merged(base, ours, theirs), merged(base, theirs, ours)];
    if let [Ok(one), Ok(other)] = &both {
        assert_eq!(one.conflicts, other.conflicts);
        assert!(one.conflicts > 0 || is_toml(&one.bytes), "{}", String::from_utf8_lossy(&one.bytes));
    }
});
