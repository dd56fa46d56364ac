//! The reliable flood: QUERYs are acknowledged and sent again on each link, as OSPF floods its link
//! state (RFC 2328, section 13). An extension outside the base protocol; docs/reliable.md has it.
//!
//! [`Reliable`] wraps an endpoint that knows nothing of it. It speaks the extension to the neighbours
//! that it was given and to nobody else: to all others, and to clients, goes what the endpoint says,
//! byte for byte.
//!
//! | QUERY to a given neighbour | left when | for |
//! |---|---|---|
//! | waiting | its ACK comes | done |
//! | waiting | the timeout passes, fewer than all retries were made | waiting, sent again |
//! | waiting | the timeout passes after the last retry | given up |

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddrV4;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::endpoint::{Endpoint, Happening, Ignored, Outbox, Receipt};
use crate::time::Time;
use crate::wire::{Extension, Type};

/// How many numbers of a neighbour are kept, to know its QUERYs again. One that is sent again comes
/// behind far fewer others.
const REMEMBERED: usize = 4_096;

/// What the extension is told when it is made.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who speaks the extension too; whether they are neighbours does not matter.
    pub speakers: Arc<BTreeSet<SocketAddrV4>>,
    /// How long to wait for an ACK.
    pub timeout: Duration,
    /// How often a QUERY is sent again.
    pub retries: u16,
    /// The number of the first QUERY. One that comes back after a crash must begin above all that it
    /// has used before, or its neighbours take new QUERYs for old: the time of the start, in
    /// nanoseconds, does.
    pub first_number: u64,
}

/// An endpoint whose QUERYs are acknowledged and sent again.
#[derive(Debug)]
pub struct Reliable<E> {
    inner: E,
    config: Config,
    next_number: u64,
    waiting: BTreeMap<u64, Waiting>,
    /// When each of them is sent again, earliest first.
    due: BTreeSet<(Time, u64)>,
    /// The numbers that came from each neighbour.
    heard: BTreeMap<SocketAddrV4, BTreeSet<u64>>,
}

/// A QUERY that was not acknowledged yet.
#[derive(Debug)]
struct Waiting {
    to: SocketAddrV4,
    payload: Bytes,
    due: Time,
    retries_left: u16,
}

impl<E: Endpoint> Reliable<E> {
    /// Wraps `inner`.
    #[must_use]
    pub fn new(inner: E, config: Config) -> Self {
        Self {
            inner,
            next_number: config.first_number,
            config,
            waiting: BTreeMap::new(),
            due: BTreeSet::new(),
            heard: BTreeMap::new(),
        }
    }

    /// Acknowledges a QUERY, each time it comes, and hands it on, once.
    fn handle_query(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        number: u64,
        query: &[u8],
        out: &mut Outbox,
    ) -> Receipt {
        out.send(from, &Extension::Ack { number }.encode());
        let heard = self.heard.entry(from).or_default();
        if !heard.insert(number) {
            return Receipt::ignored(Ignored::SentAgain);
        }
        if heard.len() > REMEMBERED {
            heard.pop_first();
        }
        match Type::of_datagram(query) {
            Some(Type::Query) => self.hand_over(now, from, query, out),
            _ => Receipt::ignored(Ignored::NotForMe),
        }
    }

    fn handle_ack(&mut self, from: SocketAddrV4, number: u64) -> Receipt {
        let acknowledged = self.waiting.get(&number).filter(|query| query.to == from);
        let Some(query) = acknowledged else {
            return Receipt::ignored(Ignored::Unasked);
        };
        self.due.remove(&(query.due, number));
        self.waiting.remove(&number);
        Receipt::default()
    }

    /// Lets the endpoint handle a datagram, and numbers the QUERYs that it sends.
    fn hand_over(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Receipt {
        let before = out.len();
        let receipt = self.inner.handle_datagram(now, from, datagram, out);
        self.number(now, before, out);
        receipt
    }

    /// Numbers the QUERYs behind the first `before` datagrams of `out` that go to those who speak
    /// the extension, and waits for their ACKs.
    fn number(&mut self, now: Time, before: usize, out: &mut Outbox) {
        out.replace_behind(before, |transmit| {
            let is_query = Type::of_datagram(transmit.payload) == Some(Type::Query);
            if !is_query || !self.config.speakers.contains(&transmit.to) {
                return None;
            }
            let number = self.next_number;
            self.next_number += 1;
            let query = Extension::NumberedQuery {
                number,
                query: transmit.payload,
            };
            let payload = query.encode();
            let due = now + self.config.timeout;
            self.due.insert((due, number));
            let waiting = Waiting {
                to: transmit.to,
                payload: payload.clone(),
                due,
                retries_left: self.config.retries,
            };
            self.waiting.insert(number, waiting);
            Some(payload)
        });
    }

    /// Sends QUERYs again whose ACK did not come, or gives them up.
    fn retry(&mut self, now: Time, out: &mut Outbox) {
        while let Some((due, number)) = self.due.first().copied().filter(|(due, _)| *due <= now) {
            self.due.remove(&(due, number));
            let query = self.waiting.get_mut(&number).expect("what is due waits");
            let Some(left) = query.retries_left.checked_sub(1) else {
                self.waiting.remove(&number);
                continue;
            };
            query.retries_left = left;
            query.due = now + self.config.timeout;
            self.due.insert((query.due, number));
            out.send(query.to, &query.payload);
        }
    }
}

impl<E: Endpoint> Endpoint for Reliable<E> {
    fn handle_datagram(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Receipt {
        let extension = Extension::decode(datagram);
        match extension.filter(|_| self.config.speakers.contains(&from)) {
            Some(Extension::NumberedQuery { number, query }) => {
                self.handle_query(now, from, number, query, out)
            }
            Some(Extension::Ack { number }) => self.handle_ack(from, number),
            None => self.hand_over(now, from, datagram, out),
        }
    }

    fn handle_deadline(&mut self, now: Time, out: &mut Outbox) {
        self.retry(now, out);
        let before = out.len();
        self.inner.handle_deadline(now, out);
        self.number(now, before, out);
    }

    fn handle_happening(&mut self, now: Time, happening: Happening) {
        if matches!(happening, Happening::Forgot) {
            self.waiting.clear();
            self.due.clear();
            self.heard.clear();
            // A number a nanosecond is more than it can have used.
            self.next_number = self.config.first_number + now.as_nanos();
        }
        self.inner.handle_happening(now, happening);
    }

    fn poll_deadline(&self) -> Option<Time> {
        let due = self.due.first().map(|(due, _)| *due);
        due.into_iter().chain(self.inner.poll_deadline()).min()
    }
}

#[cfg(test)]
mod tests;
