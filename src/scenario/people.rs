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

/// One peer or client.
#[derive(Debug)]
pub(super) struct Person {
    /// Its name, with the place that gives it; where there is none, that has been noted.
    pub(super) name: Option<Spanned<String>>,
    /// The place of its table in the file; a peer of the overlay need not have one.
    pub(super) table: Option<usize>,
    /// What gave it its name.
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

/// All peers, then all clients.
#[derive(Debug)]
pub(super) struct People {
    all: Vec<Person>,
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
        let meant = meant(&peer_tables, &network);
        let added = peer_tables.iter().zip(&meant);
        let added = added.filter(|(_, node)| node.is_none());
        let peers_fit = fits(
            network.names.len() as u64,
            added.map(|(table, _)| table),
            "peers",
            problems,
        );
        if !(fits(0, client_tables.iter(), "clients", problems) && peers_fit) {
            return None;
        }
        let place = network.place;
        let nodes = network.names.into_iter().map(|name| Person {
            name: Some(Spanned::new(place.clone(), name)),
            table: None,
            named_by: NamedBy::Overlay,
        });
        let mut all: Vec<Person> = nodes.collect();
        let of_peer_tables = peer_tables.iter().zip(meant).enumerate();
        let of_peer_tables = of_peer_tables.map(|(index, (table, node))| match node {
            Some(node) => {
                all[node].name = table.name.cloned();
                all[node].table = Some(index);
                all[node].named_by = NamedBy::Table;
                node..node + 1
            }
            None => table.add_to(&mut all, index),
        });
        let of_peer_tables = of_peer_tables.collect();
        let peers = all.len();
        let of_client_tables = client_tables.iter().enumerate();
        let of_client_tables = of_client_tables.map(|(index, table)| table.add_to(&mut all, index));
        Some(Self {
            of_client_tables: of_client_tables.collect(),
            all,
            peers,
            of_peer_tables,
        })
    }

    /// Everybody, peers first.
    pub(super) fn all(&self) -> &[Person] {
        &self.all
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

    /// The name of `person`, or nothing.
    pub(super) fn name(&self, person: usize) -> Option<&str> {
        let name = self.all.get(person)?.name.as_ref()?;
        Some(name.get_ref())
    }
}

/// The peer of the overlay that each table is about, where there is one. The second table with one
/// name adds a peer, whose name then is there twice; so do several of whom one has such a name.
fn meant(tables: &[TableOf<'_>], network: &Network) -> Vec<Option<usize>> {
    let name = |node: usize| Some(&*network.names[node]);
    let register = match tables.is_empty() {
        true => Register::default(),
        false => Register::of(network.names.len(), name),
    };
    let mut taken = BTreeSet::new();
    let meant = tables.iter().map(|table| {
        let single = table.name.filter(|_| table.count.is_none())?;
        let node = register.find(single.get_ref(), name);
        node.filter(|node| taken.insert(*node))
    });
    meant.collect()
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
    /// Adds whom this table, at place `index` among its kind, speaks of; says where they are.
    fn add_to(&self, all: &mut Vec<Person>, index: usize) -> Range<usize> {
        let first = all.len();
        let Some(count) = self.count else {
            all.push(Person {
                name: self.name.cloned(),
                table: Some(index),
                named_by: NamedBy::Table,
            });
            return first..all.len();
        };
        let numbered = (1..=*count.get_ref()).map(|number| Person {
            name: self
                .name
                .map(|name| Spanned::new(name.span(), format!("{}{number}", name.get_ref()))),
            table: Some(index),
            named_by: match number {
                1 => NamedBy::Count,
                _ => NamedBy::CountAgain,
            },
        });
        all.extend(numbered);
        first..all.len()
    }
}
