//! Changing the numbers of a file that a person owns: the digits alone.

use super::located::Stated;
use super::readers::File;
use super::statement::{Statement, Whose};
use super::verdict::Judged;
use crate::allocation::references::References;
use crate::references::edit::{Edit, splice};

/// The edits that mend what is judged in a file, ascending. Of one number that two services need differently, neither is made: both lose
/// their `mend`.
pub(super) fn edits(judged: &mut [Judged]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for same in judged.chunk_by_mut(|one, next| one.digits == next.digits) {
        let Some(after) = same[0].mend.filter(|after| same.iter().all(|one| one.mend == Some(*after))) else {
            same.iter_mut().for_each(|one| one.mend = None);
            continue;
        };
        if edits.last().is_none_or(|last| last.digits.end <= same[0].digits.start) {
            edits.push(Edit { digits: same[0].digits.clone(), before: same[0].port, after });
        }
    }
    edits
}

/// Whether a file, read again after the edits, states the same but for the numbers that were to change.
pub(super) fn is_proven(file: &File<'_>, before: &Stated<'_>, edits: &[Edit], references: &References) -> bool {
    let text = splice(file.text, edits.iter());
    let after = Stated::read(&File { path: file.path, text: &text }, references).statements;
    let before = &before.statements;
    let is_same = |(was, is): (&Statement<'_>, &Statement<'_>)| {
        let edit = edits.binary_search_by_key(&was.digits.start, |edit| edit.digits.start).ok();
        let wanted = edit.map_or(was.port, |edit| edits[edit].after);
        let is_like =
            was.view == is.view && was.form == is.form && was.publishes == is.publishes && is_of_the_same(was, is);
        is.port == wanted && is_like
    };
    before.len() == after.len() && before.iter().zip(&after).all(is_same)
}

/// Whether two statements say the same of whose they are; a text for people may have another number in it.
fn is_of_the_same(was: &Statement<'_>, is: &Statement<'_>) -> bool {
    was.whose == is.whose || matches!((&was.whose, &is.whose), (Whose::LocalIn(_), Whose::LocalIn(_)))
}
