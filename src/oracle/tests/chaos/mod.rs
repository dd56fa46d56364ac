//! A run with everything that may go wrong, played through datagram by datagram. It is written for
//! plainness and on its own; where luck decides, a [`Fate`] does.

mod player;
mod weather;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::*;
use crate::faults::Change;
use crate::rules::MEMORY;
use player::Player;
use weather::Weather;

/// Who decides what luck decides.
pub(super) trait Fate {
    /// Whether something happens that has this probability.
    fn happens(&mut self, probability: f64) -> bool;
    /// One of so many.
    fn pick(&mut self, of: usize) -> usize;
    /// Something from 0 to `most`.
    fn up_to(&mut self, most: u64) -> u64;
}

/// What came of a run.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) hello: Vec<u128>,
    pub(super) query: Vec<u128>,
    pub(super) chunks_info: Vec<u128>,
    /// For each client who heard each of its HELLOs.
    pub(super) heard: Vec<Vec<BTreeSet<usize>>>,
    /// For each client each chunk with its source, if it has one.
    pub(super) logged: Vec<BTreeMap<u16, Option<usize>>>,
}

/// What is on its way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mail {
    Hello(Vec<u16>),
    Query { ids: Vec<u16>, ttl: u16 },
    Info(Vec<u16>),
    Get(Vec<u16>),
    Response(u16),
}

/// A datagram; endpoints by their place in the roster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Datagram {
    from: usize,
    to: usize,
    /// Whose search or download it belongs to, and which of its HELLOs.
    client: usize,
    round: usize,
    mail: Mail,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Change(usize),
    Arrival(Datagram),
    Deadline(usize),
}

pub(super) struct Play<'a> {
    scenario: &'a Scenario,
    fate: &'a mut dyn Fate,
    /// By time; changes before datagrams, and these before deadlines; then as they were posted.
    queue: BinaryHeap<Reverse<(u64, Place)>>,
    posted: u64,
    weather: Weather,
    memory: BTreeMap<(usize, usize, Vec<u16>), (u64, u16)>,
    players: Vec<Player>,
    outcome: Outcome,
}

/// Class, number and turn.
type Place = (u8, u64, Turn);

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap()
}

/// Plays `scenario` as `fate` will have it.
pub(super) fn play(scenario: &Scenario, fate: &mut dyn Fate) -> Outcome {
    let clients = scenario.clients.len();
    let mut play = Play {
        scenario,
        fate,
        queue: BinaryHeap::new(),
        posted: 0,
        weather: Weather::of(scenario),
        memory: BTreeMap::new(),
        players: scenario.clients.iter().map(Player::new).collect(),
        outcome: Outcome {
            hello: vec![0; clients],
            query: vec![0; clients],
            chunks_info: vec![0; clients],
            heard: vec![Vec::new(); clients],
            logged: vec![BTreeMap::new(); clients],
        },
    };
    for (index, time) in play.weather.scheduled(scenario) {
        play.post(time, Turn::Change(index));
    }
    for client in 0..clients {
        play.set_alarm(client);
    }
    while let Some(Reverse((now, (_, _, turn)))) = play.queue.pop() {
        play.turn(now, turn);
    }
    for (client, player) in play.players.iter().enumerate() {
        play.outcome.logged[client] = player.log.clone();
    }
    play.outcome
}

impl Play<'_> {
    fn post(&mut self, at: u64, turn: Turn) {
        let class = match turn {
            Turn::Change(_) => 0,
            Turn::Arrival(_) => 1,
            Turn::Deadline(_) => 2,
        };
        self.posted += 1;
        self.queue.push(Reverse((at, (class, self.posted, turn))));
    }

    fn set_alarm(&mut self, client: usize) {
        if let Some(at) = self.players[client].deadline() {
            self.post(at, Turn::Deadline(client));
        }
    }

    fn turn(&mut self, now: u64, turn: Turn) {
        match turn {
            Turn::Change(index) => {
                let change = &self.scenario.faults.timeline[index].change;
                if let Change::Crash(peer) = change {
                    let peer = peer.index();
                    self.memory.retain(|(owner, ..), _| *owner != peer);
                }
                self.weather.change(now, change);
            }
            Turn::Arrival(datagram) => self.arrive(now, datagram),
            Turn::Deadline(client) => {
                if self.players[client].deadline().is_some_and(|at| at <= now) {
                    let mail = self.players[client].wake(now, self.fate);
                    self.dispatch(now, client, mail);
                }
            }
        }
    }

    fn dispatch(&mut self, now: u64, client: usize, mail: Vec<(usize, Mail)>) {
        let from = self.scenario.peers.len() + client;
        for (to, mail) in mail {
            if let Mail::Hello(_) = mail {
                self.outcome.hello[client] += 1;
                self.outcome.heard[client].push(BTreeSet::new());
            }
            let round = self.outcome.heard[client].len() - 1;
            let datagram = Datagram {
                from,
                to,
                client,
                round,
                mail,
            };
            self.send(now, datagram);
        }
        self.set_alarm(client);
    }

    fn send(&mut self, now: u64, datagram: Datagram) {
        match datagram.mail {
            Mail::Query { .. } => self.outcome.query[datagram.client] += 1,
            Mail::Info(_) => self.outcome.chunks_info[datagram.client] += 1,
            _ => {}
        }
        let (arrivals, changes) = self.weather.send(self.scenario, now, &datagram, self.fate);
        for at in arrivals {
            self.post(at, Turn::Arrival(datagram.clone()));
        }
        for (at, index) in changes {
            self.post(at, Turn::Change(index));
        }
    }

    fn arrive(&mut self, now: u64, datagram: Datagram) {
        let Some(client) = datagram.to.checked_sub(self.scenario.peers.len()) else {
            if let Some(until) = self.weather.paused_until(datagram.to, now) {
                self.post(until, Turn::Arrival(datagram));
            } else if !self.weather.is_down(datagram.to) {
                self.handle(now, &datagram);
            }
            return;
        };
        let mail = self.players[client].hear(now, datagram.from, &datagram.mail);
        self.dispatch(now, client, mail);
    }

    fn handle(&mut self, now: u64, datagram: &Datagram) {
        let peer = datagram.to;
        let reply = |mail: Mail| Datagram {
            from: peer,
            to: datagram.from,
            mail,
            ..datagram.clone()
        };
        match &datagram.mail {
            Mail::Hello(ids) => {
                let ttl = self.scenario.ttl.0;
                let key = (peer, datagram.client, ids.clone());
                self.memory.insert(key, (now, ttl + 1));
                self.hear(datagram);
                self.answer(now, datagram, ids);
                if ttl > 0 {
                    self.forward(now, datagram, ids, ttl);
                }
            }
            Mail::Query { ids, ttl } => {
                self.hear(datagram);
                let key = (peer, datagram.client, ids.clone());
                let known = self.memory.get(&key).copied();
                let known = known.filter(|(first, _)| now < first + nanos(MEMORY));
                let more = known.is_none_or(|(_, best)| *ttl > best);
                let (answers, forwards) = match self.scenario.duplicates {
                    Duplicates::Literal => (true, true),
                    Duplicates::First => (known.is_none(), known.is_none()),
                    Duplicates::Best => (known.is_none(), more),
                };
                if more {
                    let first = known.map_or(now, |(first, _)| first);
                    self.memory.insert(key, (first, *ttl));
                }
                if answers {
                    self.answer(now, datagram, ids);
                }
                if forwards && *ttl > 1 {
                    self.forward(now, datagram, ids, ttl - 1);
                }
            }
            Mail::Get(ids) => {
                for id in ids {
                    if self.weather.holds(peer, *id) {
                        self.send(now, reply(Mail::Response(*id)));
                    }
                }
            }
            Mail::Info(_) | Mail::Response(_) => {}
        }
    }

    fn hear(&mut self, datagram: &Datagram) {
        let heard = &mut self.outcome.heard[datagram.client];
        heard[datagram.round].insert(datagram.to);
    }

    fn answer(&mut self, now: u64, datagram: &Datagram, ids: &[u16]) {
        let held = |id: &u16| self.weather.holds(datagram.to, *id);
        let held: Vec<u16> = ids.iter().copied().filter(held).collect();
        if !held.is_empty() {
            let answer = Datagram {
                from: datagram.to,
                to: self.scenario.peers.len() + datagram.client,
                mail: Mail::Info(held),
                ..datagram.clone()
            };
            self.send(now, answer);
        }
    }

    fn forward(&mut self, now: u64, datagram: &Datagram, ids: &[u16], ttl: u16) {
        let mut done = BTreeSet::from([datagram.to]);
        for neighbour in self.scenario.peers[datagram.to].neighbours.iter() {
            let to = self.scenario.roster.at(*neighbour).unwrap().index();
            if done.insert(to) && to != datagram.from {
                let ids = ids.to_vec();
                let copy = Datagram {
                    from: datagram.to,
                    to,
                    mail: Mail::Query { ids, ttl },
                    ..datagram.clone()
                };
                self.send(now, copy);
            }
        }
    }
}
