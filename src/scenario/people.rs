//! Who takes part: the peers of the overlay, those of the file, and the clients, as one list.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;

use super::file::{ClientTable, File, PeerTable};
use super::limits::MOST_PEERS;
use super::overlay::Network;
use super::problem::{Problems, Span};
use super::register::Register;
use super::words::many;
use crate::roster::NameList;

/// What peers and clients come from.
#[derive(Debug)]
pub(super) struct Origin {
    /// The place that gives the name; where there is none, that has been noted.
    pub(super) named_at: Option<Span>,
    /// The place of the table in the file; a peer of the overlay need not have one.
    pub(super) table: Option<usize>,
    /// What gave the name.
    pub(super) named_by: NamedBy,
}

/// What gives somebody a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamedBy {
    /// The table `[overlay]`.
    Overlay,
    /// Its own table.
    Table,
    /// Its own table, which speaks of several, of whom this is the first.
    Count,
    /// The same table as the one before.
    CountAgain,
}

/// All peers, then all clients. There may be very many, of few origins.
#[derive(Debug)]
pub(super) struct People {
    /// Their names, empty where there is none.
    names: NameList,
    register: Register,
    origins: Vec<Origin>,
    /// The place of everybody's origin.
    origin_of: Vec<u32>,
    peers: usize,
    /// Whom each `[[peer]]` speaks of.
    of_peer_tables: Vec<Range<usize>>,
    /// Whom each `[[client]]` speaks of.
    of_client_tables: Vec<Range<usize>>,
}

/// What `[[peer]]` and `[[client]]` have in common.
struct TableOf<'f> {
    header: &'f Span,
    name: Option<&'f Spanned<String>>,
    count: Option<&'f Spanned<u32>>,
}

impl People {
    /// Puts the peers of `network` first, then those that `file` adds, then the clients. Nothing
    /// when they are too many, which is noted.
    pub(super) fn gather(file: &File, network: Network, problems: &mut Problems) -> Option<Self> {
        let peer_tables: Vec<TableOf<'_>> = file.peers.iter().map(PeerTable::naming).collect();
        let client_tables: Vec<TableOf<'_>> =
            file.clients.iter().map(ClientTable::naming).collect();
        let nodes = network.names.len();
        let mut people = Self::of_overlay(network);
        let meant = people.meant(&peer_tables);
        let added = peer_tables.iter().zip(&meant);
        let added = added.filter(|(_, node)| node.is_none());
        let added = added.map(|(table, _)| table);
        let peers_fit = fits(nodes as u64, added, "peers", problems);
        if !(fits(0, client_tables.iter(), "clients", problems) && peers_fit) {
            return None;
        }
        for (index, (table, node)) in peer_tables.iter().zip(meant).enumerate() {
            let range = match node {
                Some(node) => {
                    people.origin_of[node] = people.origin(table.origin(index, NamedBy::Table));
                    node..node + 1
                }
                None => people.add(table, index),
            };
            people.of_peer_tables.push(range);
        }
        people.peers = people.count();
        for (index, table) in client_tables.iter().enumerate() {
            let range = people.add(table, index);
            people.of_client_tables.push(range);
        }
        let added = nodes..people.count();
        people.register.extend(added, &people.names);
        Some(people)
    }

    /// The peers of `network` alone.
    fn of_overlay(network: Network) -> Self {
        let count = network.names.len();
        Self {
            names: network.names,
            register: network.register,
            origins: vec![Origin {
                named_at: Some(network.place),
                table: None,
                named_by: NamedBy::Overlay,
            }],
            origin_of: vec![0; count],
            peers: count,
            of_peer_tables: Vec::new(),
            of_client_tables: Vec::new(),
        }
    }

    /// The peer of the overlay that each table is about, where there is one. The second table with
    /// one name adds a peer, whose name then is there twice; so do several of whom one has such a
    /// name.
    fn meant(&self, tables: &[TableOf<'_>]) -> Vec<Option<usize>> {
        let mut taken = BTreeSet::new();
        let meant = tables.iter().map(|table| {
            let single = table.name.filter(|_| table.count.is_none())?;
            let node = self.find(single.get_ref());
            node.filter(|node| taken.insert(*node))
        });
        meant.collect()
    }

    /// Adds an origin and says its place.
    fn origin(&mut self, origin: Origin) -> u32 {
        self.origins.push(origin);
        u32::try_from(self.origins.len() - 1).expect("no more origins than tables, twice")
    }

    /// Adds whom `table`, at place `index` among its kind, speaks of; says where they are.
    fn add(&mut self, table: &TableOf<'_>, index: usize) -> Range<usize> {
        let first = self.count();
        let name = table.name.map_or("", |name| name.get_ref());
        let Some(count) = table.count else {
            let origin = self.origin(table.origin(index, NamedBy::Table));
            self.names.push(name);
            self.origin_of.push(origin);
            return first..self.count();
        };
        for number in 1..=*count.get_ref() {
            let origin = match number {
                1 => self.origin(table.origin(index, NamedBy::Count)),
                2 => self.origin(table.origin(index, NamedBy::CountAgain)),
                _ => self.origin_of[self.count() - 1],
            };
            match table.name {
                Some(_) => self.names.push_numbered(name, number),
                None => self.names.push(""),
            }
            self.origin_of.push(origin);
        }
        first..self.count()
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.origin_of.len()
    }

    /// How many of them are peers.
    pub(super) fn peers(&self) -> usize {
        self.peers
    }

    /// The peers that the `[[peer]]` at place `table` speaks of.
    pub(super) fn of_peer_table(&self, table: usize) -> Range<usize> {
        self.of_peer_tables[table].clone()
    }

    /// The clients that the `[[client]]` at place `table` speaks of.
    pub(super) fn of_client_table(&self, table: usize) -> Range<usize> {
        self.of_client_tables[table].clone()
    }

    /// What `person` comes from.
    pub(super) fn origin_of(&self, person: usize) -> &Origin {
        &self.origins[self.origin_of[person] as usize]
    }

    /// The name of `person`, or nothing.
    pub(super) fn name(&self, person: usize) -> Option<&str> {
        let origin = *self.origin_of.get(person)?;
        let named_at = &self.origins[origin as usize].named_at;
        named_at.as_ref().map(|_| self.names.name(person))
    }

    /// Who has exactly this name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.register.find(name, &self.names)
    }

    /// Everybody whose name somebody before has, but for case, behind that one.
    pub(super) fn repeated(&self) -> Vec<(usize, usize)> {
        self.register.repeated(&self.names)
    }
}

/// Whether `before` and those of `tables` are no more than there may be; otherwise that is noted.
fn fits<'t>(
    before: u64,
    tables: impl Iterator<Item = &'t TableOf<'t>>,
    what: &str,
    problems: &mut Problems,
) -> bool {
    let mut sum = before;
    let mut first_beyond = None;
    for table in tables {
        sum += table.count.map_or(1, |count| u64::from(*count.get_ref()));
        if sum > MOST_PEERS && first_beyond.is_none() {
            first_beyond = Some(table);
        }
    }
    let Some(table) = first_beyond else {
        return true;
    };
    let title = format!("there are {} {what}", many(sum.into()));
    let span = table.count.map_or(table.header.clone(), Spanned::span);
    let label = format!("from here on more than {}", many(MOST_PEERS.into()));
    problems
        .add(span, title, label)
        .help("a scenario has no more");
    false
}

impl PeerTable {
    fn naming(&self) -> TableOf<'_> {
        TableOf {
            header: &self.header,
            name: self.name.as_ref(),
            count: self.count.as_ref(),
        }
    }
}

impl ClientTable {
    fn naming(&self) -> TableOf<'_> {
        TableOf {
            header: &self.header,
            name: self.name.as_ref(),
            count: self.count.as_ref(),
        }
    }
}

impl TableOf<'_> {
    /// The origin of somebody of whom this table, at place `index` among its kind, speaks.
    fn origin(&self, index: usize, named_by: NamedBy) -> Origin {
        Origin {
            named_at: self.name.map(Spanned::span),
            table: Some(index),
            named_by,
        }
    }
}
