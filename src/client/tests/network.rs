//! A small network in memory: holders that answer, links that lose, double, delay and spoil.
//!
//! It fires deadlines and delivers datagrams in the order of time, the luckier first when both are
//! due, and checks at each step what must hold at every one of them ([`Watch`]).

use std::collections::BTreeSet;

use rand::Rng;

use super::watch::Watch;
use super::*;

/// More steps than any client makes in these tests: beyond them it would never end.
const MAX_STEPS: usize = 300_000;

/// A peer that holds chunks. How a flood reaches it is not this network's matter: it hears each
/// HELLO a while after it was sent.
pub(super) struct Holder {
    pub(super) address: SocketAddrV4,
    pub(super) stored: BTreeSet<ChunkId>,
    pub(super) manners: Manners,
}

/// How a holder behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manners {
    /// As the protocol says.
    Honest,
    /// Announces what it holds and sends none of it.
    Mute,
    /// Announces all that is asked for.
    Boasting,
    /// Announces and sends everything it holds, whatever was asked for.
    Chatty,
}

impl Holder {
    pub(super) fn honest(number: u16, stored: &[u16]) -> Self {
        Self {
            address: peer(number),
            stored: stored.iter().copied().map(ChunkId).collect(),
            manners: Manners::Honest,
        }
    }

    fn answers(&self, message: &Message) -> Vec<Message> {
        let held = |list: &IdList| list.iter().filter(|id| self.stored.contains(id)).collect();
        let all = || self.stored.iter().copied().collect();
        match message {
            Message::Hello(list) => {
                let ids: Vec<ChunkId> = match self.manners {
                    Manners::Honest | Manners::Mute => held(list),
                    Manners::Boasting => list.iter().collect(),
                    Manners::Chatty => all(),
                };
                match ids.is_empty() {
                    true => Vec::new(),
                    false => vec![Message::ChunksInfo(IdList::distinct(ids))],
                }
            }
            Message::Get(list) => {
                let ids: Vec<ChunkId> = match self.manners {
                    Manners::Mute => Vec::new(),
                    Manners::Honest | Manners::Boasting => held(list),
                    Manners::Chatty => all(),
                };
                ids.into_iter().map(|id| response(id.0)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What is on its way.
enum Flight {
    ToHolder(usize, Message),
    ToClient(SocketAddrV4, Vec<u8>),
}

/// One client and the holders around it.
pub(super) struct Network {
    pub(super) client: Client,
    out: Outbox,
    now: Time,
    holders: Vec<Holder>,
    in_flight: BTreeMap<(Time, u64), Flight>,
    sent: u64,
    luck: ChaCha8Rng,
    /// How many of 100 datagrams are lost, doubled, and followed by a spoilt one.
    pub(super) loss: u32,
    pub(super) doubles: u32,
    pub(super) garbage: u32,
    /// The longest time that a datagram is on its way, in milliseconds.
    pub(super) slowest: u64,
    watch: Watch,
    /// Each change of a stage that was seen.
    pub(super) moves: Vec<(Stage, Stage)>,
}

impl Network {
    /// A network without loss, whose datagrams take up to 5 ms.
    pub(super) fn new(config: Config, seed: u64) -> Self {
        Self {
            watch: Watch::new(&config),
            client: Client::new(config),
            out: Outbox::default(),
            now: Time::ZERO,
            holders: Vec::new(),
            in_flight: BTreeMap::new(),
            sent: 0,
            luck: luck::stream(seed, "network"),
            loss: 0,
            doubles: 0,
            garbage: 0,
            slowest: 5,
            moves: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, holder: Holder) {
        self.holders.push(holder);
    }

    pub(super) fn holders(&self) -> impl Iterator<Item = &Holder> {
        self.holders.iter()
    }

    /// How many GETs were sent.
    pub(super) fn gets(&self) -> usize {
        self.watch.gets
    }

    pub(super) fn most_outstanding(&self) -> usize {
        self.watch.most_outstanding
    }

    /// What became of each chunk: its source, or `None` when it is missing.
    pub(super) fn outcomes(&self) -> &BTreeMap<ChunkId, Option<SocketAddrV4>> {
        &self.watch.outcomes
    }

    pub(super) fn arrived_from(&self, number: u16) -> usize {
        let sources = self.outcomes().values().flatten();
        sources.filter(|source| **source == peer(number)).count()
    }

    /// Runs until nothing is left to happen.
    pub(super) fn run(&mut self) {
        for _ in 0..MAX_STEPS {
            let due = self.client.poll_deadline();
            let arriving = self.in_flight.keys().next().map(|(at, _)| *at);
            match (due, arriving) {
                (None, None) => {
                    assert!(self.client.is_done());
                    assert_eq!(self.outcomes().len(), self.client.wanted.len());
                    return;
                }
                (Some(due), Some(at)) if due < at || due == at && self.chance(50) => {
                    self.fire(due);
                }
                (Some(due), None) => self.fire(due),
                (_, Some(_)) => self.deliver(),
            }
        }
        panic!("the client does not end");
    }

    fn fire(&mut self, due: Time) {
        assert!(self.now <= due, "no deadline in the past");
        assert!(!self.client.is_done(), "no deadline after the end");
        self.now = due;
        self.watch.silences_end(due);
        self.step(|client, out| client.handle_deadline(due, out));
        let next = self.client.poll_deadline();
        let waits = self.client.patience.wait > Duration::ZERO;
        assert!(!waits || next.is_none_or(|next| next > due), "a busy loop");
    }

    fn deliver(&mut self) {
        let ((at, _), flight) = self.in_flight.pop_first().expect("something is in flight");
        self.now = at;
        match flight {
            Flight::ToHolder(number, message) => {
                let holder = &self.holders[number];
                let from = holder.address;
                for answer in holder.answers(&message) {
                    self.send_to_client(from, &answer.encode());
                }
            }
            Flight::ToClient(from, bytes) => {
                let was_done = self.client.is_done();
                self.watch.delivered(at, from, &bytes);
                let mut receipt = Receipt::default();
                self.step(|client, out| receipt = client.handle_datagram(at, from, &bytes, out));
                assert!(!was_done || receipt.ignored.is_some(), "acts after its end");
            }
        }
    }

    /// Lets the client do something, and takes all that comes of it.
    fn step(&mut self, act: impl FnOnce(&mut Client, &mut Outbox)) {
        let stages = |client: &Client| -> Vec<Stage> {
            let wanted = client.wanted.values();
            wanted.map(|wanted| wanted.stage).collect()
        };
        let before = stages(&self.client);
        act(&mut self.client, &mut self.out);
        let moves = before.into_iter().zip(stages(&self.client));
        for change in moves.filter(|(from, to)| from != to) {
            if !self.moves.contains(&change) {
                self.moves.push(change);
            }
        }
        // What has arrived makes room for what is asked next.
        while let Some(outcome) = self.client.poll_outcome() {
            self.watch.outcome(self.now, &outcome);
        }
        let mut out = std::mem::take(&mut self.out);
        for Transmit { to, payload } in out.iter() {
            let decoded = Message::decode(payload).unwrap();
            assert_eq!(decoded.tail, 0);
            self.watch.sent(self.now, to, &decoded.message);
            let is_hello = matches!(decoded.message, Message::Hello(_));
            for number in 0..self.holders.len() {
                if is_hello || self.holders[number].address == to {
                    let message = decoded.message.clone();
                    self.launch(|| Flight::ToHolder(number, message.clone()));
                }
            }
        }
        out.clear();
        self.out = out;
    }

    fn send_to_client(&mut self, from: SocketAddrV4, bytes: &[u8]) {
        self.launch(|| Flight::ToClient(from, bytes.to_vec()));
        if self.chance(self.garbage) {
            let cut = self.luck.random_range(0..bytes.len());
            self.launch(|| Flight::ToClient(from, bytes[..cut].to_vec()));
            // A stranger says something: one of the types, few ids, any bytes.
            let mut noise = [0; 16];
            self.luck.fill_bytes(&mut noise);
            for (index, most) in [(0, 1), (1, 7), (2, 1), (3, 4), (4, 1), (6, 1), (8, 1)] {
                noise[index] %= most;
            }
            self.launch(|| Flight::ToClient(peer(900), noise.to_vec()));
        }
    }

    /// Puts a datagram on its way, unless it is lost, and perhaps twice.
    fn launch(&mut self, flight: impl Fn() -> Flight) {
        let copies = 1 + u8::from(self.chance(self.doubles));
        for _ in 0..copies {
            if self.chance(self.loss) {
                continue;
            }
            let delay = Duration::from_millis(self.luck.random_range(1..=self.slowest));
            self.sent += 1;
            self.in_flight
                .insert((self.now + delay, self.sent), flight());
        }
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.luck.random_range(0..100) < percent
    }
}
