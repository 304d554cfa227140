//! ports.toml: what it may say, every mistake it may have, and its JSON schema.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use portgen::allocation::{Allocation, Expose, Level, Protocol, Service};
use portgen::diagnostic::{Code, Diagnostic, Origin, Source, codes};
use portgen::manifest::keys;
use portgen::manifest::validate::{Validated, validate};
use portgen::{lints, manifest};
use serde_json::{Value, json};

use crate::expect::{assert_file_is, assert_holds};
use crate::runner::{Case, cases};

/// The ports.toml of a case in `cases/manifest`, before its steps.
fn case(name: &str) -> String {
    let texts = texts();
    texts.into_iter().find(|(case, _)| case == name).unwrap_or_else(|| panic!("there is no case {name}")).1
}

/// Every case in `cases/manifest` that starts with a ports.toml.
fn texts() -> Vec<(String, String)> {
    let text = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Case::read(&path).file("ports.toml").map(|text| (name, text.to_owned()))
    };
    cases("manifest").into_iter().filter_map(text).collect()
}

fn validate_text(text: &str) -> Validated {
    validate(&Source::new("ports.toml", text))
}

fn rendered(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| diagnostic.render(false)).collect::<Vec<_>>().join("\n")
}

fn sound(text: &str) -> Allocation {
    let Validated { allocation, diagnostics } = validate_text(text);
    assert_eq!(rendered(&diagnostics), "");
    let allocation = allocation.unwrap();
    assert!(!allocation.services.iter().any(|service| service.unsure));
    allocation
}

/// Where the lints have nothing to say of them, `portgen check` says no more than this.
#[test]
fn the_cases_that_are_called_ok_have_no_mistake() {
    for (name, text) in texts() {
        let diagnostics = validate_text(&text).diagnostics;
        assert_eq!(diagnostics.is_empty(), name.starts_with("ok-"), "{name}: {}", rendered(&diagnostics));
    }
}

/// Nothing is said without its place and without what to do next, in the order of the file.
#[test]
fn every_mistake_has_a_place_and_a_way_out() {
    for (name, text) in texts() {
        let diagnostics = validate_text(&text).diagnostics;
        let lines: Vec<usize> = diagnostics.iter().map(|one| one.labels[0].place.line()).collect();
        assert!(lines.is_sorted(), "{name}: {lines:?}");
        for diagnostic in diagnostics {
            assert!(!diagnostic.help.is_empty(), "{}", diagnostic.message);
            assert!(!diagnostic.message.ends_with('.'), "{}", diagnostic.message);
        }
    }
}

/// Nineteen mistakes in one file, each reported once and at its own line.
#[test]
fn all_mistakes_are_reported_in_one_run() {
    let found = validate_text(&case("twelve")).diagnostics;
    let places: Vec<(usize, Code)> = found.iter().map(|one| (one.labels[0].place.line(), one.code)).collect();
    let expected = [
        (1, codes::WRONG_TYPE),
        (5, codes::INVALID_NAME),
        (6, codes::UNKNOWN_KEY),
        (9, codes::INVALID_RANGE),
        (10, codes::INVALID_TEXT),
        (16, codes::INVALID_NAME),
        (21, codes::UNKNOWN_GROUP),
        (22, codes::UNKNOWN_KEY),
        (23, codes::UNKNOWN_DEPENDENCY),
        (26, codes::INVALID_PORT),
        (27, codes::INVALID_PATH),
        (30, codes::INVALID_PORT),
        (30, codes::INVALID_VALUE),
        (31, codes::COMPOSE_KEY),
        (33, codes::MISSING_KEY),
        (34, codes::INVALID_TEXT),
        (37, codes::DUPLICATE_ITEM),
        (43, codes::INVALID_VALUE),
        (46, codes::UNKNOWN_LINT),
    ];
    assert_eq!(places, expected);
}

fn dependencies(service: &Service) -> Vec<usize> {
    service.depends_on.iter().map(|(index, _)| *index).collect()
}

/// What is sound beside the mistakes is there for the lints.
#[test]
fn the_sound_part_remains() {
    let allocation = validate_text(&case("twelve")).allocation.unwrap();
    let services: Vec<(&str, usize)> =
        allocation.services.iter().map(|service| (service.id.as_str(), service.bindings.len())).collect();
    assert_eq!(services, [("API", 1), ("auth", 1), ("postgres", 0), ("redis", 0), ("web", 0)]);
    let auth = &allocation.services[1];
    assert_eq!((auth.group, dependencies(auth)), (None, vec![0]));
    assert_eq!(auth.bindings[0].host.get(), 4001);
}

/// Where a range or the reason of an exception is broken, no lint can hold that against the services that rely on it.
#[test]
fn a_broken_range_makes_no_port_out_of_range() {
    let allocation = validate_text(&case("no-cascades")).allocation.unwrap();
    assert!(allocation.ranges.is_empty());
    assert!(allocation.services.iter().all(|service| service.unsure));
    let of_ranges = |code: &str| ["out-of-range", "unused-exception"].contains(&code);
    assert!(!lints::run(&allocation).iter().any(|said| of_ranges(said.code.as_str())));
}

#[test]
fn the_project_s_own_allocation_is_sound() {
    let allocation = sound(include_str!("../../ports.toml"));
    assert_eq!(allocation.services.len(), 21);
    assert_eq!((allocation.ranges.len(), allocation.groups.len()), (5, 3));
    let exceptions = allocation.services.iter().filter(|service| service.exception.is_some());
    assert_eq!(exceptions.map(|service| service.id.as_str()).collect::<Vec<_>>(), ["notification-service", "grafana"]);
    let grafana = &allocation.services[20].bindings[0];
    assert_eq!((grafana.host.get(), grafana.container.get(), grafana.name.as_ref()), (3100, 3000, "http"));
    let postgres = allocation.services.iter().find(|service| service.id == "postgres").unwrap();
    assert_eq!(postgres.bindings[0].name, "postgresql");
}

/// Every key of ports.toml ends where it belongs, and every default is the documented one.
#[test]
fn every_key_is_read() {
    let allocation = sound(&case("ok-all"));
    let [api, mobile, db, dns, worker] = allocation.services.as_slice() else { panic!("five services") };
    assert_eq!(api.bindings[0].host.get(), 0xFA0);
    assert_eq!((api.group, dependencies(api)), (Some(0), vec![2, 1]));
    assert_eq!(api.scripts.as_deref(), Some(["dev".to_owned(), "start".to_owned()].as_slice()));
    assert_eq!(api.package.as_ref().unwrap().0.as_str(), "services/api/package.json");
    assert_eq!((mobile.title.as_str(), mobile.bindings.len()), ("mobile", 0));
    let pg = &db.bindings[0];
    assert_eq!((pg.host.get(), pg.container.get(), pg.service.get()), (5432, 5433, 5434));
    assert_eq!((pg.name.as_ref(), pg.expose, pg.app_protocol.as_deref()), ("pg", Expose::All, Some("postgresql")));
    assert_eq!(db.exception.as_ref().unwrap().reason, "Because");
    let compose =
        json!({"image": "postgres", "started": "2026-01-31", "ratio": 0.5, "privileged": false, "command": "a\n\tb"});
    assert_eq!(Value::Object(db.compose.clone()), compose);
    let dns: Vec<_> = dns.bindings.iter().map(|one| (one.name.as_ref(), one.protocol, one.published())).collect();
    assert_eq!(dns, [("dns", Protocol::Udp, true), ("dns-tcp", Protocol::Tcp, true), ("grpc", Protocol::Tcp, false)]);
    assert_eq!(worker.compose["configs"], json!(["conf"]));
    assert_eq!(allocation.compose.keys().collect::<Vec<_>>(), ["x-note", "volumes", "networks", "secrets", "configs"]);
    assert_eq!(allocation.compose["networks"], json!({"back": {"internal": true}}));
    assert_eq!((allocation.reserved[1].ports.first().get(), allocation.reserved[1].ports.last().get()), (5000, 5010));
    assert_eq!(allocation.retired.iter().map(|one| one.since.as_str()).collect::<Vec<_>>(), ["2026-01-31"; 2]);
    assert_eq!(allocation.level(codes::PLATFORM_PORT), Level::Allow);
    assert_eq!(allocation.outputs.directory.as_str(), "out");
    assert_eq!(allocation.outputs.disable[0].0, "k8s");
    assert_eq!(allocation.outputs.paths[0].1, "docs/{{ platform.id }}.md");
    assert_eq!(allocation.groups[0].label, "Application");
}

/// The name of a single port: the app-protocol where it is a port name too, `http` for TCP, else the protocol.
#[test]
fn a_single_port_has_a_name() {
    let name = |port: &str| {
        let text = format!("version = 1\nplatform = {{ name = \"P\", id = \"p\" }}\nservices.a.port = {port}\n");
        let Validated { allocation, diagnostics } = validate_text(&text);
        assert_eq!(rendered(&diagnostics), "");
        allocation.unwrap().services[0].bindings[0].name.clone()
    };
    assert_eq!(name("4000"), "http");
    assert_eq!(name("{ host = 4000 }"), "http");
    assert_eq!(name("{ host = 53, protocol = \"udp\" }"), "udp");
    assert_eq!(name("{ host = 53, protocol = \"udp\", app-protocol = \"dns\" }"), "dns");
    assert_eq!(name("{ host = 4000, app-protocol = \"kubernetes.io/h2c\" }"), "http");
    assert_eq!(name("{ host = 4000, app-protocol = \"grpc\", name = \"rpc\" }"), "rpc");
}

#[test]
fn files_over_16_mib_are_refused() {
    let error = manifest::decode(Origin::Tree, vec![b'#'; manifest::MAX_BYTES + 1]).unwrap_err();
    assert_eq!(error.code, codes::TOO_LARGE);
    assert!(manifest::decode(Origin::Tree, vec![b'#'; manifest::MAX_BYTES]).is_ok());
}

/// What is kept of a file is bounded, whatever it consists of.
#[test]
fn files_with_more_in_them_than_is_read_are_refused() {
    let path = |length: usize| format!("a{} = 1\n", ".a".repeat(length));
    for (most, more) in [("\n".repeat(1_500_000), "\n".repeat(1_600_000)), (path(390_000), path(400_000))] {
        assert!(manifest::decode(Origin::Tree, most.into_bytes()).is_ok());
        assert_eq!(manifest::decode(Origin::Tree, more.into_bytes()).unwrap_err().code, codes::TOO_LARGE);
    }
}

/// A byte order mark is not part of the text, so spans are those of what the user sees.
#[test]
fn a_byte_order_mark_is_ignored() {
    let source = manifest::decode(Origin::Tree, b"\xef\xbb\xbfversion = 1\n".to_vec()).unwrap();
    assert_eq!(source.text, "version = 1\n");
}

/// Asserts nothing but that it ends: whatever is cut off, a diagnostic, never a panic.
#[test]
fn fuzz_no_cut_makes_it_panic() {
    for (_, text) in texts() {
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)).step_by(7) {
            rendered(&validate_text(&text[..at]).diagnostics);
            rendered(&validate_text(&text[at..]).diagnostics);
        }
    }
}

#[test]
fn the_schema_file_is_fresh() {
    let schema = manifest::schema();
    assert!(schema.ends_with("}\n"));
    assert_file_is(&Path::new(env!("CARGO_MANIFEST_DIR")).join("ports.schema.json"), &schema);
}

/// Editors and portgen know the same keys, in every table.
#[test]
fn the_schema_has_the_parser_s_keys() {
    let schema: Value = serde_json::from_str(&manifest::schema()).unwrap();
    let known = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<BTreeSet<String>>();
    let has = |pointer: &str| {
        let table = schema.pointer(pointer).unwrap();
        assert_eq!(table["additionalProperties"], json!(false), "{pointer}");
        table["properties"].as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>()
    };
    assert_holds("`File` of src/manifest/schema/mod.rs", &has(""), &known(keys::FILE));
    for (table, keys) in [
        ("Platform", keys::PLATFORM),
        ("Range", keys::RANGE),
        ("Group", keys::GROUP),
        ("Service", keys::SERVICE),
        ("PortTable", keys::PORT),
        ("Binding", keys::BINDING),
        ("Reserved", keys::RESERVED),
        ("Retired", keys::RETIRED),
        ("Outputs", keys::OUTPUTS),
    ] {
        let place = format!("`{table}` of src/manifest/schema");
        assert_holds(&place, &has(&format!("/definitions/{table}")), &known(keys));
    }
    let own = &schema["definitions"]["Compose"]["anyOf"][1]["propertyNames"]["not"]["enum"];
    assert_eq!(*own, json!(keys::COMPOSE_OWN.map(|(key, _)| key)));
    let own = &schema["properties"]["compose"]["propertyNames"]["not"]["enum"];
    assert_eq!(*own, json!(keys::COMPOSE_FILE_OWN.map(|own| own.key)));
}
