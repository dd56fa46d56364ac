//! Which endpoint is at which address, by arithmetic for all that are at the slots of their places.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use super::net::Net;

/// The addresses of endpoints.
///
/// A flood asks twice for each datagram, in an order that no cache foresees: so nothing is looked
/// up in memory where it need not be. Endpoint i of a run is at slot i of its block unless the
/// scenario says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AddressBook {
    /// The block of the first endpoint.
    net: Net,
    /// How many endpoints, from the first one on, are at the slots of their places in that block.
    in_slots: usize,
    /// The addresses of all others.
    beyond: Vec<SocketAddrV4>,
    /// The endpoints that are not at the slot of their place in any block.
    elsewhere: BTreeMap<SocketAddrV4, usize>,
}

impl AddressBook {
    /// How many addresses there are.
    pub(crate) fn len(&self) -> usize {
        self.in_slots + self.beyond.len()
    }

    /// Adds the address of the next endpoint.
    pub(crate) fn push(&mut self, address: SocketAddrV4) {
        let index = self.len();
        let slot = Net::slot_of(address).filter(|(_, slot)| *slot == index);
        match slot {
            Some((net, _)) if index == 0 || (net == self.net && self.beyond.is_empty()) => {
                self.net = net;
                self.in_slots += 1;
                return;
            }
            Some(_) => {}
            None => {
                self.elsewhere.entry(address).or_insert(index);
            }
        }
        self.beyond.push(address);
    }

    /// The address of endpoint `index`; panics where there is none.
    #[inline]
    pub(crate) fn address(&self, index: usize) -> SocketAddrV4 {
        match index.checked_sub(self.in_slots) {
            Some(beyond) => self.beyond[beyond],
            None => self
                .net
                .slot(index)
                .expect("it was a slot when it was added"),
        }
    }

    /// Who is at `address`, one of them if they are several.
    #[inline]
    pub(crate) fn at(&self, address: SocketAddrV4) -> Option<usize> {
        let in_slot = self.in_slot(address);
        in_slot.or_else(|| self.elsewhere.get(&address).copied())
    }

    /// The first of those who are at `address`.
    pub(crate) fn first_at(&self, address: SocketAddrV4) -> Option<usize> {
        let elsewhere = self.elsewhere.get(&address).copied();
        elsewhere.into_iter().chain(self.in_slot(address)).min()
    }

    /// Who is at `address`, if that is the slot of its place.
    #[inline]
    fn in_slot(&self, address: SocketAddrV4) -> Option<usize> {
        let (net, slot) = Net::slot_of(address)?;
        let is_there = match slot.checked_sub(self.in_slots) {
            Some(beyond) => self.beyond.get(beyond) == Some(&address),
            None => net == self.net,
        };
        is_there.then_some(slot)
    }
}
