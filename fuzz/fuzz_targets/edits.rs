//! Edits of any valid ports.toml: the result says what was asked for, and a move changes digits only.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portgen::allocation::{Allocation, Numbers, Port};
use portgen::diagnostic::{Diagnostic, Origin};
use portgen::manifest;
use portgen::manifest::edit::{Draft, NewService, string};
use portgen::manifest::validate::validate;
use portgen_fuzz::{allocation, differ_in_digits, ports_toml, shown};

/// The text after an edit; `None` where portgen refuses to edit the file.
fn edited(text: &str, edit: impl FnOnce(&mut Draft) -> Result<(), Diagnostic>) -> Option<String> {
    let result = Draft::new(text).and_then(|mut draft| edit(&mut draft).and_then(|()| draft.finish()));
    result.map_err(|wrong| shown(&[wrong])).ok()
}

/// What an edited text allocates.
fn read(text: &str) -> Allocation {
    let validated = validate(&manifest::source(Origin::Edited, text));
    validated.allocation.unwrap_or_else(|| panic!("not valid any more: {text}"))
}

fuzz_target!(|bytes: &[u8]| {
    let Some(source) = ports_toml(bytes) else { return };
    let Some(known) = allocation(&source) else { return };
    let text = &*source.text;
    let Some(service) = known.services.last() else { return };
    let number = Port::new(41_000).expect("a port");
    if let Some(binding) = service.bindings.first().filter(|binding| !binding.is_range() && !binding.is_anywhere) {
        let numbers = Numbers { host: number, container: number, service: number, count: 1 };
        if let Some(moved) = edited(text, |draft| draft.set_numbers(&service.id, &binding.name, numbers)) {
            let validated = validate(&manifest::source(Origin::Edited, &*moved));
            let bindings =
                validated.allocation.into_iter().flat_map(|after| after.services).find(|one| one.id == service.id);
            if let Some(after) = bindings {
                assert_eq!(after.bindings[0].host, number, "{moved}");
            }
            if [binding.container, binding.service].iter().all(|other| *other == binding.host) {
                differ_in_digits(text, &moved);
            }
        }
    }
    let title = string("a \"b\" \\ 'c' # d");
    let fields = [("title", title.clone())];
    let new = NewService { id: "new-one", fields: &fields, ports: &[("http".to_owned(), "none".to_owned())] };
    let near: Vec<&str> = known.services.iter().map(|service| &*service.id).collect();
    if !near.contains(&"new-one") {
        let _ = edited(text, |draft| draft.add_service(new, &near));
        if let Some(renamed) = edited(text, |draft| draft.rename_service(&service.id, "new-one")) {
            assert!(Draft::new(&renamed).is_ok(), "{renamed}");
        }
    }
    if let Some(said) = edited(text, |draft| draft.set_field(&service.id, &("description", title.clone()))) {
        let after = read(&said);
        assert_eq!(after.services.last().map(|one| &*one.description), Some("a \"b\" \\ 'c' # d"), "{said}");
    }
    let item = [("port", "41001".to_owned()), ("reason", title)];
    if let Some(reserved) = edited(text, |draft| draft.add_item("reserved", &item)) {
        assert_eq!(read(&reserved).reserved.len(), known.reserved.len() + 1, "{reserved}");
    }
});
