//! Endpoints that break the protocol: real ones, with what they send put through a function.

use std::net::SocketAddrV4;

use bytes::Bytes;
use p2p_sim::driver::{Actor, Cast};
use p2p_sim::endpoint::{ClientEndpoint, Endpoint, Happening, Outbox, Outcome, Receipt};
use p2p_sim::scenario::Scenario;
use p2p_sim::time::Time;
use p2p_sim::wire::{Chunk, Message, Query};

use super::stage::named;

/// A datagram that an endpoint sends, to be kept and changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Transmit {
    /// Where it goes.
    pub(crate) to: SocketAddrV4,
    /// Its bytes.
    pub(crate) payload: Bytes,
}

/// What an endpoint was handed before it sent something.
pub(crate) struct Turn<'a> {
    /// The datagram; `None` when a deadline came.
    pub(crate) handed: Option<(SocketAddrV4, &'a [u8])>,
}

impl Turn<'_> {
    /// The message that was handed, if one was.
    pub(crate) fn message(&self) -> Option<Message> {
        let (_, datagram) = self.handed?;
        Message::decode(datagram).ok().map(|d| d.message)
    }

    /// The QUERY that was handed, and who sent it, if one was.
    pub(crate) fn query(&self) -> Option<(SocketAddrV4, Query)> {
        match self.message()? {
            Message::Query(query) => Some((self.handed?.0, query)),
            _ => None,
        }
    }
}

/// Takes what an endpoint would have sent, and gives what it sends instead.
pub(crate) trait Meddle:
    FnMut(&Turn<'_>, Vec<Transmit>) -> Vec<Transmit> + Send + 'static
{
}

impl<F> Meddle for F where F: FnMut(&Turn<'_>, Vec<Transmit>) -> Vec<Transmit> + Send + 'static {}

/// An endpoint with a meddler behind it.
struct Rogue<E, M> {
    inner: E,
    meddle: M,
    /// What the endpoint would send.
    honest: Outbox,
}

impl<E, M: Meddle> Rogue<E, M> {
    fn new(inner: E, meddle: M) -> Self {
        Self {
            inner,
            meddle,
            honest: Outbox::default(),
        }
    }

    fn pass_on(&mut self, turn: &Turn<'_>, out: &mut Outbox) {
        let sent = self.honest.iter().map(|transmit| Transmit {
            to: transmit.to,
            payload: Bytes::copy_from_slice(transmit.payload),
        });
        for Transmit { to, payload } in (self.meddle)(turn, sent.collect()) {
            out.send(to, &payload);
        }
        self.honest.clear();
    }
}

impl<E: Endpoint, M: Meddle> Endpoint for Rogue<E, M> {
    fn handle_datagram(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Receipt {
        let honest = &mut self.honest;
        let receipt = self.inner.handle_datagram(now, from, datagram, honest);
        let handed = Some((from, datagram));
        self.pass_on(&Turn { handed }, out);
        receipt
    }

    fn handle_deadline(&mut self, now: Time, out: &mut Outbox) {
        self.inner.handle_deadline(now, &mut self.honest);
        self.pass_on(&Turn { handed: None }, out);
    }

    fn poll_deadline(&self) -> Option<Time> {
        self.inner.poll_deadline()
    }

    fn handle_happening(&mut self, now: Time, happening: Happening) {
        self.inner.handle_happening(now, happening);
    }
}

impl<E: ClientEndpoint, M: Meddle> ClientEndpoint for Rogue<E, M> {
    fn poll_outcome(&mut self) -> Option<Outcome> {
        self.inner.poll_outcome()
    }

    fn is_done(&self) -> bool {
        self.inner.is_done()
    }
}

/// Puts `meddle` behind the peer or client called `name` of `cast`, which must be a new one.
pub(crate) fn corrupt(cast: &mut Cast, scenario: &Scenario, name: &str, meddle: impl Meddle) {
    let index = named(&scenario.roster, name).index();
    match index.checked_sub(cast.peers.len()) {
        None => {
            let inner = cast.peers.remove(index);
            let rogue = Rogue::new(inner, meddle);
            cast.peers.insert(index, Actor::other(rogue));
        }
        Some(client) => {
            let inner = p2p_sim::driver::client_of(scenario, &scenario.clients[client]);
            cast.clients[client] = Box::new(Rogue::new(inner, meddle));
        }
    }
}

/// A new cast with `meddle` behind the one called `name`.
pub(crate) fn cast_with(scenario: &Scenario, name: &str, meddle: impl Meddle) -> Cast {
    let mut cast = Cast::of(scenario);
    corrupt(&mut cast, scenario, name, meddle);
    cast
}

/// `message` on its way to `to`.
pub(crate) fn send(to: SocketAddrV4, message: &Message) -> Transmit {
    let payload = message.encode();
    Transmit { to, payload }
}

/// The message of `transmit`, which real endpoints never send without one.
pub(crate) fn message_of(transmit: &Transmit) -> Message {
    Message::decode(&transmit.payload)
        .expect("a message")
        .message
}

/// Puts each message that is sent through `change`, which gives what is sent instead of it.
pub(crate) fn each(
    mut change: impl FnMut(SocketAddrV4, Message) -> Vec<(SocketAddrV4, Message)> + Send + 'static,
) -> impl Meddle {
    move |_: &Turn<'_>, sent: Vec<Transmit>| {
        let changed = sent.iter().flat_map(|t| change(t.to, message_of(t)));
        changed.map(|(to, message)| send(to, &message)).collect()
    }
}

/// Puts each QUERY that is sent through `change`; other messages are sent as they are.
pub(crate) fn each_query(mut change: impl FnMut(&mut Query) + Send + 'static) -> impl Meddle {
    each(move |to, mut message| {
        if let Message::Query(query) = &mut message {
            change(query);
        }
        vec![(to, message)]
    })
}

/// Sends what it has to and, whenever `extra` gives something for a turn, that too.
pub(crate) fn also(
    mut extra: impl FnMut(&Turn<'_>) -> Vec<(SocketAddrV4, Message)> + Send + 'static,
) -> impl Meddle {
    move |turn: &Turn<'_>, mut sent: Vec<Transmit>| {
        let more = extra(turn).into_iter();
        sent.extend(more.map(|(to, message)| send(to, &message)));
        sent
    }
}

/// Sends each message for which `which` holds twice.
pub(crate) fn twice(which: impl Fn(&Message) -> bool + Send + 'static) -> impl Meddle {
    each(move |to, message| match which(&message) {
        true => vec![(to, message.clone()), (to, message)],
        false => vec![(to, message)],
    })
}

/// Keeps back each message for which `which` holds.
pub(crate) fn without(which: impl Fn(&Message) -> bool + Send + 'static) -> impl Meddle {
    each(move |to, message| match which(&message) {
        true => Vec::new(),
        false => vec![(to, message)],
    })
}

/// Puts four bytes behind each message for which `which` holds.
pub(crate) fn with_tail(which: impl Fn(&Message) -> bool + Send + 'static) -> impl Meddle {
    move |_: &Turn<'_>, mut sent: Vec<Transmit>| {
        for transmit in sent.iter_mut().filter(|t| which(&message_of(t))) {
            transmit.payload = [&transmit.payload[..], &[0; 4]].concat().into();
        }
        sent
    }
}

/// Sends nothing.
pub(crate) fn silent() -> impl Meddle {
    without(|_| true)
}

/// `chunk` with its first byte changed.
pub(crate) fn spoilt(chunk: &Chunk) -> Chunk {
    let mut bytes = chunk.as_bytes().to_vec();
    bytes[0] ^= 0xff;
    Chunk::new(bytes.into()).expect("as long as before")
}
