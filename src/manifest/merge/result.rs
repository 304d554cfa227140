//! The result of a merge, piece by piece.

/// What stands around a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markers {
    /// How many characters a marker has: git's `%L`, 7 unless configured.
    pub size: usize,
    /// The name of the branch that is merged into, in one line.
    pub ours: String,
    /// The name of the branch that is merged, in one line.
    pub theirs: String,
}

impl Default for Markers {
    fn default() -> Self {
        Self::new(7, "ours", "theirs")
    }
}

impl Markers {
    /// Markers of `size` characters whose labels cannot end their line.
    pub fn new(size: usize, ours: &str, theirs: &str) -> Self {
        let [ours, theirs] = [ours, theirs].map(|label| label.replace(char::is_control, " "));
        Self { size, ours, theirs }
    }
}

/// One side of a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Ours,
    Theirs,
}

#[derive(Debug)]
enum Piece {
    Agreed(String),
    /// Whole lines of each side.
    Contested {
        ours: String,
        theirs: String,
    },
}

/// A merged text: what is agreed, and both sides of what is not.
#[derive(Debug, Default)]
pub(super) struct Pieces(Vec<Piece>);

impl Pieces {
    /// Adds a text that both sides agree on.
    pub(super) fn agree(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Piece::Agreed(before)) => before.push_str(text),
            _ => self.0.push(Piece::Agreed(text.to_owned())),
        }
    }

    /// Adds a conflict between whole lines, of which one side may have none.
    pub(super) fn contest(&mut self, ours: String, theirs: String) {
        self.0.push(Piece::Contested { ours, theirs });
    }

    /// How many conflicts there are.
    pub(super) fn conflicts(&self) -> usize {
        self.0.iter().filter(|piece| matches!(piece, Piece::Contested { .. })).count()
    }

    /// The text if every conflict goes to one side.
    pub(super) fn resolved(&self, side: Side) -> String {
        self.text(|ours, theirs| match side {
            Side::Ours => ours.to_owned(),
            Side::Theirs => theirs.to_owned(),
        })
    }

    /// The text with its conflicts between markers.
    pub(super) fn marked(&self, markers: &Markers) -> String {
        let marker =
            |sign: &str, label: &str| format!("{} {label}", sign.repeat(markers.size)).trim_end().to_owned() + "\n";
        let (start, middle, end) = (marker("<", &markers.ours), marker("=", ""), marker(">", &markers.theirs));
        self.text(|ours, theirs| [&start, ours, &middle, theirs, &end].concat())
    }

    fn text(&self, conflict: impl Fn(&str, &str) -> String) -> String {
        self.0.iter().fold(String::new(), |mut text, piece| {
            match piece {
                Piece::Agreed(agreed) => text.push_str(agreed),
                Piece::Contested { ours, theirs } => text.push_str(&conflict(ours, theirs)),
            }
            text
        })
    }
}
