//! Compose profiles: which services run together.
//!
//! Source: <https://github.com/compose-spec/compose-spec/blob/main/15-profiles.md>.

use serde_json::Value;

use super::Service;

/// Whether services with these profiles run together. A service without profiles always runs; two that share no profile are
/// alternatives.
pub fn meet<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.is_empty() || other.is_empty() || one.iter().any(|profile| other.contains(profile))
}

impl Service {
    /// The profiles in which Compose runs it; empty if always.
    pub fn profiles(&self) -> Vec<&str> {
        let profiles = self.compose.get("profiles").and_then(Value::as_array);
        profiles.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Whether Compose runs both services at once.
    pub fn runs_beside(&self, other: &Self) -> bool {
        meet(&self.profiles(), &other.profiles())
    }

    /// Whether Compose may run this service while `other` is not there, because its profile is not active.
    pub fn runs_without(&self, other: &Self) -> bool {
        let (own, others) = (self.profiles(), other.profiles());
        !others.is_empty() && (own.is_empty() || own.iter().any(|profile| !others.contains(profile)))
    }
}
