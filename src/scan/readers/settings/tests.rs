//! What settings say.

use crate::scan::readers::tests::said;

/// Files with what they say.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("application.yml", "server:\n  port: 4001\n", "l4001 own"),
    (
        "application.yml",
        "server: {port: \"${PORT:4001}\"}\nspring: {redis: {host: redis, port: 6379, timeout: 3000}}\n",
        "l4001 own, w6379 @redis",
    ),
    (
        "application.yml",
        "management.server: {port: 9090}\ndb: {host: '${DB_HOST:localhost}', port: '${DB_PORT:5432}'}\n",
        "l9090 own?, h5432 local of db",
    ),
    ("application-prod.yml", "server.port: 80\n", "l80 own?"),
    (
        "application.yaml",
        "server: {port: 1}\n---\nspring: {config: {activate: {on-profile: test}}}\nserver: {port: 4009}\n",
        "l1 own, l4009 own?",
    ),
    ("application.yml", "server: {port: '${PORT}'}\nurl: http://auth:4001/x\n", "w4001 @auth"),
    (
        "chart/values.yaml",
        "service: {port: 4001, targetPort: 3000, nodePort: 30001}\ncontainerPort: 3000\nreplicas: 3000\n",
        "s4001 own?, c3000 own?, n30001 own?, c3000 own?",
    ),
    (
        "chart/values-dev.yaml",
        "auth: {service: {port: 4001}}\nservices: {web: {port: 4002}}\n",
        "s4001 auth?, a4002 web?",
    ),
    (
        "envoy.yaml",
        "a: {address: {socket_address: {address: auth, port_value: 4001}}}\nb: {socket_address: {address: 0.0.0.0, port_value: 8080}}\n",
        "w4001 @auth, l8080 own?",
    ),
    (
        "envoy.yaml",
        "a:\n- {address: auth, port_value: 4001}\n- {address: web, port_value: 4002}\n",
        "w4001 @auth, w4002 @web",
    ),
    ("config/gateway.json", "{\"to\": [{\"Host\": \"auth\", \"Port\": 4001}]}", "w4001 @auth"),
    (
        "config/ports.json",
        "{\"auth\": {\"port\": 4001}, \"server\": {\"port\": 4002}, \"all\": [{\"name\": \"web\", \"port\": 4003}]}",
        "a4001 $auth?, l4002 own?, a4003 $web?",
    ),
    (
        "config/ports.json",
        "{\"dbHost\": \"localhost\", \"dbPort\": 4001, \"port\": 4002}",
        "h4001 local of db, l4002 own?",
    ),
    (
        "chart/values.yaml",
        "service: {ports: {http: 4001}}\nauth: {ports: {grpc: 4002}}\n",
        "a4001 $http?, a4002 $grpc of auth?",
    ),
    ("auth/config.yml", "app: {name: x}\nhttp:\n  host: '0.0.0.0'\n  port: 4001\n", "l4001 own"),
    (
        "auth/config/default.json",
        "{\"server\": {\"port\": 4001}, \"smtp\": {\"port\": 2525}}",
        "l4001 own, a2525 $smtp?",
    ),
    ("auth/config.yml", "http: {port: 4001}\nserver: {port: 4002}\n", "l4001 own?, l4002 own?"),
    ("auth/config.prod.yml", "http: {port: 4001}\n", "a4001 $http?"),
    ("auth/redocly.yaml", "server: {port: 4001}\n", "l4001 own?"),
    (
        "proxy/config.yml",
        "grpc: {product_host: '0.0.0.0', product_port: 4001}\nclient:\n  url: 0.0.0.0:4002\n  listen: 0.0.0.0:4003\n",
        "l4001 product?, h4002 local, l4003 own?",
    ),
    ("chart/values.yaml", "env:\n- {name: GRPC_PORT, value: '4001'}\n- {name: A, value: 4002}\n", "a4001 $GRPC?"),
];

#[test]
fn places_give_settings_their_meaning() {
    for (path, text, wanted) in SETTINGS {
        assert_eq!(said("settings", path, text), *wanted, "{text}");
    }
}
