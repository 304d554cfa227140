//! What a service is called in one place and in another.

use unicode_normalization::UnicodeNormalization as _;

/// Spellings of one thing: what people write in documents, and what its image is called.
const SAME: [&[&str]; 9] = [
    &["postgres", "postgresql", "pg"],
    &["mongodb", "mongo"],
    &["rabbitmq", "rabbit"],
    &["elasticsearch", "elastic"],
    &["mysql", "mariadb"],
    &["minio", "s3"],
    &["otel-collector", "opentelemetry-collector", "otel"],
    &["nats", "nats-server"],
    &["kafka", "cp-kafka"],
];

/// What a name may end in, or not, and mean the same service.
const ENDS: [&str; 9] = ["-service", "-svc", "-server", "-app", "-application", "-backend", "-api", "-database", "-db"];

/// The most characters of an id: a label of DNS.
const MOST: usize = 63;

/// Whether a folder of this name says nothing of what is in it.
pub(super) fn is_general(folder: &str) -> bool {
    const GENERAL: [&str; 12] =
        ["", "app", "build", "cmd", "code", "docker", "main", "project", "server", "source", "src", "web-app"];
    GENERAL.contains(&folder)
}

/// The id for a name: lower-case letters and digits, with hyphens between words. None where there are no such letters.
pub(super) fn id(name: &str) -> Option<String> {
    let mut out = String::new();
    for c in name.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)) {
        match c {
            c if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            // Letters of other scripts make no id.
            c if c.is_alphabetic() => return None,
            '\'' | '’' => {}
            _ if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    out.truncate(MOST);
    out.truncate(out.trim_end_matches('-').len());
    (!out.is_empty() && out.bytes().any(|byte| byte.is_ascii_alphabetic())).then_some(out)
}

/// Whether Compose and portgen take a name as an id as it is.
pub(super) fn is_id(name: &str) -> bool {
    (1..=MOST).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// A name as all its spellings have it.
pub(super) fn key(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    match SAME.iter().find(|same| same.contains(&&*out)) {
        Some(same) => same[0].to_owned(),
        None => out,
    }
}

/// A name without what stands between its words: `op-api` is `opapi`, but `db-1-0` is no `db-10`.
pub(super) fn squeezed(name: &str) -> String {
    let mut out = String::new();
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        out.extend(word.chars().flat_map(char::to_lowercase));
        let ends = word.ends_with(|c: char| c.is_ascii_digit());
        if ends && words.peek().is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit())) {
            out.push('-');
        }
    }
    out
}

/// Whether a name says that what has it tests others: `integration-tests`.
pub(super) fn is_of_tests(name: &str) -> bool {
    let words = key(name);
    words.split('-').any(|word| matches!(word, "test" | "tests" | "e2e"))
}

/// A key without what names may end in.
pub(super) fn stem(key: &str) -> &str {
    let stem = ENDS.iter().find_map(|end| key.strip_suffix(end)).filter(|stem| !stem.is_empty());
    stem.unwrap_or(key)
}

/// What a title may be called: itself, without what is in parentheses, that alone, its parts.
pub(super) fn spellings(title: &str) -> Vec<String> {
    let mut all = Vec::new();
    let (outside, inside) = parted(title);
    let mut add = |text: &str| {
        let text = text.trim().to_owned();
        if !text.is_empty() && !all.contains(&text) {
            all.push(text);
        }
    };
    add(&outside);
    inside.iter().for_each(|text| add(text));
    outside.split([',', '/', '&', '+']).for_each(&mut add);
    add(title);
    all
}

/// What stands outside of parentheses, and in each pair of them.
fn parted(title: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside, mut depth) = (String::new(), Vec::new(), 0_usize);
    for c in title.chars() {
        match c {
            '(' => {
                depth += 1;
                inside.push(String::new());
            }
            ')' => depth = depth.saturating_sub(1),
            _ => match inside.last_mut().filter(|_| depth > 0) {
                Some(text) => text.push(c),
                None => outside.push(c),
            },
        }
    }
    (outside, inside)
}

/// A title for a name of several words: `auth-service` is `Auth Service`.
pub(super) fn title(name: &str) -> String {
    let words = name.split(['-', '_', '.', ' ']).filter(|word| !word.is_empty());
    let words = words.map(|word| match word {
        "api" | "db" | "ui" | "id" | "cdn" | "sql" | "bff" | "sso" | "mcp" => word.to_uppercase(),
        _ => {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_uppercase().to_string() + chars.as_str()).unwrap_or_default()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_have_ids() {
        for (title, wanted) in [
            ("Auth Service", Some("auth-service")),
            ("PostgreSQL", Some("postgresql")),
            ("Café & Co.", Some("cafe-co")),
            ("Заказы", None),
            ("8080", None),
        ] {
            assert_eq!(id(title).as_deref(), wanted, "{title}");
        }
        assert_eq!(spellings("Web (Patient Portal)"), ["Web", "Patient Portal", "Web (Patient Portal)"]);
        assert_eq!([key("PostgreSQL"), key("auth_service")], ["postgres", "auth-service"]);
        assert_eq!(title("auth-api_v2"), "Auth API V2");
    }
}
