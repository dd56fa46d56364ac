//! Peers that answer, serve or speak when or what they should not.

use p2p_sim::scenario::Scenario;
use p2p_sim::wire::{Chunk, ChunkId, IdList, Message};

use super::{ids, is_answer, is_query, is_response};
use crate::cases::{Case, address, rogue};
use crate::support::rogue::{
    Meddle, Transmit, Turn, also, each, message_of, send, silent, spoilt, twice, with_tail, without,
};

/// Keeps each answer until it is asked again.
fn late() -> impl Meddle {
    let mut kept = Vec::new();
    move |_: &Turn<'_>, sent: Vec<Transmit>| {
        let (answers, mut now): (Vec<_>, Vec<_>) =
            sent.into_iter().partition(|t| is_answer(&message_of(t)));
        now.append(&mut std::mem::replace(&mut kept, answers));
        now
    }
}

/// Answers whoever handed it the datagram.
fn to_sender(turn: &Turn<'_>, mut sent: Vec<Transmit>) -> Vec<Transmit> {
    if let Some((from, _)) = turn.handed {
        let answers = sent.iter_mut().filter(|t| is_answer(&message_of(t)));
        answers.for_each(|transmit| transmit.to = from);
    }
    sent
}

pub(super) fn answering() -> Vec<Case> {
    let all_asked = |_: &Scenario| {
        |turn: &Turn<'_>, mut sent: Vec<Transmit>| {
            if let Some((_, query)) = turn.query() {
                sent.retain(|transmit| !is_answer(&message_of(transmit)));
                sent.push(send(query.client, &Message::ChunksInfo(query.ids)));
            }
            sent
        }
    };
    let to_whom_it_held = |_: &Scenario| {
        each(|to, message| match message {
            Message::ChunksInfo(_) => vec![(to, Message::ChunksInfo(ids(&[5, 6, 7, 8])))],
            other => vec![(to, other)],
        })
    };
    let empty = |_: &Scenario| {
        also(|turn| {
            let client = turn.query().map(|(_, query)| query.client);
            let empty = client.map(|client| (client, Message::ChunksInfo(IdList::default())));
            empty.into_iter().collect()
        })
    };
    vec![
        rogue("line", "C", "is silent", |_| silent(), &["silent C"]),
        rogue(
            "line",
            "A",
            "is silent, a contact",
            |_| silent(),
            &["silent A"],
        ),
        rogue(
            "mesh",
            "peer5",
            "is silent",
            |_| silent(),
            &["silent peer5"],
        ),
        rogue(
            "line",
            "C",
            "does not answer",
            |_| without(is_answer),
            &["answer C"],
        ),
        rogue(
            "line",
            "C",
            "announces what it lacks",
            all_asked,
            &["answer C"],
        ),
        rogue(
            "mesh",
            "peer1",
            "announces what nobody asked for",
            to_whom_it_held,
            &["answer peer1"],
        ),
        rogue(
            "line",
            "C",
            "answers twice",
            |_| twice(is_answer),
            &["answer C"],
        ),
        rogue(
            "line",
            "A",
            "answers a HELLO twice",
            |_| twice(is_answer),
            &["answer A"],
        ),
        rogue(
            "edge/empty-peer",
            "b",
            "answers with an empty list",
            empty,
            &["answer b"],
        ),
        rogue(
            "line",
            "C",
            "answers whom the QUERY came from",
            |_| to_sender,
            &["answer C"],
        ),
        rogue(
            "line",
            "C",
            "answers when it is asked again",
            |_| late(),
            &["answer C"],
        ),
    ]
}

pub(super) fn serving() -> Vec<Case> {
    let wrong_bytes = |_: &Scenario| {
        each(|to, message| match message {
            Message::Response { id, chunk } => {
                let chunk = spoilt(&chunk);
                vec![(to, Message::Response { id, chunk })]
            }
            other => vec![(to, other)],
        })
    };
    let another_chunk = |_: &Scenario| {
        each(|to, message| match message {
            Message::Response { chunk, .. } => {
                let id = ChunkId(77);
                vec![(to, Message::Response { id, chunk })]
            }
            other => vec![(to, other)],
        })
    };
    let unasked = |_: &Scenario| {
        also(|turn| {
            let (id, chunk) = (ChunkId(2), Chunk::generated(ChunkId(2)));
            let client = turn.query().map(|(_, query)| query.client);
            let early = client.map(|client| (client, Message::Response { id, chunk }));
            early.into_iter().collect()
        })
    };
    let to_another = |scenario: &Scenario| {
        let victim = address(scenario, "client1");
        each(move |to, message| match is_response(&message) {
            true => vec![(victim, message)],
            false => vec![(to, message)],
        })
    };
    vec![
        rogue("line", "C", "serves wrong bytes", wrong_bytes, &["serve C"]),
        rogue(
            "line",
            "C",
            "serves twice",
            |_| twice(is_response),
            &["serve C"],
        ),
        rogue(
            "line",
            "C",
            "does not serve",
            |_| without(is_response),
            &["serve C"],
        ),
        rogue(
            "line",
            "C",
            "serves another chunk",
            another_chunk,
            &["serve C"],
        ),
        rogue(
            "line",
            "C",
            "serves before it is asked",
            unasked,
            &["serve C"],
        ),
        rogue(
            "mesh",
            "peer2",
            "serves another client",
            to_another,
            &["serve peer2"],
        ),
    ]
}

pub(super) fn straying() -> Vec<Case> {
    let junk = |bytes: &'static [u8]| {
        move |scenario: &Scenario| {
            let to = address(scenario, "D");
            move |_: &Turn<'_>, mut sent: Vec<Transmit>| {
                let payload = bytes.into();
                sent.push(Transmit { to, payload });
                sent
            }
        }
    };
    let hello = |scenario: &Scenario| {
        let to = address(scenario, "D");
        also(move |turn| match turn.query() {
            Some((_, query)) => vec![(to, Message::Hello(query.ids))],
            None => Vec::new(),
        })
    };
    let get = |scenario: &Scenario| {
        let to = address(scenario, "D");
        also(move |_| vec![(to, Message::Get(ids(&[3])))])
    };
    vec![
        rogue(
            "line",
            "B",
            "passes a tail on",
            |_| with_tail(is_query),
            &["stray B"],
        ),
        rogue(
            "line",
            "C",
            "answers with a tail",
            |_| with_tail(is_answer),
            &["stray C"],
        ),
        rogue(
            "line",
            "C",
            "serves with a tail",
            |_| with_tail(is_response),
            &["stray C"],
        ),
        rogue("line", "C", "sends a HELLO", hello, &["stray C"]),
        rogue("line", "C", "sends a GET", get, &["stray C"]),
        rogue(
            "line",
            "C",
            "sends nothing as a datagram",
            junk(b""),
            &["stray C"],
        ),
        rogue(
            "line",
            "C",
            "sends an unknown type",
            junk(b"\x02\x00\x00\x01"),
            &["stray C"],
        ),
        rogue(
            "line",
            "C",
            "sends a count too large",
            junk(b"\x00\x01\x00\x09"),
            &["stray C"],
        ),
    ]
}
