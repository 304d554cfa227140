//! Diagrams in the languages of PlantUML and its like: what a box is called, with its port: `Container(auth, "Auth", "Go", "Port 4001")`,
//! `[Auth\n:4001] as Auth`.

use std::borrow::Cow;
use std::collections::HashSet;

use super::markdown::label::{is_port, named, numbers};
use super::{File, with_forms};
use crate::formats::port;
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose};

/// What stands between the numbers of a list.
const LIST: [char; 4] = ['/', ',', ' ', ':'];

/// Reads a diagram.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    if !matches!(file.extension(), "puml" | "plantuml" | "iuml" | "wsd" | "mmd" | "mermaid") {
        return None;
    }
    let mut out: Vec<Statement<'t>> = Vec::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let part = start..start + line.trim_end().len();
        for digits in numbers(file.text, part.clone()) {
            let whose = whose(&file.text[part.start..digits.start]);
            let number = port(&file.text[digits.clone()]);
            if let (Some(whose), Some(number)) = (whose, number) {
                let is_called = !matches!(&whose, Whose::LocalIn(label) if label.is_empty()) && number >= 1024;
                out.push(Statement::new(number, digits, View::Any, whose, Form::Text).weak_unless(is_called));
            }
        }
        start += line.len();
    }
    let known: HashSet<usize> = out.iter().map(|one| one.digits.start).collect();
    let mut found = with_forms(file, out);
    found.retain(|one| known.contains(&one.digits.start) || one.form == Form::Address);
    Some(found)
}

/// What the box is called in which a number stands, if it is a port.
fn whose<'t>(before: &'t str) -> Option<Whose<'t>> {
    let list = before.trim_end_matches(|c: char| c.is_ascii_digit() || LIST.contains(&c));
    let word = list.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    if list.len() < before.len() && is_port(&word.to_lowercase()) {
        let label = list.split('"').nth(1).filter(|label| !label.ends_with(word));
        return Some(label.map_or(Whose::LocalIn(Cow::Borrowed("")), named));
    }
    let (_, inner) = before.rsplit_once(['[', '(', '"'])?;
    let (label, ports) =
        inner.split_once("\\n").or_else(|| inner.split_once("<br>")).or_else(|| inner.split_once("<br/>"))?;
    (before.ends_with(':') && ports.chars().all(|c| c.is_ascii_digit() || LIST.contains(&c))).then(|| named(label))
}

#[cfg(test)]
mod tests {
    use crate::scan::readers::tests::said;

    #[test]
    fn boxes_have_ports() {
        for (line, wanted) in [
            ("Container(auth, \"Auth API\", \"Go\", \"Users. Port 4001\")", "a4001 local in <| Auth API | >"),
            ("Ext(mail, \"Mail\", \"SMTP. Ports 25/4002\")", "a25 local in <| Mail | >?, a4002 local in <| Mail | >"),
            ("[Auth API\\n:4001 :4002] as Auth", "a4001 local in <| Auth API | >, a4002 local in <| Auth API | >"),
            ("skinparam defaultFontSize 14\n!define W 4001", ""),
            ("note right: since 2024", ""),
        ] {
            assert_eq!(said("diagram", "docs/a.puml", line), wanted, "{line}");
        }
    }
}
