//! Changes numbers of a file in place.

use std::fmt::Write as _;
use std::ops::Range;

/// One number to replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes of its digits in the file.
    pub digits: Range<usize>,
    /// The old number.
    pub before: u16,
    /// The new number.
    pub after: u16,
}

impl Edit {
    /// How many digits the new number has.
    fn len_after(&self) -> usize {
        self.after.to_string().len()
    }
}

/// Applies `edits`, which are ascending and do not overlap, to `text`. Every other byte stays.
pub fn splice<'e>(text: &str, edits: impl ExactSizeIterator<Item = &'e Edit>) -> String {
    let mut out = String::with_capacity(text.len() + edits.len() * "65535".len());
    let mut copied = 0;
    for edit in edits {
        out.push_str(text.get(copied..edit.digits.start).unwrap_or_default());
        let _ = write!(out, "{}", edit.after);
        copied = edit.digits.end;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

/// Where the byte `at` of a text, which is in no edit but may be the first of one, is after `edits`, which are ascending.
pub fn after_edits(at: usize, edits: &[Edit]) -> usize {
    let earlier = edits.iter().take_while(|edit| edit.digits.start < at);
    earlier.fold(at, |at, edit| at + edit.len_after() - edit.digits.len())
}

/// The edits that do what `first` does, and then `second`, which counts from the text that `first` makes.
pub fn merged(first: Vec<Edit>, second: Vec<Edit>) -> Vec<Edit> {
    let mut all = Vec::with_capacity(first.len() + second.len());
    let mut first = first.into_iter().peekable();
    // The end of the last edit of `first`, in the text before it and in the one after it.
    let (mut old, mut new) = (0, 0);
    for edit in second {
        let start = edit.digits.start;
        while let Some(one) = first.next_if(|one| new + (one.digits.start - old) < start) {
            new += one.digits.start - old + one.len_after();
            old = one.digits.end;
            all.push(one);
        }
        if let Some(one) = first.next_if(|one| new + (one.digits.start - old) == start) {
            (old, new) = (one.digits.end, edit.digits.end);
            all.push(Edit { after: edit.after, ..one });
        } else {
            let start = old + (start - new);
            all.push(Edit { digits: start..start + edit.digits.len(), ..edit });
        }
    }
    all.extend(first);
    all.retain(|edit| edit.before != edit.after);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(text: &str, before: u16, after: u16) -> Edit {
        let start = text.find(&before.to_string()).unwrap();
        Edit { digits: start..start + before.to_string().len(), before, after }
    }

    #[test]
    fn edits_of_edits_are_edits() {
        let text = "a 80 b 3000 c 4000 d 90 e";
        let first = vec![edit(text, 80, 8080), edit(text, 3000, 99), edit(text, 4000, 4001)];
        let middle = splice(text, first.iter());
        let second = vec![edit(&middle, 99, 70), edit(&middle, 4001, 4000), edit(&middle, 90, 9090)];
        let all = merged(first.clone(), second.clone());
        assert_eq!(splice(text, all.iter()), "a 8080 b 70 c 4000 d 9090 e");
        assert_eq!(all.len(), 3);
        assert_eq!(&middle[after_edits(text.find(" d").unwrap(), &first)..], " d 90 e");
        assert_eq!(splice(text, merged(first, Vec::new()).iter()), middle);
        assert_eq!(splice(&middle, merged(Vec::new(), second).iter()), "a 8080 b 70 c 4000 d 9090 e");
    }
}
