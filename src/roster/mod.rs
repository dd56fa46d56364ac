//! Who takes part in a run, and at which address.
//!
//! Endpoints are numbered: peers first, then clients, then the addresses where nobody is. Names are
//! the scenario's.
//!
//! | file | what |
//! |---|---|
//! | `net` | blocks of loopback addresses, and the slots that endpoints get in them |
//! | `address_book` | who is at which address |
//! | `name_list` | very many names in little room |
//! | `numbering` | names that need no look at memory |

mod address_book;
mod name_list;
mod net;
mod numbering;

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::SocketAddrV4;

pub(crate) use address_book::AddressBook;
pub(crate) use name_list::NameList;
pub use net::{FIRST_PORT, Net, NotANet, PORTS};

/// An endpoint of a run by its place in the [`Roster`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointId(pub u32);

/// What an endpoint of a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A peer.
    Peer,
    /// A client.
    Client,
    /// An address that is bound so that nobody else is there.
    Nobody,
}

impl Role {
    /// Its word in data that others read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Peer => "peer",
            Self::Client => "client",
            Self::Nobody => "nobody",
        }
    }
}

/// One line of the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its name; an address without an endpoint has its address for a name.
    pub name: &'a str,
    /// Its address, which no other entry has.
    pub address: SocketAddrV4,
    /// What it is.
    pub role: Role,
}

/// Everybody who takes part in a run, in the order of their numbers.
///
/// Addresses and roles are asked for each datagram of a run: where nothing is given by hand both
/// are arithmetic, and no memory is touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    names: NameList,
    addresses: AddressBook,
    /// How many peers there are before the first endpoint that is none.
    peers: u32,
    /// The number of the first endpoint of each stretch of one role.
    stretches: Vec<(u32, Role)>,
}

impl Roster {
    /// Makes the roster of `entries`, whose addresses the scenario has found to be distinct.
    ///
    /// # Panics
    ///
    /// With 2^32 entries or more, or with names of 4 GiB together.
    #[must_use]
    pub fn new<'a>(entries: impl IntoIterator<Item = Entry<'a>>) -> Self {
        let mut roster = Self::default();
        for entry in entries {
            roster.push(entry);
        }
        roster
    }

    /// Adds the next endpoint and says its number; panics as [`new`](Self::new) does.
    pub fn push(&mut self, entry: Entry<'_>) -> EndpointId {
        let endpoint = endpoint_id(self.len());
        if self.stretches.last().map(|(_, role)| *role) != Some(entry.role) {
            self.stretches.push((endpoint.0, entry.role));
        }
        if entry.role == Role::Peer && self.stretches.len() == 1 {
            self.peers += 1;
        }
        self.names.push(entry.name);
        self.addresses.push(entry.address);
        endpoint
    }

    /// How many endpoints there are, of whatever role.
    #[must_use]
    pub fn len(&self) -> usize {
        self.addresses.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry of `endpoint`.
    ///
    /// # Panics
    ///
    /// When `endpoint` is not of this roster.
    #[must_use]
    pub fn entry(&self, endpoint: EndpointId) -> Entry<'_> {
        Entry {
            name: self.name(endpoint),
            address: self.address(endpoint),
            role: self.role(endpoint),
        }
    }

    /// The name of `endpoint`; panics as [`entry`](Self::entry) does.
    #[must_use]
    pub fn name(&self, endpoint: EndpointId) -> &str {
        self.names.name(endpoint.index())
    }

    /// The name of `endpoint` as a text and the number behind it, where that is known without a look
    /// at the name: of a million peers it would rarely be at hand.
    #[must_use]
    #[inline]
    pub fn numbered_name(&self, endpoint: EndpointId) -> Option<(&str, u32)> {
        self.names.numbered(endpoint.index())
    }

    /// The address of `endpoint`; panics as [`entry`](Self::entry) does.
    #[must_use]
    #[inline]
    pub fn address(&self, endpoint: EndpointId) -> SocketAddrV4 {
        self.addresses.address(endpoint.index())
    }

    /// The role of `endpoint`; panics as [`entry`](Self::entry) does.
    #[must_use]
    #[inline]
    pub fn role(&self, endpoint: EndpointId) -> Role {
        match endpoint.0 < self.peers {
            true => Role::Peer,
            false => self.role_of_others(endpoint),
        }
    }

    fn role_of_others(&self, endpoint: EndpointId) -> Role {
        assert!(endpoint.index() < self.len(), "it is of this roster");
        let after = self
            .stretches
            .partition_point(|(first, _)| *first <= endpoint.0);
        self.stretches[after - 1].1
    }

    /// Who is at `address`, if it is of this run.
    #[must_use]
    #[inline]
    pub fn at(&self, address: SocketAddrV4) -> Option<EndpointId> {
        self.addresses.at(address).map(endpoint_id)
    }

    /// The name of whoever is at `address`, or else the address itself.
    #[must_use]
    pub fn name_of(&self, address: SocketAddrV4) -> String {
        match self.at(address) {
            Some(endpoint) => self.name(endpoint).to_owned(),
            None => address.to_string(),
        }
    }

    /// All endpoints with their entries, in the order of their numbers.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (EndpointId, Entry<'_>)> + '_ {
        let endpoints = (0..self.len()).map(endpoint_id);
        endpoints.map(|endpoint| (endpoint, self.entry(endpoint)))
    }

    /// The endpoints with `role`, in the order of their numbers.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = EndpointId> + '_ {
        let ends = self.stretches.iter().skip(1).map(|(first, _)| *first);
        let ends = ends.chain([endpoint_id(self.len()).0]);
        let stretches = self.stretches.iter().zip(ends);
        let having = stretches.filter(move |((_, of), _)| *of == role);
        having.flat_map(|((first, _), end)| (*first..end).map(EndpointId))
    }
}

impl EndpointId {
    /// The place of this endpoint in lists that have one entry for each.
    #[must_use]
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn endpoint_id(index: usize) -> EndpointId {
    EndpointId(u32::try_from(index).expect("fewer than 2^32 endpoints"))
}
