//! What programs are told by ConfigMaps and Secrets: variables, and whole files.

use std::borrow::Cow;
use std::collections::HashMap;

use super::names::stem;
use super::{Reader, in_cluster};
use crate::formats::Written;
use crate::formats::yaml::tree::Id;
use crate::scan::readers::{File, forms};

impl<'s, 't> Reader<'s, 't> {
    /// A ConfigMap, or a Secret in plain text.
    pub(super) fn data(&mut self, id: Id) {
        let name = self.name(id);
        let key =
            if self.text(id, &["kind"]).is_some_and(|kind| kind.value == "Secret") { "stringData" } else { "data" };
        let Some(data) = self.at(id, &[key]) else { return };
        let entries = self.tree.entries(data);
        if !self.visit(entries.len()) {
            return;
        }
        let mut variables = HashMap::new();
        for (key, value) in entries {
            match self.tree.scalar(value) {
                Some(text) if text.value.contains('\n') => self.file(key, text, stem(&name)),
                Some(text) => drop(variables.insert(&*key.value, text)),
                None => {}
            }
        }
        self.variables(stem(&name), variables);
    }

    /// A whole file, whose name is the key.
    fn file(&mut self, key: &'s Written<'t>, text: &Written<'t>, own: &str) {
        let path = match &key.value {
            Cow::Borrowed(path) => path,
            Cow::Owned(_) => self.file.path,
        };
        let known = self.out.len();
        forms::read(&File { path, text: self.file.text }, text.span.clone(), &mut self.out);
        self.out[known..].iter_mut().for_each(|one| *one = in_cluster(one.clone(), Some(own)));
    }

    /// The ConfigMaps and Secrets that kustomize makes, and the texts of its patches.
    pub(super) fn generators(&mut self, id: Id) {
        for list in ["configMapGenerator", "secretGenerator"] {
            for generator in self.items(id, &[list]) {
                let name = self.text(*generator, &["name"]).map_or("", |name| &name.value);
                self.words(stem(name), self.items(*generator, &["literals"]).to_vec(), &["environment"]);
            }
        }
        for list in ["patches", "patchesStrategicMerge", "patchesJson6902"] {
            if let Some(patches) = self.at(id, &[list]) {
                self.texts(patches, super::MOST_DEPTH);
            }
        }
    }
}
