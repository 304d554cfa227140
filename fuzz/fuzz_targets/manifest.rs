//! Any ports.toml: what is said of it can be shown, and an allocation is proven.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portgen::claims::Owners;
use portgen::claims::compose::{judge, unset_ports};
use portgen::files::tree::Tree;
use portgen::lints;
use portgen::manifest::earlier::Earlier;
use portgen::manifest::validate::validate;
use portgen_fuzz::{allocation, ports_toml, shown};

fuzz_target!(|bytes: &[u8]| {
    let Some(source) = ports_toml(bytes) else { return };
    let known = allocation(&source);
    let Some(again) = validate(&source).allocation else { return assert!(known.is_none()) };
    // Lints see what there is of a ports.toml with mistakes, too.
    shown(&lints::run(&again));
    let (Some(known), earlier) = (known, again) else { return };
    let tree = Tree::new("/nowhere");
    let earlier = Earlier::of(&tree, earlier);
    shown(&judge(&Owners::since(&known, &earlier), &earlier));
    shown(&unset_ports(&known));
    for service in &known.services {
        for binding in &service.bindings {
            assert!(binding.hosts().last() >= binding.hosts().first(), "{binding:?}");
            assert_eq!(binding.hosts().count(), binding.containers().count(), "{binding:?}");
        }
    }
});
