//! A service in its allocation.

use crate::allocation::{Allocation, Service};

/// A service with the allocation that it is in.
#[derive(Clone, Copy)]
pub(super) struct ServiceIn<'a> {
    pub(super) allocation: &'a Allocation,
    pub(super) service: &'a Service,
}
