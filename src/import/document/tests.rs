use super::*;

/// What a document says, one line a row, range and number that is kept.
fn said(text: &str) -> Vec<String> {
    let found = read(&"PORTS.md".into(), text);
    let mut said = Vec::new();
    for row in &found.rows {
        let ports: Vec<String> = row
            .ports
            .iter()
            .map(|one| {
                let host = one.host.map_or_else(|| "?".to_owned(), |ports| ports.to_string());
                let container = one.container.map(|ports| format!(":{ports}")).unwrap_or_default();
                format!("{}{host}{container}", one.name.as_deref().map(|name| format!("{name} ")).unwrap_or_default())
            })
            .collect();
        said.push(format!("{} | {} | {}", found.sections[row.section].title, row.title, ports.join(", ")));
    }
    said.extend(found.ranges.iter().map(|range| format!("range {} {}", range.ports, range.purpose)));
    said.extend(found.reserved.iter().map(|(ports, why, _)| format!("reserved {ports} {why}")));
    said
}

#[test]
fn tables_of_every_shape() {
    let text = "# Ports\n\n## Apps\n\n| Service/Application | Port | Description |\n|--|--|--|\n| Web (Portal) | 3000 | For people |\n| **API** | **4000** | |\n| `jobs` | N/A | |\n| MinIO | api `9000`, console `9001` | |\n| [Reserved] | 3005 | for later |\n| *available* | 3006 | |\n";
    assert_eq!(
        said(text),
        [
            "Apps | Web (Portal) | 3000",
            "Apps | API | 4000",
            "Apps | jobs | ",
            "Apps | MinIO | api 9000, console 9001",
            "reserved 3005 for later"
        ]
    );
    let text = "| Порт | Сервис | Описание | Файлы |\n|--|--|--|--|\n| **3000** | `web` | Сайт | docker-compose.yml |\n| 5432 | PostgreSQL | База | |\n";
    assert_eq!(said(text), [" | web | 3000", " | PostgreSQL | 5432"]);
    let text = "## Backend (8000-8099)\n| Name | Host Port | Container Port | URL |\n|--|--|--|--|\n| api | 8000 | 80 | http://localhost:8000 |\n| old | 8005 → 8001 | 80 | |\n";
    assert_eq!(said(text), ["Backend | api | 8000:80", "Backend | old | 8001:80", "range 8000-8099 Backend"]);
    let text = "| Range | Purpose |\n|--|--|\n| 3000–3099 | Web |\n| 4000-4099 | Reserved for tests |\n";
    assert_eq!(said(text), ["range 3000-3099 Web", "reserved 4000-4099 Reserved for tests"]);
    // Numbers that are not ports, tables without any.
    let text =
        "| Version | Date |\n|--|--|\n| 1.2 | 2024-01-02 |\n\n## History\n| Service | Port |\n|--|--|\n| a | 1000 |\n";
    assert_eq!(said(text), [""; 0]);
}

#[test]
fn lists_and_code() {
    let text = "## Agents (8000-8099)\n- **8000**: ChromaDB (Kolegium) / LinkedIn Module\n- Web: 3000\n- `8001` - `editor`\n- Mail (1025)\n- See step 3 for more\n- Listens: 3 workers\n";
    assert_eq!(
        said(text),
        [
            "Agents | ChromaDB (Kolegium) / LinkedIn Module | 8000",
            "Agents | Web | 3000",
            "Agents | editor | 8001",
            "Agents | Mail (1025 | 1025",
            "range 8000-8099 Agents"
        ]
        .map(|line| line.replace(" (1025", ""))
    );
    let text = "```\n3000 → site  (text)\n3005 → [Reserved]\n```\n";
    assert_eq!(said(text), [" | site (text) | 3000", "reserved 3005 [Reserved]"]);
}
