//! Ports of this machine that lead to another one: `kubectl port-forward svc/web 4001:3000`, `ssh -L 4001:db:5432`.

use std::borrow::Cow;

use super::spot::Spot;
use super::{Said, View, Whose};
use crate::formats::url;

#[cfg(test)]
pub(super) const COUNTS: [&str; 7] = [
    "k8s_resource('web', port_forwards=['4001:3000'])",
    "k8s_resource('web', port_forwards=4001)",
    "kubectl port-forward svc/web 4001:3000",
    "kubectl -n $NS port-forward deploy/$NS-web 4001:3000 &",
    "oc port-forward pod/auth-0 :4001",
    "ssh -i $KEY -L 4001:$NODE:31300 -L 4002:$NODE:31301 host",
    "ssh -L 4001:localhost:5432 host",
];

#[cfg(test)]
pub(super) const DOES_NOT: [&str; 3] = ["port-forward: 4001", "curl -L 4001", "forwards 4001:3000"];

/// The kinds of objects that `kubectl port-forward` reaches.
///
/// Source: <https://kubernetes.io/docs/reference/kubectl/generated/kubectl_port-forward/>.
const KINDS: [&str; 9] = ["svc", "service", "deploy", "deployment", "pod", "po", "sts", "statefulset", "rs"];

/// Reads either side of a forwarded port.
pub(super) fn read<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    if let Some((_, list)) = spot.before.rsplit_once("port_forwards") {
        return of_tilt(list);
    }
    let words = &spot.before[..spot.before.rfind([' ', '\t'])? + 1];
    match words.contains(" port-forward ") {
        true => of_kubectl(words, spot),
        false => of_ssh(spot),
    }
}

/// `port_forwards=['4001:3000', 4002]` of a Tiltfile.
///
/// Source: <https://docs.tilt.dev/api.html#api.k8s_resource>.
fn of_tilt<'t>(list: &str) -> Option<Said<'t>> {
    let is_list = list.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '=' | '[' | ',' | ':' | '\'' | '"'));
    let view = if list.ends_with(':') { View::Any } else { View::Host };
    (is_list && list.contains('=')).then(|| Said::new(view, Whose::Local))
}

/// `port-forward svc/web 4001:3000`.
fn of_kubectl<'t>(words: &'t str, spot: &Spot<'t>) -> Option<Said<'t>> {
    let is_here = spot.behind.starts_with(':') && words.len() == spot.before.len();
    if !is_here && !spot.before.ends_with(':') {
        return None;
    }
    let (_, behind) = words.rsplit_once(" port-forward ")?;
    let target =
        behind.split_whitespace().find_map(|word| word.split_once('/').filter(|(kind, _)| KINDS.contains(kind)));
    let whose = match target {
        Some((_, name)) if !name.contains(['$', '{', '<']) => Whose::Host(Cow::Borrowed(name)),
        _ => Whose::Local,
    };
    let said = Said::new(if is_here { View::Host } else { View::Network }, whose);
    // Any port of this machine may be taken for it.
    Some(if is_here && said.whose == Whose::Local { said } else { said.weak() })
}

/// `-L 4001:db:5432`.
fn of_ssh<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    let is_option = |before: &str| before.strip_suffix("-L").is_some_and(|before| before.ends_with([' ', '\t']));
    if is_option(spot.before.trim_end_matches(' ')) && spot.behind.starts_with(':') {
        return Some(Said::new(View::Host, Whose::Local));
    }
    let (here, host) = spot.before.strip_suffix(':')?.rsplit_once(':')?;
    let here = here.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(' ');
    if !is_option(here) {
        return None;
    }
    match url::host(host).filter(|host| !url::is_local(host)) {
        Some(name) if name == host => Some(Said::new(View::Network, Whose::Host(Cow::Borrowed(host))).weak()),
        _ => Some(Said::new(View::Any, Whose::Local)),
    }
}
