//! Payloads of datagrams that follow each other.

use crate::event::{PayloadId, Recording};

/// Keeps each payload of an outbox once: copies for several neighbours follow each other there and
/// are the very same bytes, which need not be looked up again.
#[derive(Debug, Default)]
pub(super) struct Copies<'a>(Option<(&'a [u8], PayloadId)>);

impl<'a> Copies<'a> {
    /// The id of `payload` in `recording`.
    pub(super) fn intern(&mut self, recording: &mut Recording, payload: &'a [u8]) -> PayloadId {
        let id = match self.0 {
            Some((last, id)) if std::ptr::eq(last, payload) => id,
            _ => recording.intern(payload),
        };
        self.0 = Some((payload, id));
        id
    }
}
