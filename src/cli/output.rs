//! A file that is written whole or not at all, or standard output.
//!
//! A file is opened before the work whose outcome it takes, so that a path that can't be fails at
//! once. What is written goes into a file beside it, which takes its name in the end; it goes when
//! the [`Output`] does.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::failure::Failure;
use super::printed;
use super::progress::{Count, Counted};

/// Writes `text` into `file`, or to standard output without one.
pub(super) fn write(file: Option<&Path>, text: &str) -> Result<(), Failure> {
    let Some(file) = file else {
        return printed(io::stdout().lock().write_all(text.as_bytes()));
    };
    let output = Output::open(file)?;
    output.pen()?.write(|out| out.write_all(text.as_bytes()))?;
    output.finish()
}

/// A file that is going to be written.
#[derive(Debug)]
pub(super) struct Output {
    /// The path as somebody typed it.
    asked: PathBuf,
    place: Place,
}

/// Where what is written goes.
#[derive(Debug)]
enum Place {
    /// Into a file of another name, until it is whole.
    Beside {
        file: File,
        unfinished: TempPath,
        whole: PathBuf,
    },
    /// A device, or a stream of this program: as it is.
    Open(File),
    /// A pipe: as it is. It may have no reader yet, and opening it would wait for one.
    Pipe,
}

/// What writes into an [`Output`], on whatever thread.
#[derive(Debug)]
pub(super) struct Pen {
    asked: PathBuf,
    /// None for a pipe that is not open yet.
    file: Option<File>,
    /// Whether somebody may stop reading, which is no failure.
    has_reader: bool,
    /// What is counted of what it writes.
    count: Option<Count>,
}

impl Output {
    /// Makes sure that `file` can be written; nothing is to be seen of it before it is finished.
    pub(super) fn open(file: &Path) -> Result<Self, Failure> {
        let place = place(file).map_err(|error| unwritten(file, &error))?;
        Ok(Self {
            asked: file.to_owned(),
            place,
        })
    }

    /// The path as somebody typed it.
    pub(super) fn path(&self) -> &Path {
        &self.asked
    }

    /// What writes into it, once.
    pub(super) fn pen(&self) -> Result<Pen, Failure> {
        let file = match &self.place {
            Place::Beside { file, .. } | Place::Open(file) => Some(file.try_clone()),
            Place::Pipe => None,
        };
        let file = file.transpose();
        Ok(Pen {
            asked: self.asked.clone(),
            file: file.map_err(|error| unwritten(&self.asked, &error))?,
            has_reader: !matches!(self.place, Place::Beside { .. }),
            count: None,
        })
    }

    /// Gives the file its name: what was written is whole.
    pub(super) fn finish(self) -> Result<(), Failure> {
        match self.place {
            Place::Beside {
                unfinished, whole, ..
            } => {
                let finished = unfinished.persist(whole);
                finished.map_err(|error| unwritten(&self.asked, &error.error))
            }
            Place::Open(_) | Place::Pipe => Ok(()),
        }
    }
}

impl Pen {
    /// The path as somebody typed it.
    pub(super) fn path(&self) -> &Path {
        &self.asked
    }

    /// The same pen, with a count of what it writes.
    pub(super) fn counted(self, count: Count) -> Self {
        Self {
            count: Some(count),
            ..self
        }
    }

    /// Writes what `text` does, and no more.
    pub(super) fn write(
        self,
        text: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let written = || {
            let file = match self.file {
                Some(file) => file,
                None => OpenOptions::new().write(true).open(&self.asked)?,
            };
            let mut out = BufWriter::new(Counted::new(file, self.count));
            text(&mut out)?;
            out.flush()
        };
        match written() {
            Err(error) if self.has_reader && error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| unwritten(&self.asked, &error)),
        }
    }
}

fn unwritten(file: &Path, error: &io::Error) -> Failure {
    let failure = Failure::environment(format!("cannot write {}: {error}", file.display()));
    failure.hint("name a file in a folder that is there and that you may write")
}

/// Where `file` leads if it is a link to what is not there yet; else itself.
fn led_to(file: &Path) -> PathBuf {
    match (fs::read_link(file), file.parent()) {
        (Ok(target), Some(folder)) => folder.join(target),
        _ => file.to_owned(),
    }
}

fn place(file: &Path) -> io::Result<Place> {
    if let Some(stream) = own_stream(file)? {
        return Ok(Place::Open(stream));
    }
    match fs::metadata(file) {
        Ok(about) if about.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(about) if about.file_type().is_fifo() => return Ok(Place::Pipe),
        Ok(about) if !about.is_file() => {
            return Ok(Place::Open(OpenOptions::new().write(true).open(file)?));
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(_) | Err(_) => {}
    }
    // A link stays, and leads to the new file.
    let whole = file.canonicalize().unwrap_or_else(|_| led_to(file));
    let is_folder = file.as_os_str().as_encoded_bytes().ends_with(b"/");
    if is_folder || whole.file_name().is_none() {
        return Err(io::Error::other("this names no file"));
    }
    let folder = match whole.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut unfinished = tempfile::Builder::new();
    let unfinished = unfinished.prefix(".p2p-sim-");
    // Made as any new file is: the umask says who may read it.
    let new = |path: &Path| OpenOptions::new().write(true).create_new(true).open(path);
    let (file, unfinished) = unfinished.make_in(folder, new)?.into_parts();
    Ok(Place::Beside {
        file,
        unfinished,
        whole,
    })
}

/// Standard output or standard error, if `file` is a name for it. It is written through the stream
/// that is open: opened again, a file behind it would be overwritten from its beginning.
fn own_stream(file: &Path) -> io::Result<Option<File>> {
    let stream = match file.to_str() {
        Some("/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1") => {
            io::stdout().as_fd().try_clone_to_owned()?
        }
        Some("/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2") => {
            io::stderr().as_fd().try_clone_to_owned()?
        }
        _ => return Ok(None),
    };
    Ok(Some(stream.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    #[test]
    fn a_file_is_whole_or_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("it.svg");
        write(Some(&file), "one").unwrap();
        write(Some(&file), "two").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        assert_eq!(names(folder.path()), ["it.svg"]);
        write(Some(Path::new("/dev/null")), "five").unwrap();
    }

    #[test]
    fn nothing_is_seen_before_it_is_finished_and_nothing_is_left_when_it_never_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("it.svg");
        let output = Output::open(&file).unwrap();
        let pen = output.pen().unwrap();
        pen.write(|out| out.write_all(b"half")).unwrap();
        assert!(!file.exists());
        drop(output);
        assert_eq!(names(folder.path()), [""; 0]);
        let output = Output::open(&file).unwrap();
        let failed = output
            .pen()
            .unwrap()
            .write(|_| Err(io::ErrorKind::StorageFull.into()));
        assert!(failed.is_err());
        drop(output);
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn a_path_that_cannot_be_is_refused_at_once_by_its_own_name() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        for path in [
            "",
            "nowhere/it.svg",
            "file/it.svg",
            "new/",
            ".",
            "..",
            &"long".repeat(100),
        ] {
            let file = match path {
                "" => PathBuf::new(),
                path => folder.path().join(path),
            };
            let told = Output::open(&file).unwrap_err().to_string();
            let name = format!("cannot write {}: ", file.display());
            assert!(
                told.contains(&name) && !told.contains(".p2p-sim-"),
                "{told}"
            );
        }
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn a_link_stays_and_leads_to_the_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let [file, link] = ["it.svg", "link.svg"].map(|name| folder.path().join(name));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(Some(&link), "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        fs::remove_file(&file).unwrap();
        write(Some(&link), "again").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "again");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
