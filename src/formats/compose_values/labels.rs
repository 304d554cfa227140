//! The ports in labels: Traefik's `...loadbalancer.server.port`, `prometheus.io/port`, Caddy's `{{upstreams 3000}}`, addresses.

use serde_json::Value as Json;

use super::variables::text;
use super::{Form, Hosts, Reader, View, Whose, whole_number};
use crate::formats::url;
use crate::manifest::document::Step;

impl<'v> Reader<'v> {
    /// Labels as a table, or as a list of `key=value`.
    pub(super) fn labels(&mut self, value: &'v Json) {
        match value {
            Json::Object(map) => {
                for (key, value) in map {
                    let Some(value) = text(value) else { continue };
                    self.path.push(Step::Key(key));
                    self.label(key, &value, 0);
                    self.path.pop();
                }
            }
            Json::Array(list) => {
                for (index, entry) in list.iter().enumerate() {
                    let Some((key, _)) = entry.as_str().and_then(|entry| entry.split_once('=')) else { continue };
                    self.path.push(Step::Index(index));
                    self.label(key, entry.as_str().unwrap_or_default(), key.len() + 1);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    /// One label, whose value starts at `start` of the text at the path.
    fn label(&mut self, key: &str, text: &str, start: usize) {
        let value = &text[start..];
        let last = key.rsplit(['.', '/', '_', '-']).next().unwrap_or_default();
        if let Some(digits) = whole_number(value).filter(|_| last.eq_ignore_ascii_case("port")) {
            self.add(text, start + digits.start..start + digits.end, Whose::Own, Form::Label);
            return;
        }
        self.addresses(text, start..text.len(), View::OutsideFirst, Hosts::All);
        self.upstreams(text, start);
    }

    /// `{{upstreams 3000}}` and `{{upstreams https 3000}}` of caddy-docker-proxy.
    fn upstreams(&mut self, text: &str, start: usize) {
        let Some(found) = text[start..].find("upstreams") else { return };
        let from = start + found + "upstreams".len();
        let arguments = text[from..].split('}').next().unwrap_or_default();
        let at = from + arguments.find(|c: char| c.is_ascii_digit()).unwrap_or(arguments.len());
        self.add(text, at..at + url::digits(&text[at..]), Whose::Own, Form::Label);
    }
}
