//! The Services of a cluster.

use serde_json::Value;

use super::ask::ask;

/// A Service of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterService {
    /// Its name.
    pub name: String,
    /// Its ports, each with its protocol: `TCP`.
    pub ports: Vec<(u16, String)>,
}

/// The Services in a namespace of the cluster that a context of kubectl names. `Err` says why they are not known.
pub fn services(context: &str, namespace: &str) -> Result<Vec<ClusterService>, String> {
    let arguments = ["--context", context, "--namespace", namespace, "get", "services", "--output", "json"];
    let printed = ask("kubectl", &arguments)?.ok_or("there is no kubectl on the PATH")?;
    let all: Value = serde_json::from_str(&printed).map_err(|_| "kubectl has printed no JSON".to_owned())?;
    let items = all["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(items.iter().filter_map(service).collect())
}

fn service(item: &Value) -> Option<ClusterService> {
    let name = item["metadata"]["name"].as_str()?.to_owned();
    let ports = item["spec"]["ports"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ports = ports.iter().filter_map(|port| {
        let number = u16::try_from(port["port"].as_u64()?).ok()?;
        Some((number, port["protocol"].as_str().unwrap_or("TCP").to_owned()))
    });
    Some(ClusterService { name, ports: ports.collect() })
}
