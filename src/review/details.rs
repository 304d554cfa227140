//! What is said of a service besides its ports.

use super::service_in::ServiceIn;
use super::{Kind, Line, compose};
use crate::allocation::Allocation;
use crate::allocation::facts::{Fact, Review, SERVICE};

/// What has changed, in one line.
pub(super) fn compare(former: ServiceIn<'_>, known: ServiceIn<'_>) -> Option<Line> {
    let by_key = SERVICE.iter().filter(|field| field.review == Review::ByKey);
    let changed = by_key.filter(|field| {
        let (was, is) = ((field.get)(former.service), (field.get)(known.service));
        !is_same((former.allocation, was), (known.allocation, is))
    });
    let keys: Vec<&str> = changed.map(|field| field.key).collect();
    (!keys.is_empty()).then(|| Line::new(Kind::Detail, &known.service.id, format!("changed {}", keys.join(", "))))
}

/// Whether two facts, each of its allocation, are one.
fn is_same((before, was): (&Allocation, Fact<'_>), (after, is): (&Allocation, Fact<'_>)) -> bool {
    match (was, is) {
        (Fact::Absent, Fact::Absent) | (Fact::Id(_), Fact::Id(_)) => true,
        (Fact::Text(was), Fact::Text(is)) => was == is,
        (Fact::Port(was), Fact::Port(is)) => was == is,
        (Fact::Group(was), Fact::Group(is)) => before.groups[was].id == after.groups[is].id,
        (Fact::Services(was), Fact::Services(is)) => before.ids(was).eq(after.ids(is)),
        (Fact::Texts(was), Fact::Texts(is)) => was == is,
        (Fact::Compose(was), Fact::Compose(is)) => !compose::is_other(was, is),
        _ => false,
    }
}
