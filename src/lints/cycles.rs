//! Services that wait for each other.

use std::cell::OnceCell;
use std::collections::{HashMap, VecDeque};
use std::iter;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use serde_json::Value;

use super::scope::Scope;
use crate::allocation::{Allocation, Service};
use crate::diagnostic::{Diagnostic, quoted};

/// The most services of a circle that are named: a message is one line.
const SHOWN: usize = 6;

/// `dependency-cycle`: for each set of services that all depend on each other, the shortest circle through its first one.
pub(super) fn dependency_cycle(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let ids = Ids { allocation: scope.allocation, by_id: OnceCell::new() };
    let services = scope.allocation.services.iter();
    let waits: Vec<Vec<usize>> = services.map(|service| waits_for(scope.allocation, &ids, service)).collect();
    if is_in_order(&waits) {
        return Vec::new();
    }
    circles(&waits).iter().map(|circle| finding(scope, circle)).collect()
}

/// Whether each waits only for those before it, as people often write them: then there is no circle, and no graph to make.
fn is_in_order(waits: &[Vec<usize>]) -> bool {
    waits.iter().enumerate().all(|(at, on)| on.iter().all(|on| *on < at))
}

/// The services that Compose starts before `service`: none where either is not in Compose. What its Compose keys name, Compose waits for,
/// too; an order that they state takes the place of `depends-on`.
fn waits_for(allocation: &Allocation, ids: &Ids<'_>, service: &Service) -> Vec<usize> {
    if !service.runs() {
        return Vec::new();
    }
    let mut waits = Vec::new();
    if !service.compose.contains_key("depends_on") {
        waits.extend(service.depends_on.iter().map(|(on, _)| *on));
    }
    waits.extend(named(service).into_iter().filter_map(|name| ids.find(name)));
    waits.retain(|on| allocation.services[*on].runs());
    waits
}

/// The services that the Compose keys of a service name, so that Compose starts them first:
/// <https://github.com/compose-spec/compose-go/blob/main/loader/normalize.go>.
fn named(service: &Service) -> Vec<&str> {
    let mut names = Vec::new();
    match service.compose.get("depends_on") {
        Some(Value::Object(map)) => names.extend(map.keys().map(String::as_str)),
        Some(Value::Array(list)) => names.extend(list.iter().filter_map(Value::as_str)),
        _ => {}
    }
    for key in ["network_mode", "pid", "ipc"] {
        let value = service.compose.get(key).and_then(Value::as_str);
        names.extend(value.and_then(|value| value.strip_prefix("service:")));
    }
    for key in ["links", "volumes_from"] {
        let items = service.compose.get(key).and_then(Value::as_array).into_iter().flatten();
        names.extend(items.filter_map(Value::as_str).filter_map(|item| item.split(':').next()));
    }
    names
}

/// The services by their ids, found when a Compose key first names one.
struct Ids<'a> {
    allocation: &'a Allocation,
    by_id: OnceCell<HashMap<&'a str, usize>>,
}

impl Ids<'_> {
    fn find(&self, id: &str) -> Option<usize> {
        let services = || self.allocation.services.iter().enumerate().map(|(at, service)| (&*service.id, at)).collect();
        self.by_id.get_or_init(services).get(id).copied()
    }
}

fn finding(scope: &Scope<'_>, circle: &[usize]) -> Diagnostic {
    let services = &scope.allocation.services;
    let mut names: Vec<String> = circle.iter().take(SHOWN).map(|service| quoted(&services[*service].id)).collect();
    if circle.len() > SHOWN {
        names.push(format!("{} more", circle.len() - SHOWN));
    }
    names.push(quoted(&services[circle[0]].id));
    let mut found = scope.found(format!("services wait for each other: {}", names.join(" -> ")));
    let next = circle.iter().skip(1).chain(&circle[..1]);
    for (from, to) in circle.iter().zip(next).take(SHOWN) {
        let (from, to) = (&services[*from], (*to, &services[*to].id));
        let stated = from.depends_on.iter().find(|(on, _)| *on == to.0 && !from.compose.contains_key("depends_on"));
        let span = stated.map_or(&from.span, |(_, span)| span);
        let how = if stated.is_some() { "" } else { ": a key of its `compose` names it" };
        found = found.at(scope.allocation.place(span), format!("{} waits for {}{how}", quoted(&from.id), quoted(to.1)));
    }
    let is_stated = circle.iter().any(|at| !named(&services[*at]).is_empty());
    found.help(if is_stated {
        "remove one of them: Compose refuses a file with a circle"
    } else {
        "remove one of them, or state the start order yourself with `compose = { depends_on = [...] }`"
    })
}

/// For each strongly connected set of nodes the shortest circle through its first node; `ahead` has the targets of each.
fn circles(ahead: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let set_of = sets(ahead);
    let mut done = vec![false; ahead.len()];
    // The sets share no node, so they share these.
    let mut came_from = vec![None; ahead.len()];
    let mut circles = Vec::new();
    for node in 0..ahead.len() {
        if !std::mem::replace(&mut done[set_of[node]], true) {
            circles.extend(circle(ahead, node, &set_of, &mut came_from));
        }
    }
    circles
}

/// The shortest way from `start` back to it, less the return.
fn circle(ahead: &[Vec<usize>], start: usize, set_of: &[usize], came_from: &mut [Option<usize>]) -> Option<Vec<usize>> {
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for &to in &ahead[node] {
            if set_of[to] != set_of[start] {
                continue;
            }
            if to == start {
                let mut way: Vec<usize> = iter::successors(Some(node), |node| came_from[*node]).collect();
                way.reverse();
                return Some(way);
            }
            if came_from[to].is_none() {
                came_from[to] = Some(node);
                queue.push_back(to);
            }
        }
    }
    None
}

/// The number of the strongly connected set of each node.
fn sets(ahead: &[Vec<usize>]) -> Vec<usize> {
    let mut graph = DiGraph::<(), (), usize>::with_capacity(ahead.len(), 0);
    for _ in ahead {
        graph.add_node(());
    }
    for (from, targets) in ahead.iter().enumerate() {
        graph.extend_with_edges(targets.iter().map(|to| (from, *to)));
    }
    let mut set_of = vec![0; ahead.len()];
    // Not Tarjan's algorithm: here it is recursive, and a long chain of services would exhaust the stack.
    for (set, nodes) in kosaraju_scc(&graph).into_iter().enumerate() {
        for node in nodes {
            set_of[node.index()] = set;
        }
    }
    set_of
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_gives_the_shortest_circle_through_its_first_node() {
        // 1 -> 2 -> 3 -> 1 with the short cut 2 -> 1; 0 leads into it, 4 out of it; 5 and 6 another one.
        let ahead = [vec![1], vec![2], vec![3, 1], vec![1, 4], vec![], vec![6], vec![5, 4]];
        assert_eq!(circles(&ahead), [vec![1, 2], vec![5, 6]]);
    }

    #[test]
    fn a_chain_is_no_circle_however_long() {
        let mut ahead: Vec<Vec<usize>> = (1..=200_000).map(|next| vec![next]).collect();
        ahead.push(vec![]);
        assert!(circles(&ahead).is_empty());
        ahead[200_000].push(100_000);
        let found = circles(&ahead);
        assert_eq!((found.len(), found[0].len(), found[0][0]), (1, 100_001, 100_000));
    }

    /// All 4,096 graphs of four nodes; who reaches whom, found by trying, is the oracle.
    #[test]
    fn circles_are_found_exactly_where_a_node_reaches_itself() {
        const NODES: usize = 4;
        let pairs = || (0..NODES * NODES).map(|pair| (pair / NODES, pair % NODES)).filter(|(from, to)| from != to);
        for graph in 0..1 << (NODES * (NODES - 1)) {
            let mut ahead = vec![Vec::new(); NODES];
            let mut reach = [[false; NODES]; NODES];
            for (_, (from, to)) in pairs().enumerate().filter(|(bit, _)| graph >> bit & 1 == 1) {
                ahead[from].push(to);
                reach[from][to] = true;
            }
            for (via, from, to) in (0..64).map(|n| (n / 16, n / 4 % 4, n % 4)) {
                reach[from][to] |= reach[from][via] && reach[via][to];
            }
            let knotted = |one: usize, other: usize| reach[one][other] && reach[other][one];
            let is_first = |node: &usize| knotted(*node, *node) && !(0..*node).any(|one| knotted(one, *node));
            let found = circles(&ahead);
            let firsts: Vec<usize> = found.iter().map(|circle| circle[0]).collect();
            assert_eq!(firsts, (0..NODES).filter(is_first).collect::<Vec<_>>(), "{ahead:?}");
            for circle in found {
                let mut steps = circle.iter().zip(circle.iter().cycle().skip(1));
                assert!(steps.all(|(from, to)| ahead[*from].contains(to)), "{circle:?} of {ahead:?}");
            }
        }
    }
}
