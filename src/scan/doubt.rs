//! What is not changed, or not called wrong, because of what else its file states.

use std::collections::{HashMap, HashSet};

use super::form::Form;
use super::found::ScannedFile;
use super::owner::By;
use super::readers::COMPOSE;
use super::statement::View;
use super::verdict::{Ground, Judged, Verdict};
use crate::allocation::Allocation;

/// Leaves what may be another port of its service, or of another installation.
pub(super) fn leave(judged: &mut [Judged]) {
    leave_unsure(judged);
    leave_elsewhere(judged);
    leave_own(judged);
    leave_targets(judged);
    // Another file may have what developers use.
    judged.iter_mut().filter(|one| is_of_the_web(one)).for_each(|one| one.mend = None);
}

/// Leaves an address of this machine, where the file itself takes the number for something that stays.
fn leave_own(judged: &mut [Judged]) {
    let stays = |one: &&Judged| one.form.publishes() && one.view == View::Host && one.mend.is_none();
    let taken: HashSet<u16> = judged.iter().filter(stays).map(|one| one.port).collect();
    let is_address = |one: &&mut Judged| one.view == View::Host && matches!(one.by, By::Name | By::Number);
    for one in judged.iter_mut().filter(is_address).filter(|one| one.mend.is_some() && taken.contains(&one.port)) {
        (one.verdict, one.mend) = (Verdict::Unknown, None);
    }
}

/// Leaves the `targetPort` of a manifest that names what its own pods listen on, unless these change, too.
fn leave_targets(judged: &mut [Judged]) {
    let stays = |one: &&Judged| one.form == Form::ContainerPort && one.mend.is_none();
    let listening: HashSet<u16> = judged.iter().filter(stays).map(|one| one.port).collect();
    for one in judged.iter_mut().filter(|one| one.form == Form::TargetPort && listening.contains(&one.port)) {
        one.mend = None;
    }
}

/// Leaves what only the file says to be wrong, where it may be another port of the service: one of several numbers, or one that stands
/// beside those that say which port they are.
fn leave_unsure(judged: &mut [Judged]) {
    let mut stated: HashMap<(usize, View, Form), HashSet<u16>> = HashMap::new();
    for one in &*judged {
        if let Some((service, _)) = one.owner.filter(|_| one.form.tells()) {
            stated.entry((service, one.view, one.form)).or_default().insert(one.port);
        }
    }
    let is_alone =
        |one: &Judged, service: usize| stated.get(&(service, one.view, one.form)).is_some_and(|ports| ports.len() == 1);
    let mut wrong: HashSet<(usize, u16)> = HashSet::new();
    for one in judged.iter().filter(|one| one.mend.is_some() && one.form.tells()) {
        wrong.extend(one.owner.filter(|(service, _)| is_alone(one, *service)).map(|(service, _)| (service, one.port)));
    }
    for one in judged.iter_mut().filter(|one| one.mend.is_some() && one.ground == Ground::Named && one.by != By::Marker)
    {
        let Some((service, _)) = one.owner else { continue };
        let is_sure = match one.form {
            form if form.tells() => is_alone(one, service),
            // The host of an address says whose it is.
            Form::Address if one.by == By::Name => true,
            _ => wrong.contains(&(service, one.port)),
        };
        if !is_sure {
            one.mend = None;
        }
    }
}

/// Leaves what only the number tells in a file that is for something else than development, unless the file itself publishes the number and
/// is mended there.
fn leave_elsewhere(judged: &mut [Judged]) {
    let service = |one: &Judged| one.owner.map(|(service, _)| (service, one.port));
    let is_mended = |one: &&Judged| one.mend.is_some() && one.ground == Ground::Former && one.publishes;
    let published: HashSet<(usize, u16)> = judged.iter().filter(is_mended).filter_map(service).collect();
    for one in judged.iter_mut().filter(|one| one.ground == Ground::Elsewhere) {
        if !service(one).is_some_and(|service| published.contains(&service)) {
            one.mend = None;
        }
    }
}

/// Leaves the ports of the web in a Compose file, where another one in its folder publishes the service as ports.toml has it: what is on 8080 for
/// developers is on 80 elsewhere.
pub(super) fn on_the_web(files: &mut [ScannedFile<'_>]) {
    let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let mut right: HashMap<(String, usize), HashSet<String>> = HashMap::new();
    for file in files.iter().filter(|file| file.kind == COMPOSE) {
        let published = file.judged.iter().filter(|one| one.publishes && one.verdict == Verdict::Agrees);
        for (service, _) in published.filter_map(|one| one.owner) {
            right.entry((folder(&file.path), service)).or_default().insert(file.path.clone());
        }
    }
    for file in files.iter_mut().filter(|file| file.kind == COMPOSE) {
        for one in file.judged.iter_mut().filter(|one| is_of_the_web(one)) {
            let service = one.owner.map(|(service, _)| (folder(&file.path), service));
            let others = service.and_then(|service| right.get(&service));
            if others.is_some_and(|others| others.iter().any(|other| *other != file.path)) {
                one.verdict = Verdict::Unknown;
            }
        }
    }
}

/// Whether a Compose file alone has a service on a port of the web.
fn is_of_the_web(one: &Judged) -> bool {
    let is_one = one.form == Form::Compose && matches!(one.port, 80 | 443) && one.by != By::Marker;
    is_one && one.verdict == Verdict::Contradicts && one.ground == Ground::Named
}

/// Leaves both sides of a mapping that one variable decides, unless they go to one number: `${PORT:-4000}:${PORT:-4000}`.
pub(super) fn of_one_variable(judged: &mut [Judged], text: &str) {
    for at in 1..judged.len() {
        let [host, container] = [&judged[at - 1], &judged[at]];
        let is_mapping = [host, container].iter().all(|one| one.form == Form::Compose)
            && (host.view, container.view) == (View::Host, View::Container)
            && host.port == container.port;
        let number = |one: &Judged| one.mend.unwrap_or(one.port);
        let is_split = is_mapping && number(host) != number(container);
        // Through an anchor, the same line may be that of several services.
        let between = text.get(host.digits.end..container.digits.start).filter(|_| is_split);
        let name = between.filter(|between| between.split('\n').count() <= 2).and_then(variable_before);
        if name.is_some() && name == variable_before(&text[..host.digits.start]) {
            (judged[at - 1].mend, judged[at].mend) = (None, None);
        }
    }
}

/// The variable whose default follows a text: `PORT` of `${PORT:-`.
fn variable_before(text: &str) -> Option<&str> {
    let text = text.strip_suffix('-')?;
    let text = text.strip_suffix(':').unwrap_or(text);
    let start = text.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    (text[..start].ends_with("${") && start < text.len()).then_some(&text[start..])
}

/// Where a line of a text for people has the right number of a service, too, the others are those of further instances.
pub(super) fn further_instances(judged: &mut [Judged]) {
    let owner = |one: &Judged| one.owner.map(|(service, _)| (one.line, service));
    let right: HashSet<_> = judged.iter().filter(|one| one.verdict == Verdict::Agrees).filter_map(owner).collect();
    let is_wrong = |one: &&mut Judged| one.verdict == Verdict::Contradicts && one.ground == Ground::Named;
    // The two sides of a mapping are two numbers.
    for one in judged.iter_mut().filter(is_wrong).filter(|one| one.form != Form::Compose) {
        if owner(one).is_some_and(|owner| right.contains(&owner)) {
            (one.verdict, one.mend) = (Verdict::Unknown, None);
        }
    }
}

/// Where a program has the right number of a service behind a name, others behind such names are those of alternatives: drivers, modes.
pub(super) fn alternatives(judged: &mut [Judged]) {
    let named =
        |one: &Judged| one.owner.filter(|_| one.form == Form::Named && one.by == By::Name).map(|(service, _)| service);
    let right: HashSet<usize> = judged.iter().filter(|one| one.verdict == Verdict::Agrees).filter_map(named).collect();
    for one in judged.iter_mut().filter(|one| one.verdict == Verdict::Contradicts && one.ground == Ground::Named) {
        if named(one).is_some_and(|service| right.contains(&service)) {
            (one.verdict, one.mend) = (Verdict::Unknown, None);
        }
    }
}

/// The containers that a job starts on its own machine have numbers of their own.
pub(super) fn of_jobs(judged: &mut [Judged]) {
    let is_of_container = |one: &&mut Judged| matches!(one.form, Form::Compose | Form::HealthCheck);
    for one in judged.iter_mut().filter(is_of_container).filter(|one| one.verdict == Verdict::Contradicts) {
        (one.verdict, one.mend) = (Verdict::Unknown, None);
    }
}

/// Where a list has all the numbers of a service, another one is a port that ports.toml does not have.
pub(super) fn more_than_known(judged: &mut [Judged], allocation: &Allocation) {
    let mut stated: HashMap<(usize, View, Form), HashSet<usize>> = HashMap::new();
    for one in judged.iter().filter(|one| one.verdict == Verdict::Agrees && one.form.lists()) {
        if let Some((service, Some(binding))) = one.owner {
            stated.entry((service, one.view, one.form)).or_default().insert(binding);
        }
    }
    for one in judged.iter_mut().filter(|one| one.verdict == Verdict::Contradicts) {
        let Some((service, None)) = one.owner else { continue };
        let known = stated.get(&(service, one.view, one.form)).map_or(0, HashSet::len);
        // An image exposes what some of those who run it need.
        if known > 0
            && ((one.form == Form::Expose && one.ground == Ground::Named)
                || known == allocation.services[service].bindings.len())
        {
            (one.verdict, one.mend) = (Verdict::Unallocated, None);
        }
    }
}
