//! A place in a file that stands for a service: where that is defined, where else it stands, what is known of it.

use std::cell::OnceCell;

use lsp_types::{Hover, HoverContents, Location, MarkupContent, MarkupKind, Position, PrepareRenameResponse, Range};

use super::hover;
use super::target::{Target, in_file, in_ports_toml};
use super::world::World;
use crate::allocation::Allocation;
use crate::files::names::PORTS_TOML;
use crate::scan::Scanned;

/// The place that an editor asks about.
pub(super) struct Spot<'w> {
    pub(super) world: &'w World<'w>,
    pub(super) allocation: &'w Allocation,
    pub(super) target: Target,
    range: Range,
    /// What every file states, once somebody asks; none where it cannot be read.
    everything: OnceCell<Option<Scanned<'w>>>,
}

impl<'w> Spot<'w> {
    /// What lies at a position; none where nothing does.
    pub(super) fn at(world: &'w World<'w>, allocation: &'w Allocation, path: &str, position: Position) -> Option<Self> {
        let text = world.text(path)?;
        let at = world.offset(&text, position);
        let everything = OnceCell::new();
        let target = if path == PORTS_TOML {
            in_ports_toml(allocation, at)?
        } else {
            in_file(everything.get_or_init(|| world.everything(allocation).ok()).as_ref()?, path, at)?
        };
        let range = world.range(&text, &target.span);
        Some(Self { world, allocation, target, range, everything })
    }

    fn everything(&self) -> Option<&Scanned<'w>> {
        self.everything.get_or_init(|| self.world.everything(self.allocation).ok()).as_ref()
    }

    pub(super) fn hover(&self) -> Option<Hover> {
        let value = hover::markdown(self.world, self.allocation, self.everything()?, &self.target);
        let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
        Some(Hover { contents, range: Some(self.range) })
    }

    /// The line of ports.toml that decides.
    pub(super) fn definition(&self) -> Option<Location> {
        let (service, bindings) = self.target.meant(self.allocation);
        let span = if let [one] = &*bindings { &one.span } else { &service.span };
        self.world.location(PORTS_TOML, span)
    }

    /// Every place that states the port; the lines of ports.toml, too, where these are wanted.
    pub(super) fn references(&self, includes_own: bool) -> Option<Vec<Location>> {
        let (_, bindings) = self.target.meant(self.allocation);
        let own = bindings.iter().filter_map(|binding| self.world.location(PORTS_TOML, &binding.span));
        let own = own.filter(|_| includes_own);
        let places = self.everything()?.files.iter().flat_map(|file| {
            let own = file.judged.iter().filter(|one| self.target.is_of(one)).map(|one| &one.digits);
            self.world.locations(&file.path, own.collect())
        });
        Some(own.chain(places).collect())
    }

    /// What a rename would change here.
    pub(super) fn renaming(&self) -> PrepareRenameResponse {
        let placeholder = self.allocation.services[self.target.service].id.clone();
        PrepareRenameResponse::RangeWithPlaceholder { range: self.range, placeholder }
    }
}
