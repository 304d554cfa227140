//! Manifests: the ports of Services and of the pods behind them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::evidence::{At, Evidence, Expose, Source, Stated};
use super::lines::Lines;
use super::usage::usage;
use crate::allocation::{Port, Ports};
use crate::lints::bare;
use crate::scan::manifests::object::{self, Object};

/// A manifest with what it describes.
#[derive(Debug)]
pub(super) struct Manifest {
    path: Arc<str>,
    lines: Lines,
    objects: Vec<Object>,
}

impl Manifest {
    pub(super) fn new(path: Arc<str>, text: &str, objects: Vec<Object>) -> Self {
        Self { path, lines: Lines::new(text), objects }
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    fn at(&self, port: &object::Port) -> At {
        At { file: Arc::clone(&self.path), line: self.lines.of(port.span.start) }
    }
}

/// What all manifests say of services: Services with the ports of their pods, then pods without a Service.
pub(super) fn evidence(manifests: &[Manifest]) -> Vec<Evidence> {
    let mut found = Vec::new();
    let mut selected: Vec<*const Object> = Vec::new();
    for manifest in manifests {
        for object in &manifest.objects {
            let Object::Service { name, selector, ports, .. } = object else { continue };
            let (Some(first), true) = (ports.first(), is_name(name)) else { continue };
            let pods = nearest(manifests, manifest, selector);
            selected.extend(pods.iter().map(|pod| std::ptr::from_ref(*pod)));
            let mut one = of(manifest, first);
            one.names.push(name.clone());
            one.names.extend(pods.iter().filter_map(|pod| workload_name(pod)));
            one.image = pods.iter().find_map(|pod| image(pod));
            one.ports.extend(ports.iter().map(|port| service_port(manifest, port, &pods)));
            found.push(one);
        }
    }
    for manifest in manifests {
        for object in manifest.objects.iter().filter(|one| !selected.contains(&std::ptr::from_ref(*one))) {
            let Object::Workload { name, ports, .. } = object else { continue };
            let (Some(first), true) = (ports.first(), is_name(name)) else { continue };
            let mut one = of(manifest, first);
            one.names.push(name.clone());
            one.image = image(object);
            one.ports.extend(ports.iter().map(|port| container_port(manifest, port)));
            found.push(one);
        }
    }
    mark_alone(&mut found);
    found
}

/// Marks what is called in one way wherever its image is started.
fn mark_alone(all: &mut [Evidence]) {
    let mut names: HashMap<String, HashSet<String>> = HashMap::new();
    for one in &*all {
        if let (Some(image), Some(name)) = (&one.image, one.names.first()) {
            names.entry(image.clone()).or_default().insert(name.clone());
        }
    }
    for one in all {
        one.is_alone = one.image.as_ref().and_then(|image| names.get(image)).is_some_and(|names| names.len() == 1);
    }
}

fn of(manifest: &Manifest, first: &object::Port) -> Evidence {
    let mut one = Evidence::new(Source::Code, manifest.at(first));
    one.stage = usage(&manifest.path);
    one
}

/// Whether an object is called so wherever it is made: not by a parameter of a template.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('$')
}

fn workload_name(object: &Object) -> Option<String> {
    match object {
        Object::Workload { name, .. } if is_name(name) => Some(name.clone()),
        _ => None,
    }
}

/// The image of the one container with ports that pods have.
fn image(object: &Object) -> Option<String> {
    match object {
        Object::Workload { images, .. } if images.len() == 1 => bare(&images[0]).map(str::to_owned),
        _ => None,
    }
}

fn one(number: u16) -> Option<Ports> {
    Port::new(number.into()).map(Ports::from)
}

/// A port of a Service, with that of the pods behind it.
fn service_port(manifest: &Manifest, port: &object::Port, pods: &[&Object]) -> Stated {
    let target = port.target.clone().unwrap_or(object::Target::Number(port.number));
    let container = match &target {
        object::Target::Number(number) => Some(*number),
        object::Target::Name(_) => {
            pods.iter().flat_map(|pod| pod.ports()).find(|port| port.is(&target)).map(|port| port.number)
        }
    };
    let mut stated = hidden(manifest, port);
    stated.service = Some(port.number);
    stated.container = container.and_then(one);
    stated
}

fn container_port(manifest: &Manifest, port: &object::Port) -> Stated {
    Stated { container: one(port.number), ..hidden(manifest, port) }
}

/// A port that nobody reaches on the machine.
fn hidden(manifest: &Manifest, port: &object::Port) -> Stated {
    let (name, protocol) = (port.name.clone(), port.protocol);
    Stated { name, protocol, expose: Some(Expose::Hidden), ..Stated::at(manifest.at(port)) }
}

/// The pods with labels, from the nearest place that has some: the same file, the same folder, anywhere.
fn nearest<'m>(manifests: &'m [Manifest], from: &Manifest, selector: &[(String, String)]) -> Vec<&'m Object> {
    let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let own = folder(&from.path);
    let is_near: [&dyn Fn(&Manifest) -> bool; 3] =
        [&|other| other.path == from.path, &|other| folder(&other.path) == own, &|_| true];
    for is_near in is_near {
        let objects = manifests.iter().filter(|other| is_near(other)).flat_map(|other| &other.objects);
        let found: Vec<&Object> = objects.filter(|object| object.is_selected_by(selector)).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}
