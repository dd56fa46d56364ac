//! Who is at which address: endpoints, addresses where nobody is, and addresses outside the run.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};

use toml::Spanned;

use super::addresses::{AddressFault, check_address, parse_address};
use super::file::File;
use super::names::Names;
use super::people::NamedBy;
use super::problem::{Problems, Span};
use super::words::quoted;
use crate::roster::{AddressBook, FIRST_PORT, Net, PORTS};

/// The addresses of all endpoints, peers first.
pub(super) struct Places<'a> {
    file: &'a File,
    names: &'a Names,
    /// Where `--net` moves loopback addresses to.
    net: Option<Net>,
    book: AddressBook,
    /// Those whose table gives an address; nothing for one that can't be read.
    by_hand: BTreeMap<usize, Option<SocketAddrV4>>,
}

/// Who is at the address that a neighbour is written as.
pub(super) enum Found {
    Peer(usize),
    Client(usize),
    /// Nobody of this run, on this machine.
    Nobody(SocketAddrV4),
    /// Not an address of this machine.
    Outside(SocketAddrV4),
}

impl<'a> Places<'a> {
    /// Gives each endpoint the address that its table in `file` says, or one by its place, and
    /// notes those that can't be had.
    pub(super) fn assign(
        file: &'a File,
        names: &'a Names,
        net: Option<Net>,
        problems: &mut Problems,
    ) -> Self {
        let mut places = Self {
            file,
            names,
            net,
            book: AddressBook::default(),
            by_hand: BTreeMap::new(),
        };
        let mut clashes = BTreeSet::new();
        for index in 0..names.people().count() {
            let Some(first) = places.add(problems) else {
                continue;
            };
            let given = |at: usize| places.given(at).map(|span| span.start);
            if clashes.insert((given(first), given(index))) {
                places.note_clash(first, index, problems);
            }
        }
        places.note_mixture(problems);
        places
    }

    /// The address that the table of `endpoint` gives.
    fn written(&self, endpoint: usize) -> Option<&'a Spanned<String>> {
        let people = self.names.people();
        let table = people.origin_of(endpoint).table?;
        match endpoint < people.peers() {
            true => self.file.peers[table].address.as_ref(),
            false => self.file.clients[table].bind.as_ref(),
        }
    }

    /// Where the scenario gives `endpoint` its address.
    fn given(&self, endpoint: usize) -> Option<Span> {
        self.written(endpoint).map(Spanned::span)
    }

    /// Where the scenario speaks of `endpoint`.
    fn header(&self, endpoint: usize) -> Span {
        let people = self.names.people();
        let origin = people.origin_of(endpoint);
        match origin.table {
            Some(table) if endpoint < people.peers() => self.file.peers[table].header.clone(),
            Some(table) => self.file.clients[table].header.clone(),
            None => origin.named_at.clone().unwrap_or(0..0),
        }
    }

    /// Notes each endpoint beyond loopback while others are on it: the kernel carries nothing
    /// between the two, and peers answer only addresses of their own scope.
    fn note_mixture(&self, problems: &mut Problems) {
        let on_loopback = |endpoint: &usize| self.address(*endpoint).ip().is_loopback();
        // No address by its place is beyond loopback.
        let by_hand = self.by_hand.keys().copied();
        let beyond: Vec<usize> = by_hand.filter(|at| !on_loopback(at)).collect();
        let mut endpoints = 0..self.book.len();
        let Some(local) = endpoints.find(on_loopback).filter(|_| !beyond.is_empty()) else {
            return;
        };
        let source = problems.source().clone();
        let mut told = None;
        for endpoint in beyond {
            let Some(given) = self.given(endpoint) else {
                continue;
            };
            // One place in the file may be that of many.
            if told.replace(given.clone()) == Some(given.clone()) {
                continue;
            }
            let address = self.address(endpoint);
            let title = format!("{address} can't be reached from loopback addresses");
            let problem = problems.add(given, title, "beyond loopback");
            let other = self.given(local).unwrap_or_else(|| self.header(local));
            let address = self.address(local);
            problem.label(&source, other, format!("this one is at {address}"));
            problem.help("give every peer and client an address on loopback, or none of them");
        }
    }

    /// Adds the place of the next endpoint; says who before it has its address, if anybody.
    fn add(&mut self, problems: &mut Problems) -> Option<usize> {
        let endpoint = self.book.len();
        let slot = self.net.unwrap_or_default().slot(endpoint);
        let automatic = slot.expect("there are fewer peers and clients than slots");
        let Some(text) = self.written(endpoint) else {
            let first = self.who_is_at(automatic);
            self.book.push(automatic);
            return first;
        };
        let people = self.names.people();
        let port_optional = endpoint >= people.peers();
        let address = self.read(text, port_optional.then_some(automatic.port()));
        // What is wrong with an address is told once, however many are to have it.
        if let Err(fault) = &address
            && people.origin_of(endpoint).named_by != NamedBy::CountAgain
        {
            note_address(text, fault, problems);
        }
        let address = address.ok();
        let first = address.and_then(|address| self.who_is_at(address));
        self.book.push(address.unwrap_or(automatic));
        self.by_hand.insert(endpoint, address);
        first
    }

    /// The first who is at `address`; not who has it because another could not be read.
    fn who_is_at(&self, address: SocketAddrV4) -> Option<usize> {
        let endpoint = match self.by_hand.is_empty() {
            true => self.book.at(address),
            false => self.book.first_at(address),
        };
        endpoint.filter(|endpoint| self.by_hand.get(endpoint) != Some(&None))
    }

    /// Reads the address that `text` gives, with the port `or_port` when it names none.
    fn read(
        &self,
        text: &Spanned<String>,
        or_port: Option<u16>,
    ) -> Result<SocketAddrV4, AddressFault> {
        let without_port = or_port.zip(text.get_ref().parse::<Ipv4Addr>().ok());
        let parsed = match without_port {
            Some((port, ip)) => check_address(SocketAddrV4::new(ip, port)),
            None => parse_address(text.get_ref()),
        };
        let moved = |address| self.net.map_or(address, |net| net.moved(address));
        parsed.map(moved)
    }

    /// Notes that two endpoints have one address; the second of them makes it known.
    fn note_clash(&self, first: usize, second: usize, problems: &mut Problems) {
        let names = self.names;
        let name = |endpoint: usize| match names.of(endpoint) {
            Some(name) => quoted(name.get_ref()),
            None => format!("endpoint {}", endpoint + 1),
        };
        let place = |endpoint: usize| {
            let name = name(endpoint);
            match (self.given(endpoint), names.of(endpoint)) {
                (Some(given), _) => (given, format!("given to {name} here")),
                (None, Some(written)) => (written.span(), format!("{name} gets it by its place")),
                (None, None) => (
                    self.header(endpoint),
                    format!("{name} gets it by its place"),
                ),
            }
        };
        // The culprit is whoever was given the address.
        let (culprit, other) = match self.given(second) {
            Some(_) => (second, first),
            None => (first, second),
        };
        let address = self.address(second);
        let title = format!(
            "{} and {} have one address, {address}",
            name(first),
            name(second)
        );
        let source = problems.source().clone();
        let (span, label) = place(culprit);
        let (other_span, other_label) = place(other);
        let problem = problems.add(span, title, label);
        problem.label(&source, other_span, other_label);
        let (first_port, last_port) = (FIRST_PORT, FIRST_PORT + PORTS - 1);
        match self.given(other) {
            given if given == self.given(culprit) => {
                problem.help("leave it out: each has an address by its place")
            }
            Some(_) => problem.help("give one of them another address, or leave it out"),
            None => problem.help(format!(
                "leave the address out, or choose a port other than {first_port} to {last_port},\n\
                 which are given to endpoints by their place"
            )),
        };
    }

    /// The address of `endpoint`.
    pub(super) fn address(&self, endpoint: usize) -> SocketAddrV4 {
        self.book.address(endpoint)
    }

    /// The peer at `address`, if one is there.
    pub(super) fn peer_at(&self, address: SocketAddrV4) -> Option<usize> {
        let endpoint = self.who_is_at(address);
        endpoint.filter(|endpoint| *endpoint < self.names.people().peers())
    }

    /// Who is at the address that `text` says; nothing when it says none, which is noted.
    pub(super) fn find(&self, text: &Spanned<String>, problems: &mut Problems) -> Option<Found> {
        let address = self
            .read(text, None)
            .map_err(|fault| note_address(text, &fault, problems))
            .ok()?;
        let peers = self.names.people().peers();
        Some(match self.who_is_at(address) {
            Some(peer) if peer < peers => Found::Peer(peer),
            Some(client) => Found::Client(client),
            None if address.ip().is_loopback() => Found::Nobody(address),
            None => Found::Outside(address),
        })
    }
}

fn note_address(text: &Spanned<String>, fault: &AddressFault, problems: &mut Problems) {
    let title = format!("{} is no address that can be used", quoted(text.get_ref()));
    let problem = problems.add(text.span(), title, fault.to_string());
    match fault {
        AddressFault::NoPort => {
            problem.help(format!(
                "write it with a port, as in \"{}:6001\"",
                text.get_ref()
            ));
        }
        AddressFault::PortZero => {
            problem.help("ports are from 1 to 65535");
        }
        _ => {
            problem.help("write an IPv4 address and a port, as in \"127.0.0.1:6001\"");
        }
    }
}
