//! Numbers that one side gives out, and the other has begun to keep back.

use crate::allocation::holders::{Holder, Holders};
use crate::allocation::{Port, Service};

/// One side that gives numbers out, and the other that may keep them back.
pub(super) struct HeldBack<'h, 'a> {
    /// Before the branches diverged; none where nothing was allocated yet.
    pub(super) base: Option<&'h Holders<'a>>,
    /// Who gives numbers out.
    pub(super) user: &'h Holders<'a>,
    /// Who may keep them back.
    pub(super) keeper: &'h Holders<'a>,
}

impl<'a> HeldBack<'_, 'a> {
    /// What keeps `port` from `service` at the keeper's since they diverged, and not at the user's own, of which the lints speak.
    pub(super) fn since(&self, service: &Service, port: Port) -> Option<Holder<'a>> {
        if self.user.kept_from(&service.id, port).next().is_some() {
            return None;
        }
        self.keeper.kept_from(&service.id, port).find(|holder| !self.was_kept(*holder, port))
    }

    fn was_kept(&self, holder: Holder<'_>, port: Port) -> bool {
        self.base.is_some_and(|base| base.of(port).any(|was| keeps_the_same(was, holder)))
    }
}

fn keeps_the_same(was: Holder<'_>, is: Holder<'_>) -> bool {
    match (was, is) {
        (Holder::Reserved(_), Holder::Reserved(_)) => true,
        (Holder::Retired(was), Holder::Retired(is)) => was.service == is.service,
        _ => false,
    }
}
