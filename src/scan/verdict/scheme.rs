//! Whose an address is by what its scheme says of the program there.

use super::{Judge, Said, Verdict};
use crate::scan::builds::is_known_by;
use crate::scan::owner::By;
use crate::scan::readers::Nature;
use crate::scan::stage::Stage;
use crate::scan::statement::{Statement, View, Whose};

impl Judge<'_, '_> {
    /// The only service that runs what the scheme of an address speaks with, where nobody has the number and it was chosen: it is not what the
    /// program has by itself, which may be anybody's.
    pub(super) fn of_scheme(&self, one: &Statement<'_>) -> Option<Said> {
        let known = one.of_scheme.filter(|known| *known != one.port)?;
        let is_developed = self.stage == Stage::Development && !self.is_test && !self.is_example && !self.runs_tests;
        let is_of_file = matches!(self.nature, Nature::Structured | Nature::Program);
        let is_local = one.view == View::Host && matches!(one.whose, Whose::Local | Whose::LocalOf(_));
        let is_had = self.allocation.bindings().any(|(_, binding)| View::Any.has(binding, one.port));
        if !(one.is_strong && is_developed && is_of_file && is_local) || is_had {
            return None;
        }
        let services = 0..self.allocation.services.len();
        let mut all = services.filter(|at| is_known_by(known, *at, self.allocation, self.builds));
        let only = all.next().filter(|_| all.next().is_none())?;
        let mut published = self.allocation.services[only].bindings.iter().filter(|binding| binding.published());
        let is_one = published.next().is_some() && published.next().is_none();
        is_one.then(|| Said::new((only, None), By::Name, Verdict::Contradicts))
    }
}
