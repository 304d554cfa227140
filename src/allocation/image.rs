//! The image of a service: the one that it has where it states none, and what an image runs.

use super::{Allocation, Service};

/// The Compose keys of which each says what a container runs.
///
/// Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md>
const KEYS: [&str; 4] = ["image", "build", "extends", "provider"];

impl Allocation {
    /// The image that Compose builds or looks for; `None` where the Compose keys of the service say what it runs. Names of images are in
    /// lower case and neither start nor end with a separator.
    pub fn own_image(&self, service: &Service) -> Option<String> {
        if KEYS.iter().any(|key| service.compose.contains_key(*key)) {
            return None;
        }
        let name = service.id.trim_matches(['-', '_', '.']);
        let mut image = String::with_capacity(self.platform.id.len() + name.len() + 1);
        for part in [&*self.platform.id, "/", name] {
            image.push_str(part);
        }
        image[self.platform.id.len()..].make_ascii_lowercase();
        Some(image)
    }
}

/// Whether an image is that of a program that runs the scripts of a package.json, and nothing else: `node:24-alpine`, `oven/bun`,
/// `${NODE_IMAGE:-node:24}`.
pub(super) fn runs_scripts(image: &str) -> bool {
    let image = with_defaults(image);
    let name = image.rsplit('/').next().unwrap_or_default();
    let name = name.split([':', '@']).next().unwrap_or(name);
    matches!(name, "node" | "bun" | "deno")
}

/// An image with the defaults of its variables; what has none becomes nothing.
fn with_defaults(image: &str) -> String {
    // From the innermost variable on: defaults may have variables.
    let mut text = image.to_owned();
    while let Some(start) = text.rfind("${") {
        let Some(length) = text[start..].find('}') else { break };
        let inside = &text[start + 2..start + length];
        let default = inside.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let default = default.strip_prefix(":-").or_else(|| default.strip_prefix('-')).unwrap_or_default().to_owned();
        text.replace_range(start..=start + length, &default);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_that_run_scripts() {
        for image in [
            "node:24-alpine",
            "oven/bun",
            "${NODE_IMAGE:-node:22}",
            "${NODE_IMAGE-docker.io/library/node@sha256:0}",
            "node:${NODE_VERSION:-22}",
            "node:${NODE_VERSION}",
            "${REGISTRY:-docker.io/}node:22",
            "${IMAGE:-${BASE:-node}:22}",
        ] {
            assert!(runs_scripts(image), "{image}");
        }
        for image in ["acme/web:1", "${IMAGE}", "${IMAGE:-acme/node-web}", "node-red", "${IMAGE:?node}", "${node", ""] {
            assert!(!runs_scripts(image), "{image}");
        }
    }
}
