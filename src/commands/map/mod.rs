//! `portgen map`: the allocation as a picture, for people.

mod drawing;
mod mermaid;
mod page;
mod picture;
mod text;

use crate::pipeline;
use crate::session::{Exit, Session};
use picture::Picture;

/// In which form.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen map                                  the ranges as bars, with who sits where
  portgen map --format html > ports.html       a page to search, one file, without scripts from elsewhere
  portgen map --format svg > docs/ports.svg    a picture for a README
  portgen map --format mermaid                 what depends on what, for Markdown")]
pub struct Args {
    /// The form of the picture
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// The forms of the picture.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// A picture, light or dark as its reader prefers
    Svg,
    /// A page with a search, in one file
    Html,
    /// A diagram for Mermaid, which Markdown of GitHub and GitLab shows
    Mermaid,
}

/// Prints the picture of ports.toml.
///
/// # Errors
/// A mistake in ports.toml; findings are part of the picture.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, said) = pipeline::allocation(&tree)?;
    let picture = Picture::of(&allocation, &said);
    match args.format {
        Format::Text => session.data(text::render(&picture, session.has_colors()).as_bytes())?,
        Format::Svg => session.print(&drawing::render(&picture)?)?,
        Format::Html => session.print(&page::render(&picture)?)?,
        Format::Mermaid => {
            mermaid::refusal(&picture).iter().for_each(|said| session.say(said));
            session.print(&mermaid::render(&picture))?;
        }
    }
    Ok(Exit::Clean)
}
