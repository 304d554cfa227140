//! Proves a merge: parses the result again, and compares it with the three parsed versions.

use std::collections::BTreeSet;

use super::result::{Pieces, Side};
use super::versions::Versions;
use crate::manifest::value::{SemanticValue, Table};

/// Whether the merged text is right, whichever side its conflicts are resolved to.
///
/// Every key must have the merged value, or the value of the side that conflicts are resolved to. The latter can hold for both
/// sides only inside a conflict, since a value outside of conflicts is in both texts.
pub(super) fn holds(versions: Versions<&SemanticValue>, pieces: &Pieces) -> bool {
    [Side::Ours, Side::Theirs].into_iter().all(|side| {
        let result = SemanticValue::of(&pieces.resolved(side));
        result.is_some_and(|result| agrees(Some(&result), versions.map(Some), side))
    })
}

fn agrees(result: Option<&SemanticValue>, versions: Versions<Option<&SemanticValue>>, side: Side) -> bool {
    if let Some(result) = result
        && let Some(versions) = tables(versions)
        && let SemanticValue::Table(result) = result
    {
        let tables = [Some(result), versions.base, versions.ours, versions.theirs];
        let keys: BTreeSet<&String> = tables.into_iter().flatten().flat_map(Table::keys).collect();
        return keys
            .into_iter()
            .all(|key| agrees(result.get(key), versions.map(|table| table.and_then(|table| table.get(key))), side));
    }
    let of_side = match side {
        Side::Ours => versions.ours,
        Side::Theirs => versions.theirs,
    };
    result == of_side || versions.settled() == Some(result)
}

/// The three tables, if both sides are tables; the base may be missing.
fn tables(versions: Versions<Option<&SemanticValue>>) -> Option<Versions<Option<&Table>>> {
    let base = if versions.base.is_none() { Some(None) } else { table(versions.base) };
    Versions { base, ours: table(versions.ours), theirs: table(versions.theirs) }.all()
}

fn table(value: Option<&SemanticValue>) -> Option<Option<&Table>> {
    match value {
        Some(SemanticValue::Table(table)) => Some(Some(table)),
        _ => None,
    }
}
