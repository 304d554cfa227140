//! Instances: copies of the platform that run on one machine at once, each on host ports of its own.

use std::ops::Range as Span;

use super::{Allocation, Port, Ports, ProjectName};

/// `[instances]`: how many copies of the platform run on one machine at once, and how far their host ports are apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instances {
    /// How many there are, the one with the ports of ports.toml among them: 2 to [`Instances::MOST`].
    pub count: u16,
    /// What each adds to the host ports of the one before it: at least 1.
    pub step: u16,
    /// Where the section is written.
    pub span: Span<usize>,
}

impl Instances {
    /// The most instances of a platform.
    pub const MOST: u16 = 100;

    /// The numbers of the instances but for the first, whose ports are those of ports.toml.
    pub fn others(&self) -> impl Iterator<Item = u16> + use<> {
        1..self.count
    }

    /// The ports that the instance `number` has for `ports` of ports.toml; none where there are no such ports.
    pub fn ports(&self, ports: Ports, number: u16) -> Option<Ports> {
        shifted(ports, i64::from(number) * i64::from(self.step))
    }

    /// Every `ports` that a number must not have because one of its instances would have some of `ports`, or because an instance of
    /// `ports` has them.
    pub fn around(&self, ports: Ports, is_instantiated: bool) -> impl Iterator<Item = Ports> {
        let step = i64::from(self.step);
        let below = self.others().filter_map(move |number| shifted(ports, -step * i64::from(number)));
        let above = self.others().filter(move |_| is_instantiated);
        below.chain(above.filter_map(move |number| shifted(ports, step * i64::from(number))))
    }
}

/// The ports so many numbers further on; of what is no port any more, nothing.
fn shifted(ports: Ports, by: i64) -> Option<Ports> {
    let [first, last] = [ports.first(), ports.last()].map(|port| Port::new(i64::from(port.get()) + by));
    Ports::new(first?, last?)
}

impl Allocation {
    /// The Compose project of the instance `number`: the first has the name of the file, which for its part may leave it to the folder.
    pub fn project_of(&self, number: u16) -> Option<String> {
        let name = match &self.outputs.project_name {
            ProjectName::Platform => &self.platform.id,
            ProjectName::Stated(name) => name,
            ProjectName::Folder => return None,
        };
        Some(if number == 0 { name.clone() } else { format!("{name}-{number}") })
    }

    /// The allocation as the instance `number` has it: host ports further on, everything else as it is. None where there is no such
    /// instance.
    pub fn into_instance(mut self, number: u16) -> Option<Self> {
        if number == 0 {
            return Some(self);
        }
        let instances = self.instances.clone().filter(|instances| number < instances.count)?;
        for binding in self.services.iter_mut().flat_map(|service| &mut service.bindings) {
            // What Docker chooses a port for has its container's number here.
            if !binding.is_anywhere
                && let Some(ports) = instances.ports(binding.hosts(), number)
            {
                binding.host = ports.first();
            }
        }
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(first: i64, last: i64) -> Ports {
        Ports::new(Port::new(first).unwrap(), Port::new(last).unwrap()).unwrap()
    }

    #[test]
    fn each_instance_is_a_step_further_on() {
        let instances = Instances { count: 3, step: 100, span: 0..0 };
        let of = |number| instances.ports(ports(65300, 65399), number).map(|ports| ports.to_string());
        assert_eq!([0, 1].map(of), ["65300-65399", "65400-65499"].map(|ports| Some(ports.to_owned())));
        assert_eq!([2, 3].map(of), [None, None], "some of them are above 65535");
    }

    #[test]
    fn around_a_number_is_what_would_meet_it() {
        let instances = Instances { count: 3, step: 100, span: 0..0 };
        let around = |is_instantiated| -> Vec<u16> {
            instances.around(ports(4000, 4000), is_instantiated).map(|ports| ports.first().get()).collect()
        };
        assert_eq!(around(true), [3900, 3800, 4100, 4200]);
        assert_eq!(around(false), [3900, 3800]);
    }
}
