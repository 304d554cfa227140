//! Whose a number of a package.json was at the last `write`, as portgen.lock remembers it.

use super::held::{Holder, Port};
use super::port::{Kind, Time};
use super::target::Target;
use crate::claims::At;
use crate::manifest::last_write::LastWrite;

/// Sets the time of a number as far as it can be known without the rest of its file.
pub(super) fn date(target: &Target<'_, '_>, port: &mut Port) {
    let now = port.holder.at(target.service());
    if let Some(was) = shared(target, port.number.port, now) {
        (port.time, port.was) = (Time::Shared, Some(was));
        return;
    }
    match at_last_write(target, port.number.port, now) {
        // The rest of the file may still say that it is of before.
        Some(then) if then == now && states_one_number(target, port) => {}
        Some(then) if is_given_on_since(then, now) || is_disputed(target, port, then) => {
            (port.time, port.was) = (Time::Disputed, then);
        }
        Some(then) => settle(port, then, now),
        None if is_given_on(target, port) => port.time = Time::Unknown,
        None => {}
    }
}

/// The binding that had a number together with the one that has it `now`, and that has another one now.
fn shared(target: &Target<'_, '_>, port: u16, now: Option<At>) -> Option<At> {
    let now = now.filter(|now| now.0 != target.service())?;
    let had = target.owners.last_write().former()?.had(port, Some(now));
    had.iter().find(|at| **at != now).copied().filter(|_| had.contains(&now))
}

/// Whether a number was one binding's at the last `write`, and is another one's now.
pub(super) fn is_given_on_since(then: Option<At>, now: Option<At>) -> bool {
    then.is_some() && now.is_some() && then != now
}

/// The binding that had a number at the last `write`, if any had; `None` if that is not known.
fn at_last_write(target: &Target<'_, '_>, port: u16, now: Option<At>) -> Option<Option<At>> {
    match target.owners.last_write() {
        LastWrite::Unknown => None,
        LastWrite::Unchanged => Some(now),
        LastWrite::Changed(former) => match *former.had(port, now) {
            [] => Some(None),
            [one] => Some(Some(one)),
            // Those of both sides of a merge.
            _ => None,
        },
    }
}

/// A number that stands for what the binding `then` had.
pub(super) fn settle(port: &mut Port, then: Option<At>, now: Option<At>) {
    (port.time, port.was) = match (then, now) {
        (None, None) => (Time::Plain, None),
        (None, Some(_)) => (Time::Now, None),
        _ if then == now => (Time::Now, None),
        _ => (Time::Before, then),
    };
}

/// Whether git's last commit knows another binding by a number than the last `write` does.
fn is_disputed(target: &Target<'_, '_>, port: &Port, then: Option<At>) -> bool {
    target.owners.has_other_commit() && target.owners.former().is_known() && in_commit(target, port) != then
}

/// The binding that had a number in git's last commit: one of the service, else the one that has it still, else another. What may mean
/// either of two that had it is no former number.
pub(super) fn in_commit(target: &Target<'_, '_>, port: &Port) -> Option<At> {
    let now = port.holder.at(target.service());
    let had = target.owners.former().had(port.number.port, now);
    let kept = now.filter(|now| had.contains(now));
    let own = had.iter().find(|at| at.0 == target.service()).copied();
    let is_stated = matches!(port.kind, Kind::Stated | Kind::Tool);
    own.filter(|_| is_stated).or(kept).or(own).or(had.first().copied())
}

/// Whether it is the service's own number in a file that can state one number alone: then git need not be asked.
fn states_one_number(target: &Target<'_, '_>, port: &Port) -> bool {
    let is_own = matches!(port.holder, Holder::Own(_));
    is_own && !target.reference.is_shared && target.owner().bindings.len() == 1
}

/// Whether somebody else had the number before.
fn is_given_on(target: &Target<'_, '_>, port: &Port) -> bool {
    if states_one_number(target, port) {
        return false;
    }
    let Some((service, binding)) = port.holder.at(target.service()) else { return false };
    target.owners.former().is_new(service, binding) && had(target, port)
}

/// Whether anybody had the number before.
pub(super) fn had(target: &Target<'_, '_>, port: &Port) -> bool {
    target.owners.former().with_host(port.number.port).next().is_some()
}
