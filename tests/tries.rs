//! How many random inputs a property tries.

use std::env;
use std::ops::Range;

use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// So many, unless `PROPTEST_CASES` asks for another number.
pub(crate) fn tries(cases: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    let cases = if env::var_os("PROPTEST_CASES").is_some() { asked.cases } else { cases };
    ProptestConfig { cases, failure_persistence: None, ..asked }
}

/// The seed of random inputs that are not proptest's: that of `PROPTEST_RNG_SEED`, else the same one at each run.
pub(crate) fn seed() -> u64 {
    match ProptestConfig::default().rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => 0,
    }
}

/// The seeds of as many inputs as [`tries`]; those of one seed are none of the next one's.
pub(crate) fn seeds(cases: u32) -> Range<u64> {
    let count = u64::from(tries(cases).cases);
    let first = seed() % u64::from(u32::MAX) * count;
    first..first + count
}
