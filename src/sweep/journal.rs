//! Results in a file, a line of JSON each, written as they come: a sweep that ended early goes on
//! where it was.
//!
//! The first line says of which scenario and which program they are. A last line that was torn off
//! in the middle is as if it had not been written.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::measure::Outcome;
use super::values::Axis;
use crate::luck::fnv1a;

/// The first line of a journal.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    p2p_sim: String,
    scenario: String,
    max_datagrams: u64,
}

/// One result.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    set: BTreeMap<String, String>,
    seed: u64,
    outcome: Outcome,
}

/// Why a file can't be a sweep's journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It can't be read or written.
    #[error("cannot write {}: {source}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It has results of something else.
    #[error(
        "{} has results of another scenario, limit or version of p2p-sim; name another file",
        .0.display()
    )]
    OfAnother(PathBuf),
    /// A line is no result.
    #[error("{}:{line} is no result of a sweep; name another file", file.display())]
    NotAResult {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
}

/// The results so far, and the file that they are in.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    known: BTreeMap<(BTreeMap<String, String>, u64), Outcome>,
}

impl Journal {
    /// Opens the journal in `path`, or begins it, for a sweep of the scenario with `text`, whose
    /// runs send at most `max_datagrams`.
    pub fn open(path: &Path, text: &str, max_datagrams: u64) -> Result<Self, JournalError> {
        let failed = |source| JournalError::Io {
            file: path.to_owned(),
            source,
        };
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).map_err(failed)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        let head = Head {
            p2p_sim: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: format!("{:016x}", fnv1a(text.bytes())),
            max_datagrams,
        };
        let mut known = BTreeMap::new();
        let mut lines = bytes[..whole].split(|byte| *byte == b'\n').enumerate();
        match lines.next().filter(|_| whole > 0) {
            // Nothing but a torn line: ours if it could have become the head.
            None if !json(&head).as_bytes().starts_with(&bytes) => {
                return Err(JournalError::NotAResult {
                    file: path.to_owned(),
                    line: 1,
                });
            }
            None => {}
            Some((_, line)) => match serde_json::from_slice::<Head>(line) {
                Ok(found) if found == head => {}
                Ok(_) => return Err(JournalError::OfAnother(path.to_owned())),
                Err(_) => {
                    return Err(JournalError::NotAResult {
                        file: path.to_owned(),
                        line: 1,
                    });
                }
            },
        }
        for (index, line) in lines.filter(|(_, line)| !line.is_empty()) {
            let line: Line =
                serde_json::from_slice(line).map_err(|_| JournalError::NotAResult {
                    file: path.to_owned(),
                    line: index + 1,
                })?;
            known.insert((line.set, line.seed), line.outcome);
        }
        file.set_len(whole as u64).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let mut journal = Self {
            path: path.to_owned(),
            file,
            known,
        };
        if whole == 0 {
            journal.write(&json(&head))?;
        }
        Ok(journal)
    }

    /// What came of the run with this combination and seed, if it is known.
    #[must_use]
    pub fn known(&self, axes: &[Axis], combination: &[String], seed: u64) -> Option<&Outcome> {
        self.known.get(&(set(axes, combination), seed))
    }

    /// Adds a result.
    pub fn add(
        &mut self,
        axes: &[Axis],
        combination: &[String],
        seed: u64,
        outcome: &Outcome,
    ) -> Result<(), JournalError> {
        self.write(&json(&Line {
            set: set(axes, combination),
            seed,
            outcome: outcome.clone(),
        }))
    }

    fn write(&mut self, line: &str) -> Result<(), JournalError> {
        self.file
            .write_all(line.as_bytes())
            .map_err(|source| JournalError::Io {
                file: self.path.clone(),
                source,
            })
    }
}

fn set(axes: &[Axis], combination: &[String]) -> BTreeMap<String, String> {
    let pairs = axes.iter().zip(combination);
    pairs
        .map(|(axis, value)| (axis.key.clone(), value.clone()))
        .collect()
}

fn json(line: &impl Serialize) -> String {
    serde_json::to_string(line).expect("plain data is JSON") + "\n"
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn refused(path: &Path, text: &str) -> String {
        let refused = Journal::open(path, text, 10).unwrap_err().to_string();
        refused.replace(path.to_str().unwrap(), "FILE")
    }

    #[test]
    fn goes_on_where_it_was_even_behind_a_torn_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it.jsonl");
        let axes: [Axis; 1] = ["ttl=1,2".parse().unwrap()];
        let one = ["1".to_owned()];
        for seed in 0..2 {
            let mut journal = Journal::open(&path, "text", 10).unwrap();
            assert_eq!(journal.known(&axes, &one, seed), None);
            journal.add(&axes, &one, seed, &Outcome::TooLarge).unwrap();
        }
        let whole = fs::read_to_string(&path).unwrap();
        assert_eq!(whole.lines().count(), 3);
        for end in 0..=whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            let journal = Journal::open(&path, "text", 10).unwrap();
            let lines = whole[..end].matches('\n').count().saturating_sub(1);
            assert_eq!(journal.known.len(), lines, "cut at {end}");
        }
    }

    #[test]
    fn the_results_of_another_are_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it.jsonl");
        drop(Journal::open(&path, "text", 10).unwrap());
        assert_eq!(
            refused(&path, "another text"),
            "FILE has results of another scenario, limit or version of p2p-sim; name another file"
        );
        let head = fs::read_to_string(&path).unwrap();
        fs::write(&path, head + "{}\n").unwrap();
        assert_eq!(
            refused(&path, "text"),
            "FILE:2 is no result of a sweep; name another file"
        );
        for text in ["my notes\n", "my notes"] {
            fs::write(&path, text).unwrap();
            assert_eq!(
                refused(&path, "text"),
                "FILE:1 is no result of a sweep; name another file"
            );
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }
}
