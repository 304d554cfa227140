//! Whether a number may be changed.

use super::Judge;
use crate::scan::builds::Builds;
use crate::scan::component::Component;
use crate::scan::form::Form;
use crate::scan::names::Meant;
use crate::scan::owner::By;
use crate::scan::readers::Nature;
use crate::scan::stage::Stage;
use crate::scan::statement::{Statement, View, Whose};

impl Judge<'_, '_> {
    /// The number that a statement should have, if that is beyond doubt: the file itself names the owner, or the owner had the number
    /// before; and the owner has only one number in this view, or one that takes the place of the former one.
    pub(super) fn mend(&self, one: &Statement<'_>, (service, binding): Meant, by: By) -> Option<u16> {
        let had = self.had(service, one.port);
        if one.form == Form::Range {
            return None;
        }
        let is_sure = had || (!self.is_elsewhere(one) && self.is_named(one, by));
        // Tests may run what is built, in its container.
        let is_perhaps_built = self.is_test && by == By::Number && self.programs_inside(one.port, service) > 0;
        // Tests may start a stack of their own.
        let is_other = |builds: &Builds| builds.has_other_in_tests(one.port, service);
        let is_of_stack = self.is_of_tests && by == By::Number && self.builds.is_some_and(is_other);
        if !is_sure || is_perhaps_built || is_of_stack || (had && !self.had_in_view(one, service)) {
            return None;
        }
        let bindings = &self.allocation.services[service].bindings;
        let binding = match (binding, bindings.as_slice()) {
            (Some(binding), _) => &bindings[binding],
            (None, [only]) => only,
            (None, _) => &bindings[self.former?.binding(service, one.port)?],
        };
        match one.view.of(binding) {
            Some(number) => Some(number),
            None => self.former?.view(service, one.port, one.view)?.of(binding),
        }
    }

    /// Whether only the number says whose it is, in another part of the repository than that of its service: what a program or a text there calls
    /// this machine's may be anything that is started there, or has such a number by itself.
    pub(super) fn is_guess(&self, one: &Statement<'_>, service: usize, by: By) -> bool {
        let is_others = match self.component {
            Component::Other(_) | Component::Documents(None) => true,
            Component::Service(own) | Component::Documents(Some(own)) => own != service,
            Component::Called(_) | Component::Template | Component::Root => false,
        };
        if by != By::Number || !is_others {
            return false;
        }
        let is_known = || self.is_usual(one.port, service);
        match self.nature {
            Nature::Prose => is_known(),
            _ if matches!(one.whose, Whose::Own) => matches!(self.component, Component::Other(_)),
            _ => self.is_source && !self.is_told(one, service) && is_known(),
        }
    }

    /// Whether a program says what it has the number for: a variable or a key of an address, what a test opens.
    fn is_told(&self, one: &Statement<'_>, service: usize) -> bool {
        match &one.whose {
            Whose::LocalOf(_) => true,
            Whose::Variable(name) => self.names.may_mean(name, service),
            _ => self.is_test && one.is_strong,
        }
    }

    /// Whether a number may differ on purpose from what a developer's machine has.
    pub(super) fn is_elsewhere(&self, one: &Statement<'_>) -> bool {
        self.stage != Stage::Development || (self.is_alternative && one.view == View::Host)
    }

    /// Whether it is the number in the view of a statement that the service had before: a container's may be the host's by chance, and what the
    /// program takes by itself, without a container, never was the host's. Where one number serves for both now, it did before.
    fn had_in_view(&self, one: &Statement<'_>, service: usize) -> bool {
        let mut bindings = self.allocation.services[service].bindings.iter();
        let Some(former) = self.former else { return false };
        if bindings.all(|own| own.host == own.container) {
            return true;
        }
        match one.view {
            View::Container => former.had_inside(service, one.port),
            View::Host => former.on_machine(service, one.port).next().is_some(),
            _ => true,
        }
    }

    /// Whether the file says beyond doubt whose a number is.
    fn is_named(&self, one: &Statement<'_>, by: By) -> bool {
        match &one.whose {
            _ if by == By::Marker => true,
            // A program, a script or a text may speak of another installation.
            _ if self.nature != Nature::Structured => false,
            // What a variable publishes may differ on purpose.
            Whose::Variable(name) if by == By::Structure => self.names.of_name(name).is_some(),
            _ if matches!(by, By::Structure | By::Folder) => one.form != Form::Option,
            Whose::Host(_) => true,
            Whose::Variable(name) | Whose::VariableOf(name, _) => self.names.of_name(name).is_some(),
            // The address of another service may be meant.
            Whose::LocalOf(name) => self.names.is_address_of(name) && !self.is_taken(one),
            _ => false,
        }
    }
}
