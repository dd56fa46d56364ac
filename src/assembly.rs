//! All chunks of a client in one file, in the order of their ids: when they are a video, one that a
//! player takes.
//!
//! The file is there whole or not at all. An earlier one of its name is removed at the beginning, so
//! what is there at the end is of this run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::wire::{Chunk, ChunkId};

/// The name of a file in a client's folder, beside the log and the chunks and unlike theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

/// Why a text can't be the name of such a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// It says nothing.
    #[error("a file's name can't be empty")]
    Empty,
    /// It leads to another folder.
    #[error("a file's name has no {0:?}; the file is written beside the client's log")]
    Folder(char),
    /// It would be hidden, or is not a name at all.
    #[error("a file's name can't begin with a dot")]
    Dot,
    /// It begins or ends with a blank, or has two in a row.
    #[error("a file's name has single blanks only, and only inside")]
    Blank,
    /// It has a character that some system does not take.
    #[error("{0:?} can't be in a file's name")]
    Character(char),
    /// With what is put around it while it is written, some systems do not take it.
    #[error("a file's name has at most {MOST} characters", MOST = FileName::LONGEST)]
    TooLong,
    /// The name of a client's log.
    #[error("logs have such names; the file needs another one")]
    Log,
    /// The name of a chunk.
    #[error("chunks have such names; the file needs another one")]
    Chunk,
}

impl FileName {
    /// How many characters such a name may have.
    pub const LONGEST: usize = 60;
}

impl FromStr for FileName {
    type Err = NameFault;

    fn from_str(text: &str) -> Result<Self, NameFault> {
        if text.is_empty() {
            return Err(NameFault::Empty);
        }
        if let Some(c) = text.chars().find(|c| "/\\".contains(*c)) {
            return Err(NameFault::Folder(c));
        }
        if text.starts_with('.') {
            return Err(NameFault::Dot);
        }
        let allowed = |c: char| c.is_alphanumeric() || "-_. ".contains(c);
        if let Some(c) = text.chars().find(|c| !allowed(*c)) {
            return Err(NameFault::Character(c));
        }
        if text.starts_with(' ') || text.ends_with(' ') || text.contains("  ") {
            return Err(NameFault::Blank);
        }
        if text.chars().count() > Self::LONGEST {
            return Err(NameFault::TooLong);
        }
        // Some systems take large and small letters for the same.
        let small = text.to_lowercase();
        if small.starts_with("output-") && small.ends_with(".log") {
            return Err(NameFault::Log);
        }
        if small.starts_with("bigbuckbunny_") && small.ends_with(".m4s") {
            return Err(NameFault::Chunk);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The file of one client, while its chunks arrive.
#[derive(Debug)]
pub struct Assembly {
    path: PathBuf,
    unfinished: PathBuf,
    /// What has not arrived.
    lacking: BTreeSet<ChunkId>,
    pieces: BTreeMap<ChunkId, Chunk>,
}

impl Assembly {
    /// Begins the file `name` in `folder`, for the chunks `wanted`, of which there is at least one.
    /// What an earlier run left there under that name is removed.
    pub fn begin(folder: &Path, name: &FileName, wanted: &[ChunkId]) -> io::Result<Self> {
        let assembly = Self {
            path: folder.join(&name.0),
            unfinished: folder.join(format!(".{name}.part")),
            lacking: wanted.iter().copied().collect(),
            pieces: BTreeMap::new(),
        };
        for left in [&assembly.path, &assembly.unfinished] {
            match fs::remove_file(left) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(assembly)
    }

    /// Where the file is, once it has been written.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes chunk `id`, and writes the file if it is the last one.
    pub fn take(&mut self, id: ChunkId, chunk: &Chunk) -> io::Result<()> {
        if !self.lacking.remove(&id) {
            return Ok(());
        }
        self.pieces.insert(id, chunk.clone());
        if !self.lacking.is_empty() {
            return Ok(());
        }
        let pieces = std::mem::take(&mut self.pieces);
        self.write(pieces.values()).inspect_err(|_| {
            // It may not be there at all; the error that matters is the first.
            let _gone = fs::remove_file(&self.unfinished);
        })
    }

    fn write<'c>(&self, pieces: impl Iterator<Item = &'c Chunk>) -> io::Result<()> {
        let mut file = io::BufWriter::new(File::create(&self.unfinished)?);
        for piece in pieces {
            file.write_all(piece.as_bytes())?;
        }
        file.flush()?;
        fs::rename(&self.unfinished, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> FileName {
        text.parse().unwrap()
    }

    /// Chunk `id`, whose bytes are its id.
    fn piece(id: u16) -> Chunk {
        Chunk::new(format!("{id};").into_bytes().into()).unwrap()
    }

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn pieces_stand_in_the_order_of_ids_however_they_come() {
        let folder = tempfile::tempdir().unwrap();
        let wanted = [ChunkId(9), ChunkId(2), ChunkId(10)];
        let mut assembly = Assembly::begin(folder.path(), &name("a b.mp4"), &wanted).unwrap();
        for id in [10, 9, 10] {
            assembly.take(ChunkId(id), &piece(id)).unwrap();
            assert!(names_in(folder.path()).is_empty(), "not before the last");
        }
        assembly.take(ChunkId(2), &piece(2)).unwrap();
        assert_eq!(names_in(folder.path()), ["a b.mp4"]);
        assert_eq!(fs::read_to_string(assembly.path()).unwrap(), "2;9;10;");
        assembly.take(ChunkId(7), &piece(7)).unwrap();
        assert_eq!(fs::read_to_string(assembly.path()).unwrap(), "2;9;10;");
    }

    #[test]
    fn what_an_earlier_run_left_is_gone_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for left in ["v.mp4", ".v.mp4.part", "w.mp4"] {
            fs::write(folder.path().join(left), "old").unwrap();
        }
        let wanted = [ChunkId(1), ChunkId(2)];
        let mut assembly = Assembly::begin(folder.path(), &name("v.mp4"), &wanted).unwrap();
        assembly.take(ChunkId(1), &piece(1)).unwrap();
        assert_eq!(names_in(folder.path()), ["w.mp4"]);
    }

    #[test]
    fn what_cannot_be_written_leaves_no_half_file() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken.mp4");
        let begin = || Assembly::begin(folder.path(), &name("taken.mp4"), &[ChunkId(1)]);
        let mut assembly = begin().unwrap();
        fs::create_dir(&taken).unwrap();
        assembly.take(ChunkId(1), &piece(1)).unwrap_err();
        assert_eq!(names_in(folder.path()), ["taken.mp4"], "a folder");
        begin().unwrap_err();
    }

    #[test]
    fn names_of_other_folders_logs_and_chunks_are_refused() {
        for good in [
            "video.mp4",
            "the film-2_b.mp4",
            "é",
            "output.log",
            "output-",
            "part",
        ] {
            assert_eq!(name(good).to_string(), good);
        }
        name(&"x".repeat(60));
        for (bad, fault) in [
            ("", NameFault::Empty),
            ("/tmp/video.mp4", NameFault::Folder('/')),
            ("..", NameFault::Dot),
            ("../video.mp4", NameFault::Folder('/')),
            ("a\\b", NameFault::Folder('\\')),
            (".video.mp4.part", NameFault::Dot),
            (" video.mp4", NameFault::Blank),
            ("a  b", NameFault::Blank),
            ("a\nb", NameFault::Character('\n')),
            ("a\0b", NameFault::Character('\0')),
            ("c:video", NameFault::Character(':')),
            ("output-127.0.0.1.log", NameFault::Log),
            ("Output-127.0.0.1.LOG", NameFault::Log),
            ("BigBuckBunny_5.m4s", NameFault::Chunk),
            ("bigbuckbunny_5.m4s", NameFault::Chunk),
            (&"x".repeat(61), NameFault::TooLong),
        ] {
            assert_eq!(bad.parse::<FileName>(), Err(fault), "{bad:?}");
        }
    }
}
