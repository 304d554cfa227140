//! `move` of any service of a platform whose `compose` states ports: each number follows as its form says, and an old number stands
//! nowhere unless the command has named the place.

use std::collections::BTreeSet;

use portgen::diagnostic::Source;
use portgen::manifest::validate::validate;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;

use crate::sandbox::Sandbox;
use crate::tries::tries;

const CASES: u32 = 24;

const IDS: [&str; 3] = ["api", "db", "web"];

/// The numbers that services have: few, so that one is often a host port here and a container port there.
const NUMBERS: [u16; 7] = [4001, 4002, 4003, 4004, 4005, 4006, 4007];

/// A number that nobody has.
const NEW: u16 = 14_010;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Ports {
    host: u16,
    container: u16,
}

#[derive(Clone, Debug)]
struct Service {
    ports: Ports,
    /// Whether it has a `dir`, so that its container port moves along unless it is written.
    is_built: bool,
    /// Values of its environment: a form, and the service that it is about.
    values: Vec<(usize, usize)>,
}

/// The forms of a value, with `@` for the number; whether it is the host port, and whether it is about the service by name.
const FORMS: [(&str, bool, bool); 10] = [
    ("\"http://localhost:@/v1\"", true, false),
    ("\"${URL:-http://127.0.0.1:@}\"", true, false),
    ("'http://host.docker.internal:@'", true, true),
    ("\"http://ID:@/v1?a=b\"", false, true),
    ("\"PLAINTEXT://ID:@,X://ID:@\"", false, true),
    ("\"\"\"\nID:@,\\\n  ID:@\"\"\"", false, true),
    ("'tcp://user:p4001x@ID:@'", false, true),
    ("\"ID:${ID_PORT:-@}\"", false, true),
    ("\"--upstream-port 1 --url http://ID:@\"", false, true),
    ("\"1@ID:@\"", false, true),
];

fn services() -> impl Strategy<Value = Vec<Service>> {
    let service = (0..NUMBERS.len(), any::<bool>(), any::<bool>(), vec((0..FORMS.len(), 0..IDS.len()), 0..5));
    let hosts = subsequence(NUMBERS.to_vec(), IDS.len()).prop_shuffle();
    (hosts, vec(service, IDS.len())).prop_map(|(hosts, services)| {
        let each = hosts.into_iter().zip(services);
        each.map(|(host, (container, is_same, is_built, values))| {
            let container = if is_same { host } else { NUMBERS[container] };
            Service { ports: Ports { host, container }, is_built, values }
        })
        .collect()
    })
}

/// The text of a value for these ports of the services.
fn value(form: usize, about: usize, ports: &[Ports]) -> String {
    let (text, is_host, _) = FORMS[form];
    let number = if is_host { ports[about].host } else { ports[about].container };
    let text = text.replace("1@ID", "1\u{0}ID").replace("x@ID", "x\u{0}ID");
    text.replace('@', &number.to_string()).replace('\u{0}', "@").replace("ID", IDS[about])
}

/// Whether a local address may mean the service that has it, by its container port, or the host port of the one that it is about, and these
/// have not become one number.
fn is_doubtful(form: usize, (own, about): (usize, usize), before: &[Ports], after: &[Ports]) -> bool {
    let is_one = own == about && after[own].container == after[own].host;
    !FORMS[form].2 && before[own].container == before[about].host && !is_one
}

/// ports.toml, with the numbers `own` of the services' own ports and `ports` in `compose`.
fn toml(services: &[Service], ports: &[Ports], doubtful: &[Ports]) -> String {
    let mut out = "version = 1\n[platform]\nname = \"P\"\nid = \"p\"\n".to_owned();
    for (at, service) in services.iter().enumerate() {
        let Ports { host, container } = ports[at];
        out += &format!("\n# {host} is {}\n[services.{}]\ntitle = \"At {host}\"\n", IDS[at], IDS[at]);
        if host == container {
            out += &format!("port = {host}\n");
        } else {
            out += &format!("port = {{ host = {host}, container = {container} }}\n");
        }
        if service.is_built {
            out += &format!("dir = \"{0}\"\npackage = \"{0}/package.json\"\n", IDS[at]);
        }
        out += &format!(
            "[services.{0}.compose]\nimage = \"{0}:1\"\ncommand = [\"serve\", \"--port\", \"{container}\"]\n\
             healthcheck = {{ test = \"curl http://localhost:{container}/up\", interval = \"{host}ms\" }}\n\
             labels = [\"traefik.http.services.x.loadbalancer.server.port={container}\"]\n\
             [services.{0}.compose.environment]\nPORT = {container}\nTIMEOUT = {host}\n",
            IDS[at]
        );
        for (nth, (form, about)) in service.values.iter().enumerate() {
            let is_doubtful = is_doubtful(*form, (at, *about), doubtful, ports);
            out += &format!("V{nth} = {}\n", value(*form, *about, if is_doubtful { doubtful } else { ports }));
        }
    }
    out
}

/// The Compose keys of each service, without the numbers that are no ports.
fn compose(text: &str) -> Vec<serde_json::Map<String, serde_json::Value>> {
    let allocation = validate(&Source::new("ports.toml", text)).allocation.unwrap();
    let keys = |service: portgen::allocation::Service| {
        let mut compose = service.compose.clone();
        compose["environment"].as_object_mut().unwrap().remove("TIMEOUT");
        compose["healthcheck"].as_object_mut().unwrap().remove("interval");
        compose
    };
    allocation.services.into_iter().map(keys).collect()
}

/// The lines, counted from 1, in which a number stands by itself.
fn lines_with(text: &str, number: u16) -> BTreeSet<usize> {
    let has = |line: &str| line.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == number.to_string());
    text.lines().enumerate().filter(|(_, line)| has(line)).map(|(at, _)| at + 1).collect()
}

proptest! {
    #![proptest_config(tries(CASES))]

    #[test]
    fn an_old_number_is_changed_or_named(
        services in services(),
        moved in 0..IDS.len(),
        only_host in any::<bool>(),
    ) {
        let sandbox = Sandbox::new();
        let before: Vec<Ports> = services.iter().map(|service| service.ports).collect();
        sandbox.put("ports.toml", toml(&services, &before, &before));
        for (at, id) in IDS.iter().enumerate() {
            sandbox.put(&format!("{id}/package.json"), format!("{{\"scripts\":{{\"dev\":\"next dev -p {}\"}}}}", before[at].host));
        }
        let written = sandbox.portgen(["write"]);
        prop_assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));

        let new = NEW.to_string();
        let mut arguments = vec!["move", IDS[moved], &new, "--date", "2026-01-31"];
        if only_host {
            arguments.extend(["--only", "host"]);
        }
        let output = sandbox.portgen(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        prop_assert!(output.status.success(), "{said}");

        let mut after = before.clone();
        after[moved].host = NEW;
        let Ports { host, container } = before[moved];
        if services[moved].is_built && !only_host && host == container {
            after[moved].container = NEW;
        }
        let text = sandbox.text("ports.toml");
        let expected = toml(&services, &after, &before);
        prop_assert_eq!(compose(&text), compose(&expected), "{}", said);

        // A number that somebody still has stands in many places; of the others each place is gone or named.
        for old in [host, container] {
            // The port of the Kubernetes Service is the old host port, unless the service moves as a whole.
            let stays = old == host && (only_host || !services[moved].is_built);
            if stays || after.iter().any(|ports| [ports.host, ports.container].contains(&old)) {
                continue;
            }
            let retired = text.find("[[retired]]").unwrap_or(text.len());
            for line in lines_with(&text[..retired], old) {
                let excerpt = said.lines().any(|shown| shown.trim_start().starts_with(&format!("{line} |")));
                prop_assert!(excerpt, "{old} in line {line} of\n{text}\n{said}");
            }
            for id in IDS {
                let package = sandbox.text(&format!("{id}/package.json"));
                prop_assert!(!services[moved].is_built || lines_with(&package, old).is_empty(), "{package}");
            }
            prop_assert!(said.contains(&format!("{old} still stands in ports.toml")), "{said}");
        }
    }
}
