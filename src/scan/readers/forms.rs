//! The forms in which source, configuration and texts state a port: each with examples that count and examples that must not.
//!
//! A form sees the digits of a number, what stands before them in their line and what behind.

mod address;
mod comment;
mod flag;
mod forward;
mod list;
mod listen;
mod named;
mod spot;
mod usage;

use std::ops::Range;

use super::File;
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose};
pub(super) use spot::Language;
use spot::{Spot, spots};

/// What a form says of a number.
#[derive(Debug)]
struct Said<'t> {
    view: View,
    whose: Whose<'t>,
    is_strong: bool,
    publishes: bool,
}

impl<'t> Said<'t> {
    /// A strong statement that takes no port of the machine.
    fn new(view: View, whose: Whose<'t>) -> Self {
        Self { view, whose, is_strong: true, publishes: false }
    }

    /// As one that counts only where its owner has or had the number.
    fn weak(self) -> Self {
        Self { is_strong: false, ..self }
    }
}

/// One form.
struct Row {
    /// What it is.
    form: Form,
    /// What it says of a number; `None` if the number is not in this form.
    read: for<'t> fn(&Spot<'t>) -> Option<Said<'t>>,
    /// Lines of which the number is a port.
    #[cfg(test)]
    counts: &'static [&'static str],
    /// Lines of which it is not, or not in this form.
    #[cfg(test)]
    does_not: &'static [&'static str],
}

macro_rules! form {
    ($form:expr, $read:path, $counts:expr, $does_not:expr) => {
        Row {
            form: $form,
            read: $read,
            #[cfg(test)]
            counts: &$counts,
            #[cfg(test)]
            does_not: &$does_not,
        }
    };
}

/// Every form; the first that a number is in says what it is.
const FORMS: &[Row] = &[
    form!(Form::Address, address::read, address::COUNTS, address::DOES_NOT),
    form!(Form::Comment, comment::read, comment::COUNTS, comment::DOES_NOT),
    form!(Form::Forwarded, forward::read, forward::COUNTS, forward::DOES_NOT),
    form!(Form::Published, flag::mapping, flag::MAPPINGS, flag::NO_MAPPINGS),
    form!(Form::Option, flag::read, flag::COUNTS, flag::DOES_NOT),
    form!(Form::Listen, listen::read, listen::COUNTS, listen::DOES_NOT),
    form!(Form::List, list::read, list::COUNTS, list::DOES_NOT),
    form!(Form::Named, named::read, named::COUNTS, named::DOES_NOT),
    form!(Form::Usage, usage::read, usage::COUNTS, usage::DOES_NOT),
];

/// The statements in the bytes `part` of a file, whole lines.
pub(super) fn read<'t>(file: &File<'t>, part: Range<usize>, out: &mut Vec<Statement<'t>>) {
    read_as(FORMS, file, part, out);
}

/// The addresses in a file, and what its comments say of ports.
pub(super) fn addresses<'t>(file: &File<'t>) -> Vec<Statement<'t>> {
    let mut out = Vec::new();
    read_as(&FORMS[..2], file, 0..file.text.len(), &mut out);
    out
}

fn read_as<'t>(forms: &[Row], file: &File<'t>, part: Range<usize>, out: &mut Vec<Statement<'t>>) {
    let language = Language::of(file);
    for spot in spots(file.text, part, language) {
        let found = forms.iter().find_map(|form| Some(((form.read)(&spot)?, form.form)));
        if let Some((Said { view, whose, is_strong, publishes }, form)) = found {
            let is_strong = is_strong && !(matches!(form, Form::Named | Form::Option) && spot.is_example());
            let digits = spot.at..spot.at + spot.digits.len();
            let one = Statement::new(spot.port, digits, view, whose, form);
            out.push(Statement { is_strong, publishes, ..one });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(path: &'t str, text: &'t str) -> Vec<Statement<'t>> {
        let mut out = Vec::new();
        read(&File { path, text }, 0..text.len(), &mut out);
        out
    }

    #[test]
    fn examples_count_and_counterexamples_do_not() {
        for form in FORMS {
            assert!(!form.counts.is_empty() && !form.does_not.is_empty(), "{}", form.form.as_str());
            for example in form.counts {
                let seen = found("src/a.ts", example);
                let is_so = seen.iter().any(|one| one.form == form.form);
                assert!(is_so, "{}: {example}: {seen:?}", form.form.as_str());
                for one in seen {
                    assert_eq!(example[one.digits.clone()], one.port.to_string(), "{example}");
                }
            }
            for example in form.does_not {
                let seen = found("src/a.ts", example);
                assert!(!seen.iter().any(|one| one.form == form.form), "{}: {example}: {seen:?}", form.form.as_str());
            }
        }
    }
}
