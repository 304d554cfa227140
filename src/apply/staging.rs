//! Where files are made ready: one folder below the root, and one more for each further mount that outputs lie on,
//! because a file is renamed only within a mount.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::leftovers::ELSEWHERE;
use crate::change::Change;
use crate::diagnostic::{Diagnostic, quoted};
use crate::disk::is_absent;
use crate::path::RelPath;
use crate::tree::{STAGING, Tree};

/// A file whose new bytes lie ready.
pub(super) struct Staged<'c> {
    /// Where it belongs.
    pub(super) path: &'c RelPath,
    /// Where it lies.
    pub(super) file: PathBuf,
}

/// The staging folders; they go when this value does, and so do new folders unless everything was made ready.
pub(super) struct Staging<'t> {
    tree: &'t Tree,
    rooms: Vec<Room>,
    /// The room for the files of a folder.
    room_of: HashMap<String, usize>,
    made: Vec<PathBuf>,
    files: usize,
}

struct Room {
    mount: u64,
    folder: PathBuf,
}

impl<'t> Staging<'t> {
    /// Makes the staging folder, which must not be there.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn begin(tree: &'t Tree) -> Result<Self, Diagnostic> {
        let folder = tree.root().join(STAGING);
        let mount =
            fs::create_dir(&folder).and_then(|()| mount_of(&folder)).map_err(|error| unready(STAGING, &error))?;
        Ok(Self { tree, rooms: vec![Room { mount, folder }], room_of: HashMap::new(), made: Vec::new(), files: 0 })
    }

    /// The tree that is written to.
    pub(super) fn tree(&self) -> &'t Tree {
        self.tree
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
        let room = self.prepare_folder(path)?;
        let refuse = |error: &io::Error| unready(path.as_str(), error);
        let permissions = permissions(&self.tree.on_disk(path)).map_err(|error| refuse(&error))?;
        if is_new && permissions.is_some() {
            return Err(changed_meanwhile(path));
        }
        let file = self.rooms[room].folder.join(self.files.to_string());
        self.files += 1;
        let ready = write_new(&file, bytes, permissions).map_err(|error| refuse(&error))?;
        Ok((Staged { path, file }, ready))
    }

    /// Makes the folder of `path` and proves that files in it can be replaced; says in which room they are made ready.
    ///
    /// # Errors
    /// The folder cannot be made or written to.
    pub(super) fn prepare_folder(&mut self, path: &RelPath) -> Result<usize, Diagnostic> {
        let folder = path.parent().unwrap_or_default();
        if let Some(room) = self.room_of.get(folder) {
            return Ok(*room);
        }
        let room = self.open_folder(folder).map_err(|error| unready(path.as_str(), &error))?;
        self.room_of.insert(folder.to_owned(), room);
        Ok(room)
    }

    fn open_folder(&mut self, folder: &str) -> io::Result<usize> {
        let on_disk = self.tree.root().join(folder);
        match prove_writable(&on_disk) {
            Err(error) if is_absent(&error) => {
                self.make_folders(folder)?;
                prove_writable(&on_disk)?;
            }
            proven => proven?,
        }
        let mount = mount_of(&on_disk)?;
        match self.rooms.iter().position(|room| room.mount == mount) {
            Some(room) => Ok(room),
            None => self.open_room(folder, &on_disk, mount),
        }
    }

    fn make_folders(&mut self, folder: &str) -> io::Result<()> {
        let mut on_disk = self.tree.root().to_path_buf();
        for component in folder.split('/') {
            on_disk.push(component);
            match fs::create_dir(&on_disk) {
                Ok(()) => self.made.push(on_disk.clone()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The root's staging folder knows of the new one before it is there, so that the next run finds it in any case.
    fn open_room(&mut self, folder: &str, on_disk: &Path, mount: u64) -> io::Result<usize> {
        let list = self.tree.root().join(STAGING).join(ELSEWHERE);
        OpenOptions::new().create(true).append(true).open(list)?.write_all(format!("{folder}\n").as_bytes())?;
        let room = on_disk.join(STAGING);
        fs::create_dir(&room)?;
        self.rooms.push(Room { mount, folder: room });
        Ok(self.rooms.len() - 1)
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        // The root's room goes last: it is the sign that there may be others. What cannot be removed, the next run
        // reports.
        for room in self.rooms.iter().rev() {
            let _ = fs::remove_dir_all(&room.folder);
        }
        for folder in self.made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The permissions of a regular file; none where nothing is.
fn permissions(target: &Path) -> io::Result<Option<Permissions>> {
    match fs::symlink_metadata(target) {
        Ok(meta) if meta.is_file() => Ok(Some(meta.permissions())),
        Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, "what is there is not a regular file")),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn write_new(file: &Path, bytes: &[u8], permissions: Option<Permissions>) -> io::Result<File> {
    let mut file = File::create_new(file)?;
    file.write_all(bytes)?;
    permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions))?;
    Ok(file)
}

fn prove_writable(folder: &Path) -> io::Result<()> {
    use rustix::fs::Access;
    Ok(rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK)?)
}

/// What tells mounts apart: two bind mounts of one device have one device number, so Linux is asked for the mount.
fn mount_of(folder: &Path) -> io::Result<u64> {
    use std::os::unix::fs::MetadataExt as _;
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
        if let Ok(stat) = statx(CWD, folder, AtFlags::empty(), StatxFlags::MNT_ID)
            && stat.stx_mask & StatxFlags::MNT_ID.bits() != 0
        {
            return Ok(stat.stx_mnt_id);
        }
    }
    Ok(fs::metadata(folder)?.dev())
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
