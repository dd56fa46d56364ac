//! What datagrams were when they arrived: a link may have damaged one on its way.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::event::{EventId, Recording, What};

/// The bytes of each datagram as they crossed.
pub(super) struct Arrivals<'a> {
    recording: &'a Recording,
    /// Those of damaged ones, and of copies that were made of them later.
    damaged: BTreeMap<EventId, &'a Bytes>,
}

impl<'a> Arrivals<'a> {
    /// Reads off `recording` which datagrams were damaged.
    pub(super) fn read(recording: &'a Recording) -> Self {
        let mut damaged = BTreeMap::new();
        for (id, event) in recording.iter() {
            match &event.what {
                What::Corrupted {
                    datagram, payload, ..
                } => {
                    damaged.insert(*datagram, payload);
                }
                What::Duplicated { original, .. } => {
                    if let Some(payload) = damaged.get(original).copied() {
                        damaged.insert(id, payload);
                    }
                }
                _ => {}
            }
        }
        Self { recording, damaged }
    }

    /// The bytes that `datagram` arrives with, if it is one.
    pub(super) fn bytes(&self, datagram: EventId) -> Option<&'a Bytes> {
        let damaged = self.damaged.get(&datagram).copied();
        damaged.or_else(|| self.recording.payload(datagram))
    }

    /// Whether `datagram` arrives as another one than was sent.
    pub(super) fn is_damaged(&self, datagram: EventId) -> bool {
        self.damaged.contains_key(&datagram)
    }
}
