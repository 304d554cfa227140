//! The port document as an independent Markdown parser sees it.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::model::{Model, Service};

/// A table, with the heading that it stands under.
#[derive(Debug, Default)]
struct Table {
    heading: String,
    rows: Vec<Vec<String>>,
}

/// Each service stands in one row of one table of its group, with its own ports and description.
pub(super) fn check(model: &Model, text: &str) {
    let tables = tables(text);
    let mut of_services: Vec<&Table> = tables.iter().take_while(|table| table.rows[0].len() == 3).collect();
    of_services.retain(|table| table.rows[0][2] == "Description");
    let grouped = (0..model.groups.len()).map(Some).chain([None]).map(|group| {
        let members = model.services.iter().filter(move |service| service.group == group);
        (group, members.collect::<Vec<_>>())
    });
    let grouped: Vec<_> = grouped.filter(|(_, members)| !members.is_empty()).collect();
    assert_eq!(of_services.len(), grouped.len(), "{tables:#?}\n{text}");
    for (table, (group, members)) in of_services.into_iter().zip(grouped) {
        let group = group.map(|group| (group, &model.groups[group]));
        let title =
            group.map_or("Other Services".to_owned(), |(at, group)| group.title.clone().unwrap_or(format!("g{at}")));
        assert_eq!(table.heading.trim(), title.trim());
        let label = group.and_then(|(_, group)| group.label.as_deref()).unwrap_or("Service").trim();
        assert_eq!(table.rows[0], [label, "Port", "Description"]);
        assert_eq!(table.rows.len() - 1, members.len(), "{text}");
        table.rows[1..].iter().zip(members).for_each(|(row, service)| is_row_of(row, service));
    }
}

fn is_row_of(row: &[String], service: &Service) {
    assert_eq!(row[0], service.title().trim());
    assert_eq!(row[2], service.description.as_deref().unwrap_or_default().trim());
    let hosts: Vec<String> = service.bindings.iter().map(|binding| binding.from(binding.host)).collect();
    let stated: Vec<&str> = row[1].split("), ").filter_map(|one| one.split(' ').next()).collect();
    if hosts.is_empty() { assert_eq!(stated, ["N/A"]) } else { assert_eq!(stated, hosts, "{row:?}") }
}

/// Every table, its cells as text; nothing in the file is HTML, a link, an image or emphasis.
fn tables(text: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let (mut heading, mut cell) = (String::new(), String::new());
    let body = text.split_once("-->\n\n").unwrap().1;
    for event in Parser::new_ext(body, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Table(_)) => tables.push(Table { heading: heading.clone(), rows: Vec::new() }),
            Event::Start(Tag::TableHead | Tag::TableRow) => tables.last_mut().unwrap().rows.push(Vec::new()),
            Event::Start(Tag::TableCell | Tag::Heading { .. }) => cell.clear(),
            Event::End(TagEnd::TableCell) => {
                let row = tables.last_mut().and_then(|table| table.rows.last_mut()).unwrap();
                row.push(cell.trim().to_owned());
            }
            Event::End(TagEnd::Heading(_)) => heading.clone_from(&cell),
            Event::Text(text) => cell.push_str(&text),
            // `ports.toml` in the last paragraph.
            Event::Code(_) | Event::Start(Tag::Paragraph) | Event::End(_) => {}
            other => panic!("{other:?} in\n{text}"),
        }
    }
    tables
}
