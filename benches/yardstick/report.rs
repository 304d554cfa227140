//! The figures as tables for people.

use std::fmt::Write;

use crate::measure::Measured;
use crate::phases::{FEW, FEW_MILLISECONDS, FEW_RATIOS, GROWTH, GROWTH_SIZES, MEMORY, PHASES};

/// Every figure beside what it must be and what it aims at.
pub(crate) fn table(measured: &[Measured]) -> String {
    let mut text = format!(
        "\n{:>6}  {:<26}{:>10}{:>10}  {:<14}{:>6}  {:<14}{:>6}  {:<5}{:>8}  {}\n",
        "N", "phase", "ms", "beside", "", "ratio", "must", "aim", "", "MiB", ""
    );
    for one in measured {
        row(&mut text, one);
    }
    if measured.iter().any(|one| one.size == FEW) {
        line(&mut text, format_args!("must at N = {FEW}: the ratio, or {FEW_MILLISECONDS} ms"));
    }
    growth(&mut text, measured);
    text
}

fn row(text: &mut String, one: &Measured) {
    let ratio = one.portgen / one.beside;
    let goals = match one.size {
        FEW => Some(FEW_RATIOS),
        size if size == GROWTH_SIZES.1 => one.phase.ratios,
        _ => None,
    };
    let enough = one.size == FEW && one.portgen <= FEW_MILLISECONDS;
    let (must, aim, verdict) = goals.map_or_else(Default::default, |goals| judged(ratio, goals, enough));
    let small = one.size != GROWTH_SIZES.1;
    let memory = if small { String::new() } else { judged(one.memory, MEMORY, false).2.to_owned() };
    let (size, name, beside) = (one.size, one.phase.name, one.reference.name());
    line(
        text,
        format_args!(
            "{size:>6}  {name:<26}{:>10.2}{:>10.2}  {beside:<14}{ratio:>6.2}  {must:<14}{aim:>6}  {verdict:<5}{:>8.1}  {memory}",
            one.portgen, one.beside, one.memory
        ),
    );
}

/// What is due, what it aims at, and how `figure` does.
fn judged(figure: f64, (must, aim): (f64, f64), enough: bool) -> (String, String, &'static str) {
    let verdict = if figure <= aim {
        "aim"
    } else if figure <= must || enough {
        "pass"
    } else {
        "MISS"
    };
    (format!("{must}"), format!("{aim}"), verdict)
}

fn growth(text: &mut String, measured: &[Measured]) {
    let (small, large) = GROWTH_SIZES;
    let mut heading = format!("\ngrowth exponent, N = {small} -> {large}: must {}, aim {}\n", GROWTH.0, GROWTH.1);
    for phase in &PHASES {
        let at = |size| measured.iter().find(|one| one.size == size && one.phase.name == phase.name);
        if let (Some(before), Some(after)) = (at(small), at(large)) {
            let exponent = (after.portgen / before.portgen).log(large as f64 / small as f64);
            let verdict = judged(exponent, GROWTH, false).2;
            text.push_str(&std::mem::take(&mut heading));
            line(text, format_args!("        {:<26}{exponent:>10.3}  {verdict}", phase.name));
        }
    }
    if heading.is_empty() {
        line(text, format_args!("MiB at N = {large}: must {}, aim {}", MEMORY.0, MEMORY.1));
    }
}

fn line(text: &mut String, row: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{row}");
}
