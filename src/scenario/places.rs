//! Who is at which address: endpoints, addresses where nobody is, and addresses outside the run.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};

use toml::Spanned;

use super::addresses::{AddressFault, FIRST_PORT, Net, PORTS, check_address, parse_address};
use super::file::File;
use super::names::Names;
use super::problem::{Problems, Span};
use super::words::quoted;

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
    /// Gives each endpoint of `file` its address, and notes those that can't be had.
    pub(super) fn assign(
        file: &File,
        names: &Names,
        net: Option<Net>,
        problems: &mut Problems,
    ) -> Self {
        let mut places = Self {
            net,
            places: Vec::new(),
            by_address: BTreeMap::new(),
            peers: file.peers.len(),
        };
        for peer in &file.peers {
            places.add(&peer.header, peer.address.as_ref(), false, names, problems);
        }
        for client in &file.clients {
            places.add(&client.header, client.bind.as_ref(), true, names, problems);
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
        for place in self.places.iter().filter(|place| !on_loopback(place)) {
            // An address that could not be read stands for a problem of its own.
            let Some(given) = place
                .given
                .clone()
                .filter(|_| !place.address.ip().is_unspecified())
            else {
                continue;
            };
            let title = format!("{} can't be reached from loopback addresses", place.address);
            let problem = problems.add(given, title, "beyond loopback");
            let other = local.given.clone().unwrap_or_else(|| local.header.clone());
            problem.label(&source, other, format!("this one is at {}", local.address));
            problem.help("give every peer and client an address on loopback, or none of them");
        }
    }

    fn add(
        &mut self,
        header: &Span,
        given: Option<&Spanned<String>>,
        port_optional: bool,
        names: &Names,
        problems: &mut Problems,
    ) {
        let index = self.places.len();
        let slot = self.net.unwrap_or_default().slot(index);
        let automatic = slot.unwrap_or(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0));
        let address = match given {
            Some(text) => self.read(text, port_optional.then_some(automatic.port()), problems),
            None => slot,
        };
        if given.is_none() && slot.is_none() {
            let title = format!("there is no address for more than {} endpoints", Net::SLOTS);
            problems.add(header.clone(), title, "the first one without");
        }
        self.places.push(Place {
            address: address.unwrap_or(automatic),
            given: given.map(Spanned::span),
            header: header.clone(),
        });
        if let Some(address) = address {
            let first = *self.by_address.entry(address).or_insert(index);
            if first < index {
                self.note_clash(first, index, names, problems);
            }
        }
    }

    /// Reads the address that `text` gives, with the port `or_port` when it names none.
    fn read(
        &self,
        text: &Spanned<String>,
        or_port: Option<u16>,
        problems: &mut Problems,
    ) -> Option<SocketAddrV4> {
        let without_port = or_port.zip(text.get_ref().parse::<Ipv4Addr>().ok());
        let parsed = match without_port {
            Some((port, ip)) => check_address(SocketAddrV4::new(ip, port)),
            None => parse_address(text.get_ref()),
        };
        let moved = |address| self.net.map_or(address, |net| net.moved(address));
        parsed
            .map(moved)
            .map_err(|fault| note_address(text, &fault, problems))
            .ok()
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
        match self.places[other].given {
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

    /// Who is at the address that `text` says; nothing when it says none, which is noted.
    pub(super) fn find(&self, text: &Spanned<String>, problems: &mut Problems) -> Option<Found> {
        let address = self.read(text, None, problems)?;
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
