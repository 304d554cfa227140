//! Blocks of three versions become pieces of one text.

use std::collections::HashMap;

use super::align::align;
use super::arrange::Document;
use super::block::{Block, Body};
use super::id::Id;
use super::order::order;
use super::result::Pieces;
use super::value;
use super::versions::Versions;

/// Merges three documents.
pub(super) fn documents(documents: Versions<Document<'_>>, out: &mut Pieces) {
    let tail = documents.as_ref().map(|document| document.tail).or_ours();
    lists(documents.map(|document| document.blocks), out);
    out.agree(tail);
}

fn lists(mut blocks: Versions<Vec<Block<'_>>>, out: &mut Pieces) {
    align(&blocks.base, &mut blocks.ours);
    align(&blocks.base, &mut blocks.theirs);
    let ids = blocks.as_ref().map(|list| list.iter().map(|block| block.id.clone()).collect::<Vec<_>>());
    let refs = ids.as_ref().map(|list| list.iter().collect::<Vec<_>>());
    let mut left =
        blocks.map(|list| list.into_iter().map(|block| (block.id.clone(), block)).collect::<HashMap<Id, _>>());
    for id in order(refs.as_ref().map(Vec::as_slice)) {
        let base = left.base.remove(id);
        match (left.ours.remove(id), left.theirs.remove(id)) {
            (Some(ours), Some(theirs)) => both(base, ours, theirs, out),
            (Some(ours), None) => one(base.as_ref(), &ours, |text, out| out.contest(text, String::new()), out),
            (None, Some(theirs)) => one(base.as_ref(), &theirs, |text, out| out.contest(String::new(), text), out),
            (None, None) => {}
        }
    }
}

/// A block that one side has alone: it is new, or the other side has removed it.
fn one(base: Option<&Block<'_>>, kept: &Block<'_>, contest: impl Fn(String, &mut Pieces), out: &mut Pieces) {
    match base {
        None => out.agree(&(kept.gap.to_owned() + &kept.commented())),
        Some(base) if base.is_like(kept) => {}
        Some(_) => contest(kept.gap.to_owned() + &kept.commented(), out),
    }
}

/// A block that both sides have; `base` is none where both have added it.
fn both(base: Option<Block<'_>>, ours: Block<'_>, theirs: Block<'_>, out: &mut Pieces) {
    let base_gap = base.as_ref().map_or("", |base| base.gap);
    out.agree(Versions { base: base_gap, ours: ours.gap, theirs: theirs.gap }.or_ours());
    match (&ours.body, &theirs.body) {
        (Body::Pair { .. }, Body::Pair { .. }) => pair(base.as_ref(), &ours, &theirs, out),
        (Body::Group { .. }, Body::Group { .. }) => group(base, ours, theirs, out),
        _ => whole(Versions { base: base.as_ref(), ours: Some(&ours), theirs: Some(&theirs) }, out),
    }
}

/// A block without parts, or one whose versions have different ones.
fn whole(blocks: Versions<Option<&Block<'_>>>, out: &mut Pieces) {
    let texts = blocks.map(|block| block.map(Block::commented).unwrap_or_default());
    let alike = |a: Option<&Block<'_>>, b: Option<&Block<'_>>| a.zip(b).is_some_and(|(a, b)| a.is_like(b));
    if let Some(text) = texts.as_ref().settled() {
        out.agree(text);
    } else if let Some(Some(block)) = blocks.settled_by(alike) {
        out.agree(&block.commented());
    } else {
        out.contest(texts.ours, texts.theirs);
    }
}

fn text(versions: Versions<&str>, out: &mut Pieces) {
    match versions.settled_text() {
        Some(agreed) => out.agree(agreed),
        None => out.contest(versions.ours.to_owned(), versions.theirs.to_owned()),
    }
}

fn pair(base: Option<&Block<'_>>, ours: &Block<'_>, theirs: &Block<'_>, out: &mut Pieces) {
    let leads = Versions { base: base.map_or("", |base| base.lead), ours: ours.lead, theirs: theirs.lead };
    match (leads.settled_text(), line(base, ours, theirs)) {
        (Some(lead), Some(line)) => out.agree(&(lead.to_owned() + &line)),
        (Some(lead), None) => {
            out.agree(lead);
            out.contest(ours.text(), theirs.text());
        }
        (None, Some(line)) => {
            out.contest(ours.lead.to_owned(), theirs.lead.to_owned());
            out.agree(&line);
        }
        (None, None) => out.contest(ours.commented(), theirs.commented()),
    }
}

/// The line of a pair, or its lines: a comment behind the value is merged apart from it.
fn line(base: Option<&Block<'_>>, ours: &Block<'_>, theirs: &Block<'_>) -> Option<String> {
    let base = base.and_then(pair_parts);
    let (ours, theirs) = (pair_parts(ours)?, pair_parts(theirs)?);
    let value = value::merge(base.map(|base| base.1), ours.1, theirs.1)?;
    let head = Versions { base: base.map_or("", |base| base.0), ours: ours.0, theirs: theirs.0 }.or_ours();
    let tail = Versions { base: base.map_or("", |base| base.2), ours: ours.2, theirs: theirs.2 }.settled_text()?;
    Some([head, &value, tail].concat())
}

/// What stands before the value of a pair, the value, and what stands behind it.
fn pair_parts<'t>(block: &Block<'t>) -> Option<(&'t str, &'t str, &'t str)> {
    match block.body {
        Body::Pair { head, value, tail } => Some((head, value, tail)),
        Body::Text(_) | Body::Group { .. } => None,
    }
}

fn group<'t>(base: Option<Block<'t>>, ours: Block<'t>, theirs: Block<'t>, out: &mut Pieces) {
    let parts = |block: Block<'t>| match block.body {
        Body::Group { head, blocks } => (block.lead, head, blocks),
        Body::Text(_) | Body::Pair { .. } => (block.lead, "", Vec::new()),
    };
    let versions =
        Versions { base: base.map_or(("", "", Vec::new()), parts), ours: parts(ours), theirs: parts(theirs) };
    text(versions.as_ref().map(|(lead, ..)| *lead), out);
    text(versions.as_ref().map(|(_, head, _)| *head), out);
    lists(versions.map(|(.., blocks)| blocks), out);
}
