//! A set of ports.

/// A set of ports, one bit for each of the 65,536: filling it with every port of a platform costs next to nothing.
#[derive(Clone, Debug)]
pub struct PortSet([u64; 1024]);

impl PortSet {
    /// Whether `port` is in it.
    pub fn contains(&self, port: u16) -> bool {
        self.0[usize::from(port / 64)] & bit(port) != 0
    }
}

impl FromIterator<u16> for PortSet {
    fn from_iter<I: IntoIterator<Item = u16>>(ports: I) -> Self {
        let mut set = Self([0; 1024]);
        ports.into_iter().for_each(|port| set.0[usize::from(port / 64)] |= bit(port));
        set
    }
}

fn bit(port: u16) -> u64 {
    1 << (port % 64)
}

#[cfg(test)]
mod tests {
    use super::PortSet;

    #[test]
    fn it_holds_what_was_put_in_and_nothing_else() {
        let ports = [0, 1, 63, 64, 4001, 65535];
        let set: PortSet = ports.into_iter().collect();
        assert!((0..=u16::MAX).all(|port| set.contains(port) == ports.contains(&port)));
    }
}
