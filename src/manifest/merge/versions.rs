//! The three versions of a thing, and how its two changes settle.

/// A thing before two changes, and after each change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions<T> {
    /// In the common ancestor.
    pub base: T,
    /// On the branch that is merged into.
    pub ours: T,
    /// On the branch that is merged.
    pub theirs: T,
}

impl<T> Versions<T> {
    /// Applies `make` to each version.
    pub fn map<U>(self, mut make: impl FnMut(T) -> U) -> Versions<U> {
        Versions { base: make(self.base), ours: make(self.ours), theirs: make(self.theirs) }
    }

    /// References to each.
    pub fn as_ref(&self) -> Versions<&T> {
        Versions { base: &self.base, ours: &self.ours, theirs: &self.theirs }
    }
}

impl<T, E> Versions<Result<T, E>> {
    /// The versions, if none is an error.
    ///
    /// # Errors
    /// The first error.
    pub fn transposed(self) -> Result<Versions<T>, E> {
        Ok(Versions { base: self.base?, ours: self.ours?, theirs: self.theirs? })
    }
}

impl<T> Versions<Option<T>> {
    /// The versions, if none is missing.
    pub(super) fn all(self) -> Option<Versions<T>> {
        Some(Versions { base: self.base?, ours: self.ours?, theirs: self.theirs? })
    }
}

impl<T: Copy> Versions<T> {
    /// The result of both changes, compared with `same`; `None` if they conflict.
    pub(super) fn settled_by(self, same: impl Fn(T, T) -> bool) -> Option<T> {
        if same(self.ours, self.theirs) {
            Some(self.ours)
        } else if same(self.base, self.ours) {
            Some(self.theirs)
        } else {
            same(self.base, self.theirs).then_some(self.ours)
        }
    }
}

impl<T: Copy + PartialEq> Versions<T> {
    /// The result of both changes; `None` if they conflict.
    pub(super) fn settled(self) -> Option<T> {
        self.settled_by(|a, b| a == b)
    }

    /// The result of both changes, or ours if they conflict: for parts where either will do.
    pub(super) fn or_ours(self) -> T {
        self.settled().unwrap_or(self.ours)
    }
}

impl<'t> Versions<&'t str> {
    /// The result of two changes of a comment or header. Ignores the spaces around lines, but keeps them.
    pub(super) fn settled_text(self) -> Option<&'t str> {
        self.settled().or_else(|| self.settled_by(same_lines))
    }
}

/// Whether two texts are equal apart from the spaces around their lines.
pub(super) fn same_lines(a: &str, b: &str) -> bool {
    a.trim().lines().map(str::trim).eq(b.trim().lines().map(str::trim))
}
