//! A run of a scenario played through datagram by datagram, as simply as it can be written down.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::*;
use crate::rules::MEMORY;

/// What happened.
#[derive(Debug, Default)]
pub(super) struct Played {
    pub(super) hello: u128,
    pub(super) query: u128,
    pub(super) chunks_info: u128,
    /// QUERYs of the first client's first HELLO by hop.
    pub(super) first_by_hop: BTreeMap<u16, u128>,
    /// For each client the peers that had its first HELLO or a QUERY of it.
    pub(super) heard: Vec<BTreeSet<usize>>,
    /// For each client the chunks that had no known holder when its search ended.
    pub(super) missing: Vec<BTreeSet<u16>>,
    /// For each client the pairs that it learned.
    pub(super) holders: Vec<BTreeSet<(u16, usize)>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Hello {
        client: usize,
        round: u16,
        ids: Vec<u16>,
    },
    Query {
        client: usize,
        round: u16,
        ids: Vec<u16>,
        from: usize,
        to: SocketAddrV4,
        ttl: u16,
    },
    Info {
        client: usize,
        holder: usize,
        ids: Vec<u16>,
    },
    WaitEnds {
        client: usize,
    },
}

struct Play<'a> {
    net: &'a Net,
    scenario: &'a Scenario,
    delay: &'a mut dyn FnMut() -> u64,
    /// By time, datagrams before deadlines, then in the order of sending.
    queue: BinaryHeap<Reverse<(u64, bool, u64, Event)>>,
    sent: u64,
    /// When each peer had its first copy of a search, and the most TTL it had left.
    memory: BTreeMap<(usize, usize, Vec<u16>), (u64, u16)>,
    rounds: Vec<u16>,
    wait_ends: Vec<u64>,
    over: Vec<bool>,
    played: Played,
}

/// Plays `scenario`, which is `net`'s, with `delay` giving each datagram's time in nanoseconds.
pub(super) fn play(net: &Net, scenario: &Scenario, delay: &mut dyn FnMut() -> u64) -> Played {
    let clients = net.clients.len();
    let mut play = Play {
        net,
        scenario,
        delay,
        queue: BinaryHeap::new(),
        sent: 0,
        memory: BTreeMap::new(),
        rounds: vec![0; clients],
        wait_ends: vec![0; clients],
        over: vec![false; clients],
        played: Played {
            heard: vec![BTreeSet::new(); clients],
            missing: vec![BTreeSet::new(); clients],
            holders: vec![BTreeSet::new(); clients],
            ..Played::default()
        },
    };
    for client in 0..clients {
        play.say_hello(0, client);
    }
    while let Some(Reverse((now, _, _, event))) = play.queue.pop() {
        play.handle(now, event);
    }
    play.played
}

impl Play<'_> {
    fn post(&mut self, at: u64, deadline: bool, event: Event) {
        self.sent += 1;
        self.queue.push(Reverse((at, deadline, self.sent, event)));
    }

    fn send(&mut self, now: u64, event: Event) {
        let at = now + (self.delay)();
        self.post(at, false, event);
    }

    fn unknown(&self, client: usize) -> Vec<u16> {
        let known = &self.played.holders[client];
        let wants = self.net.clients[client].1.iter().copied();
        wants
            .filter(|id| !known.iter().any(|(k, _)| k == id))
            .collect()
    }

    fn wait(&mut self, now: u64, client: usize) {
        let wait = self.scenario.clients[client].requests[0]
            .patience
            .wait
            .as_nanos();
        let ends = now + u64::try_from(wait).unwrap();
        self.wait_ends[client] = ends;
        self.post(ends, true, Event::WaitEnds { client });
    }

    fn say_hello(&mut self, now: u64, client: usize) {
        let (ids, round) = (self.unknown(client), self.rounds[client]);
        self.played.hello += 1;
        self.rounds[client] += 1;
        self.send(now, Event::Hello { client, round, ids });
        self.wait(now, client);
    }

    fn handle(&mut self, now: u64, event: Event) {
        match event {
            Event::WaitEnds { client } => {
                if self.over[client] || now != self.wait_ends[client] {
                    return;
                }
                if self.rounds[client] <= self.scenario.clients[client].requests[0].patience.repeats
                {
                    self.say_hello(now, client);
                } else {
                    self.over[client] = true;
                    self.played.missing[client] = self.unknown(client).into_iter().collect();
                }
            }
            Event::Info {
                client,
                holder,
                ids,
            } => {
                let mut new = false;
                if !self.over[client] {
                    for id in ids {
                        new |= self.played.holders[client].insert((id, holder));
                    }
                }
                if self.unknown(client).is_empty() {
                    self.over[client] = true;
                } else if new {
                    self.wait(now, client);
                }
            }
            Event::Hello { client, round, ids } => {
                let contact = self.net.clients[client].0;
                let ttl = self.scenario.ttl.0;
                self.memory
                    .insert((contact, client, ids.clone()), (now, ttl + 1));
                self.hear(client, round, contact);
                self.answer(now, client, contact, &ids);
                if ttl > 0 {
                    self.forward(
                        now,
                        contact,
                        None,
                        &Event::Query {
                            client,
                            round,
                            ids,
                            from: contact,
                            to: address(contact),
                            ttl,
                        },
                    );
                }
            }
            query @ Event::Query { .. } => self.handle_query(now, &query),
        }
    }

    fn handle_query(&mut self, now: u64, query: &Event) {
        let Event::Query {
            client,
            round,
            ids,
            from,
            to,
            ttl,
        } = query
        else {
            unreachable!("only called with QUERYs")
        };
        let peers = 0..self.net.chunks.len();
        let Some(peer) = peers.into_iter().find(|peer| address(*peer) == *to) else {
            return;
        };
        self.hear(*client, *round, peer);
        let key = (peer, *client, ids.clone());
        let memory = u64::try_from(MEMORY.as_nanos()).unwrap();
        let known = self
            .memory
            .get(&key)
            .filter(|(first, _)| now < first + memory);
        let known = known
            .copied()
            .filter(|_| self.scenario.duplicates != Duplicates::Literal);
        let more = known.is_none_or(|(_, best)| *ttl > best);
        if known.is_none() {
            self.answer(now, *client, peer, ids);
        }
        let forwards = match self.scenario.duplicates {
            Duplicates::Literal => true,
            Duplicates::First => known.is_none(),
            Duplicates::Best => more,
        };
        if more {
            self.memory
                .insert(key, (known.map_or(now, |(first, _)| first), *ttl));
        }
        if forwards && *ttl > 1 {
            self.forward(
                now,
                peer,
                Some(address(*from)),
                &Event::Query {
                    client: *client,
                    round: *round,
                    ids: ids.clone(),
                    from: peer,
                    to: *to,
                    ttl: ttl - 1,
                },
            );
        }
    }

    fn hear(&mut self, client: usize, round: u16, peer: usize) {
        if round == 0 {
            self.played.heard[client].insert(peer);
        }
    }

    fn answer(&mut self, now: u64, client: usize, holder: usize, ids: &[u16]) {
        let held = &self.net.chunks[holder];
        let ids: Vec<u16> = ids.iter().copied().filter(|id| held.contains(id)).collect();
        if !ids.is_empty() {
            self.played.chunks_info += 1;
            self.send(
                now,
                Event::Info {
                    client,
                    holder,
                    ids,
                },
            );
        }
    }

    fn forward(&mut self, now: u64, peer: usize, except: Option<SocketAddrV4>, query: &Event) {
        let mut done = vec![address(peer)];
        for neighbour in &self.net.neighbours[peer] {
            if done.contains(neighbour) {
                continue;
            }
            done.push(*neighbour);
            if Some(*neighbour) == except {
                continue;
            }
            let mut copy = query.clone();
            if let Event::Query {
                client,
                round,
                to,
                ttl,
                ..
            } = &mut copy
            {
                *to = *neighbour;
                self.played.query += 1;
                if (*client, *round) == (0, 0) {
                    let hop = self.scenario.ttl.0 - *ttl + 1;
                    *self.played.first_by_hop.entry(hop).or_default() += 1;
                }
            }
            self.send(now, copy);
        }
    }
}
