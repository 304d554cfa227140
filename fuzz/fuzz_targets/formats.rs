//! Any text in every format: claims are at their digits, and a quoted text comes back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portgen::formats::compose_values::{of_sections, of_service};
use portgen::formats::{FORMATS, Format};
use portgen_fuzz::digits;

fn read(format: &Format, text: &str) {
    let reading = (format.read)(text);
    for claim in reading.claims.iter() {
        assert!(text.is_char_boundary(claim.span.start) && text.is_char_boundary(claim.span.end), "{claim:?}");
        claim.numbers.iter().for_each(|number| digits(text, &number.digits, number.port));
    }
    for fault in &reading.faults {
        assert!(text.get(fault.span.clone()).is_some(), "{fault:?}");
    }
    if let Some(finish) = format.finish {
        let tidy = finish(text);
        assert_eq!(finish(&tidy), tidy, "{}", format.name);
    }
}

fn quoted(format: &Format, text: &str) {
    let mut out = String::new();
    if (format.quote)(text, &mut out).is_err() {
        return;
    }
    let back = match format.name {
        "compose" => serde_yaml::from_str::<String>(&out).map(|read| read.replace("$$", "$")).ok(),
        "kubernetes" | "yaml" => serde_yaml::from_str(&out).ok(),
        "json" => serde_json::from_str(&out).ok(),
        "dotenv" | "text" => Some(out.clone()),
        _ => return,
    };
    assert_eq!(back.as_deref(), Some(text), "{}: {out}", format.name);
}

fuzz_target!(|text: &str| {
    for format in FORMATS {
        read(format, text);
        quoted(format, text);
    }
    if let Ok(serde_json::Value::Object(map)) = serde_json::from_str(text) {
        for stated in of_service(&map).into_iter().chain(of_sections(&map)) {
            assert!(stated.digits.start < stated.digits.end, "{stated:?}");
        }
    }
});
