//! Numbers that one side gives out, and the other has begun to keep back.

use crate::allocation::holders::{Holder, Holders};
use crate::allocation::{Port, Service};

/// One side that gives numbers out, and the other that may keep them back.
pub(super) struct HeldBack<'h, 'a> {
    /// As it was when they parted; none where nothing was allocated yet.
    pub(super) base: Option<&'h Holders<'a>>,
    /// Who gives numbers out.
    pub(super) user: &'h Holders<'a>,
    /// Who may keep them back.
    pub(super) keeper: &'h Holders<'a>,
}

impl<'a> HeldBack<'_, 'a> {
    /// What keeps `port` from `service` at the keeper's since they parted, and not at the user's own, of which the lints speak.
    pub(super) fn since(&self, service: &Service, port: Port) -> Option<Holder<'a>> {
        let begun = self.keeper.kept_from(&service.id, port).find(|holder| !self.was_kept(*holder, port))?;
        self.user.kept_from(&service.id, port).next().is_none().then_some(begun)
    }

    fn was_kept(&self, holder: Holder<'_>, port: Port) -> bool {
        let is_same = |was: Holder<'_>| match (was, holder) {
            (Holder::Reserved(_), Holder::Reserved(_)) => true,
            (Holder::Retired(was), Holder::Retired(is)) => was.service == is.service,
            _ => false,
        };
        self.base.is_some_and(|base| base.of(port).any(is_same))
    }
}
