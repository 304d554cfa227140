//! `[ranges]` and `[groups]`.

use super::fields::Fields;
use super::index::Index;
use super::names;
use super::value::{Owner, Value};
use crate::allocation::{Group, Range};
use crate::diagnostic::codes;
use crate::manifest::document;
use crate::manifest::keys;

/// What `[ranges]` makes: the ranges, and the index that names them.
#[derive(Debug)]
pub(super) struct Ranges<'t> {
    pub(super) proven: Vec<Range>,
    pub(super) index: Index<'t>,
}

#[derive(Debug)]
pub(super) struct Groups<'t> {
    pub(super) proven: Vec<Group>,
    pub(super) index: Index<'t>,
    /// By position: whether the ranges of a group are not all known.
    pub(super) unsure: Vec<bool>,
}

/// The entries of the section `header`: the name and the value of each.
pub(super) fn entries<'t>(
    section: Option<Value<'t>>,
    header: &'static str,
    example: &str,
) -> impl Iterator<Item = (&'t str, Value<'t>)> + use<'t> {
    let table = section.and_then(|section| section.table(example));
    section.zip(table).into_iter().flat_map(move |(section, table)| {
        let section = Value { owner: Owner::Table(header), ..section };
        document::items(table).map(move |item| (item.name(), section.entry(item)))
    })
}

pub(super) fn ranges<'t>(section: Option<Value<'t>>) -> Ranges<'t> {
    let mut ranges = Ranges { proven: Vec::new(), index: Index::new(section, "range", codes::UNKNOWN_RANGE) };
    for (id, entry) in entries(section, "[ranges]", "{ backend = { ports = \"4000-4099\", purpose = \"…\" } }") {
        let range = range(id, entry);
        ranges.index.add(id, range.is_some());
        ranges.proven.extend(range);
    }
    ranges
}

fn range(id: &str, entry: Value<'_>) -> Option<Range> {
    names::check(entry.report, id, entry.key.key_span(), &names::WORDS);
    let fields =
        Fields::read(entry, Owner::Named("range", id), keys::RANGE, "{ ports = \"4000-4099\", purpose = \"…\" }")?;
    let ports = fields.require("ports", "\"4000-4099\"");
    let purpose = fields.require("purpose", "\"what these numbers are for\"").and_then(Value::text);
    let ports = ports?;
    let numbers = ports.range()?;
    Some(Range { id: id.to_owned(), ports: numbers, purpose: purpose.unwrap_or_default(), span: ports.span() })
}

pub(super) fn groups<'t>(section: Option<Value<'t>>, ranges: &Ranges<'t>) -> Groups<'t> {
    let index = Index::new(section, "group", codes::UNKNOWN_GROUP);
    let mut groups = Groups { proven: Vec::new(), index, unsure: Vec::new() };
    for (id, entry) in entries(section, "[groups]", "{ backend = { title = \"Backend Services\" } }") {
        let group = group(id, entry, ranges);
        groups.index.add(id, group.is_some());
        if let Some((group, unsure)) = group {
            groups.proven.push(group);
            groups.unsure.push(unsure);
        }
    }
    groups
}

fn group<'t>(id: &'t str, entry: Value<'t>, ranges: &Ranges<'t>) -> Option<(Group, bool)> {
    names::check(entry.report, id, entry.key.key_span(), &names::WORDS);
    let fields = Fields::read(entry, Owner::Named("group", id), keys::GROUP, "{ title = \"Backend Services\" }")?;
    let (mut own, mut unsure) = (Vec::new(), ranges.index.is_incomplete());
    if let Some(value) = fields.get("ranges") {
        let names = value.strings("[\"backend\"]");
        // An empty list means every range, and so does a list of which nothing is left.
        if !names.is_empty() || !value.is_empty_list() {
            own.extend(names.iter().filter_map(|(name, item)| ranges.index.find(name, *item)));
            unsure = own.len() < names.len() || names.is_empty();
        }
    }
    let group = Group {
        title: fields.text("title").unwrap_or_else(|| id.to_owned()),
        id: id.to_owned(),
        label: fields.text("label").unwrap_or_else(|| "Service".to_owned()),
        ranges: own,
        span: entry.key.key_span(),
    };
    Some((group, unsure))
}
