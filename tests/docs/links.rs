//! Every relative link resolves: the file is there, and has the heading.

use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::{ROOT, page, pages, sections};

#[test]
fn every_page_stands_in_the_book() {
    let summary = page("docs/SUMMARY.md");
    for name in pages().iter().filter_map(|page| page.strip_prefix("docs/")).filter(|name| *name != "SUMMARY.md") {
        assert!(summary.contains(&format!("]({name})")), "docs/SUMMARY.md does not name {name}: add it");
    }
}

#[test]
fn every_relative_link_resolves() {
    let mut count = 0;
    for name in pages() {
        let markdown = page(&name);
        for event in Parser::new_ext(&markdown, Options::ENABLE_TABLES) {
            if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event
                && !dest_url.contains("://")
            {
                assert!(resolves(&name, &dest_url), "{name} links to {dest_url}");
                count += 1;
            }
        }
    }
    assert!(count > 20, "only {count} links were found");
}

/// The book has the pages of `docs/` alone.
#[test]
fn no_page_links_out_of_the_book() {
    for name in pages().iter().filter(|page| page.starts_with("docs/")) {
        let markdown = page(name);
        assert!(!markdown.contains("](../"), "{name} links to what is not in docs/: name it in backticks");
    }
}

#[test]
fn a_link_to_nothing_does_not_resolve() {
    assert!(resolves("README.md", "docs/commands.md#merge-driver"));
    assert!(!resolves("README.md", "docs/commands.md#no-such-heading"));
    assert!(!resolves("README.md", "docs/no-such-page.md"));
}

fn resolves(from: &str, link: &str) -> bool {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let folder = Path::new(from).parent().unwrap();
    let target = if path.is_empty() { from.into() } else { folder.join(path) };
    if !Path::new(ROOT).join(&target).exists() {
        return false;
    }
    let Some(anchor) = anchor else { return true };
    let headings = sections(&page(target.to_str().unwrap()));
    headings.iter().any(|section| slug(&section.heading) == anchor)
}

/// The anchor that GitHub gives to a heading.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}
