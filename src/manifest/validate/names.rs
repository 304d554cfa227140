//! The rules that names follow, and which name would do.

use std::ops::Range as Span;

use super::report::Report;
use crate::diagnostic::{Diagnostic, codes, quoted};

/// What a kind of name may be.
#[derive(Debug)]
pub(super) struct Rule {
    noun: &'static str,
    /// The rule in words, with its source.
    words: &'static str,
    follows: fn(&str) -> bool,
}

/// A service, as Compose names it: `^[a-zA-Z0-9._-]+$`. Its name is a host name there, so it is at most as long as one.
pub(super) const SERVICE: Rule = Rule {
    noun: "the name of a service",
    words: "letters, digits, `-`, `_` and `.`, at most 253, as for a service of Compose",
    follows: is_compose_name,
};

/// A Kubernetes Service.
pub(super) const KUBERNETES: Rule = Rule {
    noun: "the name of a Kubernetes Service",
    words: "lower-case letters, digits and hyphens, from a letter to a letter or digit, at most 63 (a DNS-1035 label)",
    follows: is_service_name,
};

/// The key of a label in Kubernetes: a qualified name.
pub(super) const LABEL: Rule = Rule {
    noun: "the key of a label",
    words: "at most 63 letters, digits, `-`, `_` and `.`, from a letter or digit to a letter or digit; a domain and `/` may stand before them",
    follows: is_qualified_key,
};

/// The value of a label in Kubernetes.
pub(super) const LABEL_VALUE: Rule = Rule {
    noun: "the value of a label",
    words: "at most 63 letters, digits, `-`, `_` and `.`, from a letter or digit to a letter or digit, or nothing",
    follows: |value| value.is_empty() || is_qualified(value),
};

/// A group or a range.
pub(super) const WORDS: Rule = Rule {
    noun: "the name of a group or range",
    words: "lower-case letters and digits, with single hyphens between words, at most 63",
    follows: |name| is_label(name) && !name.contains("--"),
};

/// The platform: a Compose project name and a Kubernetes namespace.
pub(super) const PLATFORM: Rule = Rule {
    noun: "the id of a platform",
    words: "lower-case letters, digits and hyphens, from a letter or digit to a letter or digit, at most 63 (a DNS-1123 label, as for a Kubernetes namespace)",
    follows: is_label,
};

/// A port of a service: IANA_SVC_NAME, RFC 6335 section 5.1, in lower case as Kubernetes wants it.
pub(super) const PORT: Rule = Rule {
    noun: "the name of a port",
    words: "1 to 15 lower-case letters, digits and single hyphens, at least one letter, no hyphen at either end (an IANA service name, RFC 6335)",
    follows: is_iana_name,
};

/// What Kubernetes takes as `appProtocol`: an IANA service name, or a qualified name with a prefix.
pub(super) const APP_PROTOCOL: Rule = Rule {
    noun: "an application protocol",
    words: "an IANA service name such as `http`, or a name with a domain such as `kubernetes.io/h2c`",
    follows: |name| match name.split_once('/') {
        Some((domain, name)) => is_domain(domain) && is_qualified(name),
        None => is_iana_name(name),
    },
};

/// Whether `name`, written at `span`, follows `rule`; reports it otherwise.
pub(super) fn check(report: &Report<'_>, name: &str, span: Span<usize>, rule: &Rule) -> bool {
    let follows = (rule.follows)(name);
    if !follows {
        report.add(mistake(&report.quoted(name, &span), name, rule).at(report.place(span), "not a valid name"));
    }
    follows
}

/// The mistake of a name that does not follow `rule`, with one that does.
fn mistake(shown: &str, name: &str, rule: &Rule) -> Diagnostic {
    let is_shown = shown == quoted(name);
    let mut mistake = Diagnostic::error(codes::INVALID_NAME, format!("{shown} cannot be {}", rule.noun));
    let slug = slug(name);
    if is_shown && (rule.follows)(&slug) {
        mistake = mistake.help(format!("`{slug}` is valid"));
    }
    mistake.help(format!("expected {}", rule.words))
}

/// Proves the id of a service that is not in ports.toml yet.
///
/// # Errors
/// It does not follow the rule.
pub(crate) fn service(name: &str) -> Result<(), Diagnostic> {
    if (SERVICE.follows)(name) { Ok(()) } else { Err(mistake(&quoted(name), name, &SERVICE)) }
}

/// Proves the name of a port that is not in ports.toml yet.
///
/// # Errors
/// It does not follow the rule.
pub(crate) fn port(name: &str) -> Result<(), Diagnostic> {
    if (PORT.follows)(name) {
        return Ok(());
    }
    let mistake = Diagnostic::error(codes::INVALID_NAME, format!("{} cannot be {}", quoted(name), PORT.noun));
    Err(mistake.help(format!("expected {}", PORT.words)))
}

/// The name of a service of Compose.
pub(super) fn is_compose_name(name: &str) -> bool {
    (1..=253).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// A name for the Kubernetes Service of the service `id`.
pub(crate) fn for_kubernetes(id: &str) -> String {
    let mut name = slug(id);
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        name = format!("service-{name}");
    }
    name.truncate(63);
    name.trim_end_matches('-').to_owned()
}

/// A DNS-1035 label (RFC 1035): one that starts with a letter.
pub(crate) fn is_service_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && is_label(name)
}

/// A qualified name in Kubernetes, with or without a domain before it.
pub(crate) fn is_qualified_key(key: &str) -> bool {
    match key.split_once('/') {
        Some((domain, name)) => is_domain(domain) && is_qualified(name),
        None => is_qualified(key),
    }
}

/// An IANA_SVC_NAME in lower case.
pub(crate) fn is_iana_name(name: &str) -> bool {
    is_label(name) && name.len() <= 15 && !name.contains("--") && name.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// A DNS-1123 label (RFC 1123): lower-case letters, digits, hyphens between them, at most 63 octets.
pub(crate) fn is_label(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// A DNS-1123 subdomain: the prefix of a qualified name in Kubernetes.
pub(crate) fn is_domain(name: &str) -> bool {
    name.len() <= 253 && name.split('.').all(is_label)
}

/// The name part of a qualified name in Kubernetes.
pub(crate) fn is_qualified(name: &str) -> bool {
    name.len() <= 63
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// `name` with hyphens for what names cannot have.
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}
