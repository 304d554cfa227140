//! Documents and what they state.

use crate::scan::readers::tests::said;

/// The headings of a table, a row, and what it states.
const ROWS: &[(&str, &str, &str)] = &[
    ("| Service | Port |", "| Auth Service | 4001 |", "a4001 local in <| Auth Service | >"),
    ("| **Port** | Service | Type |", "| **3000** | [Web](x.md) | `node` |", "a3000 local in <| Web | >"),
    ("| Порт | Сервис |", "| `3000` | `web` |", "a3000 local in <| `web` | >"),
    (
        "| Service | Host Port | Container port |",
        "| Web | 3000 | 80 |",
        "h3000 local in <| Web | >, c80 local in <| Web | >",
    ),
    (
        "| Service | Port |",
        "| NATS | 4222 (client), 8222 |",
        "a4222 local in <| NATS | >?, a8222 local in <| NATS | >?",
    ),
    ("| Service | Ports |", "| Web | 3000:80 |", "h3000 local in <| Web | >, c80 local in <| Web | >"),
    ("| Service | Port |", "| DNS | 53/udp |", "a53 local in <| DNS | >"),
    ("| Environment | Port |", "| Development | 3000 |", "a3000 local in <| Development | >?"),
    ("| Source | Destination | Port |", "| Web | Redis | 6379 |", "a6379 local in <| Redis | >?"),
    ("| Service | gRPC port |", "| Auth | 50051 |", "a50051 local in <| Auth | >?"),
    ("| Service | Port |", "| Auth | ~~4001~~ 4002 |", "a4002 local in <| Auth | >?"),
    ("| Service | Port |", "| Auth | 8005 → 1005 |", "a8005 local in <| Auth | >?, a1005 local in <| Auth | >?"),
    ("| Service | Port |", "| Old | N/A |", ""),
    ("| Service | Port |", "| All | 3000-3099 |", ""),
    ("| Service | Port |", "| All | 3000–3099, 3100+ |", ""),
    (
        "| Service | Port |",
        "| Auth | 4001 users since 2024 |",
        "a4001 local in <| Auth | >?, a2024 local in <| Auth | >?",
    ),
    ("| Service | Prod port |", "| Web | 8080 |", ""),
    ("| Service | Old port |", "| Web | 8080 |", ""),
    ("| Card | Support |", "| Visa | 4000 |", ""),
    ("| Name | Year |", "| Web | 2024 |", ""),
];

#[test]
fn rows_of_tables_name_what_has_a_port() {
    for (headings, row, wanted) in ROWS {
        let text = format!("# Ports\n\n{headings}\n|---|---|\n{row}\n");
        assert_eq!(said("Markdown", "docs/a.md", &text), *wanted, "{text}");
    }
}

/// A document, and what it states.
const LINES: &[(&str, &str)] = &[
    ("### 1. API Gateway (Port 3000)", "a3000 local in <### 1. API Gateway >"),
    ("- Redis Commander (Redis UI on port 8083)", "a8083 local in <- Redis Commander >"),
    ("- Redis Commander (Redis UI) - port 8083", "a8083 local in <- Redis Commander  - >"),
    ("```js\nconsole.log('API server on port 3001')\n```", "a3001 local in <console.log>?"),
    ("- **Grafana** runs on port 3003.", "a3003 local in <- **Grafana** runs on >"),
    ("## Redis\n\n- **Port:** `6379`", "a6379 local in <| Redis | >"),
    ("## 2. Auth\n\n**Port**: 4001 (default)", "a4001 local in <| 2. Auth | >"),
    ("```\n├── web/   # Next.js (Port 3000)\n```", "a3000 local in <| web | >"),
    ("│   └── services/auth/  # Port 4001", "a4001 local in <| services/auth | >"),
    (
        "## Ports\n\n- **8000**: ChromaDB (Kolegium)\n- 3001 - Admin",
        "a8000 local in <| ChromaDB (Kolegium) | >, a3001 local in <| Admin | >",
    ),
    ("## Ports\n\n- Web: 3000\n- Admin (`3001`)", "a3000 local in <- Web: >, a3001 local in <- Admin (`>"),
    ("Default ports:\n- Web: 3000", "a3000 local in <- Web: >"),
    ("## Reserved ports (avoided)\n\n- MySQL: 3306\n- 5000: AirPlay", ""),
    ("## Ports\n\n- 8000: ChromaDB / LinkedIn", "a8000 local in <| ChromaDB / LinkedIn | >?"),
    ("## Staging\n\n- Port: 4001", "l4001 own?"),
    ("- Web: 3000\n- since: 2024", ""),
    ("## Staging\n\n- Web on port 3000", "a3000 local in <- Web on >?"),
    ("## Production\n\n| Service | Port |\n|---|---|\n| Web | 80 |", "a80 local in <| Web | >?"),
    ("## Available services\n\n| Service | Port |\n|---|---|\n| Web | 80 |", "a80 local in <| Web | >"),
    ("the port 3000 range, ports 3000-3099, port 3000+", "a3000 local in <the >"),
    ("card `4000 0000 0000 0002`, facilities: 3000+", ""),
    ("The web is at port 3000, not 8000", "a3000 local in <The web is at >, a8000 local"),
    ("Set `PORT`, if 3000 is already in use.", "a3000 local"),
    ("Go to server-ip:3000, or <host>:3001, then type: 3002.", "h3000 local, a3001 local"),
    (
        "| Variable | Description |\n|---|---|\n| `AUTH_PORT` | Where it listens. Defaults to 4001, not 4002 |",
        "l4001 $AUTH?",
    ),
    ("| Variable | Description |\n|---|---|\n| `AUTH_TTL` | Defaults to 4001 |", ""),
    (
        "```docker\nservices:\n  web:\n    image: shop/web\n    ports:\n      - 3000:80\n```",
        "h3000 web of <shop/web>, c80 web?",
    ),
    ("```yaml\nservices:\n  db:\n    image: postgres\n    ports: ['5433:5432']\n```", "h5433 db?, c5432 db?"),
    ("## Production\n```yaml\nservices: {web: {build: ., ports: ['80:3000']}}\n```", "h80 web of <>?, c3000 web?"),
    ("support: 3000, viewport 3000, v1.3000, $3000, 3000 req/s", ""),
    ("run with PORT=3001 or --port 3002", "l3001 own?, l3002 own?"),
];

#[test]
fn lines_name_what_has_a_port() {
    for (text, wanted) in LINES {
        assert_eq!(said("Markdown", "README.md", text), *wanted, "{text}");
    }
}

#[test]
fn an_address_in_a_table_is_of_the_row() {
    let text = "| URL | Service |\n|---|---|\n| http://localhost:3000 | Web |\n";
    assert_eq!(said("Markdown", "README.md", text), "h3000 local in <| Web | >");
    let text = "| Service | URL |\n|---|---|\n| Web | http://localhost:3000 |\n";
    assert_eq!(said("Markdown", "README.md", text), "h3000 local in <| Web | >");
}
