//! How many random inputs a property tries.

use std::env;

use proptest::prelude::ProptestConfig;

/// So many, unless `PROPTEST_CASES` asks for another number.
pub(crate) fn tries(cases: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    let cases = if env::var_os("PROPTEST_CASES").is_some() { asked.cases } else { cases };
    ProptestConfig { cases, failure_persistence: None, ..asked }
}
