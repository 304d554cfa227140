//! The statements of one file, judged one by one.

use crate::scan::located::Stated;
use crate::scan::marker::{Marker, Markers};
use crate::scan::owner::{By, Owner};
use crate::scan::readers::File;
use crate::scan::statement::{Statement, View};
use crate::scan::verdict::{Judge, Judged, Verdict};

/// The statements of a file, judged; without those that a comment silences.
pub(super) fn judged(stated: &Stated<'_>, file: &File<'_>, judge: &Judge<'_, '_>) -> Vec<Judged> {
    let markers = Markers::read(file.text, judge.names);
    let mut lines = Lines { text: file.text, at: 0, line: 1 };
    let mut judged = Vec::with_capacity(stated.statements.len());
    for one in &stated.statements {
        let line = lines.of(one.digits.start);
        match (markers.of(line), stated.owner(one)) {
            (Some(Marker::Ignore), _) => {}
            (Some(Marker::Owner(meant, view)), _) => {
                let one = Statement { view: view.unwrap_or(one.view), is_strong: true, ..one.clone() };
                judged.push(judge.judge(&one, Owner::Service(meant, By::Marker), line));
            }
            (None, Some(meant)) => judged.push(judge.judge(one, Owner::Service(meant, By::Marker), line)),
            (None, None) => {
                let owner = judge.owner(one).or_else(|| beside(one, judged.last()));
                judged.push(judge.judge(one, owner, line));
            }
        }
    }
    judged
}

/// Whose the container's side of a mapping is, where only the machine's side tells: `-p 4001:3000`.
fn beside(one: &Statement<'_>, before: Option<&Judged>) -> Owner {
    let is_pair = |host: &&Judged| {
        (host.view, one.view) == (View::Host, View::Container)
            && host.digits.end + 1 == one.digits.start
            && matches!(host.verdict, Verdict::Agrees | Verdict::Contradicts)
    };
    let owner = before.filter(is_pair).and_then(|host| host.owner);
    owner.map_or(Owner::Nobody, |meant| Owner::Perhaps(meant, By::Number))
}

/// Counts lines, from one place to the next.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, at: usize) -> usize {
        if at > self.at {
            self.line += memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..at]).count();
            self.at = at;
        }
        self.line
    }
}
