//! Peers that send QUERYs where they should not, or other ones.

use p2p_sim::rules::Ttl;
use p2p_sim::scenario::Scenario;
use p2p_sim::wire::{ChunkId, IdList, Message, Query};

use super::is_query;
use crate::cases::{Case, address, rogue, with_cast};
use crate::support::rogue::{
    Transmit, Turn, also, cast_with, corrupt, each_query, message_of, send, twice, without,
};

pub(super) fn forwarding() -> Vec<Case> {
    let back = |_: &Scenario| {
        also(|turn| {
            let query = turn.query().filter(|(_, query)| query.ttl > Ttl(1));
            let back = query.map(|(from, mut query)| {
                query.ttl.0 -= 1;
                (from, Message::Query(query))
            });
            back.into_iter().collect()
        })
    };
    let one_only = |_: &Scenario| {
        move |_: &Turn<'_>, mut sent: Vec<Transmit>| {
            let mut queries = 0;
            sent.retain(|transmit| {
                queries += u32::from(is_query(&message_of(transmit)));
                !is_query(&message_of(transmit)) || queries == 1
            });
            sent
        }
    };
    let fewer_ids =
        |_: &Scenario| each_query(|query| query.ids = IdList::distinct(query.ids.iter().skip(1)));
    let more_ids = |_: &Scenario| {
        each_query(|query| query.ids = IdList::distinct(query.ids.iter().chain([ChunkId(77)])))
    };
    let for_nobody = |_: &Scenario| each_query(|query| query.client.set_port(9_999));
    let for_another = |scenario: &Scenario| {
        let victim = address(scenario, "client1");
        each_query(move |query| query.client = victim)
    };
    vec![
        rogue(
            "line",
            "B",
            "sends a QUERY back to its sender",
            back,
            &["forward B"],
        ),
        rogue(
            "mesh",
            "peer5",
            "sends a QUERY back to its sender",
            back,
            &["forward peer5"],
        ),
        rogue(
            "line",
            "B",
            "never forwards",
            |_| without(is_query),
            &["forward B"],
        ),
        rogue(
            "line",
            "A",
            "never forwards a HELLO",
            |_| without(is_query),
            &["forward A"],
        ),
        rogue(
            "mesh",
            "peer5",
            "forwards to one neighbour only",
            one_only,
            &["forward peer5"],
        ),
        rogue(
            "mesh",
            "peer1",
            "floods one neighbour only",
            one_only,
            &["forward peer1"],
        ),
        rogue(
            "line",
            "B",
            "forwards twice",
            |_| twice(is_query),
            &["forward B"],
        ),
        rogue("line", "B", "takes an id out", fewer_ids, &["forward B"]),
        rogue("line", "B", "puts an id in", more_ids, &["forward B"]),
        rogue(
            "line",
            "B",
            "names a client that nobody is",
            for_nobody,
            &["forward B"],
        ),
        rogue(
            "mesh",
            "peer5",
            "names another client",
            for_another,
            &["forward peer5"],
        ),
    ]
}

/// What peers do to the TTL.
pub(super) fn lifetimes() -> Vec<Case> {
    let at_zero = |scenario: &Scenario| {
        let next = address(scenario, "E");
        also(move |turn| {
            let query = turn.query().filter(|(_, query)| query.ttl == Ttl(1));
            let on = query.map(|(_, query)| {
                (
                    next,
                    Message::Query(Query {
                        ttl: Ttl(0),
                        ..query
                    }),
                )
            });
            on.into_iter().collect()
        })
    };
    let one_more = |_: &Scenario| each_query(|query| query.ttl.0 += 1);
    let one_less = |_: &Scenario| each_query(|query| query.ttl.0 -= 1);
    let largest = |_: &Scenario| each_query(|query| query.ttl = Ttl(u16::MAX));
    let no_cap = |scenario: &Scenario| {
        let mut cast = cast_with(scenario, "p2", {
            let mut raised = false;
            each_query(move |query| {
                if !std::mem::replace(&mut raised, true) {
                    query.ttl = Ttl(u16::MAX);
                }
            })
        });
        let uncapped = |turn: &Turn<'_>, mut sent: Vec<Transmit>| {
            let heard = turn.query().filter(|(_, query)| query.ttl > Ttl(8));
            for transmit in sent.iter_mut().filter(|_| heard.is_some()) {
                if let (Message::Query(mut query), Some((_, heard))) =
                    (message_of(transmit), &heard)
                {
                    query.ttl.0 = heard.ttl.0 - 1;
                    *transmit = send(transmit.to, &Message::Query(query));
                }
            }
            sent
        };
        corrupt(&mut cast, scenario, "p3", uncapped);
        cast
    };
    vec![
        rogue("line", "D", "forwards at TTL 0", at_zero, &["forward D"]),
        rogue(
            "edge/ring",
            "p2",
            "keeps the TTL on a cycle",
            one_more,
            &["forward p2"],
        ),
        rogue(
            "line",
            "B",
            "lowers the TTL twice",
            one_less,
            &["forward B"],
        ),
        rogue(
            "edge/ring",
            "p2",
            "raises the TTL on a cycle",
            largest,
            &["forward p2"],
        ),
        with_cast(
            "edge/ring",
            "p2 raises the TTL and p3 knows no cap",
            no_cap,
            &["forward p2", "forward p3"],
        ),
    ]
}
