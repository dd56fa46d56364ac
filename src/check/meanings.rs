//! What each payload of a run says, read once however many datagrams have it: a flood of millions
//! has a handful.

use std::net::SocketAddrV4;

use foldhash::quality::RandomState;
use indexmap::IndexSet;

use crate::event::{PayloadId, Recording};
use crate::wire::{IdList, Message, Query, Type};

/// What every payload of a recording says, as the base protocol reads it.
#[derive(Debug)]
pub(super) struct Meanings {
    by_payload: Vec<Meaning>,
    searches: Searches,
}

/// Searches by number: each client with each list of ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Searches(IndexSet<(SocketAddrV4, IdList), RandomState>);

impl Searches {
    /// The number of the search of `client` for `ids`.
    pub(super) fn number(&mut self, client: SocketAddrV4, ids: &IdList) -> u32 {
        let (number, _) = self.0.insert_full((client, ids.clone()));
        u32::try_from(number).expect("fewer searches than events")
    }
}

/// What one payload says.
#[derive(Debug)]
pub(super) struct Meaning {
    /// The type that its first field names, be the rest a message or not.
    pub(super) names: Option<Type>,
    /// The type of the message that it is, if it is one.
    pub(super) message: Option<Type>,
    /// What it asks for, when it is a QUERY.
    pub(super) query: Option<Asks>,
}

/// What a QUERY asks for.
#[derive(Debug)]
pub(super) struct Asks {
    /// The same number for all QUERYs of one client with one list.
    pub(super) search: u32,
    pub(super) query: Query,
    /// Whether bytes lie behind it.
    pub(super) has_tail: bool,
}

impl Meanings {
    /// Reads all payloads of `recording`.
    pub(super) fn read(recording: &Recording) -> Self {
        let mut searches = Searches::default();
        let meanings = recording.payloads().map(|(_, payload)| {
            let decoded = Message::decode(payload).ok();
            let message = decoded
                .as_ref()
                .map(|decoded| decoded.message.message_type());
            let query = decoded.and_then(|decoded| match decoded.message {
                Message::Query(query) => Some(Asks {
                    search: searches.number(query.client, &query.ids),
                    query,
                    has_tail: decoded.tail > 0,
                }),
                _ => None,
            });
            Meaning {
                names: Type::of_datagram(payload),
                message,
                query,
            }
        });
        Self {
            by_payload: meanings.collect(),
            searches,
        }
    }

    /// What `payload` says.
    pub(super) fn of(&self, payload: PayloadId) -> &Meaning {
        &self.by_payload[payload.index()]
    }

    /// The searches, of which more may become known.
    pub(super) fn searches(&self) -> Searches {
        self.searches.clone()
    }
}
