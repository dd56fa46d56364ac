//! A client's log and its chunk files, written as answers arrive (docs/protocol.md, "Programs").
//!
//! A chunk file is there whole or not at all, and before the line that speaks of it; each line is
//! in the file as soon as it is written, so a killed client leaves the truth so far.

use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::{Path, PathBuf};

use crate::assembly::{Assembly, FileName};
use crate::endpoint::Outcome;
use crate::wire::{Chunk, ChunkId};

/// The log of one client, in a directory with the chunks that it received.
#[derive(Debug)]
pub struct ClientLog {
    dir: PathBuf,
    path: PathBuf,
    file: File,
    /// The file that all chunks are put together in, when one was asked for.
    assembly: Option<Assembly>,
}

/// A file of a client's directory can't be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", path.display())]
pub struct LogError {
    /// The file or directory.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl ClientLog {
    /// The name of the log of a client whose own address is `client`.
    #[must_use]
    pub fn file_name(client: Ipv4Addr) -> String {
        format!("output-{client}.log")
    }

    /// Removes from `dir` what clients leave there: logs and chunk files, by their names.
    pub fn clear(dir: &Path) -> Result<(), LogError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            |source| LogError { path, source }
        };
        let entries = match fs::read_dir(dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(failed(dir))?,
        };
        for entry in entries {
            let path = entry.map_err(failed(dir))?.path();
            if is_left_by_a_client(&path) {
                fs::remove_file(&path).map_err(failed(&path))?;
            }
        }
        Ok(())
    }

    /// Makes `dir` if it is not there, and begins in it the log of the client at `client`; an
    /// earlier log of that name is overwritten.
    pub fn create(dir: &Path, client: Ipv4Addr) -> Result<Self, LogError> {
        fs::create_dir_all(dir).map_err(|source| LogError {
            path: dir.to_owned(),
            source,
        })?;
        let path = dir.join(Self::file_name(client));
        match File::create(&path) {
            Ok(file) => Ok(Self {
                dir: dir.to_owned(),
                path,
                file,
                assembly: None,
            }),
            Err(source) => Err(LogError { path, source }),
        }
    }

    /// Has the chunks `wanted` put together in the file `name`, beside the log, as soon as the last
    /// of them has arrived; an earlier file of that name is removed now.
    pub fn assemble(mut self, name: &FileName, wanted: &[ChunkId]) -> Result<Self, LogError> {
        let begun = Assembly::begin(&self.dir, name, wanted);
        self.assembly = Some(begun.map_err(|source| LogError {
            path: self.dir.join(name.to_string()),
            source,
        })?);
        Ok(self)
    }

    /// The log file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Stores the chunk, if one arrived, and then writes the line of its outcome. With the last of
    /// the chunks that are to be put together, that file is written too.
    pub fn record(&mut self, outcome: &Outcome) -> Result<(), LogError> {
        if let Some((_, chunk)) = &outcome.arrival {
            self.store(outcome.id, chunk)?;
        }
        let source = outcome.arrival.as_ref().map(|(source, _)| *source);
        let line = format!("{}\n", line(outcome.id, source));
        let written = self.file.write_all(line.as_bytes());
        written.map_err(|source| LogError {
            path: self.path.clone(),
            source,
        })?;
        let arrived = outcome.arrival.as_ref().zip(self.assembly.as_mut());
        let Some(((_, chunk), assembly)) = arrived else {
            return Ok(());
        };
        let taken = assembly.take(outcome.id, chunk);
        taken.map_err(|source| LogError {
            path: assembly.path().to_owned(),
            source,
        })
    }

    fn store(&self, id: ChunkId, chunk: &Chunk) -> Result<(), LogError> {
        let path = self.dir.join(Chunk::file_name(id));
        let unfinished = self.dir.join(format!(".{}.part", Chunk::file_name(id)));
        let stored =
            fs::write(&unfinished, chunk.as_bytes()).and_then(|()| fs::rename(&unfinished, &path));
        stored.map_err(|source| {
            // It may not be there at all; the error that matters is the first.
            let _gone = fs::remove_file(&unfinished);
            LogError { path, source }
        })
    }
}

/// Whether a file's name is that of a client's log or of a chunk, finished or not.
fn is_left_by_a_client(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    let address = name.strip_prefix("output-");
    let address = address.and_then(|rest| rest.strip_suffix(".log"));
    let is_log = address.is_some_and(|address| address.parse::<Ipv4Addr>().is_ok());
    let finished = name.strip_prefix('.').unwrap_or(name);
    let finished = finished.strip_suffix(".part").unwrap_or(finished);
    let id = finished.strip_prefix("BigBuckBunny_");
    let id = id.and_then(|rest| rest.strip_suffix(".m4s"));
    let id = id.and_then(|id| id.parse().ok()).map(ChunkId);
    is_log || id.is_some_and(|id| Chunk::file_name(id) == finished)
}

/// The line for a chunk that came from `source`, or that is missing, without its line end.
#[must_use]
pub fn line(id: ChunkId, source: Option<SocketAddrV4>) -> String {
    const MISSING: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);
    format!("{} - {id}", source.unwrap_or(MISSING))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_lines_and_chunks_as_they_come() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("new/client1");
        let own = Ipv4Addr::new(10, 0, 0, 9);
        let mut log = ClientLog::create(&dir, own).unwrap();
        let chunk = Chunk::generated(ChunkId(5));
        let arrival = Some(("10.0.0.1:5001".parse().unwrap(), chunk.clone()));
        log.record(&Outcome {
            id: ChunkId(5),
            arrival,
        })
        .unwrap();
        let so_far = fs::read_to_string(dir.join("output-10.0.0.9.log")).unwrap();
        assert_eq!(so_far, "10.0.0.1:5001 - 5\n");
        let missing = Outcome {
            id: ChunkId(4),
            arrival: None,
        };
        log.record(&missing).unwrap();
        let whole = fs::read_to_string(log.path()).unwrap();
        assert_eq!(whole, "10.0.0.1:5001 - 5\n0.0.0.0:0 - 4\n");
        let stored = fs::read(dir.join("BigBuckBunny_5.m4s")).unwrap();
        assert_eq!(stored, &chunk.as_bytes()[..]);
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 2);
    }

    #[test]
    fn chunks_are_put_together_when_the_last_one_has_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let log = ClientLog::create(dir.path(), Ipv4Addr::LOCALHOST).unwrap();
        let wanted = [ChunkId(6), ChunkId(5)];
        let mut log = log.assemble(&"all.bin".parse().unwrap(), &wanted).unwrap();
        for id in wanted {
            assert!(!dir.path().join("all.bin").exists());
            let arrival = Some(("10.0.0.1:5001".parse().unwrap(), Chunk::generated(id)));
            log.record(&Outcome { id, arrival }).unwrap();
        }
        let mut expected = Chunk::generated(ChunkId(5)).as_bytes().to_vec();
        expected.extend_from_slice(Chunk::generated(ChunkId(6)).as_bytes());
        assert_eq!(fs::read(dir.path().join("all.bin")).unwrap(), expected);
        assert_eq!(fs::read_to_string(log.path()).unwrap().lines().count(), 2);
    }

    #[test]
    fn clears_what_clients_leave_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let ours = [
            "output-10.0.0.9.log",
            "BigBuckBunny_5.m4s",
            ".BigBuckBunny_5.m4s.part",
        ];
        let others = [
            "BigBuckBunny_trailer.m4s",
            "BigBuckBunny_077.m4s",
            "output-notes.log",
            "notes",
        ];
        for name in ours.iter().chain(&others) {
            fs::write(dir.path().join(name), "").unwrap();
        }
        ClientLog::clear(dir.path()).unwrap();
        assert!(ours.iter().all(|name| !dir.path().join(name).exists()));
        assert!(others.iter().all(|name| dir.path().join(name).exists()));
        ClientLog::clear(&dir.path().join("nowhere")).unwrap();
    }

    #[test]
    fn says_which_file_cannot_be_written() {
        let dir = tempfile::tempdir().unwrap();
        let taken = dir.path().join("taken");
        fs::write(&taken, "").unwrap();
        let error = ClientLog::create(&taken, Ipv4Addr::LOCALHOST).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with(&format!("cannot write {}", taken.display()))
        );
    }
}
