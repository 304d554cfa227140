//! Whose a port is, as far as its file and those that build or start it say.

use super::Judge;
use super::number::USUAL;
use crate::lints::{bare, port_of_image};
use crate::scan::builds;
use crate::scan::component::Component;
use crate::scan::form::Form;
use crate::scan::names::Meant;
use crate::scan::owner::{By, Owner};
use crate::scan::statement::{Statement, View, Whose};

impl Judge<'_, '_> {
    /// Whose port a statement is about, as far as the file and those that build it say.
    pub(in crate::scan) fn owner(&self, one: &Statement<'_>) -> Owner {
        match self.said(one) {
            Owner::Stranger(_) if self.is_known_alone(one) => Owner::Nobody,
            owner => owner,
        }
    }

    /// Whether what a part of the repository that is no service's says of itself has a number of one service alone, that nothing starts with by
    /// itself: the port of a broker in a library.
    fn is_known_alone(&self, one: &Statement<'_>) -> bool {
        one.whose == Whose::Own
            && !one.publishes
            && !self.is_example
            && one.port >= 1024
            && !USUAL.contains(&one.port)
            && self.by_number(View::Any, one.port).is_some()
    }

    /// As [`Self::owner`], by what the statement says.
    fn said(&self, one: &Statement<'_>) -> Owner {
        match &one.whose {
            // What is mounted into a proxy says what that listens on.
            Whose::Own
                if one.form == Form::Listen
                    && let Some(service) = builds::only(self.built) =>
            {
                match self.holder((service, None), one.view, one.port).is_some() || self.had(service, one.port) {
                    true => Owner::Service((service, None), By::Structure),
                    false => Owner::Perhaps((service, None), By::Structure),
                }
            }
            Whose::Stage(stage) => match (builds::of_stage(stage, self.built), self.component) {
                (None, Component::Other(_) | Component::Root) if !self.built.is_empty() => self.one_of_several(one),
                (None, component) => Owner::of(one, component, self.names),
                // The folder says otherwise.
                (Some(service), Component::Service(own)) if own != service => {
                    match self.holder((own, None), one.view, one.port) {
                        Some(_) => Owner::Service((own, None), By::Folder),
                        None => Owner::Perhaps((service, None), By::Structure),
                    }
                }
                (Some(service), _) => Owner::Service((service, None), By::Structure),
            },
            Whose::Image(name, image) => self.of_image(one, name, image),
            Whose::Local | Whose::LocalOf(_) if let Some(service) = self.inside(one) => {
                Owner::Service((service, None), By::Structure)
            }
            Whose::Variable(name)
                if one.form == Form::Variable
                    && let Some(meant) = self.publisher(name) =>
            {
                Owner::Service(meant, By::Structure)
            }
            _ => match (builds::only(self.built), self.component) {
                (None, component) | (_, component @ Component::Service(_)) => Owner::of(one, component, self.names),
                // What a file says that a service is given is of that service, whatever it calls it.
                (Some(service), _) => match (Owner::of(one, Component::Service(service), self.names), &one.whose) {
                    (Owner::Nobody, Whose::Variable(_)) => Owner::Perhaps((service, None), By::Structure),
                    (owner, _) => owner,
                },
            },
        }
    }

    /// The service into whose container a file is mounted that speaks of `localhost` with a number which that has inside.
    pub(super) fn inside(&self, one: &Statement<'_>) -> Option<usize> {
        let is_local = one.view == View::Host && matches!(one.whose, Whose::Local | Whose::LocalOf(_));
        let service = builds::only(self.built).filter(|_| is_local)?;
        let has = self.holder((service, None), View::Container, one.port).is_some();
        let had = || self.former.is_some_and(|former| former.had_in_container(service, one.port));
        (has || had()).then_some(service)
    }

    /// The service that a container is called as, or whose image it runs; of several the one that has the number, or had it. A container that is
    /// started by hand may run several, so that the number alone counts where others have it. One of an image that nobody knows may be what the
    /// folder is.
    fn of_image(&self, one: &Statement<'_>, name: &str, image: &str) -> Owner {
        let mut runners = match self.names.of_name(name) {
            Some((service, _)) => vec![service],
            None => builds::runners(image, self.allocation, self.builds),
        };
        let has = |service: &usize| self.holder((*service, None), one.view, one.port).is_some();
        if let Some(own) = runners
            .iter()
            .copied()
            .find(|one| has(one))
            .or_else(|| runners.iter().copied().find(|at| self.had(*at, one.port)))
        {
            return Owner::Service((own, None), By::Structure);
        }
        let is_known = || {
            self.by_number(one.view, one.port).is_some()
                || self.former.is_some_and(|former| former.holder(one.port).is_some())
        };
        match (runners.pop().filter(|_| runners.is_empty()), self.component) {
            (Some(_), _) if is_known() => Owner::Nobody,
            (Some(only), _) => Owner::Perhaps((only, None), By::Structure),
            (None, Component::Service(_) | Component::Called(_)) if port_of_image(image).is_none() => {
                Owner::of_part(self.component)
            }
            // Everything in one container.
            (None, _) if [name, last(image)].iter().any(|name| self.names.is_platform(name)) => Owner::Nobody,
            (None, _) => Owner::Stranger(name.into()),
        }
    }

    /// What a variable publishes, unless the file is that of another service.
    fn publisher(&self, name: &str) -> Option<Meant> {
        let meant = builds::publisher(name, self.allocation, self.builds)?;
        let is_others = matches!(self.component, Component::Service(own) if own != meant.0);
        (!is_others).then_some(meant)
    }

    /// Whose a port in a Dockerfile is that several services are built from: the first that has it, or had it.
    fn one_of_several(&self, one: &Statement<'_>) -> Owner {
        let all = || self.built.iter().map(|(_, service)| *service);
        let has = |service: &usize| self.holder((*service, None), one.view, one.port).is_some();
        let meant = all().find(has).or_else(|| all().find(|service| self.had(*service, one.port)));
        meant.map_or(Owner::Nobody, |service| Owner::Service((service, None), By::Structure))
    }
}

/// The last part of an image's name: `shop` of `registry.example.com/acme/shop:1`.
fn last(image: &str) -> &str {
    let name = bare(image).unwrap_or_default();
    name.rsplit('/').next().unwrap_or_default()
}
