//! The objects of a manifest that have ports, or name them.

use std::ops::Range;

use crate::allocation::Protocol;
use crate::diagnostic::quoted;
use crate::formats::compose_port::transport;
use crate::formats::yaml::tree::{Id, Tree};
use crate::formats::{Written, port};

/// The most nodes that are looked at in one file.
const MOST_NODES: usize = 1 << 14;

/// A port as one object names that of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// By its number.
    Number(u16),
    /// By its name.
    Name(String),
}

impl Target {
    /// For people.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Name(name) => quoted(name),
        }
    }
}

/// One port of a container or of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// The number.
    pub number: u16,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The protocol: TCP, where it does not say.
    pub protocol: Protocol,
    /// The port of the pods that a Service's leads to, where it says so.
    pub target: Option<Target>,
    /// Where the number stands.
    pub span: Range<usize>,
}

impl Port {
    /// Whether it is what another object names.
    pub fn is(&self, target: &Target) -> bool {
        match target {
            Target::Number(number) => self.number == *number,
            Target::Name(name) => self.name.as_deref() == Some(name),
        }
    }
}

/// Where an object names a port of another, or of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What is named.
    pub target: Target,
    /// Where.
    pub span: Range<usize>,
}

/// One object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// A Service, with the labels of its pods and the ports of them that it names.
    #[expect(missing_docs, reason = "as Kubernetes calls them")]
    Service { name: String, selector: Vec<(String, String)>, ports: Vec<Port>, targets: Vec<Named> },
    /// What runs pods, with their labels, the images of the containers that have ports, and the ports that probes name.
    #[expect(missing_docs, reason = "as Kubernetes calls them")]
    Workload { name: String, labels: Vec<(String, String)>, images: Vec<String>, ports: Vec<Port>, probes: Vec<Named> },
    /// A backend of an Ingress or a route.
    #[expect(missing_docs, reason = "as Kubernetes calls them")]
    Route { service: String, named: Named },
}

impl Object {
    /// Whether it runs pods that a Service with this selector finds.
    pub fn is_selected_by(&self, selector: &[(String, String)]) -> bool {
        match self {
            Self::Workload { labels, .. } => {
                !selector.is_empty() && selector.iter().all(|label| labels.contains(label))
            }
            _ => false,
        }
    }

    /// The ports that it has; none where it does not say.
    pub fn ports(&self) -> &[Port] {
        match self {
            Self::Service { ports, .. } | Self::Workload { ports, .. } => ports,
            Self::Route { .. } => &[],
        }
    }
}

/// The objects of a manifest.
pub fn objects(text: &str) -> Vec<Object> {
    let tree = Tree::read(text);
    let mut reader = Reader { tree: &tree, nodes: MOST_NODES, out: Vec::new() };
    for document in &tree.documents {
        reader.object(*document);
    }
    reader.out
}

struct Reader<'s, 't> {
    tree: &'s Tree<'t>,
    nodes: usize,
    out: Vec<Object>,
}

/// What OpenShift calls a list of objects with parameters in their texts.
///
/// Source: <https://docs.redhat.com/en/documentation/openshift_container_platform/4.17/html/images/using-templates>.
pub(in crate::scan) const TEMPLATE: &str = "Template";

/// The ways to the template of a pod.
const TEMPLATES: [&[&str]; 3] = [&["spec", "template"], &["spec", "jobTemplate", "spec", "template"], &[]];

impl Reader<'_, '_> {
    fn object(&mut self, id: Id) {
        let kind = self.text(id, &["kind"]);
        match &*kind {
            "List" | TEMPLATE => {
                let key = if kind == TEMPLATE { "objects" } else { "items" };
                for item in self.items(id, &[key]).into_iter().filter(|item| *item != id) {
                    if self.nodes > 0 {
                        self.nodes -= 1;
                        self.object(item);
                    }
                }
            }
            "Service" => self.service(id),
            "Ingress" | "HTTPRoute" | "GRPCRoute" | "TCPRoute" => self.routes(id),
            _ => self.workload(id),
        }
    }

    fn service(&mut self, id: Id) {
        let selector = self.at(id, &["spec", "selector"]).map(|selector| self.labels(selector)).unwrap_or_default();
        let (mut ports, mut targets) = (Vec::new(), Vec::new());
        for entry in self.items(id, &["spec", "ports"]) {
            let Some((number, span)) = self.number(entry, "port") else { continue };
            let name = self.tree.text(entry, "name").map(|name| name.value.to_string());
            let named = self.tree.text(entry, "targetPort").and_then(named);
            let (target, protocol) = (named.as_ref().map(|named| named.target.clone()), self.protocol(entry));
            ports.push(Port { number, name, protocol, target, span });
            targets.extend(named);
        }
        self.out.push(Object::Service { name: self.text(id, &["metadata", "name"]), selector, ports, targets });
    }

    fn workload(&mut self, id: Id) {
        let name = self.text(id, &["metadata", "name"]);
        for way in TEMPLATES {
            let Some(template) = self.at(id, way) else { continue };
            let labels =
                self.at(template, &["metadata", "labels"]).map(|labels| self.labels(labels)).unwrap_or_default();
            let (mut images, mut ports, mut probes) = (Vec::new(), Vec::new(), Vec::new());
            for containers in ["containers", "initContainers"] {
                for container in self.items(template, &["spec", containers]) {
                    let before = ports.len();
                    self.container(container, &mut ports, &mut probes);
                    images.extend(Some(self.text(container, &["image"])).filter(|_| ports.len() > before));
                }
            }
            if !ports.is_empty() {
                self.out.push(Object::Workload { name, labels, images, ports, probes });
                return;
            }
        }
    }

    fn container(&self, container: Id, ports: &mut Vec<Port>, probes: &mut Vec<Named>) {
        for entry in self.items(container, &["ports"]) {
            let Some((number, span)) = self.number(entry, "containerPort") else { continue };
            let name = self.tree.text(entry, "name").map(|name| name.value.to_string());
            ports.push(Port { number, name, protocol: self.protocol(entry), target: None, span });
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            for action in ["httpGet", "tcpSocket"] {
                let asked = self.at(container, &[probe, action, "port"]).and_then(|id| self.tree.scalar(id));
                probes.extend(asked.and_then(named));
            }
        }
    }

    fn protocol(&self, entry: Id) -> Protocol {
        transport(self.tree.text(entry, "protocol").map(|text| &*text.value)).unwrap_or_default()
    }

    /// The port at a key, with its place.
    fn number(&self, entry: Id, key: &str) -> Option<(u16, Range<usize>)> {
        let text = self.tree.text(entry, key)?;
        Some((port(&text.value)?, text.span.clone()))
    }

    /// The backends of an Ingress and of a route of the Gateway API.
    fn routes(&mut self, id: Id) {
        let mut found = Vec::new();
        if let Some(spec) = self.at(id, &["spec"]) {
            self.backends(spec, 12, &mut found);
        }
        self.out.extend(found);
    }

    fn backends(&mut self, id: Id, depth: usize, found: &mut Vec<Object>) {
        if depth == 0 || self.nodes == 0 {
            return;
        }
        self.nodes -= 1;
        let service = self.at(id, &["service", "name"]).and_then(|id| self.tree.scalar(id));
        let asked = ["number", "name"].iter().find_map(|key| self.at(id, &["service", "port", key]));
        if let (Some(service), Some(named)) = (service, asked.and_then(|id| self.tree.scalar(id)).and_then(named)) {
            found.push(Object::Route { service: service.value.to_string(), named });
        }
        for item in self.items(id, &["backendRefs"]) {
            let (name, asked) = (self.tree.text(item, "name"), self.tree.text(item, "port").and_then(named));
            if let (Some(name), Some(named)) = (name, asked) {
                found.push(Object::Route { service: name.value.to_string(), named });
            }
        }
        let inner: Vec<Id> = self.tree.entries(id).into_iter().map(|(_, value)| value).collect();
        let items = self.tree.items(id).to_vec();
        inner.into_iter().chain(items).for_each(|id| self.backends(id, depth - 1, found));
    }

    fn at(&self, id: Id, way: &[&str]) -> Option<Id> {
        way.iter().try_fold(id, |id, key| self.tree.get(id, key))
    }

    fn items(&self, id: Id, way: &[&str]) -> Vec<Id> {
        self.at(id, way).map(|list| self.tree.items(list).to_vec()).unwrap_or_default()
    }

    fn text(&self, id: Id, way: &[&str]) -> String {
        self.at(id, way).and_then(|id| self.tree.scalar(id)).map_or_else(String::new, |text| text.value.to_string())
    }

    fn labels(&self, id: Id) -> Vec<(String, String)> {
        let entries = self.tree.entries(id).into_iter();
        entries
            .filter_map(|(key, value)| Some((key.value.to_string(), self.tree.scalar(value)?.value.to_string())))
            .collect()
    }
}

/// A port by number or by name, with its place.
fn named(text: &Written<'_>) -> Option<Named> {
    let target = match port(&text.value) {
        Some(number) => Target::Number(number),
        None if text.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !text.value.is_empty() =>
        {
            Target::Name(text.value.to_string())
        }
        None => return None,
    };
    Some(Named { target, span: text.places().of(0..text.value.len()) })
}
