//! What becomes of a port that a service gives up.

use std::time::{SystemTime, UNIX_EPOCH};

use super::lookup;
use crate::allocation::holders::{Holder, Holders};
use crate::allocation::{Allocation, Ports, Retired};
use crate::diagnostic::Diagnostic;
use crate::manifest::edit::{Draft, Field, string};

/// How a port is retired.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    /// Don't retire the old port: it can be given out again at once
    #[arg(long)]
    no_retire: bool,
    /// The date of retirement; default: today (UTC)
    #[arg(long, value_name = "DATE", value_parser = lookup::date, conflicts_with = "no_retire")]
    date: Option<String>,
    /// Why the old port is retired
    #[arg(long, value_name = "REASON", conflicts_with = "no_retire")]
    reason: Option<String>,
}

impl Args {
    /// Retires the ports of a binding, unless that is not wanted or another one has them too; `why` is the reason if none was
    /// given.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn retire(
        &self,
        draft: &mut Draft,
        allocation: &Allocation,
        (service, ports): (&str, Ports),
        why: &str,
    ) -> Result<(), Diagnostic> {
        let is_shared = Holders::new(allocation).of(ports).filter_map(Holder::service).count() > 1;
        if self.no_retire || is_shared {
            return Ok(());
        }
        let since = self.date.clone().unwrap_or_else(today);
        let reason = self.reason.as_deref().unwrap_or(why);
        draft.add_item("retired", &entry(ports, service, &since, reason))
    }
}

/// Takes `ports` off the entries of the `retired` list that it `is_of`, and returns whether there were any; what is left of a range
/// stays there.
///
/// # Errors
/// As [`Draft::finish`].
pub fn take_back(
    draft: &mut Draft,
    allocation: &Allocation,
    ports: Ports,
    is_of: impl Fn(&Retired) -> bool,
) -> Result<bool, Diagnostic> {
    let mut is_any = false;
    let met = allocation.retired.iter().enumerate().rev().filter(|(_, one)| one.ports.meets(ports) && is_of(one));
    for (index, one) in met {
        let entry = |left| entry(left, &one.service, &one.since, &one.reason).to_vec();
        leave(draft, ("retired", index), one.ports.without(ports), entry)?;
        is_any = true;
    }
    Ok(is_any)
}

/// Leaves the numbers `left` of an item of a list, which is removed where none are: the first of them where it stands, the others as new
/// items with the keys of `entry`.
///
/// # Errors
/// As [`Draft::finish`].
pub fn leave(
    draft: &mut Draft,
    (list, index): (&str, usize),
    left: impl IntoIterator<Item = Ports>,
    entry: impl Fn(Ports) -> Vec<Field>,
) -> Result<(), Diagnostic> {
    let mut left = left.into_iter();
    let Some(first) = left.next() else { return draft.remove_item(list, index) };
    draft.set_item_numbers(list, index, &numbers(first))?;
    left.try_for_each(|more| draft.add_item(list, &entry(more)))
}

/// The keys of an entry of the `retired` list.
fn entry(ports: Ports, service: &str, since: &str, reason: &str) -> [Field; 4] {
    [numbers(ports), ("service", string(service)), ("since", since.to_owned()), ("reason", string(reason))]
}

/// The key of an entry of the `reserved` or `retired` list that names its numbers.
pub fn numbers(ports: Ports) -> Field {
    if ports.is_one() { ("port", ports.to_string()) } else { ("ports", string(&ports.to_string())) }
}

/// Today's date in UTC.
#[expect(clippy::disallowed_methods, reason = "written into ports.toml once: outputs are made from there")]
fn today() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    civil((since.as_secs() / 86_400).try_into().unwrap_or_default())
}

/// The date so many days after 1970-01-01, in the proleptic Gregorian calendar: a year begins in March here, so that a leap
/// day is its last one.
fn civil(days: i64) -> String {
    const FROM_MARCH_OF_YEAR_0: i64 = 719_468;
    const DAYS_OF_400_YEARS: i64 = 146_097;
    let days = days + FROM_MARCH_OF_YEAR_0;
    let (era, day) = (days.div_euclid(DAYS_OF_400_YEARS), days.rem_euclid(DAYS_OF_400_YEARS));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + next)
}

#[cfg(test)]
mod tests {
    use super::civil;

    #[test]
    fn days_are_dates() {
        for (days, date) in [
            (0, "1970-01-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_819, "2027-01-01"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(civil(days), date);
        }
    }
}
