//! Tables of a document: of services with their ports, and of ranges with what they are for.

use super::cell::{self, Cell, Number};
use super::row::{Held, Row};
use super::{Range, Reader};
use crate::formats::markdown::{Row as Cells, tables_with_headings};

/// Words of the heading of the column with ports.
const PORT: [&str; 16] = [
    "port",
    "ports",
    "puerto",
    "puertos",
    "porta",
    "portas",
    "porte",
    "portnummer",
    "порт",
    "порты",
    "端口",
    "端口号",
    "ポート",
    "포트",
    "nodeport",
    "host",
];

/// Words beside it for the number inside of a container.
const CONTAINER: [&str; 5] = ["container", "internal", "target", "inside", "listen"];

/// Words beside it for numbers that are not those of development.
const NOT_HOST: [&str; 12] = [
    "prod",
    "production",
    "staging",
    "stage",
    "test",
    "old",
    "previous",
    "nodeport",
    "cluster",
    "k8s",
    "kubernetes",
    "debug",
];

/// Words of the heading of the column with texts for people.
const DESCRIPTION: [&str; 14] = [
    "description",
    "purpose",
    "notes",
    "note",
    "usage",
    "function",
    "role",
    "comment",
    "details",
    "описание",
    "назначение",
    "descripción",
    "beschreibung",
    "说明",
];

/// Words of the headings of columns that name what has a port.
const NAME: [&str; 26] = [
    "service",
    "services",
    "application",
    "app",
    "apps",
    "component",
    "container",
    "database",
    "microservice",
    "name",
    "package",
    "process",
    "project",
    "server",
    "system",
    "tool",
    "workload",
    "aplicación",
    "servicio",
    "aplicação",
    "serviço",
    "dienst",
    "сервис",
    "служба",
    "服务",
    "サービス",
];

/// Words of the headings of columns with neither.
const BESIDE: [&str; 18] = [
    "protocol",
    "status",
    "type",
    "url",
    "urls",
    "link",
    "file",
    "files",
    "path",
    "env",
    "environment",
    "variable",
    "файлы",
    "health",
    "owner",
    "team",
    "language",
    "image",
];

/// Words of headings of tables of ranges.
const RANGE: [&str; 8] = ["range", "ranges", "rango", "bereich", "диапазон", "block", "范围", "faixa"];

/// What a column has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Name,
    Host,
    Container,
    Protocol,
    Description,
    Range,
    Other,
}

impl Reader<'_> {
    /// Adds the rows of every table.
    pub(super) fn tables(&mut self) {
        let text = self.text;
        for (span, rows) in tables_with_headings(text) {
            self.taken.push((span.clone(), super::item::Where::Table));
            if self.is_elsewhere(span.start) {
                continue;
            }
            let Some(columns) = Columns::of(text, &rows) else { continue };
            let cells = |row: &Cells, at: usize| row.get(at).map_or("", |cell| &text[cell.clone()]).to_owned();
            let first = rows.first().map(|row| cell::plain(&cells(row, columns.name))).unwrap_or_default();
            for row in rows.get(2..).unwrap_or_default() {
                let Some(start) = row.first().map(|cell| cell.start) else { continue };
                if columns.is_of_ranges {
                    self.range(&columns, start, |at| cells(row, at));
                } else {
                    self.row(&columns, start, &first, |at| cells(row, at));
                }
            }
        }
    }

    fn range(&mut self, columns: &Columns, start: usize, text: impl Fn(usize) -> String) {
        let Some(range) = columns.at(Column::Range) else { return };
        let Cell::Ports(ports) = cell::ports(&text(range)) else { return };
        let purpose = columns.at(Column::Description).unwrap_or(columns.name);
        let purpose = cell::plain(&text(purpose));
        for (_, ports, _) in ports {
            let at = self.at(start);
            if cell::is_reserved(&purpose) {
                self.found.reserved.push((ports, purpose.clone(), at));
            } else if !ports.is_one() {
                self.found.ranges.push(Range { ports, purpose: purpose.clone(), at });
            }
        }
    }

    fn row(&mut self, columns: &Columns, start: usize, label: &str, text: impl Fn(usize) -> String) {
        let written = text(columns.name);
        let title = cell::plain(&written);
        let host = columns.at(Column::Host).map(|at| cell::ports(&text(at)));
        let container = columns.at(Column::Container).map(|at| cell::ports(&text(at)));
        let ports = match (host, container) {
            (Some(Cell::Ports(host)), container) => held(&host, container),
            (_, Some(Cell::Ports(container))) => inside(&container),
            (Some(Cell::None), _) | (None, Some(Cell::None)) => Vec::new(),
            _ => return,
        };
        let description = columns.at(Column::Description).map(|at| cell::plain(&text(at))).unwrap_or_default();
        let at = self.at(start);
        if title.is_empty() || cell::is_free(&title) {
            return;
        }
        if cell::is_reserved(&title) || self.is_reserved(start) {
            let reason = if description.is_empty() { title } else { description };
            self.found.reserved.extend(ports.iter().filter_map(|one| Some((one.host?, reason.clone(), at.clone()))));
            return;
        }
        let is_udp = columns.at(Column::Protocol).is_some_and(|at| text(at).trim().eq_ignore_ascii_case("udp"));
        let ports = ports.into_iter().map(|one| Held { is_udp: is_udp || one.is_udp, ..one }).collect();
        let section = self.section(start, Some(label).filter(|_| columns.name == 0));
        self.found.rows.push(Row { title, description, code: cell::code(&written), ports, section, at });
    }
}

/// The ports of a row, with those inside of containers from a column of its own.
fn held(host: &[Number], container: Option<Cell>) -> Vec<Held> {
    let inside = match container {
        Some(Cell::Ports(inside)) if inside.len() == host.len() => inside,
        _ => Vec::new(),
    };
    let of = |(at, (name, ports, own)): (usize, &Number)| Held {
        host: Some(*ports),
        container: own.or_else(|| inside.get(at).map(|(_, ports, _)| *ports)),
        name: Some(name.clone()).filter(|name| !name.is_empty()),
        is_udp: cell::words(name).iter().any(|word| word == "udp"),
    };
    host.iter().enumerate().map(of).collect()
}

/// The ports of a row that says only what containers listen on.
fn inside(container: &[Number]) -> Vec<Held> {
    let of = |(name, ports, _): &Number| Held {
        host: None,
        container: Some(*ports),
        name: Some(name.clone()).filter(|name| !name.is_empty()),
        is_udp: false,
    };
    container.iter().map(of).collect()
}

/// What the columns of a table have.
struct Columns {
    all: Vec<Column>,
    name: usize,
    is_of_ranges: bool,
}

impl Columns {
    /// None of a table that gives no ports out.
    fn of(text: &str, rows: &[Cells]) -> Option<Self> {
        let headings: Vec<Vec<String>> =
            rows.first()?.iter().map(|cell| cell::words(&cell::plain(&text[cell.clone()]))).collect();
        let body = rows.get(2..).unwrap_or_default();
        let share = |at: usize| share(text, body, at);
        let mut all: Vec<Column> = headings.iter().map(|words| by_heading(words)).collect();
        let has = |all: &[Column], column| all.contains(&column);
        if !has(&all, Column::Host) && !has(&all, Column::Container) && !has(&all, Column::Range) {
            // A heading in another language: the column of ports is the one that has them.
            let at = (0..all.len())
                .find(|at| matches!(all[*at], Column::Other | Column::Description) && share(*at) >= 0.8)?;
            all[at] = Column::Host;
        }
        let is_of_ranges = has(&all, Column::Range) && !has(&all, Column::Host);
        let name = all.iter().position(|column| *column == Column::Name);
        let first_text = (0..all.len())
            .find(|at| matches!(all[*at], Column::Other) && share(*at) < 0.5 && !is_beside(&headings[*at]));
        let name = name
            .or(first_text)
            .or_else(|| all.iter().position(|column| *column == Column::Description).filter(|_| is_of_ranges))?;
        if all[name] == Column::Other {
            all[name] = Column::Name;
        }
        if !has(&all, Column::Description) {
            let last = (0..all.len())
                .rev()
                .find(|at| all[*at] == Column::Other && !is_beside(&headings[*at]) && share(*at) < 0.5);
            if let Some(last) = last {
                all[last] = Column::Description;
            }
        }
        Some(Self { all, name, is_of_ranges })
    }

    fn at(&self, column: Column) -> Option<usize> {
        self.all.iter().position(|known| *known == column)
    }
}

fn is_beside(words: &[String]) -> bool {
    words.iter().any(|word| BESIDE.contains(&&**word))
}

/// What a column has, by its heading.
fn by_heading(words: &[String]) -> Column {
    let has = |names: &[&str]| words.iter().any(|word| names.contains(&&**word));
    let is_port = has(&PORT) && !has(&["url", "urls"]);
    if has(&RANGE) {
        Column::Range
    } else if is_port && has(&NOT_HOST) {
        Column::Other
    } else if is_port && has(&CONTAINER) {
        Column::Container
    } else if is_port && !(has(&["host"]) && words.len() == 1) {
        Column::Host
    } else if has(&["protocol"]) {
        Column::Protocol
    } else if has(&NAME) {
        Column::Name
    } else if has(&DESCRIPTION) {
        Column::Description
    } else {
        Column::Other
    }
}

/// The share of the cells of a column that are ports.
fn share(text: &str, body: &[Cells], at: usize) -> f64 {
    let cells: Vec<Cell> =
        body.iter().filter_map(|row| row.get(at)).map(|cell| cell::ports(&text[cell.clone()])).collect();
    let of = |wanted: fn(&Cell) -> bool| cells.iter().filter(|cell| wanted(cell)).count();
    let (ports, none) = (of(|cell| matches!(cell, Cell::Ports(_))), of(|cell| *cell == Cell::None));
    #[expect(clippy::cast_precision_loss, reason = "tables have fewer rows than a float has digits")]
    let share = ports as f64 / (cells.len() - none).max(1) as f64;
    share
}
