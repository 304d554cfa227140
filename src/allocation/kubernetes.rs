//! The Kubernetes Service of a service.

use std::ops::Range as Span;

use schemars::JsonSchema;
use serde_json::{Map, Value};

/// What `kubernetes` of a service says.
#[derive(Debug, Default)]
pub enum Kubernetes {
    /// Nothing: a Service with every default.
    #[default]
    Default,
    /// `false`: no Service.
    Off,
    /// A table.
    Stated(Box<Stated>),
}

impl Kubernetes {
    /// The table, where there is one.
    pub fn stated(&self) -> Option<&Stated> {
        match self {
            Self::Stated(stated) => Some(stated),
            Self::Default | Self::Off => None,
        }
    }

    /// As ports.toml writes it; null where it does not.
    pub fn json(&self) -> Value {
        match self {
            Self::Default => Value::Null,
            Self::Off => Value::Bool(false),
            Self::Stated(stated) => Value::Object(stated.written.clone()),
        }
    }
}

/// What differs from the defaults.
#[derive(Debug)]
pub struct Stated {
    /// The name of the Service, with its place; default: the id of the service.
    pub name: Option<(String, Span<usize>)>,
    /// The type; default: `ClusterIP`.
    pub kind: Kind,
    /// The labels of its pods, none for a Service that selects none; default: `app.kubernetes.io/name` with the id of the service.
    pub selector: Option<Labels>,
    /// Labels of the Service besides portgen's, or in their place.
    pub labels: Labels,
    /// How `targetPort` says which port of the pods it is; default: by name.
    pub target: Target,
    /// The whole table as written.
    pub written: Map<String, Value>,
}

/// Labels in the order of the file.
pub type Labels = Vec<(String, String)>;

/// The type of a Service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
pub enum Kind {
    /// Reached inside the cluster, the default.
    #[default]
    #[schemars(rename = "ClusterIP")]
    ClusterIp,
    /// On every node as well.
    NodePort,
    /// Behind a load balancer as well.
    LoadBalancer,
    /// Without an address of its own: its name leads to the pods.
    Headless,
}

impl Kind {
    /// Every type.
    pub const ALL: [Self; 4] = [Self::ClusterIp, Self::NodePort, Self::LoadBalancer, Self::Headless];

    /// As ports.toml writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClusterIp => "ClusterIP",
            Self::NodePort => "NodePort",
            Self::LoadBalancer => "LoadBalancer",
            Self::Headless => "Headless",
        }
    }

    /// Whether its ports are on the nodes.
    pub fn has_node_ports(self) -> bool {
        matches!(self, Self::NodePort | Self::LoadBalancer)
    }
}

/// How `targetPort` says which port of the pods it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Target {
    /// By the name of the container's port, the default.
    #[default]
    Name,
    /// By its number.
    Number,
}

impl Target {
    /// As ports.toml writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Number => "number",
        }
    }
}

/// Whether a namespace is one of the cluster itself, or may become one: Kubernetes keeps `kube-` for itself.
/// Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/>.
pub fn is_of_cluster(namespace: &str) -> bool {
    namespace == "default" || namespace.starts_with("kube-")
}

/// The label by which recommended labels name an application.
const NAME: &str = "app.kubernetes.io/name";

impl super::Service {
    /// The name of its Kubernetes Service; `None` where `kubernetes = false`, or where it has ranges alone, which Kubernetes does not
    /// know.
    pub fn kubernetes_name(&self) -> Option<&str> {
        if self.has_only_ranges() {
            return None;
        }
        match &self.kubernetes {
            Kubernetes::Default => Some(&self.id),
            Kubernetes::Off => None,
            Kubernetes::Stated(stated) => Some(stated.name.as_ref().map_or(&self.id, |(name, _)| name)),
        }
    }

    /// Whether it has ports, and each of them is a range.
    pub fn has_only_ranges(&self) -> bool {
        !self.bindings.is_empty() && self.first_index().is_none()
    }

    /// Where the name of its Kubernetes Service is written.
    pub fn kubernetes_span(&self) -> &Span<usize> {
        let name = self.kubernetes.stated().and_then(|stated| stated.name.as_ref());
        name.map_or(&self.span, |(_, span)| span)
    }

    /// The labels of the pods that its Kubernetes Service selects; none for a Service that selects none.
    pub fn selector(&self) -> Vec<(&str, &str)> {
        match self.kubernetes.stated().and_then(|stated| stated.selector.as_ref()) {
            Some(selector) => pairs(selector).collect(),
            None => vec![(NAME, self.label())],
        }
    }

    /// Its id as the value of a label; the name of its Kubernetes Service where Kubernetes does not allow the id.
    fn label(&self) -> &str {
        let is_end = |c: char| c.is_ascii_alphanumeric();
        match self.kubernetes_name() {
            Some(name) if self.id.len() > 63 || !self.id.starts_with(is_end) || !self.id.ends_with(is_end) => name,
            _ => &self.id,
        }
    }

    /// The labels of its Kubernetes Service: the recommended ones, and those of ports.toml, which win.
    pub fn labels<'a>(&'a self, allocation: &'a super::Allocation) -> Vec<(&'a str, &'a str)> {
        let mut labels = Vec::with_capacity(4);
        labels.push((NAME, self.label()));
        if let Some(group) = self.group {
            labels.push(("app.kubernetes.io/component", &allocation.groups[group].id));
        }
        labels.push(("app.kubernetes.io/part-of", &allocation.platform.id));
        labels.push(("app.kubernetes.io/managed-by", "portgen"));
        let Some(stated) = self.kubernetes.stated() else { return labels };
        for (key, value) in pairs(&stated.labels) {
            match labels.iter_mut().find(|(known, _)| *known == key) {
                Some(label) => label.1 = value,
                None => labels.push((key, value)),
            }
        }
        labels
    }
}

fn pairs(labels: &Labels) -> impl Iterator<Item = (&str, &str)> {
    labels.iter().map(|(key, value)| (&**key, &**value))
}
