//! Three versions of a ports.toml: where one side changed nothing, the other is the result, and it does not depend on the sides.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portgen::manifest::merge::{Markers, Merged, Unfit, Versions, is_toml, merge};
use portgen_fuzz::parts;

fn merged(base: &str, ours: &str, theirs: &str) -> Result<Merged, Unfit> {
    let versions = Versions { base: base.as_bytes(), ours: ours.as_bytes(), theirs: theirs.as_bytes() };
    merge(versions, &Markers::default())
}

/// A side: a part that starts with `~` says by pairs of bytes how it differs from the base, any other is the whole file.
fn side(base: &str, part: Option<&&str>) -> String {
    let part = part.copied().unwrap_or(base);
    part.strip_prefix('~').map_or_else(|| part.to_owned(), |changes| changed(base, changes.as_bytes()))
}

fn changed(base: &str, changes: &[u8]) -> String {
    let mut lines: Vec<String> = base.split_inclusive('\n').map(str::to_owned).collect();
    for [line, change] in changes.as_chunks::<2>().0 {
        let at = usize::from(*line) % lines.len().max(1);
        let Some(line) = lines.get(at).cloned() else { break };
        match change % 6 {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, line.replacen(|c: char| c.is_ascii_digit(), "7", 1)),
            2 => lines.insert(at, line.replacen(|c: char| c.is_ascii_lowercase(), "z", 1)),
            3 => lines[at] = line.replace(|c: char| c.is_ascii_digit(), &(change % 10).to_string()),
            4 => {
                let other = usize::from(*change) % lines.len();
                lines.swap(at, other);
            }
            _ => lines[at] = format!("# {line}"),
        }
    }
    lines.concat()
}

fuzz_target!(|text: &str| {
    let parts = parts(text);
    let base = parts[0];
    let (ours, theirs) = (side(base, parts.get(1)), side(base, parts.get(2)));
    // Without a base that can be read, nothing is merged.
    let Ok(same) = merged(base, base, base) else { return };
    assert_eq!((same.bytes.as_slice(), same.conflicts), (base.as_bytes(), 0));
    for side in [&ours, &theirs].into_iter().filter(|side| *side != base) {
        for one in [merged(base, side, base), merged(base, base, side), merged(base, side, side)].into_iter().flatten()
        {
            assert_eq!(one.conflicts, 0, "{}", String::from_utf8_lossy(&one.bytes));
            assert!(is_toml(&one.bytes));
        }
    }
    let both = [merged(base, &ours, &theirs), merged(base, &theirs, &ours)];
    if let [Ok(one), Ok(other)] = &both {
        assert_eq!(one.conflicts, other.conflicts);
        assert!(one.conflicts > 0 || is_toml(&one.bytes), "{}", String::from_utf8_lossy(&one.bytes));
    }
});
