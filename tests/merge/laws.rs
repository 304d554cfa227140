//! Whatever the texts are: where one side has changed nothing, the result is the other side, byte for byte; nothing makes
//! the merge panic; what is merged is TOML, whichever side wins the conflicts.

use portgen::manifest::merge::{Markers, Merged, Unfit, Versions, is_toml, merge};

use super::random::Random;
use crate::runner::{Case, cases};

/// How often each file is changed at random, twice.
const ROUNDS: usize = 5;

/// Every ports.toml of the tests, also those with mistakes.
fn texts() -> Vec<String> {
    let mut texts = vec![include_str!("../../ports.toml").to_owned()];
    for path in ["manifest", "lints"].into_iter().flat_map(cases) {
        let case = Case::read(&path);
        texts.extend(case.files().filter(|(name, _)| name.ends_with("ports.toml")).map(|(_, text)| text.to_owned()));
    }
    texts.retain(|text| text.len() < 4_000);
    texts
}

fn merged(base: &str, ours: &str, theirs: &str) -> Result<Merged, Unfit> {
    let versions = Versions { base: base.as_bytes(), ours: ours.as_bytes(), theirs: theirs.as_bytes() };
    merge(versions, &Markers::default())
}

/// Lines go, come twice, change places, or are written otherwise.
fn changed(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for _ in 0..1 + random.below(4) {
        if lines.is_empty() {
            break;
        }
        let (at, to) = (random.below(lines.len()), random.below(lines.len()));
        match random.below(7) {
            0 => drop(lines.drain(at..(at + 1 + random.below(6)).min(lines.len()))),
            1 => lines.insert(to, lines[at].clone()),
            2 => lines.swap(at, to),
            3 => lines[at] = lines[at].replace('0', "1"),
            4 => lines[at] = lines[at].replace(" = ", "="),
            5 => lines.insert(at, format!("# comment {to}\n")),
            _ => lines.insert(at, "\n".to_owned()),
        }
    }
    lines.concat()
}

#[test]
fn who_changes_nothing_has_no_say() {
    let mut random = Random::new(1);
    let mut tried = 0;
    for base in texts() {
        for _ in 0..ROUNDS {
            let side = changed(&base, &mut random);
            let versions = [(&base, &base, &side), (&base, &side, &base), (&base, &side, &side)];
            for (base, ours, theirs) in versions {
                if let Ok(merged) = merged(base, ours, theirs) {
                    assert_eq!(String::from_utf8(merged.bytes).unwrap(), side, "of\n{base}\n=== ours\n{ours}");
                    assert_eq!(merged.conflicts, 0);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 300, "{tried} merges");
}

#[test]
fn what_is_merged_is_toml() {
    let mut random = Random::new(2);
    let (mut clean, mut conflicts) = (0, 0);
    for base in texts() {
        for _ in 0..ROUNDS {
            let (ours, theirs) = (changed(&base, &mut random), changed(&base, &mut random));
            match merged(&base, &ours, &theirs) {
                Ok(merged) if merged.conflicts == 0 => {
                    assert!(is_toml(&merged.bytes), "{base}\n=== ours\n{ours}\n=== theirs\n{theirs}");
                    clean += 1;
                }
                Ok(_) => conflicts += 1,
                Err(_) => {}
            }
        }
    }
    assert!(clean > 60 && conflicts > 10, "{clean} clean, {conflicts} with conflicts");
}
