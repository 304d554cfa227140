//! Where files are made ready: one folder below the root, and one more for each further mount that outputs lie on,
//! because a file is renamed only within a mount.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write as _};
use std::rc::Rc;

use super::disk::Disk;
use super::leftovers::{ELSEWHERE, READY, exchange_name};
use super::work::{Content, Found, Work, unready};
use crate::diagnostic::{Diagnostic, Severity, codes, quoted};
use crate::drift::Difference;
use crate::files::disk::is_absent;
use crate::files::tree::STAGING;
use crate::parallel;
use crate::path::RelPath;
use crate::system::{self, Mount};

/// How many files are planned before they are made.
const AT_ONCE: usize = 4096;

/// A file whose new bytes lie ready, or a folder with such files.
pub(super) struct Staged<'c> {
    /// Where it belongs, from the root.
    pub(super) path: Cow<'c, str>,
    /// Where it lies, from the root.
    pub(super) file: String,
}

/// The staging folders; [`Staging::tidy_up`] removes them, and with them whatever has not taken its place.
pub(super) struct Staging<'c> {
    disk: Disk<'c>,
    rooms: Vec<Room>,
    folders: HashMap<String, Folder>,
    new_folders: Vec<Staged<'c>>,
    /// What is planned and not made yet.
    work: Vec<Work<'c>>,
    /// How many files and folders are planned for the rooms.
    count: usize,
}

struct Room {
    mount: Mount,
    folder: String,
}

/// A folder that files belong into.
#[derive(Clone)]
struct Folder {
    /// The room where its files are made ready.
    room: usize,
    /// Where it lies itself, if it is not there yet: it is made ready with its files and takes its place as a whole.
    ready: Option<Rc<str>>,
}

impl<'c> Staging<'c> {
    /// Stages in the folder that [`make`] has made.
    pub(super) fn new(disk: Disk<'c>, mount: Mount) -> Self {
        let room = Room { mount, folder: STAGING.to_owned() };
        let (folders, new_folders, work, count) = Default::default();
        Self { disk, rooms: vec![room], folders, new_folders, work, count }
    }

    /// Removes the folders; a warning for each that cannot be removed.
    pub(super) fn tidy_up(self) -> Vec<Diagnostic> {
        // The root's room goes last: it is the sign that there may be others.
        let rooms = self.rooms.iter().rev();
        rooms.filter_map(|room| Some(not_removed(&room.folder, &self.disk.remove_all(&room.folder).err()?))).collect()
    }

    /// The disk that is written to.
    pub(super) fn disk(&self) -> Disk<'c> {
        self.disk
    }

    /// The folders that were not there, each with the files that were made ready for it.
    pub(super) fn take_new_folders(&mut self) -> Vec<Staged<'c>> {
        std::mem::take(&mut self.new_folders)
    }

    /// Plans new bytes for `path`, with the permissions of the file that is there, or the user's own for a new one; none
    /// where they take their place with a folder that is not there yet.
    ///
    /// # Errors
    /// Files in its folder cannot be replaced.
    pub(super) fn plan(
        &mut self,
        path: &'c RelPath,
        content: Content<'c>,
        is_new: bool,
    ) -> Result<Option<Staged<'c>>, Diagnostic> {
        let (file, found) = self.destination(path, if is_new { Found::Nothing } else { Found::Anything })?;
        let work = Work { file, ..Work::new(path, content, found) };
        if found == Found::NoFolder {
            self.add(work)?;
            return Ok(None);
        }
        self.push(work).map(Some)
    }

    /// Where new bytes for `path` are made ready, and what there can be in their place.
    fn destination(&mut self, path: &RelPath, found: Found) -> Result<(String, Found), Diagnostic> {
        let folder = self.folder(path)?;
        Ok(match &folder.ready {
            Some(ready) => (format!("{ready}/{}", last_component(path.as_str())), Found::NoFolder),
            None => (self.next_name(folder.room), found),
        })
    }

    /// As [`Staging::plan`] of a file that is replaced and is to survive a loss of power, and makes them ready at once.
    ///
    /// # Errors
    /// As [`Staging::plan`] and [`Staging::make_ready`].
    pub(super) fn make_now(
        &mut self,
        path: &'c RelPath,
        content: Content<'_>,
    ) -> Result<Option<Staged<'c>>, Diagnostic> {
        let (file, found) = self.destination(path, Found::Anything)?;
        let work = Work { is_durable: true, file, ..Work::new(path, content, found) };
        work.make(self.disk)?;
        Ok((found != Found::NoFolder).then(|| Staged { path: path.as_str().into(), file: work.file }))
    }

    /// Plans new bytes for `path`, even where something takes its place there before, that are to survive a loss of power.
    ///
    /// # Errors
    /// As [`Staging::plan`].
    pub(super) fn plan_alone(&mut self, path: &'c RelPath, content: Content<'c>) -> Result<Staged<'c>, Diagnostic> {
        let room = self.folder(path)?.room;
        let file = self.next_name(room);
        self.push(Work { is_durable: true, file, ..Work::new(path, content, Found::Anything) })
    }

    /// Plans new bytes that are to change places with a person's file, and to survive a loss of power.
    ///
    /// # Errors
    /// As [`Staging::plan`].
    pub(super) fn plan_exchange(&mut self, change: &'c Difference<'c>) -> Result<Staged<'c>, Diagnostic> {
        let room = self.folder(&change.path)?.room;
        let file = format!("{}-{}", self.next_name(room), exchange_name(change)?);
        let work = Work { is_durable: true, file, ..Work::new(&change.path, Content::After(change), Found::Anything) };
        self.push(work)
    }

    /// Proves that files in the folder of `path` can be replaced.
    ///
    /// # Errors
    /// They cannot.
    pub(super) fn prove(&mut self, path: &RelPath) -> Result<(), Diagnostic> {
        self.folder(path).map(|_| ())
    }

    /// Makes everything ready that is still planned, and says so in the root's room: from then on, what lies in a room under the
    /// name of an exchange may be a person's.
    ///
    /// # Errors
    /// What is in the way is no regular file, a file has appeared where there was none, or the disk is full.
    pub(super) fn make_ready(&mut self) -> Result<(), Diagnostic> {
        self.make_planned()?;
        let name = format!("{STAGING}/{READY}");
        self.disk.create(&name).map(drop).map_err(|error| unready(&name, &error))
    }

    fn push(&mut self, work: Work<'c>) -> Result<Staged<'c>, Diagnostic> {
        let staged = Staged { path: work.path.as_str().into(), file: work.file.clone() };
        self.add(work)?;
        Ok(staged)
    }

    fn add(&mut self, work: Work<'c>) -> Result<(), Diagnostic> {
        self.work.push(work);
        if self.work.len() < AT_ONCE { Ok(()) } else { self.make_planned() }
    }

    /// Makes everything ready that is still planned.
    ///
    /// # Errors
    /// As [`Staging::make_ready`].
    pub(super) fn make_planned(&mut self) -> Result<(), Diagnostic> {
        let disk = self.disk;
        let failed = parallel::map(&self.work, |work, _| work.make(disk).err().map(Box::new));
        if let Some(error) = failed.into_iter().flatten().next() {
            return Err(*error);
        }
        self.work.clear();
        Ok(())
    }

    fn next_name(&mut self, room: usize) -> String {
        self.count += 1;
        format!("{}/{}", self.rooms[room].folder, self.count)
    }

    /// The folder of `path`.
    fn folder(&mut self, path: &RelPath) -> Result<Folder, Diagnostic> {
        self.open(path.parent().unwrap_or_default()).map_err(|error| unready(path.as_str(), &error))
    }

    fn open(&mut self, name: &str) -> io::Result<Folder> {
        if let Some(folder) = self.folders.get(name) {
            return Ok(folder.clone());
        }
        let folder = match self.disk.writable_mount(name) {
            Err(error) if is_absent(&error) => self.make(name)?,
            mount => Folder { room: self.room(name, mount?)?, ready: None },
        };
        self.folders.insert(name.to_owned(), folder.clone());
        Ok(folder)
    }

    /// Makes a folder ready that is not there.
    fn make(&mut self, name: &str) -> io::Result<Folder> {
        let outer = self.open(name.rsplit_once('/').map_or("", |(outer, _)| outer))?;
        let ready = match &outer.ready {
            Some(outer) => format!("{outer}/{}", last_component(name)),
            None => self.next_name(outer.room),
        };
        self.disk.make_folder(&ready)?;
        if outer.ready.is_none() {
            self.new_folders.push(Staged { path: name.to_owned().into(), file: ready.clone() });
        }
        Ok(Folder { ready: Some(ready.into()), ..outer })
    }

    /// The room for the files of a folder that is there.
    fn room(&mut self, name: &str, mount: Mount) -> io::Result<usize> {
        match self.rooms.iter().position(|room| room.mount == mount) {
            Some(room) => Ok(room),
            None => self.open_room(name, mount),
        }
    }

    /// The root's staging folder knows of the new one before it is there, so that the next run finds it in any case.
    fn open_room(&mut self, name: &str, mount: Mount) -> io::Result<usize> {
        let mut list = self.disk.append(&format!("{STAGING}/{ELSEWHERE}"))?;
        list.write_all(format!("{name}\n").as_bytes())?;
        let folder = format!("{name}/{STAGING}");
        make_room(self.disk, &folder)?;
        self.rooms.push(Room { mount, folder });
        Ok(self.rooms.len() - 1)
    }
}

/// Makes the root's staging folder, which must not be there; returns its mount and the open folder.
///
/// # Errors
/// It cannot be made.
pub(super) fn make(disk: Disk<'_>) -> Result<(Mount, system::Folder), Diagnostic> {
    let made = disk.writable_mount("").and_then(|mount| {
        make_room(disk, STAGING)?;
        Ok((mount, disk.open_folder(STAGING)?))
    });
    made.map_err(|error| unready(STAGING, &error))
}

/// Makes a staging folder, which `git add` leaves alone even where a killed run has left it behind.
fn make_room(disk: Disk<'_>, folder: &str) -> io::Result<()> {
    disk.make_folder(folder)?;
    have_git_ignore(disk, folder).inspect_err(|_| {
        let _ = disk.remove_all(folder);
    })
}

/// Makes the `.gitignore` of a staging folder. Until it is complete, it has the one name that git never lists.
fn have_git_ignore(disk: Disk<'_>, folder: &str) -> io::Result<()> {
    let unlisted = format!("{folder}/.git");
    disk.create(&unlisted)?.write_all(b"*\n")?;
    disk.rename(&unlisted, &format!("{folder}/.gitignore"))
}

fn last_component(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn not_removed(room: &str, error: &io::Error) -> Diagnostic {
    let message = format!("{}, where portgen prepares files, cannot be removed: {error}", quoted(room));
    Diagnostic::new(codes::CANNOT_WRITE, Severity::Warning, message).help("the next `portgen write` removes it")
}
