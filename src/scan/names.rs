//! Which service a name in a file means.

mod words;

use std::collections::HashMap;

use serde_json::Value as Json;

use words::{ADDRESS, BEFORE, ENDS, GENERIC, OWN_ADDRESS, PARTS, PROTOCOLS, PUBLIC, VAGUE};

use super::prose;
use crate::allocation::{Allocation, Service};

/// A service, and one of its bindings where the name says which.
pub type Meant = (usize, Option<usize>);

/// The names of services: ids, titles, aliases, what Compose and Kubernetes call them.
#[derive(Debug)]
pub(super) struct Names<'w> {
    allocation: &'w Allocation,
    /// `None` where several services have the name.
    by_name: HashMap<String, Option<Meant>>,
    /// As `by_name`, without what names may end in.
    by_stem: HashMap<String, Option<Meant>>,
    /// As `by_stem`, without the words before: `gateway` of `api-gateway`.
    by_tail: HashMap<String, Option<Meant>>,
    /// As `by_name`, without how they are called: `discount` of `discount-grpc`.
    by_head: HashMap<String, Option<Meant>>,
    /// As texts for people have them, in small letters.
    in_prose: Vec<(String, usize)>,
    /// As headings have them: their words, with a blank around each.
    in_headings: Vec<(String, usize)>,
}

impl<'w> Names<'w> {
    pub(super) fn new(allocation: &'w Allocation) -> Self {
        let mut names = Self {
            allocation,
            by_name: HashMap::new(),
            by_stem: HashMap::new(),
            by_tail: HashMap::new(),
            by_head: HashMap::new(),
            in_prose: Vec::new(),
            in_headings: Vec::new(),
        };
        for (index, service) in allocation.services.iter().enumerate() {
            add(&mut names.by_name, normal(&service.id), (index, None));
        }
        let mut more = HashMap::new();
        for (index, service) in allocation.services.iter().enumerate() {
            // Compose puts the name of the project before that of a container.
            let in_project = format!("{}-{}", allocation.platform.id, service.id);
            let spaced = service.id.replace(['-', '_'], " ");
            let aliases = service.aliases.iter().flatten();
            for name in [&service.id, &spaced, &service.title, &in_project].into_iter().chain(aliases) {
                names.in_prose.push((name.to_lowercase(), index));
                names.in_headings.push((in_words(name), index));
            }
            for name in others(service).into_iter().chain([in_project]) {
                add(&mut more, normal(&name), (index, None));
            }
            for (at, binding) in service.bindings.iter().enumerate() {
                add(&mut more, normal(&format!("{}-{}", service.id, binding.name)), (index, Some(at)));
            }
            names.add_parts(&normal(&service.id), index);
        }
        for (name, meant) in more {
            names.by_name.entry(name).or_insert(meant);
        }
        names
    }

    /// Adds what a service with an id, as all spellings of it have it, may be called by a part of it.
    fn add_parts(&mut self, id: &str, index: usize) {
        add(&mut self.by_stem, stem(id).to_owned(), (index, None));
        if let Some(head) = PROTOCOLS.iter().find_map(|end| id.strip_suffix(end)) {
            add(&mut self.by_head, head.to_owned(), (index, None));
        }
        for (at, _) in id.match_indices('-') {
            let tail = &id[at + 1..];
            if !ENDS.iter().any(|end| &end[1..] == tail) && !VAGUE.contains(&stem(tail)) {
                add(&mut self.by_tail, stem(tail).to_owned(), (index, None));
            }
        }
    }

    /// The service with a name: a key, a host, a folder.
    pub(super) fn of_name(&self, name: &str) -> Option<Meant> {
        self.by_name.get(&normal(name)).copied().flatten()
    }

    /// The service that a host means, inside of Compose's network or of a cluster.
    pub(super) fn of_host(&self, host: &str) -> Option<Meant> {
        self.of_name(host).or_else(|| {
            // `auth.shop.svc.cluster.local`; a domain of two words may be one of the internet.
            let (first, domain) = host.split_once('.')?;
            let labels: Vec<&str> = domain.split('.').collect();
            let is_inside = matches!(*labels, ["svc"] | [_, "svc"] | [_, "svc", "cluster", "local"])
                || domain == self.allocation.platform.id;
            self.of_name(first).filter(|_| is_inside)
        })
    }

    /// The service that the part of a variable's name before `_PORT` means.
    pub(super) fn of_variable(&self, name: &str) -> Option<Meant> {
        let name = normal(name);
        let name = PUBLIC.iter().find_map(|public| name.strip_prefix(public)).unwrap_or(&name);
        let bare = BEFORE.iter().find_map(|before| name.strip_prefix(before));
        [Some(name), bare].into_iter().flatten().find_map(|name| match self.by_name.get(name) {
            Some(meant) => *meant,
            None => {
                let meant = self.by_stem.get(stem(name)).or_else(|| self.by_tail.get(stem(name)));
                meant.or_else(|| self.by_head.get(name)).copied().flatten()
            }
        })
    }

    /// The part of a service that the part of a variable's name before `_PORT` means: a binding, or one that is not told, as `HTTP` is.
    pub(super) fn part_of(&self, name: &str, service: usize) -> Option<Meant> {
        let name = normal(name);
        let bindings = &self.allocation.services[service].bindings;
        match bindings.iter().position(|binding| normal(&binding.name) == name) {
            Some(at) => Some((service, Some(at))),
            None => PARTS.contains(&&*name).then_some((service, None)),
        }
    }

    /// The service that the name of a variable with an address means.
    pub(super) fn of_address(&self, name: &str) -> Option<Meant> {
        let mut name = &*normal(name);
        // `base_url` is no service that is called base.
        if is_target_of_tool(name) || matches!(name, "base-url" | "base-uri" | "base-address") {
            return None;
        }
        loop {
            if let Some(meant) = self.of_variable(name) {
                return Some(meant);
            }
            name = ADDRESS.iter().find_map(|end| name.strip_suffix(end))?;
        }
    }

    /// The service whose whole name stands at the end of the name of a variable, but for `_URL` and the like.
    pub(super) fn at_end(&self, name: &str) -> Option<Meant> {
        let name = normal(name);
        let name = ADDRESS.iter().find_map(|end| name.strip_suffix(end))?;
        name.match_indices('-').find_map(|(at, _)| self.of_name(&name[at + 1..]))
    }

    /// Whether a variable has the address of the program that it is told.
    pub(super) fn is_own_address(name: &str) -> bool {
        let is_variable = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        let name = normal(name);
        let name = PUBLIC.iter().find_map(|public| name.strip_prefix(public)).unwrap_or(&name);
        is_variable && OWN_ADDRESS.contains(&name)
    }

    /// Whether a variable has the address of what has the name of the platform: `SHOP_BASE_URL`.
    pub(super) fn is_address_of_platform(&self, name: &str) -> bool {
        let name = normal(name);
        let own = [&self.allocation.platform.id, &self.allocation.platform.name].map(|name| normal(name) + "-");
        own.iter().any(|own| name.strip_prefix(&**own).is_some_and(|rest| OWN_ADDRESS.contains(&rest)))
    }

    /// Whether the name of a variable with an address has the whole name of a service before `_URL` and the like.
    pub(super) fn is_address_of(&self, name: &str) -> bool {
        let name = normal(name);
        let name = PUBLIC.iter().find_map(|public| name.strip_prefix(public)).unwrap_or(&name);
        ADDRESS.iter().any(|end| name.strip_suffix(end).is_some_and(|name| self.of_name(name).is_some()))
    }

    /// The service that a text for people names right before it ends, if it names one.
    pub(super) fn in_text(&self, text: &str) -> Option<Meant> {
        let lower = text.to_lowercase();
        let mut best: Option<(usize, usize, usize)> = None;
        for (name, index) in &self.in_prose {
            let Some(at) = prose::last_name(&lower, name) else { continue };
            // The one that ends last, and of those the longest.
            if best.is_none_or(|(end, start, _)| (at + name.len(), start) > (end, at)) {
                best = Some((at + name.len(), at, *index));
            }
        }
        best.map(|(.., index)| (index, None)).or_else(|| self.in_label(&lower))
    }

    /// The only service of which the label that a text in small letters ends with has all the words, the last one last: `order service
    /// postgresql db: ` is `orders-db`.
    fn in_label(&self, text: &str) -> Option<Meant> {
        let label = prose::label(text)?;
        let mut named = self.in_headings.iter().filter(|(name, _)| prose::is_in_label(&label, name));
        let (_, first) = named.next()?;
        named.all(|(_, other)| other == first).then_some((*first, None))
    }

    /// Whether a name is that of the platform.
    pub(super) fn is_platform(&self, name: &str) -> bool {
        let platform = &self.allocation.platform;
        [&platform.id, &platform.name].iter().any(|own| normal(own) == normal(name))
    }

    /// Whether an image may be that of a service: the one that ports.toml states, or one that is called as the service or the platform.
    pub(super) fn is_image_of(&self, image: &str, service: usize) -> bool {
        let bare = |image: &str| image.split(['@', ':']).next().map(normal).unwrap_or_default();
        let (image, service) = (bare(image), &self.allocation.services[service]);
        match service.compose.get("image").and_then(Json::as_str) {
            _ if image.is_empty() => true,
            Some(own) => image == bare(own),
            None => [&service.id, &self.allocation.platform.id].iter().any(|name| image.contains(&normal(name))),
        }
    }

    /// The only service that a heading names, by whole words.
    pub(super) fn in_heading(&self, heading: &str) -> Option<Meant> {
        let heading = in_words(heading);
        let mut named = self.in_headings.iter().filter(|(name, _)| name.len() > 2 && heading.contains(&**name));
        let (_, first) = named.next()?;
        named.all(|(_, other)| other == first).then_some((*first, None))
    }

    /// Whether a text for people names a service anywhere.
    pub(super) fn is_in(&self, text: &str, service: usize) -> bool {
        let lower = text.to_lowercase();
        let mut names = self.in_prose.iter().filter(|(_, index)| *index == service);
        names.any(|(name, _)| lower.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| word == name))
    }

    /// Whether a text for people names a service anywhere, or the platform.
    pub(super) fn is_about(&self, text: &str, service: usize) -> bool {
        let platform = &self.allocation.platform;
        let words = in_words(text);
        self.is_in(text, service) || [&platform.id, &platform.name].iter().any(|name| words.contains(&in_words(name)))
    }

    /// Whether a program or its settings name a service, by a name that is no word of programs, or the platform.
    pub(super) fn is_told_in(&self, text: &str, service: usize) -> bool {
        let words = in_words(text);
        let platform = &self.allocation.platform;
        let is_said = |name: &str| words.contains(name) && !GENERIC.contains(&name.trim());
        let mut own = self.in_headings.iter().filter(|(_, index)| *index == service);
        own.any(|(name, _)| is_said(name)) || [&platform.id, &platform.name].iter().any(|name| is_said(&in_words(name)))
    }

    /// As [`Self::may_mean`], without words that names only end in, unless the name has no other: `CATALOG_SVC` is not `cart-svc`.
    pub(super) fn may_be_called(&self, name: &str, service: usize) -> bool {
        let name = normal(name);
        let mut bare = PUBLIC.iter().find_map(|public| name.strip_prefix(public)).unwrap_or(&name);
        bare = BEFORE.iter().find_map(|before| bare.strip_prefix(before)).unwrap_or(bare);
        while let Some(rest) = ADDRESS.iter().find_map(|end| bare.strip_suffix(end)) {
            bare = rest;
        }
        self.may_mean(stem(bare), service)
    }

    /// Whether the name of a variable has a word in common with a service, so that it may mean it.
    pub(super) fn may_mean(&self, name: &str, service: usize) -> bool {
        let (name, service) = (normal(name), &self.allocation.services[service]);
        let words = [normal(&service.id), normal(&service.title)];
        words
            .iter()
            .flat_map(|words| words.split('-'))
            .any(|word| word.len() > 1 && name.split('-').any(|part| part == word))
    }
}

/// Whether the name of a variable, in small letters, is that of what a tool of tests is pointed at: `PLAYWRIGHT_BASE_URL`.
fn is_target_of_tool(name: &str) -> bool {
    const TOOLS: [&str; 13] = [
        "artillery",
        "cypress",
        "e2e",
        "jest",
        "k6",
        "karma",
        "locust",
        "nightwatch",
        "playwright",
        "puppeteer",
        "testcafe",
        "vitest",
        "wdio",
    ];
    const TARGETS: [&str; 8] =
        ["-app-url", "-base-url", "-baseurl", "-base", "-site-url", "-target-url", "-target", "-test-url"];
    let name = PUBLIC.iter().find_map(|public| name.strip_prefix(public)).unwrap_or(name);
    TARGETS.iter().any(|end| name.strip_suffix(end).is_some_and(|tool| TOOLS.contains(&tool)))
}

/// Other names of a service: its title, that of its Kubernetes Service, those of its container.
fn others(service: &Service) -> Vec<String> {
    let mut names = vec![service.title.clone()];
    names.extend(service.aliases.iter().flatten().cloned());
    names.extend(service.kubernetes.stated().and_then(|stated| Some(stated.name.as_ref()?.0.to_string())));
    for key in ["container_name", "hostname"] {
        names.extend(service.compose.get(key).and_then(Json::as_str).map(str::to_owned));
    }
    let networks =
        service.compose.get("networks").and_then(Json::as_object).into_iter().flat_map(|networks| networks.values());
    for network in networks {
        let aliases = network.get("aliases").and_then(Json::as_array).into_iter().flatten();
        names.extend(aliases.filter_map(Json::as_str).map(str::to_owned));
    }
    names
}

fn add(table: &mut HashMap<String, Option<Meant>>, name: String, meant: Meant) {
    if !name.is_empty() {
        table.entry(name).and_modify(|known| *known = known.filter(|known| known.0 == meant.0)).or_insert(Some(meant));
    }
}

/// A name as all spellings of it have it: `auth-service` for `AUTH_SERVICE`, `authService` and `Auth Service`.
pub(super) fn normal(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for c in name.chars() {
        if c.is_alphanumeric() {
            if c.is_uppercase() && was_lower {
                out.push('-');
            }
            was_lower = c.is_lowercase() || c.is_ascii_digit();
            out.extend(c.to_lowercase());
        } else {
            was_lower = false;
            if !out.is_empty() && !out.ends_with('-') {
                out.push('-');
            }
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// The words of a text in small letters, with a blank around each.
fn in_words(text: &str) -> String {
    let mut out = " ".to_owned();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        out.push_str(&word.to_lowercase());
        out.push(' ');
    }
    out
}

/// A name without what names may end in.
fn stem(name: &str) -> &str {
    ENDS.iter().find_map(|end| name.strip_suffix(end)).filter(|stem| !stem.is_empty()).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name_are_one() {
        for name in [
            "auth-service",
            "AUTH_SERVICE",
            "authService",
            "Auth Service",
            "AuthService",
            "auth.service",
            "_auth__service_",
        ] {
            assert_eq!(normal(name), "auth-service", "{name}");
        }
        assert_eq!(normal("API (Main)"), "api-main");
        assert_eq!(stem("auth-service"), "auth");
        assert_eq!(stem("-service"), "-service");
    }
}
