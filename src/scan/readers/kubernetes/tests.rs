//! Manifests and what they state.

use super::{File, is_template};
use crate::scan::readers::tests::said;

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: auth}\nspec:\n";
const POD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: auth-deployment}\nspec:\n  template:\n    metadata: {labels: {app: auth}}\n    spec:\n      containers:\n      - name: c\n        ";
const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: auth-config}\ndata:\n";
const ROUTE: &str = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x}\nspec:\n  ";

/// The start of a file, its end, and what it states.
const FORMS: &[(&str, &str, &str)] = &[
    (SERVICE, "  ports: [{port: 4001, targetPort: 3000, nodePort: 30001}]", "s4001 auth, c3000 auth, n30001 auth"),
    (SERVICE, "  ports: [{port: 80, targetPort: http}]", "s80 auth?"),
    (SERVICE, "  ports: [{name: metrics, port: 9090}, {name: http, port: 4001}]", "s9090 auth?, s4001 auth"),
    (SERVICE, "  clusterIP: None\n  ports: [{port: 4001}]", "s4001 auth?"),
    (SERVICE, "  externalName: db.example.com\n  ports: [{port: 4001}]", ""),
    (
        POD,
        "ports: [{containerPort: 3000, hostPort: 4001}, {containerPort: 9090, name: metrics}]",
        "c3000 auth, h4001 auth?, c9090 auth?",
    ),
    (
        POD,
        "ports: [{containerPort: 3000}]\n        livenessProbe: {httpGet: {port: 3000}}\n        readinessProbe: {tcpSocket: {port: 3001}}",
        "c3000 auth, c3000 auth, c3001 auth?",
    ),
    (POD, "startupProbe: {grpc: {port: 50051}}", "c50051 auth?"),
    (POD, "livenessProbe: {exec: {command: [curl, -f, 'http://localhost:3000/health']}}", "c3000 auth"),
    (
        POD,
        "env: [{name: PORT, value: '3000'}, {name: REDIS_PORT, value: \"6379\"}, {name: TIMEOUT, value: '3000'}]",
        "c3000 auth, a6379 $REDIS of auth",
    ),
    (POD, "env: [{name: DB_HOST, value: x.example.com}, {name: DB_PORT, value: '5433'}]", "s5433 @x.example.com"),
    (
        POD,
        "env: [{name: U, value: 'http://billing.shop.svc:4002/x'}, {name: V, value: 'http://localhost:4003'}]",
        "s4002 @billing.shop.svc, c4003 inside auth?",
    ),
    (
        POD,
        "command: [node, server.js]\n        args: [--port, '3000', --db=postgres://u:p@db:5432/x]",
        "c3000 auth, s5432 @db",
    ),
    (POD, "args: [-c, 'sleep 3000']", ""),
    (
        POD,
        "ports: [{containerPort: 3000}]\n      - name: proxy\n        ports: [{containerPort: 15001}]",
        "c3000 auth, c15001 proxy",
    ),
    (
        POD,
        "ports: [{containerPort: 3000}]\n      initContainers:\n      - name: wait\n        command: [sh, -c, 'nc -z db 5432']",
        "c3000 auth, s5432 @db",
    ),
    (POD, "resources: {limits: {cpu: 3000}}\n        securityContext: {runAsUser: 1001}", ""),
    (
        MAP,
        "  PORT: '3000'\n  billing_port: '4002'\n  url: http://billing:4002\n  ttl: '3600'",
        "c3000 auth, a4002 $billing of auth, s4002 @billing",
    ),
    (MAP, "  brokers: kafka-1:9092,kafka-2:9092", "s9092 @kafka-1?, s9092 @kafka-2?"),
    (
        MAP,
        "  server.js: |\n    const PORT = process.env.PORT || 3000;\n    fetch('http://localhost:4002')\n",
        "c3000 auth, c4002 inside auth?",
    ),
    (MAP, "  note: |\n    see 3000 and 2024\n", ""),
    (ROUTE, "rules: [{http: {paths: [{backend: {service: {name: web, port: {number: 4001}}}}]}}]", "s4001 web"),
    (ROUTE, "backend: {serviceName: web, servicePort: 4001}", "s4001 web"),
    (
        ROUTE,
        "rules: [{backendRefs: [{name: web, port: 4001}, {name: api, port: 80}, {kind: Bucket, name: b, port: 1}]}]",
        "s4001 web, s80 api?",
    ),
    (ROUTE, "rules: [{backendRefs: [{name: web, port: 4001}, {name: web, port: 4002}]}]", "s4001 web?, s4002 web?"),
    (
        ROUTE,
        "http: [{route: [{destination: {host: web.shop.svc.cluster.local, port: {number: 4001}}}]}]",
        "s4001 @web.shop.svc.cluster.local",
    ),
    (ROUTE, "servers: [{name: x, port: {number: 4001}}]", ""),
];

#[test]
fn objects_state_ports_of_what_they_name() {
    for &(start, rest, wanted) in FORMS {
        let text = format!("{start}{rest}\n");
        assert_eq!(said("Kubernetes manifest", "k8s/a.yaml", &text), wanted, "{text}");
    }
}

#[test]
fn policies_monitors_and_annotations_are_weak() {
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec:\n  podSelector: {matchLabels: {app: auth}}\n  ingress: [{ports: [{port: 3000}]}]\n  egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}, {ports: [{port: 443}, {port: dns}]}]\n";
    let monitor = "kind: ServiceMonitor\napiVersion: monitoring.coreos.com/v1\nmetadata: {name: auth-monitor}\nspec: {endpoints: [{targetPort: 3000, interval: 30}]}\n";
    let service = "kind: Service\napiVersion: v1\nmetadata:\n  name: auth\n  annotations: {prometheus.io/port: '3000', dapr.io/app-port: \"3001\", max-age: '3600'}\n";
    for (text, wanted) in [
        (policy, "c3000 auth?, c5432 db?, c443 local?"),
        (monitor, "c3000 auth?"),
        (service, "c3000 auth?, c3001 auth"),
    ] {
        assert_eq!(said("Kubernetes manifest", "k8s/a.yml", text), wanted, "{text}");
    }
}

#[test]
fn documents_lists_anchors_and_generators_are_read() {
    let several = format!("# x\n---\n{SERVICE}  ports: [{{port: &p 4001}}]\n---\n\n---\nno: object\nport: 1\n");
    let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n  spec: {ports: [{port: 4002}]}\n";
    let made = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nconfigMapGenerator:\n- name: auth-config\n  literals: [PORT=3000, 'API=http://api:4000']\n";
    let alias = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nx: &x [{port: 4001}]\nspec: {ports: *x}\n";
    for (text, wanted) in
        [(&*several, "s4001 auth"), (list, "s4002 a"), (made, "c3000 auth, s4000 @api"), (alias, "s4001 a")]
    {
        assert_eq!(said("Kubernetes manifest", "k8s/a.yaml", text), wanted, "{text}");
    }
}

#[test]
fn templates_are_left_and_counted() {
    for text in [
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}-auth\nspec: {ports: [{port: 4001}]}\n",
        "apiVersion: v1\nkind: Service\nspec:\n  ports:\n  - port: {{ .Values.port }}\n    targetPort: 4001\n",
        "{{- if .Values.on }}\napiVersion: v1\nkind: Service\nspec: {ports: [{port: 4001}]}\n{{- end }}\n",
    ] {
        assert_eq!(said("Kubernetes manifest", "chart/templates/a.yaml", text), "", "{text}");
        assert!(is_template(&File { path: "a.yaml", text }), "{text}");
    }
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  t: '{{ $labels.x }}'\n  u: |\n    {{ y }}\n    PORT=4001\n";
    assert!(!is_template(&File { path: "a.yaml", text }));
}
