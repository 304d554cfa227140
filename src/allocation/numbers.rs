//! The numbers of a port: one differs by where one stands.

use super::{Port, Ports};

/// The numbers of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// As seen from the host.
    pub host: Port,
    /// Inside the container.
    pub container: Port,
    /// Of the Kubernetes Service.
    pub service: Port,
    /// How many ports the first two start.
    pub count: u16,
}

impl Numbers {
    /// The ports as seen from the host.
    pub fn hosts(self) -> Ports {
        Ports::starting(self.host, self.count).unwrap_or(self.host.into())
    }

    /// The ports inside the container.
    pub fn containers(self) -> Ports {
        Ports::starting(self.container, self.count).unwrap_or(self.container.into())
    }

    /// What has become of the container port and the service port, where the host port has moved from these to `new`.
    pub fn others_in(self, new: Self) -> String {
        if self.count > 1 || new.count > 1 {
            return self.containers_in(new);
        }
        let [was, is] = [self, new].map(|numbers| [numbers.container, numbers.service]);
        if was == is && is[0] == is[1] {
            return format!("container and service port stay {}", is[0]);
        }
        if was == [self.host; 2] && is == [new.host; 2] {
            return "container and service port too".to_owned();
        }
        let mut others = Vec::new();
        for (name, (was, is)) in ["container", "service"].into_iter().zip(was.into_iter().zip(is)) {
            others.push(if was == is {
                format!("{name} port stays {is}")
            } else {
                format!("{name} port {was} -> {is}")
            });
        }
        others.join(", ")
    }

    /// As [`Numbers::others_in`], where there is no service port.
    pub fn containers_in(self, new: Self) -> String {
        let (was, is) = (self.containers(), new.containers());
        let (noun, stay) = if is.is_one() { ("container port", "stays") } else { ("container ports", "stay") };
        if was == is {
            format!("{noun} {stay} {is}")
        } else if was == self.hosts() && is == new.hosts() {
            format!("{noun} too")
        } else {
            format!("{noun} {was} -> {is}")
        }
    }
}
