//! What the peers of a scenario hold: generated chunks, or files that a key-values list names.
//!
//! Each chunk and each store is made once and shared, however many peers hold it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;

use super::file::PeerTable;
use super::problem::{Problem, Problems, Source};
use super::words::quoted;
use crate::chunks::{ChunkStore, KeyValuesError, LineFault, LineProblem};
use crate::wire::{Chunk, ChunkId};

/// Makes the stores of one scenario.
pub(super) struct Holdings {
    /// Where paths of the scenario begin.
    folder: PathBuf,
    chunks: BTreeMap<ChunkId, Chunk>,
    generated: BTreeMap<Vec<ChunkId>, Arc<ChunkStore>>,
    /// Each list that was read; nothing for one whose problems have been noted.
    lists: BTreeMap<PathBuf, Option<Arc<ChunkStore>>>,
}

impl Holdings {
    /// For the scenario in `file`.
    pub(super) fn beside(file: &Path) -> Self {
        Self {
            folder: file.parent().unwrap_or(Path::new("")).to_owned(),
            chunks: BTreeMap::new(),
            generated: BTreeMap::new(),
            lists: BTreeMap::new(),
        }
    }

    /// What `peer` holds; an empty store when its list has problems, all of which are noted.
    pub(super) fn of(&mut self, peer: &PeerTable, problems: &mut Problems) -> Arc<ChunkStore> {
        if let Some(list) = &peer.key_values {
            return self.read(list, problems);
        }
        let chunks = peer.chunks.as_ref().map(Spanned::get_ref);
        self.generate(chunks.map(Vec::as_slice).unwrap_or_default())
    }

    /// A store of generated chunks.
    pub(super) fn generate(&mut self, ids: &[ChunkId]) -> Arc<ChunkStore> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        if let Some(store) = self.generated.get(&ids) {
            return Arc::clone(store);
        }
        let chunks = ids.iter().map(|id| {
            let chunk = self
                .chunks
                .entry(*id)
                .or_insert_with(|| Chunk::generated(*id));
            (*id, chunk.clone())
        });
        let store = Arc::new(chunks.collect::<ChunkStore>());
        self.generated.insert(ids, Arc::clone(&store));
        store
    }

    fn read(&mut self, list: &Spanned<String>, problems: &mut Problems) -> Arc<ChunkStore> {
        let path = self.folder.join(list.get_ref());
        let store =
            self.lists
                .entry(path)
                .or_insert_with_key(|path| match ChunkStore::load(path) {
                    Ok(store) => Some(Arc::new(store)),
                    Err(error) => {
                        note(&error, list, problems);
                        None
                    }
                });
        store.clone().unwrap_or_default()
    }
}

/// Notes all that is wrong with the key-values file that `list` names.
fn note(error: &KeyValuesError, list: &Spanned<String>, problems: &mut Problems) {
    match error {
        KeyValuesError::Unreadable { file, source } => {
            let title = format!("cannot read {}", quoted(&file.display().to_string()));
            let why = match source.kind() {
                io::ErrorKind::NotFound => "there is no such file".to_owned(),
                io::ErrorKind::IsADirectory => "this is a directory".to_owned(),
                _ => source.to_string(),
            };
            let problem = problems.add(list.span(), title, why);
            problem.help("the path is relative to the folder of the scenario");
        }
        KeyValuesError::Lines {
            file,
            problems: lines,
        } => {
            let bytes = std::fs::read(file).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let source = Source::new(file, text);
            for line in lines {
                note_line(line, file, &source, list, problems);
            }
        }
    }
}

/// Notes what is wrong with one line of `file`, whose text is `source`.
fn note_line(
    wrong: &LineProblem,
    file: &Path,
    source: &Arc<Source>,
    list: &Spanned<String>,
    problems: &mut Problems,
) {
    let said = wrong.what.to_string();
    let has_hint = !matches!(
        wrong.what,
        LineFault::Missing(_) | LineFault::NotAFile(_) | LineFault::Unreadable(..)
    );
    let (what, hint) = match said.rsplit_once("; ") {
        Some((what, hint)) if has_hint => (what, Some(hint)),
        _ => (&*said, None),
    };
    let mut problem = Problem::of_file(file, what);
    let line = source.line(wrong.line - 1);
    let text = &source.text()[line.clone()];
    let start = line.end - text.trim_start().len();
    let span = start..start + text.trim().len();
    problem.label(source, span, "");
    if let LineFault::Repeated { first, .. } = wrong.what {
        problem.label(source, source.line(first - 1), "the first one");
    }
    let scenario = Arc::clone(problems.source());
    problem.label(&scenario, list.span(), "the scenario names the list here");
    if let Some(hint) = hint {
        problem.help(hint);
    }
    problems.push(problem);
}
