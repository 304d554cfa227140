//! The documentation: its links resolve, it names everything that there is, and what it shows is what happens.

mod codes;
mod complete;
mod examples;
mod links;
mod map;
mod sessions;

use std::fs;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// README.md and every page of `docs/`, from the root.
fn pages() -> Vec<String> {
    let folder = fs::read_dir(Path::new(ROOT).join("docs")).unwrap();
    let names = folder.map(|entry| format!("docs/{}", entry.unwrap().file_name().to_str().unwrap()));
    let mut pages: Vec<String> = names.filter(|name| name.ends_with(".md")).chain(["README.md".to_owned()]).collect();
    pages.sort();
    pages
}

/// A page as Markdown.
fn page(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A part of a page, from a heading to the next one of any level.
struct Section {
    heading: String,
    text: String,
    /// Everything in backticks.
    code: Vec<String>,
    /// The first column of its tables, as plain text, without their headings.
    rows: Vec<String>,
}

/// The sections of a page; what stands before the first heading is left out.
fn sections(markdown: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut column = None;
    let mut in_heading = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match &event {
            Event::Start(Tag::Heading { .. }) => {
                in_heading = true;
                sections.push(Section {
                    heading: String::new(),
                    text: String::new(),
                    code: Vec::new(),
                    rows: Vec::new(),
                });
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::TableRow) => {
                column = Some(0);
                if let Some(section) = sections.last_mut() {
                    section.rows.push(String::new());
                }
            }
            Event::End(TagEnd::TableRow) => column = None,
            Event::End(TagEnd::TableCell) => column = column.map(|column| column + 1),
            _ => {}
        }
        let (Event::Text(text) | Event::Code(text)) = &event else { continue };
        let Some(section) = sections.last_mut() else { continue };
        if in_heading {
            section.heading.push_str(text);
        }
        if column == Some(0) {
            section.rows.last_mut().unwrap().push_str(text);
        }
        if matches!(event, Event::Code(_)) {
            section.code.push(text.to_string());
        }
        section.text.push_str(text);
        section.text.push('\n');
    }
    sections
}

/// The section of a page with this heading.
fn section(name: &str, heading: &str) -> Section {
    let found = sections(&page(name)).into_iter().find(|section| section.heading == heading);
    found.unwrap_or_else(|| panic!("{name} has no section `{heading}`"))
}
