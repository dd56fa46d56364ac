//! Each datagram's life comes to what the checks count, which is written apart from it.

use std::collections::{BTreeMap, BTreeSet};

use p2p_sim::driver::Cast;
use p2p_sim::endpoint::{Ignored, Receipt};
use p2p_sim::event::{DropReason, EventId, Recording, What};
use p2p_sim::roster::{EndpointId, Entry, Role, Roster};
use p2p_sim::time::Time;
use p2p_sim::trace::{Fate, Journeys};
use p2p_sim::wire::{ChunkId, Extension, IdList, Message, Type, carried};

use crate::support::stage::{Played, all_shipped, play, shipped, written};

/// The QUERYs that the reliable flood sent again: those whose number the sender used before.
fn sent_again(recording: &Recording) -> BTreeSet<EventId> {
    let mut used = BTreeSet::new();
    let events = recording.iter();
    let again = events.filter(|(_, event)| match &event.what {
        What::Sent { from, payload, .. } => match Extension::decode(recording.bytes(*payload)) {
            Some(Extension::NumberedQuery { number, .. }) => !used.insert((*from, number)),
            _ => false,
        },
        _ => false,
    });
    again.map(|(id, _)| id).collect()
}

fn assert_equal_sums(played: &Played) {
    let name = &played.scenario.name;
    let census = played.judge().census;
    let roster = &played.scenario.roster;
    let journeys = Journeys::read(&played.ran.recording, roster);
    let again = sent_again(&played.ran.recording);
    let datagrams = &journeys.datagrams;
    let books = &census.accounting;

    let all = books.sent + books.duplicated + books.outside;
    assert_eq!(datagrams.len() as u64, all, "{name}");
    let copies = datagrams.iter().filter(|journey| journey.copy_of.is_some());
    assert_eq!(copies.count() as u64, books.duplicated, "{name}");
    let (mut delivered, mut lost, mut in_flight) = (0, 0, 0);
    let mut dropped: BTreeMap<DropReason, u64> = BTreeMap::new();
    for journey in datagrams.iter() {
        match journey.fate {
            Fate::Delivered(_) => delivered += 1,
            Fate::LostByKernel(_) => lost += 1,
            Fate::InFlight => in_flight += 1,
            Fate::Dropped(_, reason) => *dropped.entry(reason).or_default() += 1,
        }
    }
    assert_eq!((delivered, lost), (books.delivered, books.lost), "{name}");
    assert_eq!(in_flight, books.in_flight, "{name}");
    assert_eq!(dropped, books.dropped, "{name}");

    assert_eq!(journeys.searches.len(), census.searches.len(), "{name}");
    for (number, (own, theirs)) in (0..).zip(journeys.searches.iter().zip(&census.searches)) {
        let place = format!("{name}, search {number}");
        assert_eq!(own.client, theirs.client, "{place}");
        let reached: BTreeMap<_, _> = own.reached.iter().collect();
        let reached = reached.into_iter().map(|(peer, event)| (*peer, *event));
        assert!(reached.eq(theirs.reached.iter()), "{place}");
        assert!(own.reached.values().is_sorted(), "{place}");
        let hello = datagrams.get(own.hello);
        assert_eq!(hello.fate, Fate::Delivered(theirs.hello), "{place}");
        let of_it = datagrams
            .iter()
            .filter(|journey| journey.hop.is_some_and(|hop| hop.search == number));
        let of_it: Vec<_> = of_it.collect();
        let duplicates = of_it.iter().filter(|journey| journey.is_duplicate).count();
        assert_eq!(duplicates as u64, theirs.duplicates, "{place}");
        let mut by_hop = vec![0; theirs.queries_by_hop.len()];
        let mut answers = 0;
        for journey in of_it.iter().filter(|journey| journey.copy_of.is_none()) {
            let sent = played.ran.recording.payload(journey.born).unwrap();
            match Type::of_datagram(carried(sent)) {
                Some(Type::Query) if !again.contains(&journey.born) => {
                    by_hop[journey.hop.unwrap().number as usize - 1] += 1;
                }
                Some(Type::ChunksInfo) => answers += 1,
                _ => {}
            }
        }
        assert_eq!(by_hop, theirs.queries_by_hop, "{place}");
        assert_eq!(answers, theirs.chunks_info, "{place}");
    }
}

/// Whether a numbered QUERY came again to somebody who had forgotten it, and acted on it again.
fn has_forgotten(played: &Played) -> bool {
    let recording = &played.ran.recording;
    let mut heard = BTreeSet::new();
    recording.iter().any(|(_, event)| {
        let What::Delivered {
            datagram,
            to,
            receipt,
        } = event.what
        else {
            return false;
        };
        let arrived = recording.arrived(datagram);
        let number = match arrived.and_then(Extension::decode) {
            Some(Extension::NumberedQuery { number, .. }) if receipt.ignored.is_none() => number,
            _ => return false,
        };
        let sender = recording.sender(datagram, &played.scenario.roster);
        !heard.insert((to, sender, number))
    })
}

/// Three peers of the reliable flood; one crashes when QUERYs are about to be sent again.
const FORGETFUL: &str = r#"
ttl = 4
links = [["a", "b"], ["b", "c"], ["c", "a"]]

[[peer]]
name = "a"

[[peer]]
name = "b"

[[peer]]
name = "c"
chunks = [1]

[[client]]
name = "viewer"
contact = "a"
chunks = [1, 2]
repeats = 2

[reliable]
timeout = "50ms"
retries = 3

[[link]]
between = "peers"
loss = 0.4

[[event]]
at = "60ms"
crash = "b"

[[event]]
at = "61ms"
start = "b"
"#;

#[test]
fn of_the_reliable_flood_whose_peers_forget() {
    let played = (0..40).map(|seed| {
        let mut scenario = written(FORGETFUL, 70);
        scenario.seed = seed;
        play(&scenario, Cast::of(&scenario))
    });
    let forgot = played.filter(|played| {
        assert_equal_sums(played);
        has_forgotten(played)
    });
    assert!(forgot.count() > 5, "that is what it is about");
}

#[test]
fn of_every_shipped_scenario() {
    for name in all_shipped() {
        let scenario = shipped(&name, 70);
        assert_equal_sums(&play(&scenario, Cast::of(&scenario)));
    }
}

/// Live, anybody may send anything to a peer.
#[test]
fn what_a_peer_takes_for_no_message_begins_no_search() {
    let hello = Message::Hello(IdList::distinct([ChunkId(1)])).encode();
    let numbered = Extension::NumberedQuery {
        number: 1,
        query: &hello,
    };
    let roster = Roster::new(vec![Entry {
        name: "a",
        address: "127.0.0.1:5001".parse().unwrap(),
        role: Role::Peer,
    }]);
    let searches = |payload: bytes::Bytes| {
        let refused = Message::decode(&payload).err();
        let ignored = refused.map(|error| Ignored::Malformed(error.defect()));
        let mut recording = Recording::default();
        let payload = recording.intern(&payload);
        let at = EndpointId(0);
        let datagram = recording.record(
            Time::ZERO,
            None,
            What::Outside {
                at,
                from: "127.0.0.1:9".parse().unwrap(),
                payload,
            },
        );
        let receipt = Receipt { tail: 0, ignored };
        let to = at;
        let delivered = What::Delivered {
            datagram,
            to,
            receipt,
        };
        recording.record(Time::ZERO, Some(datagram), delivered);
        Journeys::read(&recording, &roster).searches.len()
    };
    assert_eq!(searches(hello.clone()), 1);
    assert_eq!(searches(numbered.encode()), 0);
}
