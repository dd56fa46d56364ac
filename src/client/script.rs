//! Several requests of one client, one after another.

use std::collections::VecDeque;
use std::net::SocketAddrV4;
use std::time::Duration;

use super::{Client, Config};
use crate::endpoint::{ClientEndpoint, Endpoint, Outbox, Outcome, Receipt};
use crate::time::Time;

/// A request that waits for the one before it to be done.
#[derive(Debug)]
pub struct Later {
    /// How long after that it begins.
    pub after: Duration,
    /// What it asks for and how; its start is set when it is known.
    pub config: Config,
}

/// Plays a [`Client`] for each request, one after another, at one address.
///
/// What answers an earlier request late is handed to the client of the current one, which ignores
/// it: no two requests may want the same chunk.
#[derive(Debug)]
pub struct Script {
    current: Client,
    later: VecDeque<Later>,
    outcomes: VecDeque<Outcome>,
}

impl Script {
    /// A script that begins with `first` and goes on with `later`, in this order.
    #[must_use]
    pub fn new(first: Config, later: impl IntoIterator<Item = Later>) -> Self {
        let start = first.start;
        let mut script = Self {
            current: Client::new(first),
            later: later.into_iter().collect(),
            outcomes: VecDeque::new(),
        };
        script.go_on(start);
        script
    }

    /// Takes what the current client has to say, and goes on to the next request when it is done.
    fn go_on(&mut self, now: Time) {
        loop {
            let current = &mut self.current;
            self.outcomes
                .extend(std::iter::from_fn(|| current.poll_outcome()));
            if !current.is_done() {
                return;
            }
            let Some(Later { after, mut config }) = self.later.pop_front() else {
                return;
            };
            config.start = now + after;
            self.current = Client::new(config);
        }
    }
}

impl Endpoint for Script {
    fn handle_datagram(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Receipt {
        let receipt = self.current.handle_datagram(now, from, datagram, out);
        self.go_on(now);
        receipt
    }

    fn handle_deadline(&mut self, now: Time, out: &mut Outbox) {
        self.current.handle_deadline(now, out);
        self.go_on(now);
    }

    fn poll_deadline(&self) -> Option<Time> {
        self.current.poll_deadline()
    }
}

impl ClientEndpoint for Script {
    fn poll_outcome(&mut self) -> Option<Outcome> {
        self.outcomes.pop_front()
    }

    fn is_done(&self) -> bool {
        self.current.is_done() && self.outcomes.is_empty()
    }
}
