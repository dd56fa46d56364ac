//! The bytes of the run's datagrams, each once: a flood sends the same QUERY many times.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::event::describe;
use crate::wire::layout::LAYOUTS;
use crate::wire::{ChunkId, IdList, Message, Query, carried};

/// Bytes that some datagram of the run has.
#[derive(Serialize)]
pub(super) struct Payload {
    /// The bytes, two hexadecimal digits each.
    hex: String,
    /// The line that traces show.
    text: String,
    /// The name of the message that the first two bytes name, if they name one.
    #[serde(rename = "type")]
    kind: Option<&'static str>,
    /// The chunks that it is about, when it is a whole message.
    ids: Vec<u16>,
}

/// Payloads in the order in which they were first met.
#[derive(Default)]
pub(super) struct Payloads<'a> {
    list: Vec<Payload>,
    places: BTreeMap<&'a [u8], usize>,
}

impl<'a> Payloads<'a> {
    /// The place of `bytes` in the list, to which they are added when they are new.
    pub(super) fn place(&mut self, bytes: &'a [u8]) -> usize {
        *self.places.entry(bytes).or_insert_with(|| {
            self.list.push(Payload::of(bytes));
            self.list.len() - 1
        })
    }

    pub(super) fn into_list(self) -> Vec<Payload> {
        self.list
    }
}

impl Payload {
    fn of(bytes: &[u8]) -> Self {
        let number = bytes.first_chunk().map(|two| u16::from_be_bytes(*two));
        let layout = LAYOUTS.iter().find(|one| Some(one.number) == number);
        Self {
            hex: hex(bytes),
            text: describe(bytes),
            kind: layout.map(|layout| layout.name),
            ids: ids(bytes),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(hex, "{byte:02x}").expect("writing to a string never fails");
    }
    hex
}

/// The chunks that the message in `bytes` lists or carries; that inside a numbered QUERY counts.
fn ids(bytes: &[u8]) -> Vec<u16> {
    let numbers = |ids: &IdList| ids.iter().map(|id| id.0).collect();
    match Message::decode(carried(bytes)).map(|decoded| decoded.message) {
        Ok(Message::Hello(ids) | Message::ChunksInfo(ids) | Message::Get(ids)) => numbers(&ids),
        Ok(Message::Query(Query { ids, .. })) => numbers(&ids),
        Ok(Message::Response {
            id: ChunkId(id), ..
        }) => vec![id],
        Err(_) => Vec::new(),
    }
}
