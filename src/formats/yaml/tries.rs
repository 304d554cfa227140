//! Compares a fast reader with the library that reads everything.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

/// Enough cases to cover the odd ones; `PROPTEST_CASES` sets more.
pub(crate) fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: default.cases.max(2000), failure_persistence: None, ..default }
}

/// Tries many texts; `agree` returns whether the fast reader accepts one. It must accept at least `percent` of them but not all,
/// or the test shows nothing.
pub(crate) fn try_all(
    texts: impl Strategy<Value = String>,
    percent: u32,
    agree: impl Fn(&str) -> Result<bool, TestCaseError>,
) {
    let (tried, taken) = (Cell::new(0), Cell::new(0));
    let test = |text: String| {
        tried.set(tried.get() + 1);
        taken.set(taken.get() + u32::from(agree(&text)?));
        Ok(())
    };
    TestRunner::new(config()).run(&texts, test).unwrap_or_else(|failure| panic!("{failure}"));
    let (tried, taken) = (tried.get(), taken.get());
    assert!(taken * 100 >= tried * percent, "only {taken} of {tried} were read");
    assert!(taken < tried, "all {tried} were read: none was odd");
}
