//! Whether the port that a file states is right.

mod number;
mod scheme;
mod sure;
mod told;

use std::ops::Range;

use super::builds::{Builds, Built};
use super::component::Component;
use super::form::Form;
use super::former::Former;
use super::names::{Meant, Names};
use super::owner::{By, Owner};
use super::readers::Nature;
use super::stage::{self, Stage};
use super::statement::{Statement, View, Whose};
use crate::allocation::{Allocation, Service};

/// How a statement compares with ports.toml; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Two services take it on one machine.
    Collides,
    /// Its owner has another number.
    Contradicts,
    /// Nobody has the number now; a service had it.
    Stale,
    /// It is clearly a port, of something that ports.toml does not have.
    Unallocated,
    /// It is another number on purpose.
    Accepted,
    /// Nobody can tell whose it is.
    Unknown,
    /// Its owner has the number.
    Agrees,
}

impl Verdict {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Collides => "collides",
            Self::Contradicts => "contradicts",
            Self::Stale => "stale",
            Self::Unallocated => "unallocated",
            Self::Accepted => "accepted",
            Self::Unknown => "unknown",
            Self::Agrees => "agrees",
        }
    }

    /// Whether it has to be mended.
    pub fn is_wrong(self) -> bool {
        matches!(self, Self::Collides | Self::Contradicts | Self::Stale)
    }
}

/// A statement with its place and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The number.
    pub port: u16,
    /// The bytes of its digits.
    pub digits: Range<usize>,
    /// The line, from 1.
    pub line: usize,
    /// Which of the numbers of a service it is.
    pub view: View,
    /// The form that says that it is a port.
    pub form: Form,
    /// The service whose port it is, and the binding where only one can be meant.
    pub owner: Option<Meant>,
    /// What it belongs to, if that is not in ports.toml.
    pub stranger: Option<Box<str>>,
    /// What tells the owner.
    pub by: By,
    /// Whether it takes the number on the machine.
    pub publishes: bool,
    /// What is to be said of it.
    pub verdict: Verdict,
    /// The number that it should have, where that is beyond doubt.
    pub mend: Option<u16>,
    /// The number that it should have, if something else in its file says whose it is.
    pub(super) hinted: Option<u16>,
    /// What the file has to do with the number that it should have.
    pub(super) ground: Ground,
}

/// Why a number is to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// Its service had it before, and nobody has it now.
    Former,
    /// Its service had it before, and another one has it now: the file may be right already.
    Exchanged,
    /// A service had it before, by the number alone, in a file that is for something else than development.
    Elsewhere,
    /// The file says whose it is.
    Named,
}

impl Judged {
    /// Whether its service had the number before, so that the next `write` changes it.
    pub fn is_pending(&self) -> bool {
        self.mend.is_some() && matches!(self.ground, Ground::Former | Ground::Exchanged)
    }

    /// The numbers that its owner has in its view; none of something that ports.toml does not have.
    pub fn right(&self, allocation: &Allocation) -> Vec<u16> {
        let Some((service, binding)) = self.owner else { return Vec::new() };
        let mut numbers = Vec::new();
        for (at, one) in allocation.services[service].bindings.iter().enumerate() {
            if binding.is_none_or(|meant| meant == at) {
                let [host, container, service] = [one.host, one.container, one.service].map(|port| port.get());
                numbers.extend(match self.view {
                    View::Listen => vec![container, host],
                    View::Network => vec![container, service],
                    View::Any => vec![host, container, service],
                    view => view.of(one).into_iter().collect(),
                });
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

/// What statements are judged by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judge<'a, 'w> {
    pub(super) allocation: &'a Allocation,
    pub(super) names: &'a Names<'a>,
    pub(super) former: Option<&'a Former<'a, 'w>>,
    /// Which part of the repository the file belongs to.
    pub(super) component: Component<'a>,
    /// The services that it is built for, if it is a Dockerfile.
    pub(super) built: &'a [Built],
    /// What Compose files say of services.
    pub(super) builds: Option<&'a Builds>,
    /// For what the file is.
    pub(super) stage: Stage,
    /// Whether it is a stack beside the one that is developed with.
    pub(super) is_alternative: bool,
    /// Whether it is a test.
    pub(super) is_test: bool,
    /// Whether it is a test, lies beside tests, or starts them.
    pub(super) is_of_tests: bool,
    /// Whether it is a part of an example, which is started by itself.
    pub(super) is_example: bool,
    /// Whether it is a program or a script that forms alone read.
    pub(super) is_source: bool,
    /// Whether it is for what Compose starts, by its name.
    pub(super) is_of_compose: bool,
    /// Whether it says how tests are run.
    pub(super) runs_tests: bool,
    /// How the file is read.
    pub(super) nature: Nature,
}

/// An owner with a verdict.
struct Said {
    owner: Option<Meant>,
    by: By,
    verdict: Verdict,
}

impl Said {
    fn new(owner: Meant, by: By, verdict: Verdict) -> Self {
        Self { owner: Some(owner), by, verdict }
    }
}

impl Judge<'_, '_> {
    /// Judges a statement of a line of which `owner` is known.
    pub(super) fn judge(&self, one: &Statement<'_>, owner: Owner, line: usize) -> Judged {
        let is_of_another =
            self.is_example || self.is_of_others() || self.is_of_test(one) || self.is_where_tests_listen(one);
        let one = &self.in_network(one).weak_unless(!is_of_another);
        let Statement { port, view, form, publishes, .. } = *one;
        let mut stranger = None;
        let Said { owner, by, verdict } = match owner {
            Owner::Service(meant, by) => self.of_service(one, meant, by),
            Owner::Perhaps(meant, by) => self.of_service(&one.clone().weak(), meant, by),
            Owner::Stranger(name) => {
                stranger = Some(name);
                let verdict = if publishes { Verdict::Unallocated } else { Verdict::Unknown };
                Said { owner: None, by: By::Structure, verdict }
            }
            Owner::Foreign => Said { owner: None, by: By::Name, verdict: Verdict::Unknown },
            Owner::Nobody => self.of_nobody(one),
        };
        let is_of_example = self.is_example && (by == By::Number || form == Form::Compose);
        let may_differ = self.nature == Nature::Sample || is_of_example;
        let verdict = if may_differ && verdict == Verdict::Contradicts { Verdict::Unknown } else { verdict };
        let ground = self.ground(one, owner, by);
        let number = owner.filter(|_| verdict == Verdict::Contradicts).and_then(|owner| self.mend(one, owner, by));
        let is_guess = number.is_some() && owner.is_some_and(|(service, _)| self.is_guess(one, service, by));
        let (mend, hinted) = if is_guess { (None, number) } else { (number, None) };
        Judged {
            port,
            digits: one.digits.clone(),
            line,
            view,
            form,
            owner,
            stranger,
            by,
            publishes: publishes && !self.is_example,
            verdict,
            mend,
            hinted,
            ground,
        }
    }

    /// A statement in a file that is for Compose by its name, where no cluster has a number of its own: `appsettings.docker.json`; or of `localhost`
    /// in a container.
    fn in_network<'t>(&self, one: &Statement<'t>) -> Statement<'t> {
        match one.view {
            View::Network if self.is_of_compose => Statement { view: View::Container, ..one.clone() },
            View::Host if self.inside(one).is_some() => Statement { view: View::Container, ..one.clone() },
            _ => one.clone(),
        }
    }

    /// What the file has to do with the number that a statement should have.
    fn ground(&self, one: &Statement<'_>, owner: Option<Meant>, by: By) -> Ground {
        if !owner.is_some_and(|(service, _)| self.had(service, one.port)) {
            return Ground::Named;
        }
        if by == By::Number && self.by_number(one.view, one.port).is_some() {
            Ground::Exchanged
        } else if self.is_elsewhere(one) && (by == By::Number || self.is_of_test(one)) && !self.was_chosen(one) {
            Ground::Elsewhere
        } else {
            Ground::Former
        }
    }

    /// Whether the file is a script or a text for another installation, which has numbers of its own.
    fn is_of_others(&self) -> bool {
        self.nature != Nature::Structured && self.stage > Stage::Test
    }

    /// Whether a variable or an address is for tests, which may have numbers of their own.
    fn is_of_test(&self, one: &Statement<'_>) -> bool {
        let is_told = matches!(one.whose, Whose::LocalOf(_) | Whose::Variable(_) | Whose::VariableOf(..));
        (self.stage == Stage::Test && self.nature == Nature::Structured && is_told && !self.was_chosen(one))
            || self.is_called_for_tests(one)
    }

    /// Whether a variable that names no service is one for tests: `DB_TEST_PORT`.
    fn is_called_for_tests(&self, one: &Statement<'_>) -> bool {
        let (Whose::Variable(name) | Whose::VariableOf(name, _)) = &one.whose else { return false };
        stage::names_tests(name) && self.names.of_variable(name).is_none()
    }

    /// Whether a test states what a service had on the machine alone: at a number that was chosen for that, nothing is found but what is
    /// developed with.
    fn was_chosen(&self, one: &Statement<'_>) -> bool {
        let is_alone = |(service, binding): Meant| {
            let bindings = &self.allocation.services[service].bindings;
            let is_own = binding.is_some_and(|at| bindings[at].host != bindings[at].container);
            is_own && !bindings.iter().any(|own| own.containers().has(one.port))
        };
        let had = || self.former.and_then(|former| former.holder(one.port));
        self.stage == Stage::Test && one.view == View::Host && had().is_some_and(is_alone)
    }

    /// Whether it is where tests have the program listen: `PORT` of `.env.test`, or what their runner starts.
    fn is_where_tests_listen(&self, one: &Statement<'_>) -> bool {
        let is_variable = self.stage == Stage::Test && self.nature == Nature::Structured && one.form == Form::Variable;
        one.whose == Whose::Own && (is_variable || self.runs_tests)
    }

    fn had(&self, service: usize, port: u16) -> bool {
        self.former.is_some_and(|former| former.had(service, port))
    }

    fn of_service(&self, one: &Statement<'_>, meant: Meant, by: By) -> Said {
        if let Some(binding) = self.holder(meant, one.view, one.port) {
            return Said::new((meant.0, Some(binding)), by, Verdict::Agrees);
        }
        if self.had(meant.0, one.port) && !matches!(one.whose, Whose::LocalIn(_)) {
            return Said::new(meant, by, Verdict::Contradicts);
        }
        if let Some(other) = self.elsewhere_before(one, meant) {
            return Said::new(other, By::Number, Verdict::Contradicts);
        }
        // `localhost` in a container is the container, or the machine for whoever gets the value. An option is called as its program likes:
        // `--db-url postgres://localhost:54322`.
        if matches!(&one.whose, Whose::Inside(_)) || matches!(&one.whose, Whose::LocalOf(name) if name.starts_with('-'))
        {
            return self.of_nobody(one);
        }
        match self.elsewhere(one, meant) {
            _ if matches!(one.form, Form::DevServer | Form::OfStage) => self.of_dev_server(one, meant, by),
            Some(other) => Said::new(other, By::Number, Verdict::Agrees),
            None if !one.is_strong => Said::new(meant, by, Verdict::Unknown),
            None if self.allocation.services[meant.0].bindings.is_empty() => Said::new(meant, by, Verdict::Unallocated),
            // Without a ports.toml, two stages may publish what they like.
            None if one.publishes && self.stage != Stage::Development && !self.allocation.source.is_in_tree() => {
                Said::new(meant, by, Verdict::Unknown)
            }
            None => Said::new(meant, by, Verdict::Contradicts),
        }
    }

    /// What the program of a folder takes beside what ports.toml says, to be worked on or in another stage: it may, but for the number of another
    /// service; in a container of its own, any may have one that frameworks start with.
    fn of_dev_server(&self, one: &Statement<'_>, meant: Meant, by: By) -> Said {
        let is_others = |(at, service): (usize, &Service)| {
            at != meant.0 && service.bindings.iter().any(|binding| binding.hosts().has(one.port))
        };
        let is_sure = by == By::Folder
            && match one.form {
                Form::OfStage => !self.is_usual(one.port, meant.0),
                _ => self.stage == Stage::Development,
            };
        let is_taken = is_sure && self.allocation.services.iter().enumerate().any(is_others);
        Said::new(meant, by, if is_taken { Verdict::Contradicts } else { Verdict::Unknown })
    }

    fn is_retired(&self, one: &Statement<'_>) -> bool {
        let is_held = self.allocation.bindings().any(|(_, binding)| one.view.has(binding, one.port));
        !is_held && self.allocation.retired.iter().any(|retired| retired.ports.has(one.port))
    }

    /// The binding of a service that has a number.
    fn holder(&self, (service, binding): Meant, view: View, port: u16) -> Option<usize> {
        let bindings = &self.allocation.services[service].bindings;
        let is_meant = |at: usize| binding.is_none_or(|meant| meant == at);
        (0..bindings.len())
            .find(|at| is_meant(*at) && view.has(&bindings[*at], port) && !self.is_hidden((service, *at), view, port))
    }

    /// Whether a binding that is not published has a number that people typed on the machine for another one of its service.
    fn is_hidden(&self, (service, at): (usize, usize), view: View, port: u16) -> bool {
        let bindings = &self.allocation.services[service].bindings;
        let is_typed = view == View::Host || (view == View::Any && self.nature == Nature::Prose);
        let is_other = |other: usize| other != at && bindings[other].published();
        is_typed
            && !bindings[at].published()
            && self.former.is_some_and(|former| former.on_machine(service, port).any(is_other))
    }

    /// The service that a number is right of, where what the file says of the owner may mean it too.
    fn elsewhere(&self, one: &Statement<'_>, meant: Meant) -> Option<Meant> {
        let other = self.by_number(one.view, one.port).filter(|other| other.0 != meant.0)?;
        self.may_be(one, meant, other.0).then_some(other)
    }

    /// The service that had a number, where nobody has it now and what the file says of the owner may mean it too: `DB_PORT` of a program
    /// beside `db` and `tenant-db`.
    fn elsewhere_before(&self, one: &Statement<'_>, meant: Meant) -> Option<Meant> {
        let other = self.former?.holder(one.port).filter(|other| other.0 != meant.0)?;
        let is_named = matches!(one.whose, Whose::Variable(_) | Whose::VariableOf(..) | Whose::LocalOf(_));
        (one.is_strong && is_named && !self.is_taken(one) && self.may_be(one, meant, other.0)).then_some(other)
    }

    /// Whether what the file says of the owner, which is one service by itself, may mean another one.
    fn may_be(&self, one: &Statement<'_>, meant: Meant, other: usize) -> bool {
        match &one.whose {
            Whose::Variable(name) | Whose::VariableOf(name, _) | Whose::LocalOf(name) => {
                self.names.may_be_called(name, other)
            }
            Whose::LocalIn(text) => {
                self.names.may_mean(&self.allocation.services[meant.0].id, other) || self.names.is_in(text, other)
            }
            // A key of a document is that of its own sample.
            Whose::Named(_) | Whose::Sample(..) if self.nature == Nature::Prose => false,
            _ => !one.is_strong,
        }
    }
}
