//! Which datagrams a fault or an event is about: as written, and held against who sends what to
//! whom.

use std::collections::BTreeSet;

use toml::Spanned;

use super::fault_leaves::Name;
use super::leaves::narrow;
use super::problem::Problems;
use super::reader::{Reader, Table};
use super::world::World;
use crate::faults::Pattern;
use crate::roster::EndpointId;
use crate::wire::{ChunkId, Type};

/// Which datagrams, as written.
#[derive(Debug)]
pub(super) struct PatternText {
    /// Their type, or `None` for any of them.
    pub(super) message: Spanned<Option<Type>>,
    from: Vec<Name>,
    to: Vec<Name>,
    chunk: Option<ChunkId>,
}

impl PatternText {
    /// Reads the keys that are about datagrams of the type `message`.
    pub(super) fn read(
        message: Option<Spanned<Option<Type>>>,
        table: &mut Table<'_>,
        reader: &mut Reader,
    ) -> Option<Self> {
        let from = reader.names_of(table, "from");
        let to = reader.names_of(table, "to");
        let chunk = reader.number(table, "chunk");
        Some(Self {
            message: message?,
            from,
            to,
            chunk: chunk.and_then(narrow).map(ChunkId),
        })
    }
}

/// An end of a datagram's way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    From,
    To,
}

/// Whether clients, and not peers, are at that end of the way of a message.
fn is_of_clients(message: Type, end: End) -> bool {
    match message {
        Type::Hello | Type::Get => end == End::From,
        Type::Query => false,
        Type::ChunksInfo | Type::Response => end == End::To,
    }
}

/// Who sends such a message to whom, as a sentence.
fn way(message: Type) -> &'static str {
    match message {
        Type::Hello => "a HELLO goes from a client to its contact",
        Type::Query => "a QUERY goes from a peer to a neighbour",
        Type::ChunksInfo => "a CHUNKS_INFO goes from a peer to a client",
        Type::Get => "a GET goes from a client to a peer",
        Type::Response => "a RESPONSE goes from a peer to a client",
    }
}

impl World<'_> {
    /// The pattern that `text` describes; notes what it is about that no datagram can be.
    pub(super) fn pattern(&self, text: &PatternText, problems: &mut Problems) -> Pattern {
        let from = self.ends(text, End::From, problems);
        let to = self.ends(text, End::To, problems);
        // One who can't be there at all has been told of.
        if from.len() == text.from.len() && to.len() == text.to.len() {
            self.note_without_partner(text, &from, &to, problems);
        }
        Pattern {
            message: *text.message.get_ref(),
            from: distinct(from),
            to: distinct(to),
            chunk: text.chunk,
        }
    }

    /// Those who are named at one end; notes those who can't be there.
    fn ends(&self, text: &PatternText, end: End, problems: &mut Problems) -> Vec<EndpointId> {
        let names = match end {
            End::From => &text.from,
            End::To => &text.to,
        };
        let mut ends = Vec::new();
        for name in names {
            let Some(endpoint) = self.endpoint(name, problems) else {
                continue;
            };
            let message = *text.message.get_ref();
            let wrong =
                message.filter(|message| is_of_clients(*message, end) != self.is_client(endpoint));
            let Some(message) = wrong else {
                ends.push(endpoint);
                continue;
            };
            let who = match self.is_client(endpoint) {
                true => "a client",
                false => "a peer",
            };
            let title = match end {
                End::From => format!("{who} sends no {message}"),
                End::To => format!("no {message} is sent to {who}"),
            };
            let source = problems.source().clone();
            let problem = problems.add(name.span(), title, who);
            problem
                .label(&source, text.message.span(), "the type of message")
                .help(way(message));
        }
        ends
    }

    /// Notes each who is named at one end and to whom, or from whom, no such datagram goes.
    fn note_without_partner(
        &self,
        text: &PatternText,
        from: &[EndpointId],
        to: &[EndpointId],
        problems: &mut Problems,
    ) {
        let message = *text.message.get_ref();
        let what = message.map_or("datagram", Type::name);
        let mut any_alone = false;
        for (name, sender) in text.from.iter().zip(from) {
            let others: Vec<EndpointId> = match (to, message) {
                ([], Some(Type::Query)) if self.knows_peers => self.peer_neighbours(*sender),
                ([], _) => continue,
                (to, _) => to.to_vec(),
            };
            if others.iter().any(|to| self.may_go(message, *sender, *to)) {
                continue;
            }
            any_alone = true;
            let title = match to {
                [] => format!("{} sends no {what}", self.shown(*sender)),
                [to] => format!(
                    "{} sends no {what} to {}",
                    self.shown(*sender),
                    self.shown(*to)
                ),
                _ => format!("{} sends no {what} to any of these", self.shown(*sender)),
            };
            let source = problems.source().clone();
            let problem = problems.add(name.span(), title, "there is no such datagram");
            for (name, _) in text.to.iter().zip(to) {
                problem.label(&source, name.span(), "to here");
            }
            problem.help(self.whom(*sender, to.first().copied()));
        }
        for (name, receiver) in text.to.iter().zip(to) {
            let is_alone = match (from, message) {
                ([], Some(Type::Hello)) => {
                    let mut clients = self.clients.iter();
                    self.has_all_clients && clients.all(|client| client.contact != *receiver)
                }
                (from, _) => {
                    !from.is_empty() && !from.iter().any(|f| self.may_go(message, *f, *receiver))
                }
            };
            if is_alone && !any_alone {
                let shown = self.shown(*receiver);
                let (title, help) = match from {
                    [] => {
                        let help = way(Type::Hello).to_owned();
                        (format!("no client has {shown} as its contact"), help)
                    }
                    [only] => {
                        let help = self.whom(*only, Some(*receiver));
                        (
                            format!("{} sends no {what} to {shown}", self.shown(*only)),
                            help,
                        )
                    }
                    [first, ..] => {
                        let help = self.whom(*first, Some(*receiver));
                        (format!("none of these sends a {what} to {shown}"), help)
                    }
                };
                let problem = problems.add(name.span(), title, "there is no such datagram");
                problem.help(help);
            }
        }
    }

    /// Whether such a datagram may go from `from` to `to`, both of which may be at those ends.
    fn may_go(&self, message: Option<Type>, from: EndpointId, to: EndpointId) -> bool {
        let are_peers = !self.is_client(from) && !self.is_client(to);
        match message {
            Some(Type::Hello) => self.contact(from).is_none_or(|contact| contact == to),
            _ => self.is_link(from, to) || (are_peers && from != to && !self.knows_peers),
        }
    }

    /// A sentence that tells to whom `from` sends instead of `to`.
    fn whom(&self, from: EndpointId, to: Option<EndpointId>) -> String {
        let to_client = to.is_some_and(|to| self.is_client(to));
        match self.contact(from) {
            _ if self.is_client(from) && to_client => {
                "no datagram goes from client to client".to_owned()
            }
            Some(contact) => {
                format!(
                    "the contact of {} is {}",
                    self.shown(from),
                    self.shown(contact)
                )
            }
            None => self.neighbours_of(from),
        }
    }
}

/// `endpoints`, each where it first came.
fn distinct(endpoints: Vec<EndpointId>) -> Vec<EndpointId> {
    let mut seen = BTreeSet::new();
    let mut endpoints = endpoints;
    endpoints.retain(|endpoint| seen.insert(*endpoint));
    endpoints
}
