//! Who takes part in a run, and at which address.
//!
//! Endpoints are numbered: peers first, then clients, then the addresses where nobody is. Names are
//! the scenario's.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddrV4;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name; an address without an endpoint has its address for a name.
    pub name: String,
    /// Its address, which no other entry has.
    pub address: SocketAddrV4,
    /// What it is.
    pub role: Role,
}

/// Everybody who takes part in a run, in the order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    entries: Vec<Entry>,
    by_address: BTreeMap<SocketAddrV4, EndpointId>,
}

impl Roster {
    /// Makes the roster of `entries`, whose addresses the scenario has found to be distinct.
    ///
    /// # Panics
    ///
    /// With 2^32 entries or more.
    #[must_use]
    pub fn new(entries: Vec<Entry>) -> Self {
        let numbered = entries.iter().enumerate();
        let by_address = numbered.map(|(index, entry)| (entry.address, endpoint_id(index)));
        Self {
            by_address: by_address.collect(),
            entries,
        }
    }

    /// How many endpoints there are, of whatever role.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry of `endpoint`.
    ///
    /// # Panics
    ///
    /// When `endpoint` is not of this roster.
    #[must_use]
    pub fn entry(&self, endpoint: EndpointId) -> &Entry {
        &self.entries[endpoint.0 as usize]
    }

    /// The name of `endpoint`; panics as [`entry`](Self::entry) does.
    #[must_use]
    pub fn name(&self, endpoint: EndpointId) -> &str {
        &self.entry(endpoint).name
    }

    /// The address of `endpoint`; panics as [`entry`](Self::entry) does.
    #[must_use]
    pub fn address(&self, endpoint: EndpointId) -> SocketAddrV4 {
        self.entry(endpoint).address
    }

    /// The role of `endpoint`; panics as [`entry`](Self::entry) does.
    #[must_use]
    pub fn role(&self, endpoint: EndpointId) -> Role {
        self.entry(endpoint).role
    }

    /// Who is at `address`, if it is of this run.
    #[must_use]
    pub fn at(&self, address: SocketAddrV4) -> Option<EndpointId> {
        self.by_address.get(&address).copied()
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
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (EndpointId, &Entry)> + '_ {
        let numbered = self.entries.iter().enumerate();
        numbered.map(|(index, entry)| (endpoint_id(index), entry))
    }

    /// The endpoints with `role`, in the order of their numbers.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = EndpointId> + '_ {
        let having = self.iter().filter(move |(_, entry)| entry.role == role);
        having.map(|(endpoint, _)| endpoint)
    }
}

impl EndpointId {
    /// The place of this endpoint in lists that have one entry for each.
    #[must_use]
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
