//! Dockerfiles: `EXPOSE`, `ENV` and `ARG` of a port, and what commands state.
//!
//! Source: <https://docs.docker.com/reference/dockerfile/>.

use std::borrow::Cow;
use std::ops::Range;

use super::{File, dotenv, forms};
use crate::formats::{names_a_port, port, url};
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose, before_port};

/// Reads a Dockerfile.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    if !is_dockerfile(file.name()) {
        return None;
    }
    let mut out = Vec::new();
    let mut start = 0;
    let (mut instruction, mut stage) = ("", "");
    let mut continues = false;
    for line in file.text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        if !trimmed.starts_with('#') {
            if !continues {
                instruction = trimmed.split([' ', '\t']).next().unwrap_or_default();
                if instruction.eq_ignore_ascii_case("FROM") {
                    stage = name_of_stage(trimmed);
                }
            }
            let known = out.len();
            read_line(instruction, file, start..start + line.len(), &mut out);
            let own = out[known..].iter_mut().filter(|one| one.whose == Whose::Own);
            own.for_each(|one| one.whose = Whose::Stage(Cow::Borrowed(stage)));
            continues = line.trim_end().ends_with(['\\', '`']);
        }
        start += line.len();
    }
    Some(out)
}

/// `FROM node:22 AS web`; empty where a stage has no name.
fn name_of_stage(line: &str) -> &str {
    let mut words = line.split_ascii_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("as"));
    words.nth(1).unwrap_or_default()
}

fn is_dockerfile(name: &str) -> bool {
    let name = name.strip_suffix(".j2").unwrap_or(name).to_ascii_lowercase();
    ["dockerfile", "containerfile"]
        .iter()
        .any(|known| name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_'])))
        || name.ends_with(".dockerfile")
}

fn read_line<'t>(instruction: &str, file: &File<'t>, line: Range<usize>, out: &mut Vec<Statement<'t>>) {
    match &*instruction.to_ascii_uppercase() {
        "EXPOSE" => words(file.text, line).for_each(|(word, at)| expose(word, at, out)),
        "ENV" | "ARG" => {
            variables(file.text, line.clone(), out);
            out.extend(addresses(file, line));
        }
        "RUN" => out.extend(addresses(file, line)),
        "HEALTHCHECK" | "CMD" | "ENTRYPOINT" => {
            let known = out.len();
            forms::read(file, line, out);
            let told = out[known..].iter_mut().filter(|one| !is_default_of_address(file.text, one));
            told.for_each(inside);
        }
        _ => {}
    }
}

/// The addresses that a build is told. Of those of this machine, which may be for a browser, the number alone says whose they are.
fn addresses<'t>(file: &File<'t>, line: Range<usize>) -> impl Iterator<Item = Statement<'t>> {
    let mut found = Vec::new();
    forms::read(file, line, &mut found);
    found.retain(|one| one.form == Form::Address);
    found.into_iter().filter_map(|one| match one.whose {
        Whose::Local | Whose::LocalOf(_) => Some(Statement { whose: Whose::Local, ..one }),
        Whose::Host(_) => Some(one.weak()),
        // Where the program is told to listen: `ASPNETCORE_URLS=http://*:4001`.
        Whose::Own if one.view == View::Listen => {
            Some(Statement { view: View::Container, is_strong: !matches!(one.port, 80 | 443), ..one })
        }
        _ => None,
    })
}

/// The words of a line with the places where they start.
fn words(text: &str, line: Range<usize>) -> impl Iterator<Item = (&str, usize)> {
    let start = text.as_ptr() as usize;
    text[line].split_ascii_whitespace().map(move |word| (word, word.as_ptr() as usize - start))
}

fn expose(word: &str, start: usize, out: &mut Vec<Statement<'_>>) {
    let (start, word) = match url::before_default(word) {
        0 => (start, word),
        default => (start + default, word[default..].trim_end_matches('}')),
    };
    let number = word.split('/').next().unwrap_or_default();
    if let Some(port) = port(number) {
        out.push(Statement::new(port, start..start + number.len(), View::Container, Whose::Own, Form::Expose));
    }
}

/// `ENV A=1 PORT=4001`, and `ENV PORT 4001`.
fn variables<'t>(text: &'t str, line: Range<usize>, out: &mut Vec<Statement<'t>>) {
    let all: Vec<_> =
        words(text, line).filter(|(word, _)| !matches!(*word, "ENV" | "ARG" | "env" | "arg" | "\\")).collect();
    match all.as_slice() {
        [(name, _), (value, at), ..] if !name.contains('=') && names_a_port(name) => {
            let digits = value.bytes().take_while(u8::is_ascii_digit).count();
            if let Some(port) = port(&value[..digits]).filter(|_| digits == value.len()) {
                out.push(Statement::new(
                    port,
                    *at..at + digits,
                    View::Container,
                    Whose::of_prefix(Cow::Borrowed(before_port(name))),
                    Form::Variable,
                ));
            }
        }
        words => {
            for (word, at) in words {
                let known = out.len();
                dotenv::variable(word, *at, out);
                out[known..].iter_mut().for_each(inside);
            }
        }
    }
}

/// Whether an address is the default of a variable of its own, which says whose it is: `${API_URL:-http://localhost:4001}`.
fn is_default_of_address(text: &str, one: &Statement<'_>) -> bool {
    let Whose::LocalOf(name) = &one.whose else { return false };
    let before = &text[..one.digits.start];
    let scheme =
        before.rfind("://").map_or("", |at| before[..at].trim_end_matches(|c: char| c.is_ascii_alphanumeric()));
    let default = scheme.strip_suffix(":-").or_else(|| scheme.strip_suffix('-'));
    default.and_then(|default| default.strip_suffix(&**name)).is_some_and(|before| before.ends_with("${"))
}

/// A statement about this machine is one about the container here.
fn inside(statement: &mut Statement<'_>) {
    if matches!(statement.whose, Whose::Local | Whose::LocalOf(_) | Whose::Own) {
        (statement.whose, statement.view) = (Whose::Own, View::Container);
    }
}
