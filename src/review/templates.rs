//! The project's own templates.

use std::collections::HashMap;

use super::{Kind, Line};
use crate::diagnostic::{Place, Source, quoted};
use crate::templates::own::Own;

pub(super) fn compare(before: &[Own], after: &[Own]) -> Vec<Line> {
    let line = |name: &str, text| Line::new(Kind::Template, quoted(name), text);
    let (was, is) = (by_name(before), by_name(after));
    let of_after = after.iter().filter_map(|Own { name, source }| {
        let text = match was.get(&**name) {
            None => "new",
            Some(was) if was.text != source.text => "changed",
            Some(_) => return None,
        };
        Some(Line { place: Some(Place::new(source, 0..0)), ..line(name, text) })
    });
    let gone = before.iter().filter(|own| !is.contains_key(&*own.name));
    of_after.chain(gone.map(|own| line(&own.name, "gone"))).collect()
}

fn by_name(templates: &[Own]) -> HashMap<&str, &Source> {
    templates.iter().map(|own| (&*own.name, &*own.source)).collect()
}
