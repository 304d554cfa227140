//! Whether the port that a file states is right.

use super::ids::At;
use super::owners::Owners;
use crate::allocation::Retired;
use crate::formats::{Claim, Owner};
use crate::templates::context::Subject;

/// How a claim compares with the allocation.
#[derive(Debug)]
pub enum Verdict<'w> {
    /// It is true of a binding.
    Agrees,
    /// The owner that it names, or the holder of the number, has something else.
    Contradicts(At),
    /// It is an address outside the platform.
    Foreign,
    /// The number is retired.
    Formerly(&'w Retired),
    /// It names an owner that has no binding.
    Unallocated,
    /// It names no owner, and no service has the number.
    Unknown,
}

impl<'w> Owners<'w> {
    /// Compares `claim`, found in a file about `subject`, with the allocation. A number without an owner belongs to the subject
    /// if the subject has it. Calls `is_of` with every binding of which the claim is true.
    pub fn judge(&self, claim: &Claim<'_>, subject: Subject, mut is_of: impl FnMut(At)) -> Verdict<'w> {
        let Some(candidates) = self.candidates(claim, subject) else { return Verdict::Foreign };
        let mut verdict = match candidates.first() {
            Some(first) => Verdict::Contradicts(*first),
            None => self.without_candidates(claim),
        };
        for at in self.so_of(claim, candidates) {
            is_of(at);
            verdict = Verdict::Agrees;
        }
        verdict
    }

    fn without_candidates(&self, claim: &Claim<'_>) -> Verdict<'w> {
        for retired in &self.allocation.retired {
            if claim.numbers.iter().any(|number| retired.ports.has(number.port)) {
                return Verdict::Formerly(retired);
            }
        }
        if claim.owner == Owner::Unsaid { Verdict::Unknown } else { Verdict::Unallocated }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Source;
    use crate::formats::{Number, Role};
    use crate::manifest::validate;

    #[test]
    fn every_verdict() {
        let text = "version = 1\nretired = [{ port = 1030, service = \"old\", since = \"2026-01-31\", reason = \"gone\" }]\n[platform]\nname = \"P\"\nid = \"p\"\n[services]\na = { port = 1025 }\nb = { port = 1026 }\n";
        let allocation = validate::validate(&Source::new("ports.toml", text)).allocation.unwrap();
        let owners = Owners::new(&allocation);
        let verdict = |owner, port| {
            let claim = Claim::new(owner, Number { port, role: Role::Host, digits: 0..4 }, 0..4);
            let mut of = Vec::new();
            let verdict = owners.judge(&claim, Subject::Platform, |at| of.push(at));
            (format!("{verdict:?}").chars().take_while(|c| *c != ' ').collect::<String>(), of)
        };
        let service = |id: &'static str| Owner::Service(id.into());
        let none = Vec::new;
        assert_eq!(verdict(service("b"), 1026), ("Agrees".into(), vec![(1, 0)]));
        assert_eq!(verdict(Owner::Unsaid, 1026), ("Agrees".into(), vec![(1, 0)]));
        assert_eq!(verdict(service("b"), 1025), ("Contradicts((1,".into(), none()));
        assert_eq!(verdict(Owner::Host("sentry.io".into()), 1025), ("Foreign".into(), none()));
        assert_eq!(verdict(Owner::Unsaid, 1030), ("Formerly(Retired".into(), none()));
        assert_eq!(verdict(service("c"), 1029), ("Unallocated".into(), none()));
        assert_eq!(verdict(Owner::Unsaid, 1029), ("Unknown".into(), none()));
    }
}
