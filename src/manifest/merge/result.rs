//! The result of a merge, piece by piece.

/// The conflict markers to write.
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

    fn line(&self, sign: &str, label: &str) -> String {
        format!("{} {label}", sign.repeat(self.size)).trim_end().to_owned() + "\n"
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

/// A merged text: agreed parts, and both sides of each conflict.
#[derive(Debug, Default)]
pub(super) struct Pieces(Vec<Piece>);

impl Pieces {
    pub(super) fn agree(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Piece::Agreed(before)) => before.push_str(text),
            _ => self.0.push(Piece::Agreed(text.to_owned())),
        }
    }

    /// Adds a conflict between whole lines; one side may be empty.
    pub(super) fn contest(&mut self, ours: String, theirs: String) {
        self.0.push(Piece::Contested { ours, theirs });
    }

    pub(super) fn conflicts(&self) -> usize {
        self.0.iter().filter(|piece| matches!(piece, Piece::Contested { .. })).count()
    }

    /// The text with every conflict resolved to one side.
    pub(super) fn resolved(&self, side: Side) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            text.push_str(match (piece, side) {
                (Piece::Agreed(agreed), _) => agreed,
                (Piece::Contested { ours, .. }, Side::Ours) => ours,
                (Piece::Contested { theirs, .. }, Side::Theirs) => theirs,
            });
        }
        text
    }

    /// The text with its conflicts between markers.
    pub(super) fn marked(&self, markers: &Markers) -> String {
        let (start, end) = (markers.line("<", &markers.ours), markers.line(">", &markers.theirs));
        let middle = markers.line("=", "");
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Agreed(agreed) => text.push_str(agreed),
                Piece::Contested { ours, theirs } => {
                    text.push_str(&[&start, ours, &middle, theirs, &end].map(String::as_str).concat());
                }
            }
        }
        text
    }
}
