//! Ports whose number on the host a variable decides.

use std::ops::Range as Span;

use super::variable;

/// What Compose's `ports` has instead of a host port, because a variable decides it: `${API_PORT:-4000}`. With more than one part, it is all of
/// an entry in the short form: `${ADDRESS:-127.0.0.1}:${API_PORT:-4000}:80`.
#[derive(Debug)]
pub struct PublishedAs {
    /// As it is written.
    pub text: Box<str>,
    /// Where.
    pub span: Span<usize>,
}

impl PublishedAs {
    /// Whether it is all of an entry, without the protocol.
    pub fn is_whole(&self) -> bool {
        variable::parts(&self.text).len() > 1
    }

    /// Whether an entry with it states no port at all: `${PORT}:${PORT}`.
    pub fn is_silent(&self) -> bool {
        self.is_whole() && Self::numbers(&self.text).iter().all(Option::is_none)
    }

    /// The variable that decides the port on the host, if there is one.
    pub fn variable(&self) -> Option<&str> {
        let parts = variable::parts(&self.text);
        let host = parts.len().saturating_sub(2);
        variable::name(&self.text[parts.get(host)?.clone()])
    }

    /// Whether one variable decides both the port on the host and that in the container: `${PORT:-4000}:${PORT:-4000}`.
    pub fn is_one_variable(&self) -> bool {
        let parts = variable::parts(&self.text);
        let name = |part: &Span<usize>| variable::name(&self.text[part.clone()]);
        matches!(&parts[..], [.., host, container] if name(host).is_some() && name(host) == name(container))
    }

    /// The bytes of a text of this form that state the port on the host, and of those that state the port in the container, where it states
    /// them.
    pub fn numbers(text: &str) -> [Option<Span<usize>>; 2] {
        let parts = variable::parts(text);
        let number = |part: &Span<usize>| {
            let value = variable::value(&text[part.clone()])?;
            Some(part.start + value.start..part.start + value.end).filter(|value| !value.is_empty())
        };
        match &parts[..] {
            [host] => [number(host), None],
            [.., host, container] => [number(host), number(container)],
            [] => [None, None],
        }
    }
}
