//! Reads who takes part.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use super::wrong::{Problem, Wrong, column_of, parse, quoted};
use crate::roster::{EndpointId, Entry, Role, Roster};
use crate::trace::{Client, Peer, line};
use crate::wire::ChunkId;

/// Those who have been named so far.
#[derive(Debug, Default)]
pub(super) struct People {
    roster: Roster,
    by_name: BTreeMap<String, EndpointId>,
    peers: Vec<Peer>,
    clients: Vec<Client>,
    /// The neighbours of each peer, which may be named behind it.
    neighbours: Vec<Neighbours>,
    /// Whether somebody may be missing because of a wrong line.
    doubted: bool,
}

/// The neighbours of a peer as they are written, and where.
#[derive(Debug)]
struct Neighbours {
    peer: usize,
    line: u64,
    column: usize,
    written: Vec<String>,
}

impl People {
    pub(super) fn peer(&mut self, number: u64, line: &[u8]) -> Result<(), Wrong> {
        let peer: line::Peer<'_> = parse(line)?;
        self.enter(peer.name.into_owned(), &peer.address, Role::Peer)?;
        let mut chunks: Vec<ChunkId> = peer.chunks.into_iter().map(ChunkId).collect();
        chunks.sort();
        chunks.dedup();
        self.neighbours.push(Neighbours {
            peer: self.peers.len(),
            line: number,
            column: column_of(line, "neighbours"),
            written: peer.neighbours.into_iter().map(Into::into).collect(),
        });
        self.peers.push(Peer {
            neighbours: Default::default(),
            chunks,
        });
        Ok(())
    }

    pub(super) fn client(&mut self, line: &[u8]) -> Result<(), Wrong> {
        let client: line::Client<'_> = parse(line)?;
        let contact = self.with_role("contact", &client.contact, Role::Peer)?;
        self.enter(client.name.into_owned(), &client.address, Role::Client)?;
        self.clients.push(Client {
            contact,
            chunks: client.chunks.into_iter().map(ChunkId).collect(),
        });
        Ok(())
    }

    pub(super) fn nobody(&mut self, line: &[u8]) -> Result<(), Wrong> {
        let nobody: line::Nobody<'_> = parse(line)?;
        // An address without an endpoint has its address for a name.
        let name = address("address", &nobody.address)?.to_string();
        self.enter(name, &nobody.address, Role::Nobody)
    }

    fn enter(&mut self, name: String, written: &str, role: Role) -> Result<(), Wrong> {
        let address = address("address", written)?;
        if role != Role::Nobody {
            if name.is_empty() || name.chars().any(char::is_control) {
                let what = format!("{} is no name", quoted(&name));
                return Err(Wrong::at("name", what));
            }
            if name.parse::<SocketAddrV4>().is_ok() {
                let what = format!(
                    "a name can't look like an address, as {} does",
                    quoted(&name)
                );
                return Err(Wrong::at("name", what));
            }
            if self.by_name.contains_key(&name) {
                let what = format!("somebody before is called {} too", quoted(&name));
                return Err(Wrong::at("name", what));
            }
        }
        if u32::try_from(self.roster.len()).is_err() {
            let what = "there can't be so many peers and clients";
            return Err(Wrong::at("name", what));
        }
        if let Some(other) = self.roster.at(address) {
            let what = format!(
                "{} is at {address} already",
                quoted(self.roster.name(other))
            );
            return Err(Wrong::at("address", what));
        }
        let endpoint = self.roster.push(Entry {
            name: &name,
            address,
            role,
        });
        self.by_name.insert(name, endpoint);
        Ok(())
    }

    /// Finds the neighbours now that all are named, or says who is not there.
    pub(super) fn settle(&mut self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for neighbours in std::mem::take(&mut self.neighbours) {
            let mut addresses = Vec::with_capacity(neighbours.written.len());
            for written in &neighbours.written {
                match self.at("neighbours", written) {
                    Ok(address) => addresses.push(address),
                    Err(_) if self.doubted => {}
                    Err(_) => problems.push(Problem {
                        line: neighbours.line,
                        column: neighbours.column,
                        what: nobody_at(written),
                    }),
                }
            }
            self.peers[neighbours.peer].neighbours = addresses.into();
        }
        problems
    }

    /// Finds those neighbours that have been named.
    pub(super) fn settle_without(&mut self) {
        let _of_those_that_are_missing = self.settle();
    }

    /// Somebody may be missing from now on, if `doubted`.
    pub(super) fn doubt_if(&mut self, doubted: bool) {
        self.doubted |= doubted;
    }

    /// The endpoint called `name`, which `field` says.
    pub(super) fn who(&self, field: &'static str, name: &str) -> Result<EndpointId, Wrong> {
        match self.by_name.get(name) {
            Some(endpoint) => Ok(*endpoint),
            None if self.doubted => Ok(EndpointId(0)),
            None => Err(Wrong::at(
                field,
                format!("nobody is called {}", quoted(name)),
            )),
        }
    }

    /// The endpoint called `name`, which has to have `role`.
    pub(super) fn with_role(
        &self,
        field: &'static str,
        name: &str,
        role: Role,
    ) -> Result<EndpointId, Wrong> {
        let who = self.who(field, name)?;
        if self.doubted || self.roster.role(who) == role {
            return Ok(who);
        }
        let role = match role {
            Role::Peer => "peer",
            Role::Client => "client",
            Role::Nobody => "address where nobody is",
        };
        Err(Wrong::at(field, format!("{} is no {role}", quoted(name))))
    }

    /// The address of whoever is called `written`, or the one that it is.
    pub(super) fn at(&self, field: &'static str, written: &str) -> Result<SocketAddrV4, Wrong> {
        if let Some(endpoint) = self.by_name.get(written) {
            return Ok(self.roster.address(*endpoint));
        }
        match written.parse() {
            Ok(address) => Ok(address),
            Err(_) if self.doubted => Ok(SocketAddrV4::new([0, 0, 0, 0].into(), 0)),
            Err(_) => Err(Wrong::at(field, nobody_at(written))),
        }
    }

    pub(super) fn into_parts(self) -> (Roster, Vec<Peer>, Vec<Client>) {
        (self.roster, self.peers, self.clients)
    }
}

fn nobody_at(written: &str) -> String {
    format!("nobody is called {}, and it is no address", quoted(written))
}

fn address(field: &'static str, written: &str) -> Result<SocketAddrV4, Wrong> {
    written.parse().map_err(|_| {
        let what = format!(
            "{} is no IPv4 address and port, as in `127.0.0.1:5001`",
            quoted(written)
        );
        Wrong::at(field, what)
    })
}
