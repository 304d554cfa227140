//! The project's own templates.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Kind, Line};
use crate::diagnostic::{Place, Source, quoted};

/// Templates with their names.
type Named = [(String, Arc<Source>)];

pub(super) fn compare(before: &Named, after: &Named) -> Vec<Line> {
    let line = |name: &str, text| Line::new(Kind::Template, quoted(name), text);
    let (was, is) = (by_name(before), by_name(after));
    let of_after = after.iter().filter_map(|(name, source)| {
        let text = match was.get(&**name) {
            None => "new",
            Some(was) if was.text != source.text => "changed",
            Some(_) => return None,
        };
        Some(Line { place: Some(Place::new(source, 0..0)), ..line(name, text) })
    });
    let gone = before.iter().filter(|(name, _)| !is.contains_key(&**name));
    of_after.chain(gone.map(|(name, _)| line(name, "gone"))).collect()
}

fn by_name(templates: &Named) -> HashMap<&str, &Source> {
    templates.iter().map(|(name, source)| (&**name, &**source)).collect()
}
