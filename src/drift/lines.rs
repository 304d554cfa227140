//! Which lines of two texts differ, found window by window: what a comparison of whole texts of megabytes needs at once is several
//! times the texts.

use std::collections::{HashMap, VecDeque};

use similar::{DiffOp, TextDiff};

/// How many lines of each text are compared at a time, unless they do not show which of them belong together.
const WINDOW: usize = 4096;

/// A text from some line on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest<'t> {
    /// What is left of it.
    text: &'t [u8],
    /// The number of its first line, counted from 0.
    line: usize,
}

impl<'t> Rest<'t> {
    /// The whole of a text.
    pub(super) fn of(text: &'t [u8]) -> Self {
        Self { text, line: 0 }
    }

    /// Its first line, which is left behind. Lines are those that git sees: a carriage return alone does not end one.
    pub(super) fn next_line(&mut self) -> &'t [u8] {
        let end = memchr::memchr(b'\n', self.text).map_or(self.text.len(), |at| at + 1);
        let (line, text) = self.text.split_at(end);
        *self = Self { text, line: self.line + 1 };
        line
    }

    /// Leaves all lines before `line` behind.
    pub(super) fn skip_to(&mut self, line: usize) {
        while self.line < line {
            self.next_line();
        }
    }

    fn first_lines(mut self, count: usize) -> Vec<&'t [u8]> {
        let mut lines = Vec::new();
        while lines.len() < count && !self.text.is_empty() {
            lines.push(self.next_line());
        }
        lines
    }
}

/// How many lines a text has.
pub(super) fn count_lines(text: &[u8]) -> usize {
    let is_cut = text.last().is_some_and(|byte| *byte != b'\n');
    memchr::memchr_iter(b'\n', text).count() + usize::from(is_cut)
}

/// What becomes of the lines of a text, run by run in their order: equal, deleted, inserted or replaced. Equal lines may come in
/// several runs.
#[derive(Debug)]
pub(super) struct Runs<'t> {
    old: Rest<'t>,
    new: Rest<'t>,
    /// What was found of the lines before these and is not asked for yet.
    found: VecDeque<DiffOp>,
}

impl<'t> Runs<'t> {
    /// Those that make `after` of `before`.
    pub(super) fn new(before: &'t [u8], after: &'t [u8]) -> Self {
        Self { old: Rest::of(before), new: Rest::of(after), found: VecDeque::new() }
    }

    /// Finds more runs, where there are lines left.
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
            let diff = TextDiff::configure().diff_slices(&old, &new);
            let start = [self.old.line, self.new.line];
            let runs: Vec<DiffOp> = diff.ops().iter().map(|run| shifted(*run, start)).collect();
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

    /// Leaves the lines behind that both texts begin with; says whether there are any.
    fn skip_equal(&mut self) -> bool {
        let same = equal_bytes(self.old.text, self.new.text);
        // Where one text ends, the last line of the other may go on.
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

/// One side has no lines left.
fn one_sided(old: Rest<'_>, new: Rest<'_>) -> DiffOp {
    let (old_index, new_index) = (old.line, new.line);
    match count_lines(new.text) {
        0 => DiffOp::Delete { old_index, old_len: count_lines(old.text), new_index },
        new_len => DiffOp::Insert { old_index, new_index, new_len },
    }
}

/// How many bytes two texts have in common at their start.
fn equal_bytes(one: &[u8], other: &[u8]) -> usize {
    // Slices of some length are compared many bytes at a time.
    const BLOCK: usize = 1024;
    let blocks = one.chunks_exact(BLOCK).zip(other.chunks_exact(BLOCK)).take_while(|(one, other)| one == other);
    let start = blocks.count() * BLOCK;
    start + one[start..].iter().zip(&other[start..]).take_while(|(one, other)| one == other).count()
}

/// What is sure of the runs of a window, whatever lines follow: those up to equal lines that begin in its first half, and one of
/// which is nowhere else in it, so that it is not one that all parts of a file have.
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

/// Whether the lines are the same in both texts.
pub(super) fn is_equal(op: &DiffOp) -> bool {
    matches!(op, DiffOp::Equal { .. })
}

/// A run of a window that starts at these lines.
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
