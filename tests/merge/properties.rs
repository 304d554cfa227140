//! Two people change a ports.toml: what is merged is what their changes mean together, to the byte; a conflict is left
//! exactly where they contradict each other, and whichever side wins it, the rest is right.
//!
//! `PROPTEST_CASES` sets how many scenes are tried instead of [`SCENES`], `PROPTEST_RNG_SEED` which.

use portgen::manifest::merge::{Markers, Merged, Versions, merge};

use super::document::{self, Document, Dress};
use super::edits::{Side, Together, Winner, settled};
use super::generate::{Scene, scene};
use crate::tries::seeds;

/// How many scenes are tried: some seconds.
const SCENES: u32 = 256;

#[test]
fn what_is_merged_is_what_both_changes_mean() {
    let mut contradicted = 0;
    let seeds = seeds(SCENES);
    let scenes = seeds.end - seeds.start;
    for seed in seeds {
        contradicted += u64::from(check(seed));
    }
    assert!((scenes / 8..scenes).contains(&contradicted), "{contradicted} of {scenes} scenes have a conflict");
}

/// Whether the two sides contradict each other.
fn check(seed: u64) -> bool {
    let Scene { base, ours, theirs, dresses } = scene(seed);
    let idle = Side::default();
    let after = |ours: &Side, theirs: &Side, winner: Winner| -> (Document, usize) {
        let mut together = Together::new(ours, theirs, winner);
        let document = together.applied(&base);
        (document, together.contradictions)
    };
    let texts =
        [&base, &after(&ours, &idle, Winner::Ours).0, &after(&idle, &theirs, Winner::Theirs).0].map(document::text);
    let bytes: Vec<_> = texts.iter().zip(dresses).map(|(text, dress)| document::bytes(text, dress)).collect();
    let merged = merge(Versions { base: &bytes[0], ours: &bytes[1], theirs: &bytes[2] }, &Markers::default());
    let shown = || format!("seed {seed}, ours:\n{}theirs:\n{}", diff(&texts[0], &texts[1]), diff(&texts[0], &texts[2]));
    let merged = merged.unwrap_or_else(|unfit| panic!("{unfit:?}: {}", shown()));
    for winner in [Winner::Ours, Winner::Theirs] {
        let (expected, contradictions) = after(&ours, &theirs, winner);
        let dress = dress_of(dresses, contradictions);
        let expected = document::bytes(&document::text(&expected), dress);
        let [found, expected] = [resolved(&merged, winner), expected].map(|bytes| String::from_utf8(bytes).unwrap());
        assert!(found == expected, "{}{winner:?}, from the expected:\n{}", shown(), diff(&expected, &found));
        assert_eq!(merged.conflicts, contradictions, "{}", shown());
    }
    merged.conflicts > 0
}

fn diff(old: &str, new: &str) -> String {
    similar::TextDiff::from_lines(old, new).unified_diff().context_radius(2).to_string()
}

fn dress_of([base, ours, theirs]: [Dress; 3], contradictions: usize) -> Dress {
    let of = |part: fn(Dress) -> bool| settled(&part(base), &part(ours), &part(theirs)).unwrap();
    Dress {
        bom: of(|dress| dress.bom),
        crlf: of(|dress| dress.crlf),
        open: of(|dress| dress.open) && contradictions == 0,
    }
}

/// The bytes with every conflict decided for one side.
fn resolved(merged: &Merged, winner: Winner) -> Vec<u8> {
    let text = std::str::from_utf8(&merged.bytes).unwrap();
    let mut out = String::new();
    let mut side = None;
    for line in text.split_inclusive('\n') {
        match line.trim_end_matches(['\r', '\n']) {
            "<<<<<<< ours" => side = Some(Winner::Ours),
            "=======" => side = Some(Winner::Theirs),
            ">>>>>>> theirs" => side = None,
            _ if side.is_none_or(|side| side == winner) => out.push_str(line),
            _ => {}
        }
    }
    out.into_bytes()
}
