//! The project's own templates.

use super::Line;
use crate::diagnostic::{Place, codes, quoted};
use crate::templates::own::Own;

pub(super) fn compare(before: &[Own], after: &[Own]) -> Vec<Line> {
    let mut lines = Vec::new();
    for Own { name, source } in after {
        let text = match before.iter().find(|was| was.name == *name) {
            None => "new",
            Some(was) if was.source.text != source.text => "changed",
            Some(_) => continue,
        };
        let place = Some(Place::new(source, 0..0));
        lines.push(Line { place, ..Line::new(codes::TEMPLATE, quoted(name), text) });
    }
    for Own { name, .. } in before {
        if after.iter().all(|is| is.name != *name) {
            lines.push(Line::new(codes::TEMPLATE, quoted(name), "gone"));
        }
    }
    lines
}
