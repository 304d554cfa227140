//! Writes runs of lines as the hunks of a unified diff, one at a time.

use std::io::{self, Write};

use similar::DiffOp;
use similar::udiff::UnifiedHunkHeader;

use super::lines::{Rest, Runs, is_equal};

/// How many unchanged lines surround a change, as in git.
const CONTEXT: usize = 3;

/// Writes the hunks that turn `before` into `after`.
///
/// # Errors
/// `out` cannot be written.
pub(super) fn write(out: &mut impl Write, before: &[u8], after: &[u8]) -> io::Result<()> {
    let mut hunks = Hunks { out, old: Rest::of(before), new: Rest::of(after), runs: Vec::new() };
    for run in Runs::new(before, after) {
        hunks.add(run)?;
    }
    hunks.end()
}

struct Hunks<'t, 'o, W> {
    out: &'o mut W,
    old: Rest<'t>,
    new: Rest<'t>,
    /// The runs of the next hunk.
    runs: Vec<DiffOp>,
}

impl<W: Write> Hunks<'_, '_, W> {
    fn add(&mut self, run: DiffOp) -> io::Result<()> {
        match (&mut *self.runs, run) {
            ([.., DiffOp::Equal { len, .. }], DiffOp::Equal { len: more, .. }) => *len += more,
            ([first], _) => {
                *first = last_lines(*first);
                self.runs.push(run);
            }
            _ => self.runs.push(run),
        }
        match self.runs.last() {
            Some(last @ DiffOp::Equal { len, .. }) if *len > 2 * CONTEXT => {
                let next = last_lines(*last);
                self.end()?;
                self.runs.push(next);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Writes the runs so far as a hunk, if there is a change among them.
    fn end(&mut self) -> io::Result<()> {
        let mut runs = std::mem::take(&mut self.runs);
        if runs.iter().all(is_equal) {
            return Ok(());
        }
        if let Some(DiffOp::Equal { len, .. }) = runs.last_mut() {
            *len = CONTEXT.min(*len);
        }
        writeln!(self.out, "{}", UnifiedHunkHeader::new(&runs))?;
        runs.iter().try_for_each(|run| self.write(run))
    }

    fn write(&mut self, run: &DiffOp) -> io::Result<()> {
        let (old, new) = (run.old_range(), run.new_range());
        self.old.skip_to(old.start);
        self.new.skip_to(new.start);
        if is_equal(run) {
            self.new.skip_to(new.end);
            return write_lines(self.out, b" ", &mut self.old, old.len());
        }
        write_lines(self.out, b"-", &mut self.old, old.len())?;
        write_lines(self.out, b"+", &mut self.new, new.len())
    }
}

fn write_lines(out: &mut impl Write, sign: &[u8], rest: &mut Rest<'_>, count: usize) -> io::Result<()> {
    for _ in 0..count {
        let line = rest.next_line();
        out.write_all(sign)?;
        out.write_all(line)?;
        if !line.ends_with(b"\n") {
            out.write_all(b"\n\\ No newline at end of file\n")?;
        }
    }
    Ok(())
}

/// The last lines of an equal run: those that begin the next hunk.
fn last_lines(mut run: DiffOp) -> DiffOp {
    if let DiffOp::Equal { old_index, new_index, len } = &mut run {
        let left = len.saturating_sub(CONTEXT);
        (*old_index, *new_index, *len) = (*old_index + left, *new_index + left, *len - left);
    }
    run
}
