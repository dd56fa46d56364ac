//! `[[client.then]]`: what a client asks for when the request before is done.

use std::collections::BTreeMap;
use std::time::Duration;

use toml::Spanned;

use super::Request;
use super::layout::{Key, Kind, Layout};
use super::leaves::narrow;
use super::problem::{Problems, Span};
use super::reader::{Reader, Table};
use super::schema::written;
use crate::rules::{Choose, Patience};
use crate::wire::{ChunkId, write_ids};

pub(super) const THEN: Layout = Layout {
    what: "a further request",
    keys: &[
        Key::new(
            "after",
            Kind::Duration,
            "how long it thinks before the HELLO",
        )
        .or(|| written(Duration::ZERO)),
        Key::new(
            "chunks",
            Kind::SOME_CHUNKS,
            "what it wants; none that an earlier request has",
        )
        .required(),
        Key::new(
            "choose",
            Kind::Word(|| Choose::words().collect()),
            "as for a client",
        ),
        Key::new("wait", Kind::SomeTime, "as for a client"),
        Key::new("repeats", Kind::Integer(0, MOST_REPEATS), "as for a client"),
        Key::new(
            "gather",
            Kind::Duration,
            "as for a client; else by its own `choose`",
        ),
    ],
    rules: &[],
};

/// How often a client may be told to ask again.
pub(super) const MOST_REPEATS: u64 = 1_000;
/// How many requests a client may have behind its first one.
pub(super) const MOST_FURTHER: usize = 999;

/// A `[[client.then]]`.
#[derive(Debug)]
pub(super) struct ThenTable {
    after: Option<Duration>,
    pub(super) chunks: Option<Spanned<Vec<ChunkId>>>,
    choose: Option<Choose>,
    pub(super) wait: Option<Spanned<Duration>>,
    repeats: Option<u16>,
    gather: Option<Duration>,
}

/// Reads the further requests of a client, whose table is `client`.
pub(super) fn then_tables(
    client: &mut Table<'_>,
    elsewhere: &[&Layout],
    reader: &mut Reader,
) -> Vec<ThenTable> {
    let Some(value) = client.take("then") else {
        return Vec::new();
    };
    let tables = reader.tables(value, "client.then", &THEN);
    if let Some(table) = tables.get(MOST_FURTHER) {
        let title = format!("a client has at most {} requests", MOST_FURTHER + 1);
        let label = format!("with its first one, this is number {}", MOST_FURTHER + 2);
        let problem = reader.problems.add(table.header.clone(), title, label);
        problem.help("ask for more chunks at once, or add a client");
    }
    tables
        .into_iter()
        .map(|table| ThenTable::read(table, elsewhere, reader))
        .collect()
}

impl ThenTable {
    fn read(mut table: Table<'_>, elsewhere: &[&Layout], reader: &mut Reader) -> Self {
        let chunks = table.require("chunks", "[3]", &mut reader.problems);
        let after = reader.duration(&mut table, "after");
        let gather = reader.duration(&mut table, "gather");
        let then = Self {
            after: after.map(Spanned::into_inner),
            chunks: chunks.and_then(|value| reader.wanted(value)),
            choose: reader.word(&mut table, "choose").map(Spanned::into_inner),
            wait: reader.duration(&mut table, "wait"),
            repeats: reader.number(&mut table, "repeats").and_then(narrow),
            gather: gather.map(Spanned::into_inner),
        };
        table.finish(elsewhere, &mut reader.problems);
        then
    }
}

/// `first` and the requests behind it, for a client that says `gather`; nothing when one has
/// problems, all of which are noted.
pub(super) fn requests(
    first: Request,
    gather: Option<Duration>,
    then: &[ThenTable],
) -> Option<Vec<Request>> {
    let mut requests = Vec::with_capacity(1 + then.len());
    for then in then {
        let choose = then.choose.unwrap_or(first.choose);
        let gather = then.gather.or(gather);
        requests.push(Request {
            chunks: then.chunks.as_ref()?.get_ref().clone(),
            after: then.after.unwrap_or_default(),
            choose,
            patience: Patience {
                wait: match &then.wait {
                    Some(wait) => *wait.get_ref(),
                    None => first.patience.wait,
                },
                repeats: then.repeats.unwrap_or(first.patience.repeats),
                gather: gather.unwrap_or(choose.default_gather()),
            },
        });
    }
    requests.insert(0, first);
    Some(requests)
}

/// Notes each request with chunks that an earlier one has; `first` are those of the first, and
/// their place.
pub(super) fn note_repeated_chunks(
    first: Option<(&[ChunkId], Span)>,
    then: &[ThenTable],
    problems: &mut Problems,
) {
    let later = then.iter().filter_map(|then| {
        let chunks = then.chunks.as_ref()?;
        Some((chunks.get_ref().as_slice(), chunks.span()))
    });
    let mut seen: BTreeMap<ChunkId, Span> = BTreeMap::new();
    for (ids, span) in first.into_iter().chain(later) {
        let mut again = Vec::new();
        let mut first = None;
        for id in ids {
            match seen.get(id) {
                Some(place) => {
                    first.get_or_insert(place.clone());
                    again.push(*id);
                }
                None => {
                    seen.insert(*id, span.clone());
                }
            }
        }
        let Some(first) = first else { continue };
        let source = problems.source().clone();
        let title = format!("{} in two requests of a client", chunks_are(&again));
        let problem = problems.add(span, title, "asked for again");
        problem
            .label(&source, first, "asked for first")
            .help("a client asks for each chunk once; add another client to ask again");
    }
}

/// `chunk 5 is`, `chunks 5,7-9 are`.
pub(super) fn chunks_are(ids: &[ChunkId]) -> String {
    let verb = match ids {
        [_] => "is",
        _ => "are",
    };
    format!("{} {verb}", named(ids))
}

/// `chunk 5`, `chunks 5,7-9`.
pub(super) fn named(ids: &[ChunkId]) -> String {
    let mut text = match ids {
        [_] => "chunk ".to_owned(),
        _ => "chunks ".to_owned(),
    };
    write_ids(ids, &mut text).expect("writing to a string never fails");
    text
}
