//! What the ports of known programs are called.

/// Programs by a word of their image or their name, with what their numbers are called.
///
/// Sources: the documentation of each program, as of its `EXPOSE`.
const PROGRAMS: [(&str, &[(u16, &str)]); 18] = [
    ("clickhouse", &[(8123, "http"), (8443, "https"), (9000, "native"), (9009, "interserver"), (9363, "metrics")]),
    (
        "redpanda",
        &[(9092, "kafka"), (9644, "admin"), (8081, "registry"), (8082, "proxy"), (33145, "rpc"), (19092, "kafka-ext")],
    ),
    ("kafka", &[(9092, "kafka"), (9093, "controller"), (9101, "jmx"), (29092, "internal")]),
    ("rabbitmq", &[(5671, "amqps"), (15672, "management"), (15692, "metrics")]),
    ("minio", &[(9000, "s3"), (9001, "console")]),
    ("mailhog", &[(8025, "ui")]),
    ("mailpit", &[(8025, "ui")]),
    ("maildev", &[(1080, "ui")]),
    ("mailcatcher", &[(1080, "ui")]),
    ("inbucket", &[(2500, "smtp"), (9000, "ui"), (1100, "pop3")]),
    ("otel", &[(1888, "pprof"), (8888, "metrics"), (8889, "exporter"), (13133, "health"), (55679, "zpages")]),
    ("opentelemetry", &[(1888, "pprof"), (8888, "metrics"), (8889, "exporter"), (13133, "health"), (55679, "zpages")]),
    (
        "jaeger",
        &[(16686, "ui"), (14250, "grpc"), (14268, "thrift"), (14269, "admin"), (5778, "config"), (9411, "zipkin")],
    ),
    ("traefik", &[(8080, "dashboard")]),
    ("elasticsearch", &[(9200, "http"), (9300, "transport")]),
    ("opensearch", &[(9200, "http"), (9300, "transport"), (9600, "analyzer")]),
    ("nats", &[(4222, "client"), (6222, "cluster"), (8222, "monitoring")]),
    ("neo4j", &[(7474, "http"), (7473, "https"), (7687, "bolt")]),
];

/// What a number is called of a program that `names` and images speak of.
pub(super) fn port(names: &[String], number: u16) -> Option<&'static str> {
    let is_word = |name: &String, word: &str| name.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == word);
    let known = PROGRAMS.iter().filter(|(word, _)| names.iter().any(|name| is_word(name, word)));
    known.flat_map(|(_, ports)| ports.iter()).find(|(port, _)| *port == number).map(|(_, name)| *name)
}

/// What a number is called whichever program has it.
pub(super) fn usual(number: u16, is_udp: bool) -> Option<&'static str> {
    Some(match (number, is_udp) {
        (443, true) => "http3",
        (53, true) => "dns",
        (_, true) => return None,
        (22, _) => "ssh",
        (25 | 1025, _) => "smtp",
        (53, _) => "dns",
        (80 | 8080, _) => "http",
        (443 | 8443, _) => "https",
        (1433, _) => "mssql",
        (3306, _) => "mysql",
        (4317, _) => "otlp-grpc",
        (4318, _) => "otlp-http",
        (2181, _) => "zookeeper",
        (5005 | 5678 | 9229, _) => "debug",
        (5432, _) => "postgres",
        (5672, _) => "amqp",
        (6379, _) => "redis",
        (9090, _) => "metrics",
        (15672, _) => "management",
        (27017, _) => "mongodb",
        _ => return None,
    })
}
