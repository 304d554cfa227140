//! The schemes of addresses that say what program is there.

/// Schemes, each with the port that the programs which speak it are known by.
///
/// Source: <https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.xhtml>.
const SCHEMES: [(&str, u16); 11] = [
    ("amqp", 5672),
    ("cockroachdb", 26257),
    ("mariadb", 3306),
    ("mongodb", 27017),
    ("mysql", 3306),
    ("mysql2", 3306),
    ("nats", 4222),
    ("postgis", 5432),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("redis", 6379),
];

/// The most bytes of an address before its port.
const MOST: usize = 256;

/// The port that what the address is of is known by, where a text ends before the port of one; `None` if its scheme does not say.
pub(super) fn port(before: &str) -> Option<u16> {
    let mut start = before.len().saturating_sub(MOST);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`');
    let address = before[start..].rsplit(is_end).next()?;
    // What an option is told is as its program likes.
    let words = before[start..before.len() - address.len()].trim_end_matches(|c: char| is_end(c) || c == '=');
    if words.rsplit(is_end).next()?.starts_with('-') {
        return None;
    }
    let (scheme, _) = address.rsplit_once("://")?;
    // `postgresql+asyncpg://`, `jdbc:postgresql://`, `DATABASE_URL=postgres://`
    let scheme = scheme.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '+').next()?.split('+').next()?;
    SCHEMES.iter().find(|(known, _)| *known == scheme).map(|(_, port)| *port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_tell_the_program() {
        for (before, wanted) in [
            ("url = \"postgres://u:p@localhost:", Some(5432)),
            ("spring.datasource.url=jdbc:postgresql://localhost:", Some(5432)),
            ("DB=postgresql+asyncpg://localhost:", Some(5432)),
            ("a redis://localhost:", Some(6379)),
            ("tool --db-url postgres://localhost:", None),
            ("tool --db-url=\"postgres://localhost:", None),
            ("http://localhost:", None),
            ("postgres://a http://localhost:", None),
            ("localhost:", None),
            ("", None),
        ] {
            assert_eq!(port(before), wanted, "{before}");
        }
    }
}
