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
        &json!({"environment": {"U": "${U:-http://localhost:4000}", "API_URL": "http://localhost:4002", "H": "http://host.docker.internal:4001"}}),
        &[(4000, "Either"), (4002, "OutsideFirst"), (4001, "Outside")],
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
            (29092, "own"),
            (9092, "Inside"),
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

type Ports = &'static [(u16, &'static str)];

/// What people write in Compose files, each with the ports that are read.
const FORMS: &[(&str, &str, Ports)] = &[
    ("command", "redis-server --replicaof a 6379", &[(6379, "at a")]),
    ("command", "redis-server --slaveof a 6379", &[(6379, "at a")]),
    ("command", "psql -h a -p 6379", &[(6379, "at a")]),
    ("command", "redis-cli -h a -p 6379 ping", &[(6379, "at a")]),
    ("command", "pg_isready -h a -p 5432", &[(5432, "at a")]),
    ("command", "psql 'host=a port=6379 user=u'", &[(6379, "at a")]),
    ("command", "nc -z a 5432", &[(5432, "at a")]),
    ("command", "nc -zv -w 3 a 5432", &[(5432, "at a")]),
    ("command", "wait-for a:5432 -t 30 -- ./run", &[(5432, "at a")]),
    ("command", "./wait-for-it.sh -h a -p 5432 -t 0", &[(5432, "at a")]),
    ("command", "dockerize -wait tcp://a:5432 -timeout 30s", &[(5432, "at a")]),
    ("command", "gunicorn --bind 0.0.0.0:8000 app", &[(8000, "Inside")]),
    ("command", "gunicorn -b :8000 app", &[(8000, "own")]),
    ("command", "uvicorn app --host 0.0.0.0 --port 8000", &[(8000, "own")]),
    ("command", "java -Dserver.port=8080 -jar a.jar", &[(8080, "own")]),
    ("command", "chown -R api:8080 /data", &[]),
    ("command", "gosu api:8080 serve --upstream a:9000", &[(9000, "at a")]),
    ("command", "sh -c 'mkdir -p 4000 && cp -p 4000 b && serve -p 4000'", &[(4000, "own")]),
    ("command", "influx -host a -port 8086", &[(8086, "at a")]),
    ("command", "psql --port=5432 --host=a", &[(5432, "at a")]),
    ("command", "uvicorn app --host=0.0.0.0 --port=8000", &[(8000, "own")]),
    ("command", "kc.sh start --hostname=auth.example.com --http-port=8080", &[(8080, "own")]),
    ("command", "weed master -port=9333", &[(9333, "own")]),
    ("command", "weed master -port 9333 -mdir=/data", &[(9333, "own")]),
    ("command", "weed master -p=9333", &[(9333, "own")]),
    ("command", "serve -P=${P:-9333}", &[(9333, "own")]),
    ("command", "mysql -p=9333", &[]),
    ("command", "ssh -p=4000 a", &[]),
    ("command", "ssh -p 4000 a", &[]),
    ("command", "scp -P 4000 a b", &[]),
    ("command", "curl -p 4000", &[]),
    ("command", "tar -xpf 4000 -p 4000", &[]),
    ("command", "docker pull registry/api:8080", &[]),
    ("DB", "host=a port=6379 dbname=x", &[(6379, "at a")]),
    ("DB", "Server=a,1433;User Id=sa;Password=p:1", &[(1433, "at a")]),
    ("DB", "Server=tcp:a,1433;Database=x", &[(1433, "at a")]),
    ("DB", "Host=a;Port=5432;Username=u", &[(5432, "at a")]),
    ("DB", "u:p@tcp(a:3306)/x?parseTime=true", &[(3306, "at a")]),
    ("DB", "a:6379,b:6380", &[(6379, "at a"), (6380, "at b")]),
    ("DB", "jdbc:postgresql://a:5432/x", &[(5432, "at a")]),
    ("DB", "jdbc:sqlserver://a:1433;databaseName=x", &[(1433, "at a")]),
    ("DB", "bolt://a:7687", &[(7687, "at a")]),
    ("DB", "amqp://u:p@a:5672/v", &[(5672, "at a")]),
    ("DB", "amqp://u:5672@a:5673", &[(5673, "at a")]),
    ("BACKEND", "registry/api:8080", &[]),
    ("API_IMAGE", "api:8080", &[]),
    ("APP_URL", "http://app.localhost:3000", &[(3000, "OutsideFirst")]),
    ("APP_URL", "http://app.lvh.me:3000", &[(3000, "OutsideFirst")]),
    ("APP_URL", "http://app.127.0.0.1.nip.io:3000", &[(3000, "OutsideFirst")]),
    ("APP_URL", "http://app.10.0.0.1.nip.io:3000", &[(3000, "at app.10.0.0.1.nip.io")]),
    ("SERVER_PORT", "8080", &[(8080, "$SERVER")]),
    ("ASPNETCORE_URLS", "http://+:8080", &[(8080, "own")]),
    ("ASPNETCORE_URLS", "http://*:8080;https://+:8443", &[(8080, "own"), (8443, "own")]),
    ("ASPNETCORE_HTTP_PORTS", "8080", &[(8080, "own")]),
    ("ASPNETCORE_URLS", "http://localhost:8080", &[(8080, "Inside")]),
    ("VAULT_ADDR", "http://127.0.0.1:8200", &[(8200, "Inside")]),
    ("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093", &[(9093, "Inside")]),
    ("CADDY_ADMIN", "localhost:2019", &[(2019, "Inside")]),
    ("KAFKA_ADVERTISED_LISTENERS", "IN://a:29092,OUT://localhost:9092", &[(29092, "at a"), (9092, "OutsideFirst")]),
    ("KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS", "localhost:9093", &[(9093, "Inside")]),
    ("Kestrel__Endpoints__Http__Url", "http://localhost:8080", &[(8080, "Inside")]),
    ("URLS", "http://localhost:8080", &[(8080, "Inside")]),
    ("ADDR", "localhost:8080", &[(8080, "InsideFirst")]),
    ("SERVER_ADDRESS", "localhost:8080", &[(8080, "InsideFirst")]),
    ("LIVENESS", "http://localhost:8080/live", &[(8080, "InsideFirst")]),
    ("INTERNAL_URL", "http://localhost:8080", &[(8080, "InsideFirst")]),
    ("DATABASE_URL", "postgres://u:p@localhost:5432/x", &[(5432, "Either")]),
    ("DB", "Host=localhost;Port=5432", &[(5432, "InsideFirst")]),
    ("JAVA_OPTS", "-Xmx1g -Dserver.port=8080", &[(8080, "own")]),
    ("JAVA_TOOL_OPTIONS", "-Ddb.url=jdbc:mysql://a:3306/x", &[(3306, "at a")]),
];

#[test]
fn forms_of_strangers() {
    let mut wrong = Vec::new();
    for (key, value, expected) in FORMS {
        let compose = match *key {
            "command" => json!({ "command": value }),
            name => json!({ "environment": { name: value } }),
        };
        let expected: Vec<_> = expected.iter().map(|(port, whose)| (*port, (*whose).to_owned())).collect();
        let found = read(&compose);
        if found != expected {
            wrong.push(format!("{key}: {value}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pairs_that_are_no_addresses() {
    expect(
        &json!({"environment": {
            "RUN_AS": "api:8080", "CHOWN": "api:8080", "APP_USER": "api:8080", "API_IMAGE": "api:8080", "API_TAG": "api:8080",
            "CRED": "api:8080", "RATE": "api:100/min", "BURST": "api:100/10s", "FILE_OWNER": "api:8080", "run_as": "api:8080",
        }}),
        &[],
    );
    expect(
        &json!({"environment": {"AUTH_SERVICE_ADDR": "auth:8080", "USER_URL": "user:8081", "A": "api:8082/minutes", "B": "api:8083/d/x"}}),
        &[(8080, "at auth"), (8081, "at user"), (8082, "at api"), (8083, "at api")],
    );
    for command in [
        "docker build -t api:8080 .",
        "docker run --rm -e A=b api:8080",
        "/usr/bin/docker pull api:8080",
        "podman push api:8080",
        "skopeo copy --all docker-archive:x api:8080",
        "/kaniko/executor --destination=api:8080",
        "curl -u api:8080 -f http",
        "curl --user=api:8080",
        "wget --proxy-user api:8080",
        "cp --chown=api:8080 a b",
        "usermod -a -G api:8080 x",
        "doas -u api:8080 x",
        "sudo -u api:8080 x",
        "chown -R api:8080 /data",
        "su api:8080",
        "setpriv --reuid=api:8080 x",
        "gosu api:8080 x",
        "exec su-exec api:8080 x",
        "s6-setuidgid api:8080 x",
    ] {
        expect(&json!({"command": command}), &[]);
    }
    expect(&json!({"command": "gosu app wait-for api:8080"}), &[(8080, "at api")]);
    expect(&json!({"command": "docker run -e API=api:8080 x"}), &[(8080, "at api")]);
    expect(&json!({"command": "docker run x http://api:8080"}), &[(8080, "at api")]);
}

#[test]
fn connections_of_databases() {
    expect(
        &json!({"environment": {
            "A": "pgsql:host=db;port=5432;dbname=x",
            "B": "sqlsrv:Server=ms,1433;Database=x",
            "C": "//ora:1521/x",
            "D": "(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(Host=ora)(Port=1522))(CONNECT_DATA=(SID=x)))",
            "E": "sqlserver://ms:1434;database=x",
            "F": "jdbc:sqlserver://;serverName=ms;portNumber=1435",
            "G": "mysql:host=my;port=${P:-3306}",
            "H": "jdbc:oracle:thin:@ora:1523:x",
        }}),
        &[
            (5432, "at db"),
            (1433, "at ms"),
            (1521, "at ora"),
            (1522, "at ora"),
            (1434, "at ms"),
            (1435, "at ms"),
            (3306, "at my"),
            (1523, "at ora"),
        ],
    );
    expect(&json!({"command": "sqlcmd -S ms,1433 -Q x; sqlcmd -S tcp:ms,1434"}), &[(1433, "at ms"), (1434, "at ms")]);
    expect(&json!({"command": "psql 'host=db port=5432'"}), &[(5432, "at db")]);
}
