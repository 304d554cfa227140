//! Manifests are refused where the API server refuses them, or reads another number than portgen.

use portgen::formats;

/// The text at each fault, and its message.
fn faults(text: &str) -> Vec<(String, String)> {
    let read = formats::find("kubernetes").unwrap().read;
    read(text).faults.into_iter().map(|fault| (text[fault.span].to_owned(), fault.message)).collect()
}

fn service(ports: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports: [{ports}]\n")
}

fn ingress(backend: &str) -> String {
    format!("kind: Ingress\nspec: {{rules: [{{http: {{paths: [{{backend: {{service: {{{backend}}}}}}}]}}}}]}}\n")
}

fn pod(container: &str) -> String {
    format!("kind: Pod\nspec:\n  containers:\n    - {{{container}}}\n")
}

fn is_refused(text: &str, at: &str, why: &str) {
    let found = faults(text);
    let [(place, message)] = &found[..] else { panic!("{text}\n{found:?}") };
    assert_eq!(place, at, "{text}");
    assert!(message.contains(why), "{text}\n{message}");
}

const QUOTES: &str = "remove the quotes";
const OCTAL: &str = "octal";
const NAME: &str = "not the name of a port";

#[test]
fn a_port_of_a_service_that_the_server_refuses_is_a_fault() {
    for (ports, at, why) in [
        ("{port: 80, protocol: tcp}", "tcp", "in capitals"),
        ("{port: 80, protocol: ICMP}", "ICMP", "not a protocol"),
        ("{port: \"80\"}", "\"80\"", QUOTES),
        ("{port: 0443}", "0443", OCTAL),
        ("{port: 0x50}", "0x50", OCTAL),
        ("{port: 8_080}", "8_080", "not a port"),
        ("{port: 65536}", "65536", "not a port"),
        ("{port: 80, targetPort: '8080'}", "'8080'", QUOTES),
        ("{port: 80, targetPort: 0}", "0", "not a port"),
        ("{port: 80, targetPort: HTTP}", "HTTP", NAME),
        ("{port: 80, targetPort: a-name-of-16-let}", "a-name-of-16-let", NAME),
        ("{port: 80, targetPort: no}", "no", "in quotes"),
        ("{port: 80, name: A_B}", "A_B", NAME),
        ("{port: 80, name: 8080}", "8080", "in quotes"),
        ("{port: 80, appProtocol: HTTPS/}", "HTTPS/", "application protocol"),
        ("{port: 80, name: a}, {port: 81}", "81", "without a name"),
        ("{port: 80, name: a}, {port: 81, name: a}", "81", "of that name"),
        ("{port: 80, name: a}, {port: 80, name: b, protocol: TCP}", "80", "that number and protocol"),
        ("{port: 80, nodePort: 30080}", "30080", "node port"),
    ] {
        is_refused(&service(ports), at, why);
    }
}

#[test]
fn a_reference_or_a_port_of_a_pod_that_the_server_refuses_is_a_fault() {
    for (backend, at, why) in [
        ("name: web, port: {number: '80'}", "'80'", QUOTES),
        ("name: web, port: {number: http}", "http", "not a port"),
        ("name: web, port: {name: 8080}", "8080", "in quotes"),
        ("name: web, port: {name: '8080'}", "'8080'", NAME),
        ("name: web, port: {name: http, number: 80}", "80", "exclude each other"),
    ] {
        is_refused(&ingress(backend), at, why);
    }
    for (container, at, why) in [
        ("ports: [{containerPort: '80'}]", "'80'", QUOTES),
        ("ports: [{containerPort: 80, name: HTTP}]", "HTTP", NAME),
        ("ports: [{containerPort: 80, protocol: udp}]", "udp", "in capitals"),
        ("env: [{name: A, value: 8080}]", "8080", "in quotes"),
        ("env: [{name: A, value: yes}]", "yes", "in quotes"),
        ("env: [{name: A, value: 1e3}]", "1e3", "in quotes"),
        ("env: [{name: PORT, value: 'x'}]", "'x'", "not a port"),
        ("livenessProbe: {httpGet: {port: '80'}}", "'80'", QUOTES),
        ("readinessProbe: {tcpSocket: {port: 080}}", "080", OCTAL),
        ("startupProbe: {grpc: {port: http}}", "http", "not a port"),
        ("lifecycle: {preStop: {httpGet: {port: HTTP}}}", "HTTP", NAME),
    ] {
        is_refused(&pod(container), at, why);
    }
}

#[test]
fn what_the_server_refuses_elsewhere_is_a_fault() {
    is_refused("kind: NetworkPolicy\nspec: {ingress: [{ports: [{port: '80'}]}]}\n", "'80'", QUOTES);
    is_refused("kind: NetworkPolicy\nspec: {egress: [{ports: [{protocol: tcp}]}]}\n", "tcp", "in capitals");
    is_refused("kind: HTTPRoute\nspec: {rules: [{backendRefs: [{name: web, port: http}]}]}\n", "http", "not a port");
    is_refused("kind: Deployment\nmetadata: {name: A_B}\n", "A_B", "not the name of a Deployment");
    is_refused("metadata: {name: a.b}\nkind: Service\n", "a.b", "not the name of a Service");
    is_refused("kind: Namespace\nmetadata: {name: n}\n", "n", "in quotes");
    is_refused("kind: ConfigMap\nmetadata: {labels: {a: 1}}\n", "1", "in quotes");
}

#[test]
fn what_the_server_takes_is_no_fault() {
    for text in [
        service("{port: 80, targetPort: http, protocol: TCP, appProtocol: kubernetes.io/h2c}"),
        service("{port: 53, name: a--b}, {port: 53, name: \"8080\", protocol: UDP, targetPort: 5353}"),
        service("{port: 80, nodePort: 30080}").replace("spec:\n", "spec:\n  type: NodePort\n"),
        service("{number: 80, name: http, protocol: HTTP}").replace("Service", "ServiceEntry"),
        ingress("name: web, port: {name: http}"),
        pod("ports: [{containerPort: 80, name: http, protocol: UDP}], env: [{name: A, value: \"80\"}, {name: B, value: 80s}]"),
        pod("livenessProbe: {httpGet: {port: http, path: /}, periodSeconds: 5}, env: [{name: A}]"),
        "kind: NetworkPolicy\nspec: {ingress: [{ports: [{port: 3000, endPort: 3010}]}], egress: [{ports: [{port: 53, protocol: UDP}]}]}\n".to_owned(),
        "kind: Gateway\nmetadata: {name: edge}\nspec: {listeners: [{name: https, port: 443, protocol: HTTPS}]}\n".to_owned(),
    ] {
        assert_eq!(faults(&text), [], "{text}");
    }
}
