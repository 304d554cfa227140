//! The image of a service that states none.

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
