//! Templates that only write text, look names up, test them and go through lists: written without the engine, in a fifth of
//! its time, since most outputs come from such templates.
//!
//! It is exact, never clever: whatever is written in another way, and whatever the engine would refuse, is none of its business
//! (`None`) and goes to the engine.

use std::cell::Cell;

use minijinja::value::{Value, ValueKind};

use super::context::Root;
use super::environment;
use crate::formats::Format;

/// A template that is plain.
#[derive(Debug)]
pub(super) struct Plain(Vec<Part>);

#[derive(Debug)]
enum Part {
    Text(String),
    Value(Lookup),
    /// `| upper`.
    Upper(Lookup),
    If(Condition, Vec<Part>),
    For(String, Lookup, Vec<Part>),
}

impl Plain {
    /// A whole template, behind its front matter: tags stand alone on their lines.
    pub(super) fn parse(template: &str) -> Option<Self> {
        let (front, text) = template.strip_prefix("{#")?.split_once("#}")?;
        front.ends_with('-').then_some(())?;
        let mut reader = Reader { text: text.trim_start(), at: 0 };
        reader.parts(None, DEEPEST).map(Self)
    }

    /// A text without tags, as the path of an output is.
    pub(super) fn parse_line(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        add_pieces(text, &mut parts)?;
        Some(Self(parts))
    }

    /// Adds what the template comes to, its values quoted for `format`, or as components of a path.
    pub(super) fn push(&self, root: &Root, format: Option<&Format>, out: &mut String) -> Option<()> {
        let most = out.len() + MOST;
        Writer { names: Names::new(root), format, most }.push(&self.0, out)
    }
}

/// How deep tags may be nested.
const DEEPEST: usize = 16;
/// The most attributes of a name.
const MOST_ATTRIBUTES: usize = 3;
/// The parts and names that are looked at, and the bytes written, for which the engine's fuel surely is enough.
const STEPS: usize = 10_000;
const MOST: usize = 100_000;

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    /// The parts up to the tag `end`, or to the end of the text.
    fn parts(&mut self, end: Option<&str>, deepest: usize) -> Option<Vec<Part>> {
        let deepest = deepest.checked_sub(1)?;
        let mut parts = Vec::new();
        let mut start = self.at;
        while let Some(line) = self.text[self.at..].split_inclusive('\n').next() {
            let line_start = self.at;
            self.at += line.len();
            let Some(tag) = line.trim_start_matches([' ', '\t']).strip_prefix("{%") else { continue };
            add_pieces(&self.text[start..line_start], &mut parts)?;
            let words: Vec<&str> = tag.strip_suffix("%}\n").or(tag.strip_suffix("%}"))?.split_whitespace().collect();
            match *words {
                ["if", ref condition @ ..] => {
                    parts.push(Part::If(Condition::parse(condition)?, self.parts(Some("endif"), deepest)?));
                }
                ["for", name, "in", list] if is_name(name) => {
                    parts.push(Part::For(name.to_owned(), Lookup::parse(list)?, self.parts(Some("endfor"), deepest)?));
                }
                [tag] if end == Some(tag) => return Some(parts),
                _ => return None,
            }
            start = self.at;
        }
        add_pieces(&self.text[start..], &mut parts)?;
        end.is_none().then_some(parts)
    }
}

fn add_pieces(text: &str, parts: &mut Vec<Part>) -> Option<()> {
    let mut rest = text;
    while let Some((text, behind)) = rest.split_once("{{") {
        let (expression, behind) = behind.split_once("}}")?;
        parts.push(Part::Text(text.to_owned()));
        parts.push(match expression.split_once('|') {
            None => Part::Value(Lookup::parse(expression.trim())?),
            Some((lookup, filter)) if filter.trim() == "upper" => Part::Upper(Lookup::parse(lookup.trim())?),
            Some(_) => return None,
        });
        rest = behind;
    }
    parts.push(Part::Text(rest.to_owned()));
    // Tags and comments inside of a line.
    (!text.contains("{%") && !text.contains("{#")).then_some(())
}

/// `name.attribute`, or more attributes.
#[derive(Debug)]
struct Lookup {
    name: String,
    attributes: Vec<String>,
}

impl Lookup {
    fn parse(text: &str) -> Option<Self> {
        let mut names = text.split('.').map(|name| is_name(name).then(|| name.to_owned()));
        let name = names.next()?.filter(|name| name != "loop")?;
        let attributes: Vec<String> = names.collect::<Option<_>>()?;
        (1..=MOST_ATTRIBUTES).contains(&attributes.len()).then_some(Self { name, attributes })
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| !c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Lookups between `and` and `or`: there is a list in which all hold.
#[derive(Debug)]
pub(super) struct Condition(Vec<Vec<Lookup>>);

impl Condition {
    pub(super) fn parse(words: &[&str]) -> Option<Self> {
        let any = words.split(|word| *word == "or").map(|all| {
            let is_and = |(index, word): (usize, &&str)| index % 2 == 0 || *word == "and";
            let lookups = all.iter().step_by(2).map(|word| Lookup::parse(word)).collect::<Option<Vec<_>>>()?;
            (all.len() % 2 == 1 && all.iter().enumerate().all(is_and)).then_some(lookups)
        });
        any.collect::<Option<_>>().map(Self)
    }

    pub(super) fn of(&self, root: &Root) -> Option<bool> {
        self.holds(&Names::new(root))
    }

    /// As in the engine, what does not matter any more is not looked up.
    fn holds(&self, names: &Names<'_>) -> Option<bool> {
        for all in &self.0 {
            let mut holds = true;
            for lookup in all {
                holds = holds && names.get(lookup)?.is_true();
            }
            if holds {
                return Some(true);
            }
        }
        Some(false)
    }
}

struct Names<'r> {
    root: &'r Root,
    locals: Vec<(&'r str, Value)>,
    steps: Cell<usize>,
}

impl<'r> Names<'r> {
    fn new(root: &'r Root) -> Self {
        Self { root, locals: Vec::new(), steps: Cell::new(STEPS) }
    }

    fn step(&self) -> Option<()> {
        self.steps.get().checked_sub(1).map(|rest| self.steps.set(rest))
    }

    /// What there is under a name; none where the engine has to say that there is nothing.
    fn get(&self, lookup: &Lookup) -> Option<Value> {
        self.step()?;
        let [first, rest @ ..] = &*lookup.attributes else { return None };
        let mut value = match self.locals.iter().rev().find(|(name, _)| *name == lookup.name) {
            Some((_, local)) => local.get_attr(first),
            None => self.root.get(&lookup.name)?.get_attr(first),
        };
        for attribute in rest {
            value = value.and_then(|value| value.get_attr(attribute));
        }
        value.ok().filter(|value| !value.is_undefined())
    }
}

struct Writer<'r> {
    names: Names<'r>,
    format: Option<&'r Format>,
    most: usize,
}

impl<'r> Writer<'r> {
    fn push(&mut self, parts: &'r [Part], out: &mut String) -> Option<()> {
        for part in parts {
            self.names.step()?;
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Value(lookup) => environment::write(self.format, &self.names.get(lookup)?, out).ok()?,
                Part::Upper(lookup) => {
                    let upper = self.names.get(lookup)?.as_str()?.to_uppercase();
                    environment::write(self.format, &Value::from(upper), out).ok()?;
                }
                Part::If(condition, body) => {
                    if condition.holds(&self.names)? {
                        self.push(body, out)?;
                    }
                }
                Part::For(name, list, body) => {
                    let list = self.names.get(list).filter(|list| list.kind() == ValueKind::Seq)?;
                    for item in list.try_iter().ok()? {
                        self.names.step()?;
                        self.names.locals.push((name, item));
                        self.push(body, out)?;
                        self.names.locals.pop();
                    }
                }
            }
            (out.len() <= self.most).then_some(())?;
        }
        Some(())
    }
}
