use serde_json::json;

use super::*;

/// The ports of a service's keys: the number, and whose it is.
fn read(compose: &Json) -> Vec<(u16, String)> {
    let keys = compose.as_object().unwrap();
    let shown = |stated: Stated<'_>| {
        let whose = match &stated.whose {
            Whose::Own => "own".to_owned(),
            Whose::Host(host) => format!("at {host}"),
            Whose::Local(view) => format!("{view:?}"),
            Whose::Variable(name) => format!("${name}"),
        };
        (stated.port, whose)
    };
    of_service(keys).into_iter().map(shown).collect()
}

fn expect(compose: &Json, expected: &[(u16, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(port, whose)| (*port, (*whose).to_owned())).collect();
    assert_eq!(read(compose), expected, "{compose}");
}

#[test]
fn variables() {
    expect(&json!({"environment": {"PORT": "3000", "VIRTUAL_PORT": 3001}}), &[(3000, "own"), (3001, "own")]);
    expect(
        &json!({"environment": ["PORT=${PORT:-3000}", "A", "API=http://api:4000/v1"]}),
        &[(3000, "own"), (4000, "at api")],
    );
    expect(
        &json!({"environment": {"DB_HOST": "db", "DB_PORT": "5432", "SMTP_PORT": 25, "SUPPORT": 7}}),
        &[(5432, "at db"), (25, "$SMTP")],
    );
    expect(
        &json!({"environment": {"U": "${U:-http://localhost:4000}", "H": "http://host.docker.internal:4001"}}),
        &[(4000, "OutsideFirst"), (4001, "Outside")],
    );
    expect(
        &json!({"environment": {
            "KAFKA_LISTENERS": "IN://:29092,OUT://0.0.0.0:9092",
            "KAFKA_ADVERTISED_LISTENERS": "IN://kafka:29092,OUT://localhost:9092",
            "KAFKA_VOTERS": "1@kafka:9093",
            "NODE_OPTIONS": "--max-old-space-size=4096 --inspect=0.0.0.0:9229",
            "JAVA_OPTS": "-Xmx512 -Dserver.port=8080",
        }}),
        &[
            (9092, "Inside"),
            (29092, "own"),
            (29092, "at kafka"),
            (9092, "OutsideFirst"),
            (9093, "at kafka"),
            (9229, "Inside"),
            (8080, "own"),
        ],
    );
    expect(&json!({"build": {"context": "../web", "args": {"API": "http://api:4000"}}}), &[(4000, "at api")]);
}

#[test]
fn commands_and_health_checks() {
    expect(&json!({"command": "next start -p 3000"}), &[(3000, "own")]);
    expect(&json!({"command": ["uvicorn", "--port", "8000", "--workers=4"]}), &[(8000, "own")]);
    expect(
        &json!({"entrypoint": ["sh", "-c", "wait-for-it db:5432 && PORT=3000 node . --timeout 2026"]}),
        &[(5432, "at db"), (3000, "own")],
    );
    expect(
        &json!({"command": "--web.listen-address=:9090 --web.external-url=http://localhost:9091"}),
        &[(9090, "own"), (9091, "Outside")],
    );
    expect(
        &json!({"command": "psql -h db -p 5432; redis-cli -p6379; nc -z mq 5672; cat </dev/tcp/db/5433"}),
        &[(5432, "at db"), (6379, "own"), (5672, "at mq"), (5433, "at db")],
    );
    expect(
        &json!({"healthcheck": {
            "test": ["CMD-SHELL", "curl -f http://localhost:3000/health || exit 1"],
            "interval": "30s", "retries": 5000,
        }}),
        &[(3000, "Inside")],
    );
    expect(&json!({"healthcheck": {"test": ["CMD", "nc", "-z", "localhost", "5432"]}}), &[(5432, "Inside")]);
    expect(&json!({"healthcheck": {"test": "pg_isready -U app -h localhost -p 5432"}}), &[(5432, "Inside")]);
}

#[test]
fn labels() {
    expect(
        &json!({"labels": {
            "traefik.http.services.web.loadbalancer.server.port": "3000",
            "traefik.http.routers.web.priority": "9000",
            "caddy.reverse_proxy": "{{upstreams 3001}}",
            "homepage.href": "http://localhost:3002",
        }}),
        &[(3000, "own"), (3001, "own"), (3002, "OutsideFirst")],
    );
    expect(&json!({"deploy": {"labels": ["prometheus.io/port=9464"]}}), &[(9464, "own")]);
}

#[test]
fn what_is_no_port() {
    expect(
        &json!({
            "image": "postgres:17", "container_name": "web-3000", "user": "node:1000", "mem_limit": "4096m",
            "volumes": ["db:/var", "./x:/y:ro"], "extra_hosts": ["db:10.0.0.1"], "shm_size": 4096,
            "environment": {
                "IMAGE": "node:22", "YEAR": 2026, "TIMEOUT_MS": "3000", "BASIC_AUTH": "admin:1234",
                "URL": "redis://default:6379@cache", "AT": "12:30", "VERSION": "3000",
            },
            "command": ["sleep", "3000"],
            "healthcheck": {"test": "NONE", "start_interval": "5000ms"},
            "ulimits": {"nofile": 65535},
        }),
        &[],
    );
    expect(&json!({"image": "localhost:5000/web:1"}), &[(5000, "OutsideFirst")]);
}

#[test]
fn sections_hold_texts() {
    let sections =
        json!({"configs": {"nginx": {"content": "proxy_pass http://api:4000;\nkafka:9092"}}, "x-a": ["db:5432"]});
    let found: Vec<u16> = of_sections(sections.as_object().unwrap()).iter().map(|stated| stated.port).collect();
    assert_eq!(found, [4000, 9092, 5432]);
}
