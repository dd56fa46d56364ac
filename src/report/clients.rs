//! What came out for each client, with every name written out.

use std::path::PathBuf;

use serde::Serialize;

use super::word;
use crate::assembly::FileName;
use crate::check::{ChunkVerdict, Logged, Verdict};
use crate::driver::Ran;
use crate::scenario::Scenario;

/// What came out for one client.
#[derive(Clone, Debug, Serialize)]
pub struct Client {
    /// Its name.
    pub name: String,
    /// The name of its contact.
    pub contact: String,
    /// Its log.
    pub log: PathBuf,
    /// The file that all its chunks are put together in, when it was asked for one.
    pub assemble: Option<PathBuf>,
    /// Whether that file was written: no chunk is missing.
    pub assembled: bool,
    /// Each wanted chunk.
    pub chunks: Vec<Chunk>,
}

/// What came out for one chunk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chunk {
    /// The chunk.
    pub id: u16,
    /// The source as the log has it; none when it is missing or not logged.
    pub source: Option<String>,
    /// The source's name, when it is one of the run.
    pub peer: Option<String>,
    /// Hops from the contact to the source.
    pub hops: Option<u32>,
    /// The peers that it may come from; none when it must be missing.
    pub expected: Vec<String>,
    /// Whether it may be missing.
    pub may_be_missing: bool,
    /// Whether the client has to get it: `must`, `may` or `cannot`.
    pub certainty: &'static str,
    /// Whether the log has a line of it.
    pub logged: bool,
    /// `pass` or `fail`.
    pub verdict: &'static str,
}

/// What came out for every client of `scenario`, in its order.
pub(super) fn all(scenario: &Scenario, ran: &Ran, verdict: &Verdict) -> Vec<Client> {
    let roster = &scenario.roster;
    let judged = scenario.clients.iter().zip(&verdict.clients).zip(&ran.logs);
    let client = judged.map(|((spec, verdict), log)| {
        let chunks = verdict.chunks.iter();
        let chunks: Vec<Chunk> = chunks.map(|chunk| Chunk::of(scenario, chunk)).collect();
        let name = spec.assemble.as_ref().map(FileName::to_string);
        Client {
            name: roster.name(spec.endpoint).to_owned(),
            contact: roster.name(spec.contact).to_owned(),
            log: log.clone(),
            assembled: name.is_some() && chunks.iter().all(|chunk| chunk.source.is_some()),
            assemble: name.map(|name| log.with_file_name(name)),
            chunks,
        }
    });
    client.collect()
}

impl Chunk {
    fn of(scenario: &Scenario, chunk: &ChunkVerdict) -> Self {
        let roster = &scenario.roster;
        let source = match chunk.logged {
            Logged::From(source) => Some(source),
            Logged::Missing | Logged::Not => None,
        };
        let peer = source.and_then(|source| roster.at(source));
        let expected = chunk.expected.holders.iter();
        Self {
            id: chunk.id.0,
            source: source.map(|source| source.to_string()),
            peer: peer.map(|peer| roster.name(peer).to_owned()),
            hops: chunk.hops,
            expected: expected.map(|peer| roster.name(*peer).to_owned()).collect(),
            may_be_missing: chunk.expected.may_be_missing(),
            certainty: chunk.certainty().name(),
            logged: chunk.logged != Logged::Not,
            verdict: word(chunk.holds),
        }
    }
}
