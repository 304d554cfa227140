//! Whose a number is where the file does not say.

use super::{Judge, Said, Verdict};
use crate::allocation::{Binding, Service};
use crate::lints::is_port_of_an_image;
use crate::scan::builds::is_known_by;
use crate::scan::component::Component;
use crate::scan::form::Form;
use crate::scan::names::{Meant, Names};
use crate::scan::owner::By;
use crate::scan::prose;
use crate::scan::readers::Nature;
use crate::scan::stage::Stage;
use crate::scan::statement::{Statement, View, Whose};

/// Numbers that frameworks start with.
pub(super) const USUAL: [u16; 8] = [3000, 3001, 4200, 4321, 5000, 5173, 8000, 8080];

impl Judge<'_, '_> {
    /// By the number alone: who has it, or had it when the file was right last.
    pub(super) fn of_nobody(&self, one: &Statement<'_>) -> Said {
        let now = self.has_now(one);
        let had = self.former.and_then(|former| former.holder(one.port));
        if says_nothing(one) || self.is_of_example(one) || now.or(had).is_some_and(|(at, _)| self.may_be_other(one, at))
        {
            return Said { owner: None, by: By::Number, verdict: Verdict::Unknown };
        }
        if let Some(named) = self.of_heading(one).or_else(|| self.of_own_text(one, now.or(had))) {
            return named;
        }
        match (self.started_here(one), had) {
            (Some(own), None) => return Said::new(own, By::Folder, Verdict::Agrees),
            // Either may be meant.
            (Some(own), Some(had)) if own.0 != had.0 => {
                return Said { owner: None, by: By::Number, verdict: Verdict::Unknown };
            }
            _ => {}
        }
        match (now, had) {
            // Developers start what nobody publishes, too, where it has a number of its own for that: either may be meant.
            (Some(now), Some(had)) if had != now && self.is_started_alone(now) && !self.is_new(now) => {
                Said { owner: None, by: By::Number, verdict: Verdict::Unknown }
            }
            // The name of a variable has a word of the other one: `DB_TEST_PORT` beside `db` and `db-test`.
            (Some(now), Some(had)) if had.0 != now.0 && self.is_rather_of(one, now, had) => {
                Said::new(now, By::Number, Verdict::Agrees)
            }
            (Some(now), Some(had)) if had != now && self.is_since_moved(now, one.view) => {
                Said::new(had, By::Number, Verdict::Contradicts)
            }
            (Some(now), _) => Said::new(now, By::Number, Verdict::Agrees),
            (None, Some(had)) if one.is_strong && !self.is_taken(one) => {
                Said::new(had, By::Number, Verdict::Contradicts)
            }
            (None, _) if one.is_strong && self.is_retired(one) => {
                Said { owner: None, by: By::Number, verdict: Verdict::Stale }
            }
            (None, _) => {
                let said = self.of_own_address(one).or_else(|| self.of_last_words(one));
                let unknown = || Said { owner: None, by: By::Number, verdict: Verdict::Unknown };
                said.or_else(|| self.of_scheme(one)).unwrap_or_else(unknown)
            }
        }
    }

    /// Whether programs start with a number by themselves, others than a service: those that frameworks start with, and what images are known by
    /// that it does not run.
    pub(super) fn is_usual(&self, port: u16, service: usize) -> bool {
        let is_round =
            matches!(port, 3000..=3009 | 4000 | 5000..=5009 | 8000..=8009 | 8080..=8089 | 8888 | 9000 | 9090);
        let is_known = || is_port_of_an_image(port) && !is_known_by(port, service, self.allocation, self.builds);
        USUAL.contains(&port) || is_round || is_known()
    }

    /// The service with the number of a statement.
    fn has_now(&self, one: &Statement<'_>) -> Option<Meant> {
        let now = if self.is_typed(one) { self.typed(one.port) } else { self.by_number(one.view, one.port) };
        now.or_else(|| self.own_program(one))
    }

    /// The only program of this repository that listens on a number, where a file says only that its program does: what runs beside it is no
    /// program of its files.
    fn own_program(&self, one: &Statement<'_>) -> Option<Meant> {
        let is_own =
            matches!(one.whose, Whose::Own | Whose::Under(_)) && !matches!(self.component, Component::Other(_));
        let is_program = |service: &Service| service.dir.is_some() || !service.compose.contains_key("image");
        let services = self.allocation.services.iter().enumerate().filter(|(_, service)| is_own && is_program(service));
        let mut all = services.filter_map(|(at, _)| Some((at, Some(self.holder((at, None), one.view, one.port)?))));
        all.next().filter(|_| all.next().is_none())
    }

    /// Whether a variable may say where the program of the folder itself is found, with a number that its framework starts with and that it has
    /// not: `SHOP_BASE_URL` of `site`, with what `web` has.
    fn may_be_own_address(&self, one: &Statement<'_>, other: usize) -> bool {
        let (Whose::LocalOf(name), Component::Service(own)) = (&one.whose, self.component) else { return false };
        let service = &self.allocation.services[own];
        let is_published = service.bindings.iter().any(Binding::published);
        let depends = service.depends_on.iter().any(|(at, _)| *at == other);
        own != other && is_published && !depends && USUAL.contains(&one.port) && self.names.is_address_of_platform(name)
    }

    /// Whether a number is one that frameworks start with, in an example, which may have it for itself.
    fn is_of_example(&self, one: &Statement<'_>) -> bool {
        self.is_example && USUAL.contains(&one.port)
    }

    /// Whether a number may be that of something else than the service that has it.
    fn may_be_other(&self, one: &Statement<'_>, service: usize) -> bool {
        self.may_be_inside(one, service) || self.may_be_own_address(one, service)
    }

    /// Whether an address of this machine in another part of the repository may be what one of several programs listens on by itself, as well
    /// as what `service` has on the machine: that part may be started as they are.
    fn may_be_inside(&self, one: &Statement<'_>, service: usize) -> bool {
        one.view == View::Host
            && matches!(self.component, Component::Other(_) | Component::Documents(None))
            && self.programs_inside(one.port, service) > 1
    }

    /// How many other programs of the repository than `service`, if that is one, listen on a number in their containers.
    pub(super) fn programs_inside(&self, port: u16, service: usize) -> usize {
        let has = |(at, other): &(usize, &Service)| {
            *at != service && other.dir.is_some() && other.bindings.iter().any(|own| own.containers().has(port))
        };
        let is_program = self.allocation.services[service].dir.is_some();
        self.allocation.services.iter().enumerate().filter(|_| is_program).filter(has).count()
    }

    /// The service of the folder, where a variable says where that itself is found, with a number that nobody has: `BASE_URL`.
    fn of_own_address(&self, one: &Statement<'_>) -> Option<Said> {
        let name = match &one.whose {
            Whose::LocalOf(name) => name,
            Whose::LocalIn(text) => text.trim_matches([' ', '|', '`', '=', ':']),
            _ => return None,
        };
        let (Component::Service(own) | Component::Called(own)) = self.component else { return None };
        let mut published = self.allocation.services[own].bindings.iter().filter(|binding| binding.published());
        let is_one = published.next().is_some() && published.next().is_none();
        let has = self.allocation.bindings().any(|(_, binding)| View::Any.has(binding, one.port));
        let is_sure = one.is_strong && is_one && !has && self.stage == Stage::Development;
        (is_sure && Names::is_own_address(name)).then(|| Said::new((own, None), By::Folder, Verdict::Contradicts))
    }

    /// The service that the heading or the cell before a number names among other words, if it has or had the number.
    fn of_heading(&self, one: &Statement<'_>) -> Option<Said> {
        let text = match &one.whose {
            Whose::Under(text) => text,
            // A sentence may name others, and an address has a number of the machine.
            Whose::LocalIn(text) if text.starts_with("| ") && text.ends_with(" | ") && one.view != View::Host => text,
            _ => return None,
        };
        let meant = self.names.in_heading(text)?;
        match self.holder(meant, one.view, one.port) {
            Some(binding) => Some(Said::new((meant.0, Some(binding)), By::Name, Verdict::Agrees)),
            None => self.had(meant.0, one.port).then(|| Said::new(meant, By::Name, Verdict::Contradicts)),
        }
    }

    /// What a text for people that is about one service calls this machine's, where the number is that of another one, which the line does not
    /// name: what it has people open is that service itself, anything else may be either.
    fn of_own_text(&self, one: &Statement<'_>, other: Option<Meant>) -> Option<Said> {
        let (Component::Service(own), Nature::Prose, Form::Address) = (self.component, self.nature, one.form) else {
            return None;
        };
        // A label above may be that of a list of several.
        let Whose::LocalIn(text) = &one.whose else { return None };
        let published = self.allocation.services[own].bindings.iter().filter(|binding| binding.published()).count();
        if text.starts_with("| ") {
            return None;
        }
        let Some((other, _)) = other else { return self.of_opened(one, text, own).filter(|_| published == 1) };
        let is_published = published > 0;
        if other == own || !is_published || self.holder((own, None), View::Listen, one.port).is_some() {
            return None;
        }
        if self.had(own, one.port) || self.names.may_mean(text, other) {
            return None;
        }
        Some(match prose::is_opened(text) && one.is_strong {
            true => Said::new((own, None), By::Folder, Verdict::Contradicts),
            false => Said { owner: None, by: By::Number, verdict: Verdict::Unknown },
        })
    }

    /// The service of the folder, where its text has people open a number that frameworks start with and nobody has.
    fn of_opened(&self, one: &Statement<'_>, text: &str, own: usize) -> Option<Said> {
        let has = self.allocation.bindings().any(|(_, binding)| View::Host.has(binding, one.port));
        let is_sure = prose::is_opened(text) && one.is_strong && USUAL.contains(&one.port) && !has;
        is_sure.then(|| Said::new((own, None), By::Folder, Verdict::Contradicts))
    }

    /// The service that the last words of a variable's name mean, where the number tells none.
    fn of_last_words(&self, one: &Statement<'_>) -> Option<Said> {
        let Whose::LocalOf(name) = &one.whose else { return None };
        let meant = self.names.at_end(name)?;
        let holder = self.holder(meant, one.view, one.port);
        let verdict = if holder.is_some() { Verdict::Agrees } else { Verdict::Unknown };
        Some(Said::new((meant.0, holder), By::Name, verdict))
    }

    /// Whether the name of a variable has a word of one service, and none of another.
    fn is_rather_of(&self, one: &Statement<'_>, this: Meant, other: Meant) -> bool {
        let (Whose::Variable(name) | Whose::VariableOf(name, _) | Whose::LocalOf(name)) = &one.whose else {
            return false;
        };
        self.names.may_mean(name, this.0) && !self.names.may_mean(name, other.0)
    }

    /// Whether a service has its number only since another one moved, or has it on no machine, where the machine's is meant.
    fn is_since_moved(&self, (service, binding): Meant, view: View) -> bool {
        let is_published = binding.is_none_or(|at| self.allocation.services[service].bindings[at].published());
        (!is_published && view != View::Container) || self.is_new((service, binding))
    }

    /// Whether a binding that is not published has a number for the machine all the same.
    fn is_started_alone(&self, (service, binding): Meant) -> bool {
        let has_own = |own: &Binding| !own.published() && own.host != own.container;
        binding.is_some_and(|at| has_own(&self.allocation.services[service].bindings[at]))
    }

    /// Whether some service has the number, in the view of a statement. What nobody publishes is in its container alone, where nobody types it.
    pub(super) fn is_taken(&self, one: &Statement<'_>) -> bool {
        let is_of_machine = one.view == View::Host || self.is_typed(one);
        let is_there = |own: &Binding| !is_of_machine || own.published() || own.host != own.container;
        self.allocation.bindings().any(|(_, own)| one.view.has(own, one.port) && is_there(own))
    }

    /// Whether it is a number by itself in a text for people, who type it on the machine; what is forwarded is elsewhere, on a node.
    fn is_typed(&self, one: &Statement<'_>) -> bool {
        self.nature == Nature::Prose && one.view == View::Any && one.form != Form::Forwarded
    }

    /// The service that a number by itself means in a text for people, who type it: the only one that has it anywhere, of those that are on
    /// the machine if there are any, and has it there.
    fn typed(&self, port: u16) -> Option<Meant> {
        let bindings = || {
            let all = self.allocation.services.iter().enumerate();
            all.flat_map(|(at, service)| service.bindings.iter().enumerate().map(move |(own, one)| ((at, own), one)))
                .filter(|(_, one)| View::Any.has(one, port))
        };
        let has_published = bindings().any(|(_, one)| one.published());
        let known: Vec<_> = bindings().filter(|(_, one)| one.published() || !has_published).collect();
        let ((service, own), _) = known.iter().find(|(_, one)| one.hosts().has(port))?;
        known.iter().all(|((other, _), _)| other == service).then_some((*service, Some(*own)))
    }

    /// Whether a service has had its number only since another one moved.
    fn is_new(&self, meant: Meant) -> bool {
        self.former.is_some_and(|former| former.is_new(meant))
    }

    /// The service of the file's folder, where an address of this machine has a port of its own: it is started without a container, or
    /// speaks of itself in it. Documents in that folder speak of it first.
    fn started_here(&self, one: &Statement<'_>) -> Option<Meant> {
        let is_local = matches!(one.whose, Whose::Local | Whose::LocalOf(_) | Whose::LocalIn(_));
        let own = match self.component {
            Component::Service(own) if is_local && one.view != View::Network => own,
            Component::Documents(Some(own)) if is_local || matches!(one.whose, Whose::Own | Whose::Under(_)) => own,
            _ => return None,
        };
        let binding = self.holder((own, None), View::Listen, one.port)?;
        Some((own, Some(binding)))
    }

    /// The service with a number; `None` if several have it, or none. On the machine, those that publish it count first.
    pub(super) fn by_number(&self, view: View, port: u16) -> Option<Meant> {
        let with =
            |is_published: bool| {
                let is_it = move |binding: &Binding| view.has(binding, port) && (!is_published || binding.published());
                let mut all =
                    self.allocation.services.iter().enumerate().filter_map(move |(index, service)| {
                        Some((index, Some(service.bindings.iter().position(is_it)?)))
                    });
                (all.next(), all.next().is_some())
            };
        let (mut found, mut has_more) = (None, false);
        if view == View::Host {
            (found, has_more) = with(true);
        }
        if found.is_none() {
            (found, has_more) = with(false);
        }
        found.filter(|_| !has_more)
    }
}

/// Whether a number is one that stands for the web, or is too small, and nothing else says whose it is: `clientPort: 80`, `port ?? 443`.
fn says_nothing(one: &Statement<'_>) -> bool {
    const WEB: [u16; 2] = [80, 443];
    const LEAST: u16 = 1000;
    let is_bare = matches!(
        one.form,
        Form::Comment
            | Form::DevServer
            | Form::List
            | Form::Named
            | Form::Option
            | Form::Script
            | Form::OfStage
            | Form::Setting
            | Form::Variable
    );
    match &one.whose {
        _ if !is_bare => false,
        Whose::Variable(_) | Whose::VariableOf(..) => WEB.contains(&one.port),
        Whose::Own | Whose::Local => one.port < LEAST,
        _ => false,
    }
}
