//! Combines the blocks of three versions into pieces of one text.

use std::collections::HashMap;

use super::align::align;
use super::arrange::Document;
use super::block::{Block, Body};
use super::order::order;
use super::result::Pieces;
use super::value;
use super::versions::Versions;

pub(super) fn documents(documents: Versions<Document<'_>>, out: &mut Pieces) {
    let tail = documents.as_ref().map(|document| document.tail).or_ours();
    lists(documents.map(|document| document.blocks), out);
    out.agree(tail);
}

fn lists(mut blocks: Versions<Vec<Block<'_>>>, out: &mut Pieces) {
    align(&blocks.base, &mut blocks.ours);
    align(&blocks.base, &mut blocks.theirs);
    let ids = blocks.as_ref().map(|list| list.iter().map(|block| block.id.clone()).collect::<Vec<_>>());
    let mut left =
        blocks.map(|list| list.into_iter().map(|block| (block.id.clone(), block)).collect::<HashMap<_, _>>());
    for id in order(ids.as_ref().map(|ids| ids.iter().collect())) {
        let base = left.base.remove(id);
        match (left.ours.remove(id), left.theirs.remove(id)) {
            (Some(ours), Some(theirs)) => both(base, ours, theirs, out),
            (ours, theirs) => one(base.as_ref(), ours.as_ref(), theirs.as_ref(), out),
        }
    }
}

/// A block that only one side has: it is new, or the other side removed it.
fn one(base: Option<&Block<'_>>, ours: Option<&Block<'_>>, theirs: Option<&Block<'_>>, out: &mut Pieces) {
    let Some(kept) = ours.or(theirs) else { return };
    let text = kept.gap.to_owned() + &kept.commented();
    match base {
        None => out.agree(&text),
        Some(base) if base.is_like(kept) => {}
        Some(_) if ours.is_some() => out.contest(text, String::new()),
        Some(_) => out.contest(String::new(), text),
    }
}

/// Three versions of a block; the base is `None` if both sides added it.
type Blocks<'b, 't> = Versions<Option<&'b Block<'t>>>;

fn parts<'t>(blocks: Blocks<'_, 't>, part: fn(&Block<'t>) -> &'t str) -> Versions<&'t str> {
    blocks.map(|block| block.map_or("", part))
}

fn both<'t>(base: Option<Block<'t>>, ours: Block<'t>, theirs: Block<'t>, out: &mut Pieces) {
    let blocks = Versions { base: base.as_ref(), ours: Some(&ours), theirs: Some(&theirs) };
    out.agree(parts(blocks, |block| block.gap).or_ours());
    match (&ours.body, &theirs.body) {
        (Body::Value(_), Body::Value(_)) => pair(blocks, out),
        (Body::Blocks(_), Body::Blocks(_)) => {
            text(parts(blocks, |block| block.lead), out);
            text(parts(blocks, |block| block.head), out);
            let base = base.map_or(Vec::new(), Block::into_blocks);
            lists(Versions { base, ours: ours.into_blocks(), theirs: theirs.into_blocks() }, out);
        }
        _ => whole(blocks, out),
    }
}

/// A block without parts, or whose versions have different kinds of bodies.
fn whole(blocks: Blocks<'_, '_>, out: &mut Pieces) {
    let texts = blocks.map(|block| block.map(Block::commented).unwrap_or_default());
    if let Some(text) = texts.as_ref().settled() {
        out.agree(text);
    } else if let Some(Some(block)) = blocks.settled_by(are_alike) {
        out.agree(&block.commented());
    } else {
        out.contest(texts.ours, texts.theirs);
    }
}

fn are_alike(a: Option<&Block<'_>>, b: Option<&Block<'_>>) -> bool {
    a.zip(b).is_some_and(|(a, b)| a.is_like(b))
}

fn text(versions: Versions<&str>, out: &mut Pieces) {
    match versions.settled_text() {
        Some(agreed) => out.agree(agreed),
        None => out.contest(versions.ours.to_owned(), versions.theirs.to_owned()),
    }
}

fn pair(blocks: Blocks<'_, '_>, out: &mut Pieces) {
    let leads = parts(blocks, |block| block.lead);
    let line = line(blocks);
    if line.is_none() && leads.settled_text().is_none() {
        return whole(blocks, out);
    }
    text(leads, out);
    match line {
        Some(line) => out.agree(&line),
        None => {
            let lines = blocks.map(|block| block.map(Block::text).unwrap_or_default());
            out.contest(lines.ours, lines.theirs);
        }
    }
}

/// The line or lines of a pair; merges the value and the comment after it separately.
fn line(blocks: Blocks<'_, '_>) -> Option<String> {
    let values = blocks.map(|block| block.and_then(Block::value));
    let value = value::merge(values.base, values.ours?, values.theirs?)?;
    let tail = parts(blocks, |block| block.tail).settled_text()?;
    Some([parts(blocks, |block| block.head).or_ours(), &value, tail].concat())
}
