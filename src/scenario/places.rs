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
use crate::roster::{FIRST_PORT, Net, PORTS};

/// The address of one endpoint.
struct Place {
    address: SocketAddrV4,
    /// Where the scenario gives it.
    given: Option<Span>,
    /// Where the scenario speaks of the endpoint.
    header: Span,
}

/// The addresses of all endpoints, peers first.
pub(super) struct Places {
    /// Where `--net` moves loopback addresses to.
    net: Option<Net>,
    places: Vec<Place>,
    by_address: BTreeMap<SocketAddrV4, usize>,
    peers: usize,
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

impl Places {
    /// Gives each endpoint the address that its table in `file` says, or one by its place, and
    /// notes those that can't be had.
    pub(super) fn assign(
        file: &File,
        names: &Names,
        net: Option<Net>,
        problems: &mut Problems,
    ) -> Self {
        let people = names.people();
        let mut places = Self {
            net,
            places: Vec::with_capacity(people.all().len()),
            by_address: BTreeMap::new(),
            peers: people.peers(),
        };
        let mut clashes = BTreeSet::new();
        for (index, person) in people.all().iter().enumerate() {
            let is_peer = index < people.peers();
            let (header, given) = match person.table {
                Some(table) if is_peer => {
                    let table = &file.peers[table];
                    (table.header.clone(), table.address.as_ref())
                }
                Some(table) => {
                    let table = &file.clients[table];
                    (table.header.clone(), table.bind.as_ref())
                }
                None => {
                    let name = person.name.as_ref();
                    (name.map_or(0..0, Spanned::span), None)
                }
            };
            // What is wrong with an address is told once, however many are to have it.
            let tell = person.named_by != NamedBy::CountAgain;
            let clash = places.add(header, given, !is_peer, tell, problems);
            if let Some((first, second)) = clash {
                let given = |at: usize| places.places[at].given.clone().map(|span| span.start);
                if clashes.insert((given(first), given(second))) {
                    places.note_clash(first, second, names, problems);
                }
            }
        }
        places.note_mixture(problems);
        places
    }

    /// Notes each endpoint beyond loopback while others are on it: the kernel carries nothing
    /// between the two, and peers answer only addresses of their own scope.
    fn note_mixture(&self, problems: &mut Problems) {
        let on_loopback = |place: &&Place| place.address.ip().is_loopback();
        let Some(local) = self.places.iter().find(on_loopback) else {
            return;
        };
        let source = problems.source().clone();
        let mut told = None;
        for place in self.places.iter().filter(|place| !on_loopback(place)) {
            // No address by its place is beyond loopback.
            let Some(given) = place.given.clone() else {
                continue;
            };
            // One place in the file may be that of many.
            if told.replace(given.clone()) == Some(given.clone()) {
                continue;
            }
            let title = format!("{} can't be reached from loopback addresses", place.address);
            let problem = problems.add(given, title, "beyond loopback");
            let other = local.given.clone().unwrap_or_else(|| local.header.clone());
            problem.label(&source, other, format!("this one is at {}", local.address));
            problem.help("give every peer and client an address on loopback, or none of them");
        }
    }

    /// Adds the place of the next endpoint; says which two have one address, if any.
    fn add(
        &mut self,
        header: Span,
        given: Option<&Spanned<String>>,
        port_optional: bool,
        tell: bool,
        problems: &mut Problems,
    ) -> Option<(usize, usize)> {
        let index = self.places.len();
        let slot = self.net.unwrap_or_default().slot(index);
        let automatic = slot.expect("there are fewer peers and clients than slots");
        let address = match given {
            Some(text) => {
                let read = self.read(text, port_optional.then_some(automatic.port()));
                read.map_err(|fault| {
                    if tell {
                        note_address(text, &fault, problems);
                    }
                })
                .ok()
            }
            None => Some(automatic),
        };
        self.places.push(Place {
            address: address.unwrap_or(automatic),
            given: given.map(Spanned::span),
            header,
        });
        let first = *self.by_address.entry(address?).or_insert(index);
        (first < index).then_some((first, index))
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
    fn note_clash(&self, first: usize, second: usize, names: &Names, problems: &mut Problems) {
        let name = |endpoint: usize| match names.of(endpoint) {
            Some(name) => quoted(name.get_ref()),
            None => format!("endpoint {}", endpoint + 1),
        };
        let place = |endpoint: usize| {
            let place = &self.places[endpoint];
            let name = name(endpoint);
            match (&place.given, names.of(endpoint)) {
                (Some(given), _) => (given.clone(), format!("given to {name} here")),
                (None, Some(written)) => (written.span(), format!("{name} gets it by its place")),
                (None, None) => (place.header.clone(), format!("{name} gets it by its place")),
            }
        };
        // The culprit is whoever was given the address.
        let (culprit, other) = match self.places[second].given {
            Some(_) => (second, first),
            None => (first, second),
        };
        let address = self.places[second].address;
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
        match &self.places[other].given {
            given if *given == self.places[culprit].given => {
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
        self.places[endpoint].address
    }

    /// The peer at `address`, if one is there.
    pub(super) fn peer_at(&self, address: SocketAddrV4) -> Option<usize> {
        let endpoint = self.by_address.get(&address).copied();
        endpoint.filter(|endpoint| *endpoint < self.peers)
    }

    /// Who is at the address that `text` says; nothing when it says none, which is noted.
    pub(super) fn find(&self, text: &Spanned<String>, problems: &mut Problems) -> Option<Found> {
        let address = self
            .read(text, None)
            .map_err(|fault| note_address(text, &fault, problems))
            .ok()?;
        Some(match self.by_address.get(&address) {
            Some(peer) if *peer < self.peers => Found::Peer(*peer),
            Some(client) => Found::Client(*client),
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
