//! Which files Compose starts.

use crate::formats::yaml::tree::{Id, Tree};

/// What a Compose file may have at its root, beside `x-*`.
///
/// Source: <https://github.com/compose-spec/compose-spec/blob/main/spec.md>.
const SECTIONS: [&str; 9] =
    ["configs", "include", "models", "name", "networks", "secrets", "services", "version", "volumes"];

/// The keys of a service.
///
/// Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md>.
const KEYS: &str = "\
    annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name \
    cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec \
    depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname driver_opts entrypoint \
    env_file environment expose extends external_links extra_hosts gpus group_add healthcheck hostname image init \
    ipc isolation label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness \
    memswap_limit models network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports \
    post_start pre_stop privileged profiles provider pull_policy read_only restart runtime scale secrets \
    security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits \
    use_api_socket user userns_mode uts volumes volumes_from working_dir";

/// Whether a file is called as Compose files are.
pub(in crate::scan::readers) fn is_named(name: &str) -> bool {
    (name.contains("compose") || name.starts_with("stack.")) && (name.ends_with(".yml") || name.ends_with(".yaml"))
}

/// Whether a file of any name starts services as Compose does: each has an image or is built, and nothing else does so; or it has nothing
/// but what Compose knows, as a file has that is started together with the one that it overrides.
pub(super) fn is_compose(tree: &Tree<'_>) -> bool {
    let [document] = *tree.documents else { return false };
    let services = tree.get(document, "services").map(|services| tree.entries(services)).unwrap_or_default();
    let has = |id, key| tree.get(id, key).is_some();
    let is_other = ["jobs", "stages", "pool", "apiVersion"].iter().any(|key| has(document, *key));
    let is_whole = |id| has(id, "image") || has(id, "build");
    !is_other
        && !services.is_empty()
        && (services.iter().all(|(_, id)| is_whole(*id)) || is_override(tree, document, &services))
}

/// Whether everything at the root and in the services is what Compose knows, and something is in one of them.
fn is_override<T>(tree: &Tree<'_>, document: Id, services: &[(T, Id)]) -> bool {
    let is_section = |key: &str| SECTIONS.contains(&key) || key.starts_with("x-");
    let is_known = |key: &str| KEYS.split(' ').any(|known| known == key) || key.starts_with("x-");
    let is_nothing = |id: Id| tree.scalar(id).is_some_and(|text| matches!(&*text.value, "" | "~" | "null"));
    let is_service = |id: Id| {
        let keys = tree.entries(id);
        if keys.is_empty() { is_nothing(id) } else { keys.iter().all(|(key, _)| is_known(&key.value)) }
    };
    tree.entries(document).iter().all(|(key, _)| is_section(&key.value))
        && services.iter().all(|(_, id)| is_service(*id))
        && services.iter().any(|(_, id)| !tree.entries(*id).is_empty())
}
