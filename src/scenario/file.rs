//! What a scenario file says, typed, each part with its place: form only. No name is looked up, no
//! default filled in, and nothing of the machine is touched.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use toml::Spanned;
use toml::de::DeTable;

use super::Allowed;
use super::churn::{CHURN, ChurnTable};
use super::event_keys::{AFTER, EVENT};
use super::event_tables::EventTable;
use super::expectations::{EXPECT, ExpectTable};
use super::fault_leaves::Name;
use super::fault_tables::{FAULT, FaultTable};
use super::file_keys::{CLIENT, PEER, TOP};
use super::layout::Layout;
use super::leaves::narrow;
use super::link_tables::{LINK, LinkTable};
use super::overlay::{OVERLAY, OverlayTable};
use super::placement::{PLACEMENT, PlacementTable};
use super::problem::Span;
use super::random::{ChunksText, ContactText, NeighboursText};
use super::reader::{Reader, Table, Value};
use super::reliable_table::{RELIABLE, ReliableTable};
use super::requests::{THEN, ThenTable, then_tables};
use crate::assembly::FileName;
use crate::rules::{Carriage, Choose, Duplicates, Gets, Ttl};
use crate::wire::ChunkId;

/// All tables, in the order in which a key that is in the wrong one is looked for.
const TABLES: &[&Layout] = &[
    &TOP, &PEER, &CLIENT, &OVERLAY, &PLACEMENT, &LINK, &FAULT, &EVENT, &CHURN, &RELIABLE, &EXPECT,
    &THEN,
];
/// The same, beginning with those that are about datagrams and time.
const FAULT_TABLES: &[&Layout] = &[
    &FAULT, &LINK, &EVENT, &CHURN, &AFTER, &TOP, &PEER, &CLIENT, &EXPECT, &OVERLAY, &PLACEMENT,
];

/// A whole file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) description: Option<String>,
    pub(super) seed: Option<u64>,
    pub(super) ttl: Option<Ttl>,
    pub(super) duplicates: Option<Spanned<Duplicates>>,
    pub(super) delay: Option<Duration>,
    pub(super) carrier: Option<Carriage>,
    pub(super) allow: Vec<Spanned<Allowed>>,
    pub(super) links: Vec<[Name; 2]>,
    pub(super) overlay: Option<OverlayTable>,
    pub(super) placement: Vec<PlacementTable>,
    pub(super) peers: Vec<PeerTable>,
    pub(super) clients: Vec<ClientTable>,
    pub(super) link_entries: Vec<LinkTable>,
    pub(super) faults: Vec<FaultTable>,
    pub(super) events: Vec<EventTable>,
    pub(super) churn: Option<ChurnTable>,
    pub(super) reliable: Option<ReliableTable>,
    pub(super) expect: ExpectTable,
}

/// A `[[peer]]`.
#[derive(Debug)]
pub(super) struct PeerTable {
    pub(super) header: Span,
    pub(super) name: Option<Spanned<String>>,
    pub(super) count: Option<Spanned<u32>>,
    pub(super) chunks: Option<ChunksText>,
    pub(super) key_values: Option<Spanned<String>>,
    pub(super) neighbours: Option<NeighboursText>,
    pub(super) address: Option<Spanned<String>>,
}

/// A `[[client]]`.
#[derive(Debug)]
pub(super) struct ClientTable {
    pub(super) header: Span,
    pub(super) name: Option<Spanned<String>>,
    pub(super) count: Option<Spanned<u32>>,
    pub(super) contact: Option<ContactText>,
    pub(super) chunks: Option<ChunksText>,
    pub(super) start: Option<Duration>,
    pub(super) choose: Option<Choose>,
    pub(super) wait: Option<Spanned<Duration>>,
    pub(super) repeats: Option<u16>,
    pub(super) gather: Option<Duration>,
    pub(super) bind: Option<Spanned<String>>,
    pub(super) expect: BTreeMap<ChunkId, (Span, ExpectText)>,
    pub(super) then: Vec<ThenTable>,
    pub(super) gets: Option<Gets>,
    pub(super) done_by: Option<Duration>,
    pub(super) most_queries: Option<u64>,
    pub(super) assemble: Option<FileName>,
}

/// What must come out for a chunk, as written.
#[derive(Debug)]
pub(super) enum ExpectText {
    From(Vec<Spanned<String>>),
    Missing,
}

impl File {
    /// Reads the tables of a file.
    pub(super) fn read(table: DeTable<'_>, reader: &mut Reader) -> Self {
        let mut top = Table::new(&TOP, 0..0, table);
        let overlay = top.take("overlay");
        let overlay = overlay.map(|value| OverlayTable::read(value, reader));
        let peers = match &overlay {
            Some(_) => top.take("peer").map(|v| reader.tables(v, "peer", &PEER)),
            None => Some(tables(&mut top, "peer", &PEER, reader)),
        };
        let clients = tables(&mut top, "client", &CLIENT, reader);
        let file = Self {
            description: reader
                .text(&mut top, "description")
                .map(Spanned::into_inner),
            seed: reader.number(&mut top, "seed"),
            ttl: reader.number(&mut top, "ttl").and_then(narrow).map(Ttl),
            duplicates: reader.word(&mut top, "duplicates"),
            delay: reader.duration(&mut top, "delay").map(Spanned::into_inner),
            carrier: reader.word(&mut top, "carrier").map(Spanned::into_inner),
            allow: allowed(&mut top, reader),
            links: top
                .take("links")
                .map(|value| reader.pairs(value, "`links`"))
                .unwrap_or_default(),
            overlay,
            placement: top
                .take("placement")
                .map(|value| reader.placements(value))
                .unwrap_or_default(),
            peers: peers
                .into_iter()
                .flatten()
                .map(|t| PeerTable::read(t, reader))
                .collect(),
            clients: clients
                .into_iter()
                .map(|t| ClientTable::read(t, reader))
                .collect(),
            link_entries: all_of(&mut top, "link", &LINK, reader, |table, number, reader| {
                LinkTable::read(table, number, FAULT_TABLES, reader)
            }),
            faults: all_of(&mut top, "fault", &FAULT, reader, |table, _, reader| {
                FaultTable::read(table, FAULT_TABLES, reader)
            }),
            events: all_of(&mut top, "event", &EVENT, reader, |table, _, reader| {
                EventTable::read(table, FAULT_TABLES, reader)
            }),
            churn: top
                .take("churn")
                .and_then(|value| ChurnTable::read(value, FAULT_TABLES, reader)),
            reliable: top
                .take("reliable")
                .and_then(|value| ReliableTable::read(value, TABLES, reader)),
            expect: top
                .take("expect")
                .map(|value| ExpectTable::read(value, TABLES, reader))
                .unwrap_or_default(),
        };
        top.finish(TABLES, &mut reader.problems);
        file
    }
}

/// Reads the tables under `key`, each with its number, counted from 0; there may be none.
fn all_of<T>(
    top: &mut Table<'_>,
    key: &'static str,
    layout: &'static Layout,
    reader: &mut Reader,
    read: impl Fn(Table<'_>, usize, &mut Reader) -> T,
) -> Vec<T> {
    let tables = top.take(key).map(|value| reader.tables(value, key, layout));
    let numbered = tables.into_iter().flatten().enumerate();
    numbered
        .map(|(number, table)| read(table, number, reader))
        .collect()
}

impl PeerTable {
    fn read(mut table: Table<'_>, reader: &mut Reader) -> Self {
        let name = table.require("name", "\"p1\"", &mut reader.problems);
        let chunks = table.take("chunks");
        let key_values = table.take("key_values");
        if let (Some(chunks), Some(list)) = (&chunks, &key_values) {
            let source = reader.problems.source().clone();
            let title = "a peer has either `chunks` or `key_values`, not both";
            let problem = reader.problems.add(list.span(), title, "chunks from files");
            problem
                .label(&source, chunks.span(), "generated chunks")
                .help("keep one of the two");
        }
        let mut peer = Self {
            header: table.header.clone(),
            name: name.and_then(|value| reader.string(value, "`name`")),
            count: reader.copies(&mut table),
            chunks: chunks.and_then(|value| reader.held(value)),
            key_values: key_values.and_then(|value| reader.string(value, "`key_values`")),
            neighbours: table
                .take("neighbours")
                .and_then(|value| reader.neighbours(value)),
            address: reader.text(&mut table, "address"),
        };
        if let (Some(count), Some(address)) = (&peer.count, &peer.address) {
            reader.note_shared_address(count, address);
            peer.address = None;
        }
        table.finish(TABLES, &mut reader.problems);
        peer
    }
}

impl ClientTable {
    fn read(mut table: Table<'_>, reader: &mut Reader) -> Self {
        let name = table.require("name", "\"client1\"", &mut reader.problems);
        let contact = table.require("contact", "\"p1\"", &mut reader.problems);
        let chunks = table.require("chunks", "[5, 6]", &mut reader.problems);
        let mut client = Self {
            header: table.header.clone(),
            name: name.and_then(|value| reader.string(value, "`name`")),
            count: reader.copies(&mut table),
            contact: contact.and_then(|value| reader.contact(value)),
            chunks: chunks.and_then(|value| reader.wishes(value)),
            start: reader
                .duration(&mut table, "start")
                .map(Spanned::into_inner),
            choose: reader.word(&mut table, "choose").map(Spanned::into_inner),
            wait: reader.duration(&mut table, "wait"),
            repeats: reader.number(&mut table, "repeats").and_then(narrow),
            gather: reader
                .duration(&mut table, "gather")
                .map(Spanned::into_inner),
            bind: reader.text(&mut table, "bind"),
            expect: table
                .take("expect")
                .map(|v| reader.expect(v))
                .unwrap_or_default(),
            then: then_tables(&mut table, TABLES, reader),
            gets: reader.word(&mut table, "gets").map(Spanned::into_inner),
            done_by: reader
                .some_time(&mut table, "done_by", "nobody is done before it begins")
                .map(Spanned::into_inner),
            most_queries: reader.number(&mut table, "most_queries"),
            assemble: reader.file_name(&mut table, "assemble"),
        };
        if let (Some(count), Some(bind)) = (&client.count, &client.bind)
            && bind.get_ref().contains(':')
        {
            reader.note_shared_address(count, bind);
            client.bind = None;
        }
        table.finish(TABLES, &mut reader.problems);
        client
    }
}

/// The tables under `key`, of which there is at least one.
fn tables<'i>(
    top: &mut Table<'i>,
    key: &'static str,
    layout: &'static Layout,
    reader: &mut Reader,
) -> Vec<Table<'i>> {
    let none = |value: &Value<'_>| value.get_ref().as_array().is_some_and(|a| a.is_empty());
    match top.take(key).filter(|value| !none(value)) {
        Some(value) => reader.tables(value, key, layout),
        None => {
            let problem = reader.problems.add_of_file(format!("there is no {key}"));
            problem.help(format!("a scenario has at least one `[[{key}]]`"));
            Vec::new()
        }
    }
}

fn allowed(top: &mut Table<'_>, reader: &mut Reader) -> Vec<Spanned<Allowed>> {
    let Some(value) = top.take("allow") else {
        return Vec::new();
    };
    let words = reader.strings(value, "`allow`", "an array of findings", "a finding");
    let mut distinct = BTreeSet::new();
    let allowed = words.into_iter().filter_map(|word| {
        let finding = reader.known_word(&word, "a finding that can be allowed")?;
        distinct
            .insert(finding)
            .then(|| Spanned::new(word.span(), finding))
    });
    allowed.collect()
}
