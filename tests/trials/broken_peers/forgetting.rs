//! Peers that should suppress duplicates and do not.

use std::net::SocketAddrV4;
use std::time::Duration;

use p2p_sim::driver::{self, Actor, Cast};
use p2p_sim::endpoint::{Endpoint, Outbox, Receipt};
use p2p_sim::peer::Peer;
use p2p_sim::rules::Duplicates;
use p2p_sim::scenario::Scenario;
use p2p_sim::time::Time;
use p2p_sim::wire::Message;

use super::ids;
use crate::cases::{Case, rogue, with_cast};
use crate::support::rogue::also;
use crate::support::stage::named;

/// A triangle in which each copy takes 400 ms, under each policy that suppresses.
const TRIANGLES: [&str; 2] = [
    concat!("duplicates = \"first\"\n", include_str!("triangle.toml")),
    concat!("duplicates = \"best\"\n", include_str!("triangle.toml")),
];

/// Remembers searches, all of them, for less than it should.
struct Forgetful {
    scenario: Scenario,
    name: &'static str,
    inner: Peer,
    fresh_until: Time,
}

impl Forgetful {
    const REMEMBERS: Duration = Duration::from_millis(300);

    fn new(scenario: &Scenario, name: &'static str) -> Self {
        Self {
            inner: peer(scenario, name),
            scenario: scenario.clone(),
            name,
            fresh_until: Time::ZERO,
        }
    }
}

fn peer(scenario: &Scenario, name: &str) -> Peer {
    let endpoint = named(&scenario.roster, name);
    driver::peer_of(scenario, scenario.peer(endpoint).expect("a peer"))
}

impl Endpoint for Forgetful {
    fn handle_datagram(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Receipt {
        if now >= self.fresh_until {
            self.inner = peer(&self.scenario, self.name);
            self.fresh_until = now + Self::REMEMBERS;
        }
        self.inner.handle_datagram(now, from, datagram, out)
    }
}

pub(super) fn forgetting() -> Vec<Case> {
    let literal = |scenario: &Scenario, name: &str| {
        let mut literal = scenario.clone();
        literal.duplicates = Duplicates::Literal;
        Actor::Peer(peer(&literal, name))
    };
    let mut cases = Vec::new();
    for source in TRIANGLES {
        let forwards = move |scenario: &Scenario| {
            let mut cast = Cast::of(scenario);
            cast.peers[2] = literal(scenario, "c");
            cast
        };
        let forgets = |scenario: &Scenario| {
            let mut cast = Cast::of(scenario);
            cast.peers[2] = Actor::other(Forgetful::new(scenario, "c"));
            cast
        };
        let answers = |_: &Scenario| {
            let mut copies = 0;
            also(move |turn| {
                let query = turn.query();
                copies += u32::from(query.is_some());
                let again = query.filter(|_| copies > 1);
                let again = again.map(|(_, q)| (q.client, Message::ChunksInfo(ids(&[1]))));
                again.into_iter().collect()
            })
        };
        cases.extend([
            with_cast(source, "c forwards duplicates", forwards, &["forward c"]),
            with_cast(source, "c forgets too early", forgets, &["forward c"]),
            rogue(source, "b", "answers every copy", answers, &["answer b"]),
        ]);
    }
    cases
}
