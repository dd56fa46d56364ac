//! What a peer stores: chunks by id, from a key-values file or generated.
//!
//! A key-values file has a line a chunk, `id: path` (docs/protocol.md, "Programs"). Reading one
//! finds all its problems at once, each with its line.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

use crate::wire::{Chunk, ChunkId, MAX_CHUNK};

/// The chunks that a peer holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChunkStore(BTreeMap<ChunkId, Chunk>);

impl ChunkStore {
    /// The chunk `id`, when it is held.
    #[must_use]
    pub fn chunk(&self, id: ChunkId) -> Option<&Chunk> {
        self.0.get(&id)
    }

    /// Whether the chunk `id` is held.
    #[must_use]
    pub fn holds(&self, id: ChunkId) -> bool {
        self.0.contains_key(&id)
    }

    /// The ids held, smallest first.
    pub fn ids(&self) -> impl Iterator<Item = ChunkId> + '_ {
        self.0.keys().copied()
    }

    /// How many chunks are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These chunks and those of `gained`, which go first where both have one.
    #[must_use]
    pub fn with(&self, gained: &Self) -> Self {
        let mut chunks = self.0.clone();
        chunks.extend(gained.0.iter().map(|(id, chunk)| (*id, chunk.clone())));
        Self(chunks)
    }

    /// These chunks without those called `lost`.
    #[must_use]
    pub fn without(&self, lost: &[ChunkId]) -> Self {
        let mut chunks = self.0.clone();
        chunks.retain(|id, _| !lost.contains(id));
        Self(chunks)
    }

    /// Reads the key-values file `list` and every chunk file that it names. A path is looked for
    /// beside the list, then in the working directory.
    pub fn load(list: &Path) -> Result<Self, KeyValuesError> {
        let bytes = read_list(list).map_err(|source| KeyValuesError::Unreadable {
            file: list.to_owned(),
            source,
        })?;
        let beside = list.parent().unwrap_or(Path::new(""));
        let mut chunks = BTreeMap::new();
        let mut first_lines = BTreeMap::new();
        let mut problems = Vec::new();
        let without_mark = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        for (index, line) in without_mark.split(|byte| *byte == b'\n').enumerate() {
            let number = index + 1;
            let mut problem = |what| problems.push(LineProblem { line: number, what });
            let (id, path) = match parse_line(line) {
                Ok(Some(entry)) => entry,
                Ok(None) => continue,
                Err(what) => {
                    problem(what);
                    continue;
                }
            };
            if let Some(first) = first_lines.insert(id, number) {
                first_lines.insert(id, first);
                problem(LineFault::Repeated { id, first });
                continue;
            }
            match read_chunk(beside, path) {
                Ok(chunk) => {
                    chunks.insert(id, chunk);
                }
                Err(what) => problem(what),
            }
        }
        if problems.is_empty() {
            return Ok(Self(chunks));
        }
        Err(KeyValuesError::Lines {
            file: list.to_owned(),
            problems,
        })
    }
}

impl FromIterator<(ChunkId, Chunk)> for ChunkStore {
    fn from_iter<I: IntoIterator<Item = (ChunkId, Chunk)>>(chunks: I) -> Self {
        Self(chunks.into_iter().collect())
    }
}

impl Chunk {
    /// The chunk `id` of a video that nobody filmed: 512 to 1,024 bytes that depend on the id
    /// alone, so that every copy of it is alike.
    #[must_use]
    pub fn generated(id: ChunkId) -> Self {
        let mut bytes = vec![0; 512 + usize::from(id.0) * 37 % 513];
        ChaCha8Rng::seed_from_u64(u64::from(id.0)).fill_bytes(&mut bytes);
        Self::new(bytes.into()).expect("at most 1,024 bytes")
    }

    /// The name that a file with chunk `id` has by convention.
    #[must_use]
    pub fn file_name(id: ChunkId) -> String {
        format!("BigBuckBunny_{id}.m4s")
    }
}

/// Reads a key-values file. A pipe would keep the reader waiting, and a device might never end.
fn read_list(list: &Path) -> io::Result<Vec<u8>> {
    let about = std::fs::metadata(list)?;
    if !about.is_file() && !about.is_dir() {
        return Err(io::Error::other("it is not a regular file"));
    }
    std::fs::read(list)
}

/// Reads one line of a key-values file: nothing when it is blank.
fn parse_line(line: &[u8]) -> Result<Option<(ChunkId, &str)>, LineFault> {
    let line = std::str::from_utf8(line).map_err(|_| LineFault::NotText)?;
    let line = line.trim();
    if line.is_empty() {
        return Ok(None);
    }
    let Some((id, path)) = line.split_once(':') else {
        return Err(LineFault::NoColon);
    };
    let (id, path) = (id.trim(), path.trim());
    let number = match id.bytes().all(|byte| byte.is_ascii_digit()) {
        true => id.parse().ok(),
        false => None,
    };
    let Some(number) = number else {
        return Err(LineFault::NotAnId(id.to_owned()));
    };
    if path.is_empty() {
        return Err(LineFault::NoPath);
    }
    Ok(Some((ChunkId(number), path)))
}

/// Reads the chunk file `path`, beside the list or in the working directory.
fn read_chunk(beside: &Path, path: &str) -> Result<Chunk, LineFault> {
    let near_list = beside.join(path);
    let found = match near_list.try_exists() {
        Ok(false) => PathBuf::from(path),
        Ok(true) | Err(_) => near_list,
    };
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => LineFault::Missing(path.to_owned()),
        _ => LineFault::Unreadable(path.to_owned(), source),
    };
    let about = std::fs::metadata(&found).map_err(unreadable)?;
    if !about.is_file() {
        return Err(LineFault::NotAFile(path.to_owned()));
    }
    if about.len() > MAX_CHUNK as u64 {
        return Err(LineFault::TooLong(path.to_owned(), about.len()));
    }
    let mut bytes = Vec::with_capacity(MAX_CHUNK);
    let file = File::open(&found).map_err(unreadable)?;
    let one_more = MAX_CHUNK as u64 + 1;
    file.take(one_more)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let length = bytes.len() as u64;
    Chunk::new(Bytes::from(bytes)).map_err(|_| LineFault::TooLong(path.to_owned(), length))
}

/// Why a key-values file gives no chunks.
#[derive(Debug, thiserror::Error)]
pub enum KeyValuesError {
    /// It can't be read at all.
    #[error("cannot read {}: {source}", file.display())]
    Unreadable {
        /// The key-values file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Some of its lines are wrong; all of them are told, a line each.
    #[error("{}", describe(file, problems))]
    Lines {
        /// The key-values file.
        file: PathBuf,
        /// What is wrong, in the order of the lines; never empty.
        problems: Vec<LineProblem>,
    },
}

/// What is wrong with one line of a key-values file.
#[derive(Debug)]
pub struct LineProblem {
    /// Its number; the first line is 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: LineFault,
}

/// The ways in which a line of a key-values file can be wrong.
#[derive(Debug, thiserror::Error)]
pub enum LineFault {
    /// It is not UTF-8.
    #[error("the line is not UTF-8 text; write it as `id: path`")]
    NotText,
    /// It has no colon.
    #[error("there is no `:`; write the line as `id: path`, as in `5: BigBuckBunny_5.m4s`")]
    NoColon,
    /// What stands before the colon is no id.
    #[error("`{0}` is no chunk id; ids are whole numbers from 0 to 65535")]
    NotAnId(String),
    /// Nothing stands behind the colon.
    #[error("there is no path behind the `:`; write the line as `id: path`")]
    NoPath,
    /// An earlier line has the same id.
    #[error("chunk {id} is on line {first} already; keep one of the two")]
    Repeated {
        /// The id of both.
        id: ChunkId,
        /// The earlier line.
        first: usize,
    },
    /// There is no such chunk file.
    #[error("no file `{0}`, neither beside the list nor in the working directory")]
    Missing(String),
    /// The path names a directory, or something else that holds no bytes.
    #[error("`{0}` is not a regular file")]
    NotAFile(String),
    /// The chunk file is longer than a RESPONSE carries.
    #[error("`{0}` has {1} bytes; a chunk has at most 1024")]
    TooLong(String, u64),
    /// The chunk file can't be read.
    #[error("cannot read `{0}`: {1}")]
    Unreadable(String, io::Error),
}

/// Writes the problems of `file`, a line each, as compilers do.
fn describe(file: &Path, problems: &[LineProblem]) -> String {
    let lines = problems.iter();
    let lines = lines.map(|p| format!("{}:{}: {}", file.display(), p.line, p.what));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Writes a list and three chunk files into a new directory and loads the list.
    fn load(list: &[u8]) -> Result<ChunkStore, KeyValuesError> {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("video")).unwrap();
        fs::write(dir.path().join("video/BigBuckBunny_5.m4s"), b"five").unwrap();
        fs::write(dir.path().join("6 and a half.m4s"), b"").unwrap();
        fs::write(dir.path().join("long.m4s"), [0; 1025]).unwrap();
        fs::write(dir.path().join("key-values"), list).unwrap();
        ChunkStore::load(&dir.path().join("key-values"))
    }

    #[test]
    fn lists_as_they_are_in_the_wild() {
        for list in [
            &b"5: video/BigBuckBunny_5.m4s\n6: 6 and a half.m4s\n"[..],
            b"5: video/BigBuckBunny_5.m4s   \n6: 6 and a half.m4s",
            b"5: video/BigBuckBunny_5.m4s\r\n\r\n6: 6 and a half.m4s\r\n\r\n",
            b"\xef\xbb\xbf 5 :video/BigBuckBunny_5.m4s\n\t\n06:6 and a half.m4s\t",
        ] {
            let store = load(list).unwrap();
            let ids: Vec<u16> = store.ids().map(|id| id.0).collect();
            assert_eq!(ids, [5, 6]);
            assert_eq!(store.chunk(ChunkId(5)).unwrap().as_bytes(), &b"five"[..]);
            assert_eq!(store.chunk(ChunkId(6)).unwrap().as_bytes(), &b""[..]);
        }
    }

    #[test]
    fn all_problems_of_a_list_at_once() {
        let list = b"5: video/BigBuckBunny_5.m4s\nfive\nx: a\n7:\n5: long.m4s\n8: nowhere.m4s\n9: long.m4s\n10: video\n70000: a\n\xff: a\n";
        let error = load(list).unwrap_err().to_string();
        let told: Vec<&str> = error
            .lines()
            .map(|line| line.split_once("key-values:").unwrap().1)
            .collect();
        assert_eq!(
            told,
            [
                "2: there is no `:`; write the line as `id: path`, as in `5: BigBuckBunny_5.m4s`",
                "3: `x` is no chunk id; ids are whole numbers from 0 to 65535",
                "4: there is no path behind the `:`; write the line as `id: path`",
                "5: chunk 5 is on line 1 already; keep one of the two",
                "6: no file `nowhere.m4s`, neither beside the list nor in the working directory",
                "7: `long.m4s` has 1025 bytes; a chunk has at most 1024",
                "8: `video` is not a regular file",
                "9: `70000` is no chunk id; ids are whole numbers from 0 to 65535",
                "10: the line is not UTF-8 text; write it as `id: path`",
            ]
        );
    }

    #[test]
    fn chunks_are_gained_and_lost() {
        let held = |ids: &[u16]| -> ChunkStore {
            let ids = ids.iter().copied().map(ChunkId);
            ids.map(|id| (id, Chunk::generated(id))).collect()
        };
        assert_eq!(held(&[1, 2]).with(&held(&[2, 3])), held(&[1, 2, 3]));
        assert_eq!(held(&[1, 2]).without(&[ChunkId(2), ChunkId(9)]), held(&[1]));
    }

    #[test]
    fn generated_chunks_differ_by_id_and_fit() {
        assert_eq!(Chunk::generated(ChunkId(7)), Chunk::generated(ChunkId(7)));
        let all: std::collections::BTreeSet<Vec<u8>> = (0..2_000)
            .map(|id| Chunk::generated(ChunkId(id)).as_bytes().to_vec())
            .collect();
        assert_eq!(all.len(), 2_000);
        assert!(all.iter().any(|bytes| bytes.len() == 1024));
    }
}
