//! Where files are made ready: one folder below the root, and one more for each further mount that outputs lie on,
//! because a file is renamed only within a mount.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};

use rustix::fs::{Mode, fchmod};

use super::disk::Disk;
use super::leftovers::ELSEWHERE;
use crate::change::Change;
use crate::diagnostic::{Diagnostic, quoted};
use crate::path::RelPath;
use crate::tree::{STAGING, is_absent};

/// A file whose new bytes lie ready.
pub(super) struct Staged<'c> {
    /// Where it belongs.
    pub(super) path: &'c RelPath,
    /// Where it lies, from the root.
    pub(super) file: String,
}

impl Staged<'_> {
    /// The folder in which it lies.
    pub(super) fn room(&self) -> &str {
        self.file.rsplit_once('/').map_or("", |(room, _)| room)
    }
}

/// The staging folders; they go when this value does, and so do new folders unless everything was made ready.
pub(super) struct Staging<'t> {
    disk: Disk<'t>,
    rooms: Vec<Room>,
    folders: HashMap<String, Folder>,
    made: Vec<String>,
    files: usize,
}

struct Room {
    mount: u64,
    folder: String,
}

/// A folder that files belong into.
#[derive(Clone, Copy)]
struct Folder {
    /// The room where they are made ready.
    room: usize,
    /// It was made just now: nothing is in it.
    is_new: bool,
}

impl<'t> Staging<'t> {
    /// Makes the staging folder, which must not be there.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn begin(disk: Disk<'t>) -> Result<Self, Diagnostic> {
        let mount = disk.make_folder(STAGING).and_then(|()| disk.mount(STAGING));
        let room = Room { mount: mount.map_err(|error| unready(STAGING, &error))?, folder: STAGING.to_owned() };
        Ok(Self { disk, rooms: vec![room], folders: HashMap::new(), made: Vec::new(), files: 0 })
    }

    /// The disk that is written to.
    pub(super) fn disk(&self) -> Disk<'t> {
        self.disk
    }

    /// Everything is ready: the folders made for it stay.
    pub(super) fn complete(&mut self) {
        self.made.clear();
    }

    /// Makes the new bytes of a change ready.
    ///
    /// # Errors
    /// As [`Staging::stage`]; a file has appeared where there was none.
    pub(super) fn stage_change<'c>(&mut self, change: &'c Change, bytes: &[u8]) -> Result<Staged<'c>, Diagnostic> {
        self.make_ready(&change.path, bytes, change.before.is_none()).map(|(staged, _)| staged)
    }

    /// As [`Staging::stage_change`], and waits until the bytes would survive a loss of power.
    ///
    /// # Errors
    /// As [`Staging::stage_change`].
    pub(super) fn stage_durably<'c>(&mut self, change: &'c Change, bytes: &[u8]) -> Result<Staged<'c>, Diagnostic> {
        let (staged, file) = self.make_ready(&change.path, bytes, change.before.is_none())?;
        file.sync_all().map_err(|error| unready(change.path.as_str(), &error))?;
        Ok(staged)
    }

    /// Makes bytes ready for `path`, with the permissions of the file that is there, or the user's own for a new one.
    ///
    /// # Errors
    /// What is there is no regular file, its folder cannot be written to, or the disk is full.
    pub(super) fn stage<'c>(&mut self, path: &'c RelPath, bytes: &[u8]) -> Result<Staged<'c>, Diagnostic> {
        self.make_ready(path, bytes, false).map(|(staged, _)| staged)
    }

    fn make_ready<'c>(
        &mut self,
        path: &'c RelPath,
        bytes: &[u8],
        is_new: bool,
    ) -> Result<(Staged<'c>, File), Diagnostic> {
        let folder = self.prepare(path)?;
        let refuse = |error: io::Error| unready(path.as_str(), &error);
        let permissions = if folder.is_new { None } else { self.disk.permissions(path.as_str()).map_err(refuse)? };
        if is_new && permissions.is_some() {
            return Err(changed_meanwhile(path));
        }
        let file = format!("{}/{}", self.rooms[folder.room].folder, self.files);
        self.files += 1;
        let ready = self.write_new(&file, bytes, permissions).map_err(refuse)?;
        Ok((Staged { path, file }, ready))
    }

    fn write_new(&self, name: &str, bytes: &[u8], permissions: Option<Mode>) -> io::Result<File> {
        let mut file = self.disk.create(name)?;
        file.write_all(bytes)?;
        permissions.map_or(Ok(()), |permissions| fchmod(&file, permissions))?;
        Ok(file)
    }

    /// Makes the folder of `path` and proves that files in it can be replaced.
    ///
    /// # Errors
    /// The folder cannot be made or written to.
    pub(super) fn prepare_folder(&mut self, path: &RelPath) -> Result<(), Diagnostic> {
        self.prepare(path).map(|_| ())
    }

    fn prepare(&mut self, path: &RelPath) -> Result<Folder, Diagnostic> {
        let name = path.parent().unwrap_or_default();
        if let Some(folder) = self.folders.get(name) {
            return Ok(*folder);
        }
        let folder = self.open_folder(name).map_err(|error| unready(path.as_str(), &error))?;
        self.folders.insert(name.to_owned(), folder);
        Ok(folder)
    }

    fn open_folder(&mut self, name: &str) -> io::Result<Folder> {
        let is_new = match self.disk.prove_writable(name) {
            Err(error) if is_absent(&error) => {
                self.make_folders(name)?;
                self.disk.prove_writable(name)?;
                true
            }
            proven => proven.map(|()| false)?,
        };
        let mount = self.disk.mount(name)?;
        let room = match self.rooms.iter().position(|room| room.mount == mount) {
            Some(room) => room,
            None => self.open_room(name, mount)?,
        };
        Ok(Folder { room, is_new })
    }

    fn make_folders(&mut self, name: &str) -> io::Result<()> {
        for end in name.match_indices('/').map(|(end, _)| end).chain([name.len()]) {
            match self.disk.make_folder(&name[..end]) {
                Ok(()) => self.made.push(name[..end].to_owned()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
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

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        // The root's room goes last: it is the sign that there may be others. What cannot be removed, the next run
        // reports.
        for room in self.rooms.iter().rev() {
            let _ = self.disk.remove_all(&room.folder);
        }
        for folder in self.made.iter().rev() {
            let _ = self.disk.remove_folder(folder);
        }
    }
}

/// A file that someone changed between the comparison and now.
pub(super) fn changed_meanwhile(path: &RelPath) -> Diagnostic {
    Diagnostic::error("changed-meanwhile", format!("{} was changed while portgen ran", quoted(path.as_str())))
        .help("it stays as it was saved: run this again")
}

fn unready(path: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("cannot-write", format!("{} cannot be written: {error}", quoted(path)))
        .help("nothing was changed: mend this and run it again")
}
