//! Where files are made ready: one folder below the root, and one more for each further mount that outputs lie on,
//! because a file is renamed only within a mount.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::rc::Rc;

use rustix::fs::{Mode, fchmod};

use super::disk::Disk;
use super::leftovers::ELSEWHERE;
use crate::diagnostic::{Diagnostic, quoted};
use crate::path::RelPath;
use crate::tree::{STAGING, is_absent};

/// A file whose new bytes lie ready, or a folder with such files.
pub(super) struct Staged {
    /// Where it belongs, from the root.
    pub(super) path: String,
    /// Where it lies, from the root.
    pub(super) file: String,
}

impl Staged {
    /// The folder in which it lies.
    pub(super) fn room(&self) -> &str {
        self.file.rsplit_once('/').map_or("", |(room, _)| room)
    }
}

/// The staging folders; they go when this value does, and with them whatever has not taken its place.
pub(super) struct Staging<'t> {
    disk: Disk<'t>,
    rooms: Vec<Room>,
    folders: HashMap<String, Folder>,
    new_folders: Vec<Staged>,
    /// How many files and folders lie in the rooms.
    count: usize,
}

struct Room {
    mount: u64,
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

impl<'t> Staging<'t> {
    /// Makes the staging folder, which must not be there.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn begin(disk: Disk<'t>) -> Result<Self, Diagnostic> {
        let mount = disk.make_folder(STAGING).and_then(|()| disk.mount(STAGING));
        let room = Room { mount: mount.map_err(|error| unready(STAGING, &error))?, folder: STAGING.to_owned() };
        Ok(Self { disk, rooms: vec![room], folders: HashMap::new(), new_folders: Vec::new(), count: 0 })
    }

    /// The disk that is written to.
    pub(super) fn disk(&self) -> Disk<'t> {
        self.disk
    }

    /// The folders that were not there, each with the files that were made ready for it.
    pub(super) fn take_new_folders(&mut self) -> Vec<Staged> {
        std::mem::take(&mut self.new_folders)
    }

    /// Makes bytes ready for `path`, with the permissions of the file that is there, or the user's own for a new one;
    /// none where they take their place with a folder that is not there yet.
    ///
    /// # Errors
    /// As [`Staging::stage_alone`]; a file has appeared where there was none.
    pub(super) fn stage(&mut self, path: &RelPath, bytes: &[u8], is_new: bool) -> Result<Option<Staged>, Diagnostic> {
        let folder = self.folder(path)?;
        let Some(ready) = &folder.ready else {
            return self.make_ready(folder.room, path, bytes, is_new).map(|(staged, _)| Some(staged));
        };
        let name = format!("{ready}/{}", last_component(path.as_str()));
        write_new(self.disk, &name, bytes, None).map_err(|error| unready(path.as_str(), &error))?;
        Ok(None)
    }

    /// Makes bytes ready for `path`, even where something takes its place there before.
    ///
    /// # Errors
    /// What is there is no regular file, its folder cannot be written to, or the disk is full.
    pub(super) fn stage_alone(&mut self, path: &RelPath, bytes: &[u8]) -> Result<Staged, Diagnostic> {
        let room = self.folder(path)?.room;
        self.make_ready(room, path, bytes, false).map(|(staged, _)| staged)
    }

    /// As [`Staging::stage_alone`], and waits until the bytes would survive a loss of power.
    ///
    /// # Errors
    /// As [`Staging::stage_alone`].
    pub(super) fn stage_durably(&mut self, path: &RelPath, bytes: &[u8]) -> Result<Staged, Diagnostic> {
        let room = self.folder(path)?.room;
        let (staged, file) = self.make_ready(room, path, bytes, false)?;
        file.sync_all().map_err(|error| unready(path.as_str(), &error))?;
        Ok(staged)
    }

    /// Proves that files in the folder of `path` can be replaced.
    ///
    /// # Errors
    /// They cannot.
    pub(super) fn prove(&mut self, path: &RelPath) -> Result<(), Diagnostic> {
        self.folder(path).map(|_| ())
    }

    fn make_ready(
        &mut self,
        room: usize,
        path: &RelPath,
        bytes: &[u8],
        is_new: bool,
    ) -> Result<(Staged, File), Diagnostic> {
        let refuse = |error: io::Error| unready(path.as_str(), &error);
        let permissions = self.disk.permissions(path.as_str()).map_err(refuse)?;
        if is_new && permissions.is_some() {
            return Err(changed_meanwhile(path.as_str()));
        }
        let file = self.next_name(room);
        let ready = write_new(self.disk, &file, bytes, permissions).map_err(refuse)?;
        Ok((Staged { path: path.to_string(), file }, ready))
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
        let folder = match self.disk.prove_writable(name) {
            Err(error) if is_absent(&error) => self.make(name)?,
            proven => Folder { room: proven.and_then(|()| self.room(name))?, ready: None },
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
            self.new_folders.push(Staged { path: name.to_owned(), file: ready.clone() });
        }
        Ok(Folder { ready: Some(ready.into()), ..outer })
    }

    /// The room for the files of a folder that is there.
    fn room(&mut self, name: &str) -> io::Result<usize> {
        let mount = self.disk.mount(name)?;
        match self.rooms.iter().position(|room| room.mount == mount) {
            Some(room) => Ok(room),
            None => self.open_room(name, mount),
        }
    }

    /// The root's staging folder knows of the new one before it is there, so that the next run finds it in any case.
    fn open_room(&mut self, name: &str, mount: u64) -> io::Result<usize> {
        let list = self.disk.tree.root().join(STAGING).join(ELSEWHERE);
        OpenOptions::new().create(true).append(true).open(list)?.write_all(format!("{name}\n").as_bytes())?;
        let folder = format!("{name}/{STAGING}");
        self.disk.make_folder(&folder)?;
        self.rooms.push(Room { mount, folder });
        Ok(self.rooms.len() - 1)
    }
}

fn last_component(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn write_new(disk: Disk<'_>, name: &str, bytes: &[u8], permissions: Option<Mode>) -> io::Result<File> {
    let mut file = disk.create(name)?;
    file.write_all(bytes)?;
    permissions.map_or(Ok(()), |permissions| fchmod(&file, permissions))?;
    Ok(file)
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        // The root's room goes last: it is the sign that there may be others. What cannot be removed, the next run
        // reports.
        for room in self.rooms.iter().rev() {
            let _ = self.disk.remove_all(&room.folder);
        }
    }
}

/// A file that someone changed between the comparison and now.
pub(super) fn changed_meanwhile(path: &str) -> Diagnostic {
    Diagnostic::error("changed-meanwhile", format!("{} was changed while portgen ran", quoted(path)))
        .help("it stays as it was saved: run this again")
}

fn unready(path: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("cannot-write", format!("{} cannot be written: {error}", quoted(path)))
        .help("nothing was changed: mend this and run it again")
}
