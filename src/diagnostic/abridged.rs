//! Many diagnostics, as many of them as somebody can read: none of their kinds is left out.

use std::collections::HashMap;

use super::excerpt::Detail;
use super::{Code, Diagnostic, Severity};

/// The most diagnostics of one code that are shown.
const MOST_OF_A_CODE: usize = 50;

/// The bytes from which on places are shown without excerpts.
const MOST_EXCERPTS: usize = 512 << 10;

/// The first of each code, in their order, and behind them one for each code that had more, at the first that is left out.
fn abridged(all: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut counts: HashMap<(Code, Severity), usize> = HashMap::new();
    let mut left_out: Vec<(&Diagnostic, usize)> = Vec::new();
    let mut shown = Vec::new();
    for one in all {
        let count = counts.entry((one.code, one.severity)).or_default();
        *count += 1;
        if *count <= MOST_OF_A_CODE {
            shown.push(one.clone());
        } else if *count == MOST_OF_A_CODE + 1 {
            left_out.push((one, 0));
        }
    }
    for (first, _) in left_out {
        let more = counts.get(&(first.code, first.severity)).map_or(0, |count| count - MOST_OF_A_CODE);
        let mut one = Diagnostic::new(first.code, first.severity, format!("and {} more like it", grouped(more)));
        one.labels = first.labels.iter().take(1).cloned().collect();
        let one = one.help("`portgen check --format json` has all of them");
        shown.push(one);
    }
    shown
}

/// Diagnostics as the terminal shows them, a blank line behind each: of a code the first [`MOST_OF_A_CODE`].
pub fn render_all(all: &[Diagnostic], color: bool) -> String {
    let mut out = String::new();
    for one in abridged(all) {
        let detail = if out.len() < MOST_EXCERPTS { Detail::Excerpts } else { Detail::Names };
        out.push_str(&one.render_with(color, detail));
        out.push('\n');
    }
    out
}

/// `19,990`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::codes;
    use super::*;

    #[test]
    fn what_is_left_out_is_counted_and_can_be_had() {
        let one = |at: usize| Diagnostic::new(codes::FORMER_PORT, Severity::Warning, format!("number {at}"));
        let text = render_all(&(0..1_061).map(one).collect::<Vec<_>>(), false);
        assert_eq!(text.matches("number").count(), MOST_OF_A_CODE);
        assert!(text.contains("and 1,011 more like it"), "{text}");
        assert!(text.contains("`portgen check --format json` has all of them"), "{text}");
    }
}
