//! `--format`: in which form a command says what it found.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::report::{FORMATS, Format};

/// The form of the result, of every command that finds something.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    /// The form of the result
    #[arg(long, value_name = "FORMAT", default_value = FORMATS[0].name, value_parser = parser())]
    pub format: &'static Format,
}

fn parser() -> impl TypedValueParser<Value = &'static Format> {
    let values = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.summary));
    PossibleValuesParser::new(values)
        .try_map(|name| FORMATS.iter().find(|format| format.name == name).ok_or("there is no such format"))
}
