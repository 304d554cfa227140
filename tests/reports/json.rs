//! JSON, its schema, and what it says.

use std::path::Path;

use portgen::diagnostic::Text;
use portgen::report;
use proptest::prelude::*;

use super::{parsed, path, rendered, texts};
use crate::expect::assert_file_is;
use crate::sandbox::Sandbox;
use crate::tries::tries;

proptest! {
    #![proptest_config(tries(1000))]

    #[test]
    fn programs_get_the_text_back(text in texts()) {
        let report = parsed(&rendered("json", &text));
        let file = format!("sub, dir/{}", path(&text).as_str());
        let said = &report["diagnostics"][0];
        let text = Text::from(text);
        prop_assert_eq!(said["message"].as_str(), Some(&*text));
        prop_assert_eq!(said["help"][0].as_str(), Some(&*text));
        for place in said["places"].as_array().unwrap() {
            prop_assert_eq!(place["label"].as_str(), Some(&*text));
            prop_assert_eq!(place["file"].as_str(), Some(&*file));
        }
        prop_assert_eq!(report["changes"][0]["path"].as_str(), Some(&*file));
    }
}

#[test]
fn the_schema_file_is_fresh_and_what_the_command_prints() {
    let schema = report::schema();
    assert_file_is(&Path::new(env!("CARGO_MANIFEST_DIR")).join("report.schema.json"), &schema);
    let printed = Sandbox::new().portgen(["schema", "--of", "report"]);
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), schema);
}

/// What a program may rely on is required.
#[test]
fn the_schema_requires_every_property() {
    let schema: serde_json::Value = serde_json::from_str(&report::schema()).unwrap();
    let objects = schema["$defs"].as_object().unwrap().values().chain([&schema]);
    let objects: Vec<_> = objects.filter(|one| one["type"] == "object").collect();
    assert_eq!(objects.len(), 5);
    for object in objects {
        let properties: Vec<&String> = object["properties"].as_object().unwrap().keys().collect();
        assert_eq!(object["required"].as_array().unwrap().len(), properties.len(), "{object:#}");
    }
}
