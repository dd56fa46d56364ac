//! Compares what a peer sent because of one datagram with what it had to send.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddrV4;

use super::super::finding::{Check, Finding};
use super::model::{self, Reaction};
use super::{Ground, said};
use crate::event::{EventId, What};
use crate::roster::EndpointId;
use crate::wire::{ChunkId, IdList, Message, Query};

/// One reaction of one peer, as it should be and as it was.
pub(super) struct Comparison<'a> {
    pub(super) ground: Ground<'a>,
    pub(super) peer: EndpointId,
    /// The event that it reacted to.
    pub(super) delivered: EventId,
    /// Where what is wrong goes.
    pub(super) wrongs: &'a mut Vec<Finding>,
}

impl Comparison<'_> {
    fn wrong(&mut self, check: Check, expected: String, got: String, event: EventId) {
        let finding = Finding::new(check, expected, got).about(self.peer);
        self.wrongs.push(finding.shown_by(event));
    }

    fn name(&self, address: SocketAddrV4) -> String {
        self.ground.scenario.roster.name_of(address)
    }

    pub(super) fn compare(&mut self, expected: &Reaction, sent: &[EventId]) {
        let mut answers = Vec::new();
        let mut queries = Vec::new();
        let mut responses = Vec::new();
        for id in sent.iter().copied() {
            let What::Sent { from, to, payload } = &self.ground.recording.event(id).what else {
                continue;
            };
            if *from != self.peer {
                continue;
            }
            let receiver = self.ground.scenario.roster.at(*to);
            let payload = self.ground.recording.bytes(*payload);
            let plain = self
                .ground
                .acknowledged
                .plain(Some(*from), receiver, payload);
            let Ok(decoded) = Message::decode(plain) else {
                self.stray("a message", id);
                continue;
            };
            if decoded.tail > 0 {
                // The message before it counts all the same: it is not owed any more.
                self.stray("no bytes behind the message", id);
            }
            match decoded.message {
                Message::ChunksInfo(ids) => answers.push((id, *to, ids)),
                Message::Query(query) => queries.push((id, *to, query)),
                Message::Response {
                    id: chunk,
                    chunk: bytes,
                } => {
                    responses.push((id, *to, chunk, bytes.as_bytes().clone()));
                }
                Message::Hello(_) | Message::Get(_) => self.stray("nothing of the kind", id),
            }
        }
        self.compare_answers(expected.answer.as_ref(), &answers);
        self.compare_queries(&expected.queries, queries);
        self.compare_responses(&expected.responses, responses);
    }

    fn stray(&mut self, expected: &str, sent: EventId) {
        let got = said(self.ground.recording, sent);
        self.wrong(Check::Stray, expected.to_owned(), got, sent);
    }

    fn compare_answers(
        &mut self,
        expected: Option<&(SocketAddrV4, BTreeSet<ChunkId>)>,
        answers: &[(EventId, SocketAddrV4, IdList)],
    ) {
        let Some((client, held)) = expected else {
            for (id, _, ids) in answers {
                let got = format!("CHUNKS_INFO ids {ids}");
                self.wrong(Check::Answer, "no answer".into(), got, *id);
            }
            return;
        };
        // Nothing is put into words while all is right, as it nearly always is.
        let right = |comparison: &Self| {
            let ids = IdList::distinct(held.iter().copied());
            format!("one CHUNKS_INFO ids {ids} to {}", comparison.name(*client))
        };
        if answers.is_empty() {
            let expected = right(self);
            self.wrong(Check::Answer, expected, "no answer".into(), self.delivered);
            return;
        }
        for (index, (id, to, ids)) in answers.iter().enumerate() {
            let got = if index > 0 {
                format!("answer number {}", index + 1)
            } else if to != client || ids.iter().collect::<BTreeSet<_>>() != *held {
                format!("CHUNKS_INFO ids {ids} to {}", self.name(*to))
            } else {
                continue;
            };
            let expected = right(self);
            self.wrong(Check::Answer, expected, got, *id);
        }
    }

    fn compare_queries(
        &mut self,
        expected: &[(SocketAddrV4, Query)],
        queries: Vec<(EventId, SocketAddrV4, Query)>,
    ) {
        let mut owed: BTreeMap<SocketAddrV4, &Query> =
            expected.iter().map(|(to, query)| (*to, query)).collect();
        for (id, to, query) in queries {
            let expected = match owed.remove(&to) {
                Some(right) if model::same_query(right, &query) => continue,
                Some(right) => Message::Query(right.clone()).to_string(),
                None => format!("no QUERY to {}", self.name(to)),
            };
            let got = format!("{} to {}", Message::Query(query), self.name(to));
            self.wrong(Check::Forward, expected, got, id);
        }
        for (to, query) in owed {
            let expected = format!("{} to {}", Message::Query(query.clone()), self.name(to));
            self.wrong(Check::Forward, expected, "nothing".into(), self.delivered);
        }
    }

    fn compare_responses(
        &mut self,
        expected: &BTreeMap<ChunkId, SocketAddrV4>,
        responses: Vec<(EventId, SocketAddrV4, ChunkId, bytes::Bytes)>,
    ) {
        let mut owed = expected.clone();
        for (id, to, chunk, bytes) in responses {
            if owed.remove(&chunk) != Some(to) {
                let got = format!("RESPONSE id {chunk} to {}", self.name(to));
                let expected = format!("no RESPONSE id {chunk} now");
                self.wrong(Check::Serve, expected, got, id);
                continue;
            }
            let held = self.ground.holdings.chunk(self.peer, chunk, self.delivered);
            if held.is_some_and(|held| *held.as_bytes() != bytes) {
                let expected = format!("the bytes of chunk {chunk} that it holds");
                self.wrong(Check::Serve, expected, "other bytes".into(), id);
            }
        }
        for (chunk, to) in owed {
            let expected = format!("RESPONSE id {chunk} to {}", self.name(to));
            self.wrong(Check::Serve, expected, "nothing".into(), self.delivered);
        }
    }
}
