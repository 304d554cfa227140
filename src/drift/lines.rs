//! Finds the lines in which two texts differ, window by window: comparing texts of megabytes at once takes several times their
//! size in memory.

use std::collections::{HashMap, VecDeque};

use similar::{Algorithm, DiffOp, TextDiff};

/// How many lines of each text are compared at a time; more if these do not show which lines belong together.
const WINDOW: usize = 4096;

/// A text from a certain line on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest<'t> {
    /// The text that is left.
    text: &'t [u8],
    /// The number of its first line, starting at 0.
    line: usize,
}

impl<'t> Rest<'t> {
    /// The whole of a text.
    pub(super) fn of(text: &'t [u8]) -> Self {
        Self { text, line: 0 }
    }

    /// Removes and returns the first line. As in git, a carriage return alone does not end a line.
    pub(super) fn next_line(&mut self) -> &'t [u8] {
        let end = memchr::memchr(b'\n', self.text).map_or(self.text.len(), |at| at + 1);
        let (line, text) = self.text.split_at(end);
        *self = Self { text, line: self.line + 1 };
        line
    }

    /// Drops all lines before `line`.
    pub(super) fn skip_to(&mut self, line: usize) {
        while self.line < line {
            self.next_line();
        }
    }

    fn first_lines(mut self, count: usize) -> Vec<&'t [u8]> {
        // Counted first where they may be ten thousands: a growing list has room for twice as many.
        let most = if count > WINDOW { count_lines(self.text).min(count) } else { 0 };
        let mut lines = Vec::with_capacity(most);
        while lines.len() < count && !self.text.is_empty() {
            lines.push(self.next_line());
        }
        lines
    }
}

pub(super) fn count_lines(text: &[u8]) -> usize {
    let is_cut = text.last().is_some_and(|byte| *byte != b'\n');
    memchr::memchr_iter(b'\n', text).count() + usize::from(is_cut)
}

/// The differences of two texts as runs of lines, in order: equal, deleted, inserted or replaced. Two equal runs may follow
/// each other.
#[derive(Debug)]
pub struct Runs<'t> {
    old: Rest<'t>,
    new: Rest<'t>,
    /// Runs that are found but not yet returned.
    found: VecDeque<DiffOp>,
}

impl<'t> Runs<'t> {
    /// The runs that turn `before` into `after`.
    pub fn new(before: &'t [u8], after: &'t [u8]) -> Self {
        Self { old: Rest::of(before), new: Rest::of(after), found: VecDeque::new() }
    }

    /// Finds more runs, if there are lines left.
    fn find(&mut self) {
        let mut window = WINDOW;
        while self.found.is_empty() && !(self.old.text.is_empty() && self.new.text.is_empty()) {
            if self.old.text.is_empty() || self.new.text.is_empty() {
                return self.leave_behind(&[one_sided(self.old, self.new)]);
            }
            let (old, new) = (self.old.first_lines(window), self.new.first_lines(window));
            let is_last = old.len() < window && new.len() < window;
            if !is_last && self.skip_equal() {
                return;
            }
            let start = [self.old.line, self.new.line];
            let runs: Vec<DiffOp> =
                compare(&old, &new, Algorithm::Myers).into_iter().map(|run| shifted(run, start)).collect();
            self.leave_behind(if is_last { &runs } else { settled(&runs, start, [&old, &new]) });
            window *= 64;
        }
    }

    fn leave_behind(&mut self, runs: &[DiffOp]) {
        if let Some(last) = runs.last() {
            self.old.skip_to(last.old_range().end);
            self.new.skip_to(last.new_range().end);
            self.found.extend(runs);
        }
    }

    /// Skips the lines that both texts begin with; returns whether there were any.
    fn skip_equal(&mut self) -> bool {
        let same = equal_bytes(self.old.text, self.new.text);
        // If one text ends here, the last line of the other may continue.
        let Some(end) = memchr::memrchr(b'\n', &self.old.text[..same]) else { return false };
        let (old_index, new_index) = (self.old.line, self.new.line);
        let len = count_lines(&self.old.text[..=end]);
        self.old = Rest { text: &self.old.text[end + 1..], line: old_index + len };
        self.new = Rest { text: &self.new.text[end + 1..], line: new_index + len };
        self.found.push_back(DiffOp::Equal { old_index, new_index, len });
        true
    }
}

impl Iterator for Runs<'_> {
    type Item = DiffOp;

    fn next(&mut self) -> Option<DiffOp> {
        if self.found.is_empty() {
            self.find();
        }
        self.found.pop_front()
    }
}

/// The last run, if one side has no lines left.
fn one_sided(old: Rest<'_>, new: Rest<'_>) -> DiffOp {
    let (old_index, new_index) = (old.line, new.line);
    match count_lines(new.text) {
        0 => DiffOp::Delete { old_index, old_len: count_lines(old.text), new_index },
        new_len => DiffOp::Insert { old_index, new_index, new_len },
    }
}

/// How many bytes two texts have in common at their start.
fn equal_bytes(one: &[u8], other: &[u8]) -> usize {
    // Comparing slices of this length is fast.
    const BLOCK: usize = 1024;
    let blocks = one.chunks_exact(BLOCK).zip(other.chunks_exact(BLOCK)).take_while(|(one, other)| one == other);
    let start = blocks.count() * BLOCK;
    start + one[start..].iter().zip(&other[start..]).take_while(|(one, other)| one == other).count()
}

/// The runs of a window that no later line can change. They end with equal lines that begin in the first half of the window
/// and contain a line that occurs nowhere else in it.
fn settled<'r>(runs: &'r [DiffOp], start: [usize; 2], lines: [&[&[u8]]; 2]) -> &'r [DiffOp] {
    let half = lines[0].len().max(lines[1].len()) / 2;
    let mut counts: HashMap<&[u8], usize> = HashMap::new();
    lines.iter().flat_map(|lines| *lines).for_each(|line| *counts.entry(line).or_default() += 1);
    let is_sure = |run: &DiffOp| {
        let old = run.old_range().start - start[0]..run.old_range().end - start[0];
        let begin = old.start.max(run.new_range().start - start[1]);
        // Once in each of the two texts.
        is_equal(run) && begin < half && lines[0][old].iter().any(|line| counts[line] == 2)
    };
    runs.iter().rposition(is_sure).map_or(&[], |last| &runs[..=last])
}

/// The runs that turn the lines of `old` into those of `new`. A portgen.lock after a change of every port has no line of before: to find
/// that out takes far less memory than to compare ten thousands of lines.
pub fn compare(old: &[&[u8]], new: &[&[u8]], algorithm: Algorithm) -> Vec<DiffOp> {
    let is_large = old.len() > WINDOW || new.len() > WINDOW;
    if is_large && !share_a_line(old, new) {
        return vec![DiffOp::Replace { old_index: 0, old_len: old.len(), new_index: 0, new_len: new.len() }];
    }
    TextDiff::configure().algorithm(algorithm).diff_slices(old, new).ops().to_vec()
}

fn share_a_line(one: &[&[u8]], other: &[&[u8]]) -> bool {
    // Sorted: a set would take twice as much memory.
    let mut known = one.to_vec();
    known.sort_unstable();
    other.iter().any(|line| known.binary_search(line).is_ok())
}

pub(super) fn is_equal(op: &DiffOp) -> bool {
    matches!(op, DiffOp::Equal { .. })
}

/// A run of a window that starts at these lines, counted from the start of the texts.
fn shifted(mut op: DiffOp, [old_start, new_start]: [usize; 2]) -> DiffOp {
    match &mut op {
        DiffOp::Equal { old_index, new_index, .. }
        | DiffOp::Delete { old_index, new_index, .. }
        | DiffOp::Insert { old_index, new_index, .. }
        | DiffOp::Replace { old_index, new_index, .. } => {
            *old_index += old_start;
            *new_index += new_start;
        }
    }
    op
}
