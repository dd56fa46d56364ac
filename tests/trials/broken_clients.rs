//! Every kind of broken client makes a run fail with the right finding and no other.

use std::collections::VecDeque;
use std::net::SocketAddrV4;

use p2p_sim::client::Script;
use p2p_sim::driver::{self, Cast};
use p2p_sim::endpoint::{ClientEndpoint, Endpoint, Outbox, Outcome, Receipt};
use p2p_sim::rules::Ttl;
use p2p_sim::scenario::Scenario;
use p2p_sim::time::Time;
use p2p_sim::wire::{ChunkId, IdList, Message, Query, Type};

use crate::cases::{Case, address, rogue, try_all, try_on_sockets, with_cast};
use crate::support::rogue::{
    Transmit, Turn, also, cast_with, corrupt, each, message_of, send, twice, with_tail, without,
};
use crate::support::stage::{in_short, play, written};

/// Two peers; the one that is not the contact holds chunk 5.
pub(crate) const PAIR: &str = r#"links = [["a", "b"]]

[[peer]]
name = "a"

[[peer]]
name = "b"
chunks = [5]

[[client]]
name = "viewer"
contact = "a"
chunks = [5]
"#;

fn is_hello(message: &Message) -> bool {
    matches!(message, Message::Hello(_))
}

fn is_get(message: &Message) -> bool {
    matches!(message, Message::Get(_))
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = asking();
    cases.extend(searching());
    cases.extend(straying());
    cases
}

/// What clients do with GETs.
fn asking() -> Vec<Case> {
    let to_contact = |scenario: &Scenario| {
        let contact = address(scenario, "a");
        each(move |to, message| match is_get(&message) {
            true => vec![(contact, message)],
            false => vec![(to, message)],
        })
    };
    let to_two = |scenario: &Scenario| {
        let holders = ["a", "b"].map(|name| address(scenario, name));
        each(move |to, message| match is_get(&message) {
            true => {
                let another = holders[usize::from(to == holders[0])];
                vec![(to, message.clone()), (another, message)]
            }
            false => vec![(to, message)],
        })
    };
    let once_more = |_: &Scenario| {
        also(|turn| match (turn.message(), turn.handed) {
            (Some(Message::Response { id, .. }), Some((from, _))) => {
                vec![(from, Message::Get(IdList::distinct([id])))]
            }
            _ => Vec::new(),
        })
    };
    // Asks a holder that never serves as often as it may, and once more.
    let too_often = |scenario: &Scenario| {
        let mut cast = cast_with(
            scenario,
            "b",
            without(|m| m.message_type() == Type::Response),
        );
        let holder = address(scenario, "b");
        let mut gets = 0;
        corrupt(
            &mut cast,
            scenario,
            "viewer",
            move |_: &Turn<'_>, mut sent: Vec<Transmit>| {
                gets += sent.iter().filter(|t| is_get(&message_of(t))).count();
                let gives_up = sent.is_empty() && gets == 6;
                if gives_up {
                    gets += 1;
                    sent.push(send(holder, &Message::Get(IdList::distinct([ChunkId(5)]))));
                }
                sent
            },
        );
        cast
    };
    vec![
        rogue(
            PAIR,
            "viewer",
            "sends each GET twice",
            |_| twice(is_get),
            &["one-get viewer 5"],
        ),
        rogue(
            PAIR,
            "viewer",
            "asks for what it has",
            once_more,
            &["one-get viewer 5"],
        ),
        rogue(
            "edge/same-chunk-everywhere",
            "fair",
            "asks two holders",
            to_two,
            &[
                "one-get fair 1",
                "one-get fair 2",
                "one-get fair 3",
                "one-get fair 4",
            ],
        ),
        with_cast(
            PAIR,
            "b does not serve and viewer asks seven times",
            too_often,
            &["serve b", "one-get viewer 5"],
        ),
        rogue(
            PAIR,
            "viewer",
            "asks one that announced nothing",
            to_contact,
            &["announced viewer 5"],
        ),
    ]
}

/// Takes no CHUNKS_INFO.
struct Deaf(Script);

impl Endpoint for Deaf {
    fn handle_datagram(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Receipt {
        match Type::of_datagram(datagram) {
            Some(Type::ChunksInfo) => Receipt::default(),
            _ => self.0.handle_datagram(now, from, datagram, out),
        }
    }

    fn handle_deadline(&mut self, now: Time, out: &mut Outbox) {
        self.0.handle_deadline(now, out);
    }

    fn poll_deadline(&self) -> Option<Time> {
        self.0.poll_deadline()
    }
}

impl ClientEndpoint for Deaf {
    fn poll_outcome(&mut self) -> Option<Outcome> {
        self.0.poll_outcome()
    }

    fn is_done(&self) -> bool {
        self.0.is_done()
    }
}

/// Does nothing at all, and says that everything is missing.
struct Idle {
    start: Option<Time>,
    outcomes: VecDeque<Outcome>,
}

impl Endpoint for Idle {
    fn handle_datagram(&mut self, _: Time, _: SocketAddrV4, _: &[u8], _: &mut Outbox) -> Receipt {
        Receipt::default()
    }

    fn handle_deadline(&mut self, _: Time, _: &mut Outbox) {
        self.start = None;
        self.outcomes.push_back(Outcome {
            id: ChunkId(5),
            arrival: None,
        });
    }

    fn poll_deadline(&self) -> Option<Time> {
        self.start
    }
}

impl ClientEndpoint for Idle {
    fn poll_outcome(&mut self) -> Option<Outcome> {
        self.outcomes.pop_front()
    }

    fn is_done(&self) -> bool {
        self.start.is_none() && self.outcomes.is_empty()
    }
}

/// What clients do with HELLOs.
fn searching() -> Vec<Case> {
    let repeats = |by: u16| {
        move |scenario: &Scenario| {
            let mut other = scenario.clone();
            other.clients[0].requests[0].patience.repeats = by;
            let mut cast = Cast::of(scenario);
            cast.clients[0] = Box::new(driver::client_of(&other, &other.clients[0]));
            cast
        }
    };
    let whole_list = |_: &Scenario| {
        let mut first = None;
        each(move |to, message| match is_hello(&message) {
            true => vec![(to, first.get_or_insert(message).clone())],
            false => vec![(to, message)],
        })
    };
    let deaf = |scenario: &Scenario| {
        let mut cast = Cast::of(scenario);
        let client = driver::client_of(scenario, &scenario.clients[0]);
        cast.clients[0] = Box::new(Deaf(client));
        cast
    };
    let idle = |scenario: &Scenario| {
        let mut cast = Cast::of(scenario);
        cast.clients[0] = Box::new(Idle {
            start: Some(Time::ZERO),
            outcomes: VecDeque::new(),
        });
        cast
    };
    vec![
        rogue(
            PAIR,
            "viewer",
            "sends a HELLO too many",
            |_| twice(is_hello),
            &["hello-count viewer"],
        ),
        with_cast(
            "edge/chunk-nowhere",
            "viewer sends a HELLO too few",
            repeats(4),
            &["hello-count viewer"],
        ),
        with_cast(
            "edge/chunk-nowhere",
            "viewer repeats its HELLO once too often",
            repeats(6),
            &["hello-count viewer"],
        ),
        rogue(
            "edge/chunk-nowhere",
            "viewer",
            "asks again for what it has found",
            whole_list,
            &["chunks-info-count viewer"],
        ),
        with_cast(PAIR, "viewer sends nothing", idle, &["hello-count viewer"]),
        with_cast(
            PAIR,
            "viewer takes no CHUNKS_INFO",
            deaf,
            &["missing viewer 5"],
        ),
    ]
}

/// What clients send beside HELLOs and GETs.
fn straying() -> Vec<Case> {
    let to_another = |scenario: &Scenario| {
        let another = address(scenario, "b");
        each(move |to, message| match is_hello(&message) {
            true => vec![(another, message)],
            false => vec![(to, message)],
        })
    };
    let query = |scenario: &Scenario| {
        let (own, to) = (address(scenario, "viewer"), address(scenario, "b"));
        also(move |turn| match turn.handed {
            None => {
                let query = Query {
                    client: own,
                    ttl: Ttl(9),
                    ids: IdList::distinct([ChunkId(5)]),
                };
                vec![(to, Message::Query(query))]
            }
            Some(_) => Vec::new(),
        })
    };
    let junk = |scenario: &Scenario| {
        let to = address(scenario, "a");
        move |_: &Turn<'_>, mut sent: Vec<Transmit>| {
            let payload = b"\x00".as_slice().into();
            sent.push(Transmit { to, payload });
            sent
        }
    };
    vec![
        rogue(
            PAIR,
            "viewer",
            "asks another than its contact",
            to_another,
            &["stray viewer"],
        ),
        rogue(
            PAIR,
            "viewer",
            "sends a QUERY itself",
            query,
            &["stray viewer"],
        ),
        rogue(
            PAIR,
            "viewer",
            "sends what is no message",
            junk,
            &["stray viewer"],
        ),
        rogue(
            PAIR,
            "viewer",
            "sends a tail",
            |_| with_tail(is_hello),
            &["stray viewer"],
        ),
    ]
}

#[test]
fn each_broken_client_is_found_and_nobody_else() {
    try_all(&cases());
}

#[test]
fn on_sockets_too() {
    try_on_sockets(&cases(), 5, 62);
}

#[test]
fn a_finding_says_what_was_expected_what_came_and_which_event_shows_it() {
    let scenario = written(PAIR, 60);
    let played = play(&scenario, cast_with(&scenario, "viewer", twice(is_get)));
    let verdict = played.judge();
    let finding = &verdict.findings[0];
    assert_eq!(finding.expected, "one GET for it");
    assert_eq!(
        finding.got,
        "another GET before its holder had been silent for the wait"
    );
    let line = &played.lines()[finding.event.expect("an event").0 as usize];
    assert!(line.contains("sent viewer -> b: GET ids 5"), "{line}");

    let twice = cast_with(&scenario, "viewer", twice(is_hello));
    let verdict = play(&scenario, twice).judge();
    let finding = &verdict.findings[0];
    assert_eq!((&*finding.expected, &*finding.got), ("1", "2"));
}

#[test]
fn the_wait_is_that_of_the_request_that_has_the_chunk() {
    let scenario = written(PAIR, 60);
    let is_response = |m: &Message| m.message_type() == Type::Response;
    let mut played = play(&scenario, cast_with(&scenario, "b", without(is_response)));
    let client = &mut played.scenario.clients[0];
    // It asks again after 5 seconds, each time.
    client.requests.push(client.requests[0].clone());
    client.requests[0].chunks = vec![ChunkId(77)];
    client.requests[0].patience.wait *= 2;
    assert_eq!(in_short(&played.judge(), &scenario.roster), ["serve b"]);
    played.scenario.clients[0].requests[1].patience.wait *= 2;
    let found = in_short(&played.judge(), &scenario.roster);
    assert_eq!(found, ["serve b", "one-get viewer 5"]);
}
