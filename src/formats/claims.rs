//! The claims of a file, in pieces.

use std::iter::{Chain, Flatten};
use std::vec::IntoIter;

use super::claim::Claim;

/// The most claims of a piece. A piece finds room among what was freed; the 40,000 claims of a Compose file of 10,000 services in
/// one list would be what takes most memory of all.
const PIECE: usize = 256;

/// The claims of a file, in the order in which they were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims<'t> {
    /// Nearly every file has no more.
    first: Vec<Claim<'t>>,
    more: Vec<Vec<Claim<'t>>>,
}

impl<'t> Claims<'t> {
    /// Adds a claim.
    pub fn push(&mut self, claim: Claim<'t>) {
        let last = self.more.last_mut().unwrap_or(&mut self.first);
        if last.len() < PIECE {
            last.push(claim);
        } else {
            self.more.push(Vec::with_capacity(PIECE));
            self.push(claim);
        }
    }

    /// The claims.
    pub fn iter(&self) -> impl Iterator<Item = &Claim<'t>> {
        self.first.iter().chain(self.more.iter().flatten())
    }

    /// The claims, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Claim<'t>> {
        self.first.iter_mut().chain(self.more.iter_mut().flatten())
    }
}

impl<'t> IntoIterator for Claims<'t> {
    type Item = Claim<'t>;
    type IntoIter = Chain<IntoIter<Claim<'t>>, Flatten<IntoIter<Vec<Claim<'t>>>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.more.into_iter().flatten())
    }
}

impl<'t> Extend<Claim<'t>> for Claims<'t> {
    fn extend<I: IntoIterator<Item = Claim<'t>>>(&mut self, more: I) {
        more.into_iter().for_each(|claim| self.push(claim));
    }
}

impl<'t> FromIterator<Claim<'t>> for Claims<'t> {
    fn from_iter<I: IntoIterator<Item = Claim<'t>>>(claims: I) -> Self {
        let mut all = Self::default();
        all.extend(claims);
        all
    }
}
