//! What the peers of a scenario hold: generated chunks, or files that a key-values list names.
//!
//! Each chunk and each store is made once and shared, however many peers hold it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;

use super::draws::some_of;
use super::file::{File, PeerTable};
use super::limits::MOST_CHUNKS;
use super::names::Names;
use super::placement::Placed;
use super::problem::{Problem, Problems, Source};
use super::random::{ChunksText, RandomChunks};
use super::words::{many, quoted};
use crate::chunks::{ChunkStore, KeyValuesError, LineFault, LineProblem};
use crate::luck;
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
    /// For the scenario in `folder`.
    pub(super) fn within(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            chunks: BTreeMap::new(),
            generated: BTreeMap::new(),
            lists: BTreeMap::new(),
        }
    }

    /// What each peer holds: what its table says, and what was `placed`. An empty store for a list
    /// with problems; nothing when it is too much. Both are noted.
    pub(super) fn of(
        &mut self,
        file: &File,
        names: &Names,
        placed: &Placed,
        seed: u64,
        problems: &mut Problems,
    ) -> Option<Vec<Arc<ChunkStore>>> {
        let tables = file.peers.iter();
        let by_hand: Vec<_> = tables.map(|table| self.by_hand(table, problems)).collect();
        let nothing = self.generate(&[]);
        let people = names.people();
        let describe = |peer: usize| {
            let table = people.origin_of(peer).table;
            let by_hand = table.and_then(|table| by_hand[table].as_ref());
            let random = table.and_then(|table| file.peers[table].random());
            (by_hand.unwrap_or(&nothing), random)
        };
        // Before any of it takes memory.
        let mut placed_at = placed.by_peer().peekable();
        let sizes = (0..people.peers()).map(|peer| {
            let (base, random) = describe(peer);
            let random = random.map_or(0, |random| *random.count.get_ref());
            let there = placed_at.next_if(|there| there[0].0 == peer);
            match random + there.map_or(0, <[_]>::len) {
                0 => 0,
                more => (base.len() + more) as u64,
            }
        });
        let size: u64 = sizes.sum();
        if size > MOST_CHUNKS {
            let title = format!(
                "peers hold {} chunks that are drawn or placed",
                many(size.into())
            );
            let problem = problems.add_of_file(title);
            problem.help(format!(
                "{} are the most, those beside them counted",
                many(MOST_CHUNKS.into())
            ));
            return None;
        }
        let mut placed_at = placed.by_peer().peekable();
        let stores = (0..people.peers()).map(|peer| {
            let (base, random) = describe(peer);
            let mut more = Vec::new();
            if let (Some(random), Some(name)) = (random, people.name(peer))
                && let Some(of) = &random.of
            {
                let mut luck = luck::stream(seed, &format!("chunks {name}"));
                more = some_of(&mut luck, of.get_ref(), *random.count.get_ref());
            }
            if let Some(there) = placed_at.next_if(|there| there[0].0 == peer) {
                more.extend(there.iter().map(|(_, chunk)| *chunk));
            }
            match more.is_empty() {
                true => Arc::clone(base),
                false => self.beside(base, more),
            }
        });
        Some(stores.collect())
    }

    /// What `table` says, unless it says nothing or leaves it to chance.
    fn by_hand(&mut self, table: &PeerTable, problems: &mut Problems) -> Option<Arc<ChunkStore>> {
        match (&table.key_values, &table.chunks) {
            (Some(list), _) => Some(self.read(list, problems)),
            (None, Some(ChunksText::Listed(ids))) => Some(self.generate(ids.get_ref())),
            _ => None,
        }
    }

    /// What `base` holds and, where it doesn't, generated chunks with `ids`.
    fn beside(&mut self, base: &Arc<ChunkStore>, mut ids: Vec<ChunkId>) -> Arc<ChunkStore> {
        let generated = base.ids().all(|id| self.chunks.get(&id) == base.chunk(id));
        if generated {
            ids.extend(base.ids());
            return self.generate(&ids);
        }
        let files = base
            .ids()
            .filter_map(|id| Some((id, base.chunk(id)?.clone())));
        let files: Vec<_> = files.collect();
        // Files stand behind and so go first.
        let generated = ids.into_iter().map(|id| (id, self.chunk(id)));
        let generated: Vec<_> = generated.collect();
        Arc::new(generated.into_iter().chain(files).collect())
    }

    fn chunk(&mut self, id: ChunkId) -> Chunk {
        let made = self.chunks.entry(id);
        made.or_insert_with(|| Chunk::generated(id)).clone()
    }

    /// A store of generated chunks.
    pub(super) fn generate(&mut self, ids: &[ChunkId]) -> Arc<ChunkStore> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        if let Some(store) = self.generated.get(&ids) {
            return Arc::clone(store);
        }
        let chunks = ids.iter().map(|id| (*id, self.chunk(*id)));
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

impl PeerTable {
    /// The chunks that are left to chance.
    fn random(&self) -> Option<&RandomChunks> {
        match &self.chunks {
            Some(ChunksText::Random(random)) => Some(random),
            _ => None,
        }
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
