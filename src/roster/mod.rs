//! Who takes part in a run, and at which address.
//!
//! Endpoints are numbered: peers first, then clients, then the addresses where nobody is. Names are
//! the scenario's.
//!
//! A flood asks for addresses and for who is there once a datagram, in no order. So whoever has the
//! address of his slot, as nearly all have, is found by arithmetic and never looked up.

pub mod slots;

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

/// What a roster says of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its address.
    pub address: SocketAddrV4,
    /// What it is.
    pub role: Role,
}

impl From<Member<'_>> for Entry {
    fn from(member: Member<'_>) -> Self {
        Self {
            name: member.name.to_owned(),
            address: member.address,
            role: member.role,
        }
    }
}

/// Somebody who is to be in a roster.
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
    /// All names, one behind the other.
    names: String,
    /// Where each name ends.
    ends: Vec<u32>,
    roles: Vec<Role>,
    /// The block of the run's addresses.
    block: u8,
    /// So many endpoints, from the first on, have the address of the slot of their number.
    in_slots: usize,
    /// The addresses of the others.
    addresses: Vec<SocketAddrV4>,
    /// Which of the others is where.
    by_address: BTreeMap<SocketAddrV4, EndpointId>,
}

impl Roster {
    /// Makes the roster of `entries`, whose addresses the scenario has found to be distinct.
    ///
    /// # Panics
    ///
    /// With 2^32 entries, or bytes of names, or more.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut roster = Self::default();
        for entry in entries {
            roster.add(&entry);
        }
        roster
    }

    fn add(&mut self, entry: &Entry) {
        let index = self.len();
        let slot = slots::slot(entry.address);
        if let Some((block, 0)) = slot.filter(|_| index == 0) {
            self.block = block;
        }
        if self.in_slots == index && slot == Some((self.block, index)) {
            self.in_slots += 1;
        } else {
            self.addresses.push(entry.address);
            self.by_address.insert(entry.address, endpoint_id(index));
        }
        self.names.push_str(&entry.name);
        let end = u32::try_from(self.names.len()).expect("names below 4 GiB");
        self.ends.push(end);
        self.roles.push(entry.role);
    }

    /// How many endpoints there are, of whatever role.
    #[must_use]
    pub fn len(&self) -> usize {
        self.roles.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.roles.is_empty()
    }

    /// All that is said of `endpoint`.
    ///
    /// # Panics
    ///
    /// When `endpoint` is not of this roster.
    #[must_use]
    pub fn member(&self, endpoint: EndpointId) -> Member<'_> {
        Member {
            name: self.name(endpoint),
            address: self.address(endpoint),
            role: self.role(endpoint),
        }
    }

    /// The name of `endpoint`; panics as [`member`](Self::member) does.
    #[must_use]
    pub fn name(&self, endpoint: EndpointId) -> &str {
        let index = endpoint.index();
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.names[start as usize..self.ends[index] as usize]
    }

    /// The address of `endpoint`; panics as [`member`](Self::member) does.
    #[must_use]
    pub fn address(&self, endpoint: EndpointId) -> SocketAddrV4 {
        let index = endpoint.index();
        match index.checked_sub(self.in_slots) {
            None => slots::address(self.block, index).expect("it had the address of its slot"),
            Some(other) => self.addresses[other],
        }
    }

    /// The role of `endpoint`; panics as [`member`](Self::member) does.
    #[must_use]
    pub fn role(&self, endpoint: EndpointId) -> Role {
        self.roles[endpoint.index()]
    }

    /// Who is at `address`, if it is of this run.
    #[must_use]
    pub fn at(&self, address: SocketAddrV4) -> Option<EndpointId> {
        match slots::slot(address) {
            Some((block, slot)) if block == self.block && slot < self.in_slots => {
                Some(endpoint_id(slot))
            }
            _ => self.by_address.get(&address).copied(),
        }
    }

    /// The name of whoever is at `address`, or else the address itself.
    #[must_use]
    pub fn name_of(&self, address: SocketAddrV4) -> String {
        match self.at(address) {
            Some(endpoint) => self.name(endpoint).to_owned(),
            None => address.to_string(),
        }
    }

    /// All endpoints, in the order of their numbers.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (EndpointId, Member<'_>)> + '_ {
        let endpoints = (0..self.len()).map(endpoint_id);
        endpoints.map(|endpoint| (endpoint, self.member(endpoint)))
    }

    /// The endpoints with `role`, in the order of their numbers.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = EndpointId> + '_ {
        let endpoints = (0..self.len()).map(endpoint_id);
        endpoints.filter(move |endpoint| self.role(*endpoint) == role)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, address: &str, role: Role) -> Entry {
        Entry {
            name: name.to_owned(),
            address: address.parse().unwrap(),
            role,
        }
    }

    /// Two in their slots, and then what is at given addresses, at a slot of another's number or in
    /// another block.
    fn roster() -> Roster {
        Roster::new([
            entry("a", "127.9.0.1:5001", Role::Peer),
            entry("bb", "127.9.0.1:5002", Role::Peer),
            entry("", "10.0.0.1:80", Role::Peer),
            entry("dddd", "127.9.0.1:5004", Role::Client),
            entry("e", "127.9.0.1:5003", Role::Client),
            entry("f", "127.8.0.1:5001", Role::Nobody),
        ])
    }

    #[test]
    fn everybody_is_found_by_number_and_by_address() {
        let roster = roster();
        let told: Vec<_> = roster.iter().collect();
        assert_eq!((told.len(), roster.len()), (6, 6));
        for (endpoint, member) in told {
            assert_eq!(roster.at(member.address), Some(endpoint), "{member:?}");
            assert_eq!(roster.member(endpoint), member);
        }
        let names = roster.iter().map(|(_, member)| member.name);
        assert_eq!(names.collect::<Vec<_>>(), ["a", "bb", "", "dddd", "e", "f"]);
        assert_eq!(
            roster.with_role(Role::Client).collect::<Vec<_>>(),
            [EndpointId(3), EndpointId(4)]
        );
    }

    #[test]
    fn nobody_else_is_there() {
        for address in [
            "127.9.0.1:5005",
            "127.8.0.1:5002",
            "127.9.0.1:5000",
            "10.0.0.1:81",
        ] {
            assert_eq!(roster().at(address.parse().unwrap()), None, "{address}");
        }
        assert_eq!(roster().name_of("127.9.0.1:5004".parse().unwrap()), "dddd");
        assert_eq!(
            roster().name_of("10.0.0.1:81".parse().unwrap()),
            "10.0.0.1:81"
        );
    }
}
