//! Where endpoints put what they send.

use std::net::SocketAddrV4;

use crate::wire::Message;

/// Datagrams that an endpoint sends from its own address, in order.
///
/// Whoever drives endpoints keeps one, lends it for each call and empties it before the next, so
/// nothing is allocated once it has grown to what the calls need.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    /// The payloads, one behind the other.
    bytes: Vec<u8>,
    queued: Vec<Queued>,
}

/// A datagram and where in the outbox its payload lies.
#[derive(Clone, Copy, Debug)]
struct Queued {
    to: SocketAddrV4,
    start: usize,
    end: usize,
}

/// A datagram to be sent from the endpoint's own address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transmit<'a> {
    /// Where it goes.
    pub to: SocketAddrV4,
    /// Its bytes. Copies for several neighbours follow each other and are the very same bytes, at
    /// the same place: whoever keeps payloads can keep these once.
    pub payload: &'a [u8],
}

impl Outbox {
    /// Sends `payload` to `to`.
    pub fn send(&mut self, to: SocketAddrV4, payload: &[u8]) {
        self.send_to_all([to], |bytes| bytes.extend_from_slice(payload));
    }

    /// Sends `message` to `to`.
    pub fn send_message(&mut self, to: SocketAddrV4, message: &Message) {
        self.send_to_all([to], |bytes| message.encode_into(bytes));
    }

    /// Sends what `write` appends to each of `to`, in order. It is written once, and not at all
    /// when there is nobody to send it to.
    pub fn send_to_all(
        &mut self,
        to: impl IntoIterator<Item = SocketAddrV4>,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let mut to = to.into_iter().peekable();
        if to.peek().is_none() {
            return;
        }
        let start = self.bytes.len();
        write(&mut self.bytes);
        let end = self.bytes.len();
        self.queued.extend(to.map(|to| Queued { to, start, end }));
    }

    /// Goes through the datagrams behind the first `kept`, and sends what `replace` gives for one
    /// instead of it.
    pub(crate) fn replace_behind<P: AsRef<[u8]>>(
        &mut self,
        kept: usize,
        mut replace: impl FnMut(Transmit<'_>) -> Option<P>,
    ) {
        for Queued { to, start, end } in self.queued.iter_mut().skip(kept) {
            let payload = &self.bytes[*start..*end];
            if let Some(instead) = replace(Transmit { to: *to, payload }) {
                *start = self.bytes.len();
                self.bytes.extend_from_slice(instead.as_ref());
                *end = self.bytes.len();
            }
        }
    }

    /// The datagrams, in the order in which they were sent.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Transmit<'_>> {
        self.queued.iter().map(|queued| Transmit {
            to: queued.to,
            payload: &self.bytes[queued.start..queued.end],
        })
    }

    /// How many datagrams there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queued.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queued.is_empty()
    }

    /// Throws them away, once they have been sent; the room that they took is kept.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.queued.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(port: u16) -> SocketAddrV4 {
        SocketAddrV4::new([127, 0, 0, 1].into(), port)
    }

    fn sent(out: &Outbox) -> Vec<(u16, &[u8])> {
        out.iter().map(|t| (t.to.port(), t.payload)).collect()
    }

    #[test]
    fn what_is_sent_comes_out_in_order_and_copies_are_the_same_bytes() {
        let mut out = Outbox::default();
        assert!(out.is_empty());
        out.send(address(1), b"one");
        out.send_to_all([2, 3].map(address), |bytes| bytes.extend(b"all"));
        out.send(address(4), b"");
        assert_eq!(
            sent(&out),
            [(1, &b"one"[..]), (2, b"all"), (3, b"all"), (4, b"")]
        );
        let payloads: Vec<&[u8]> = out.iter().map(|t| t.payload).collect();
        assert!(std::ptr::eq(payloads[1], payloads[2]));
        out.clear();
        assert_eq!((out.len(), sent(&out)), (0, vec![]));
    }

    #[test]
    fn nothing_is_written_for_nobody() {
        let mut out = Outbox::default();
        out.send_to_all([], |_| panic!("there is nobody"));
        assert!(out.is_empty());
    }

    #[test]
    fn what_is_replaced_keeps_its_place_and_its_receiver() {
        let mut out = Outbox::default();
        out.send(address(1), b"kept");
        out.send_to_all([1, 2, 3].map(address), |bytes| bytes.extend(b"all"));
        out.replace_behind(1, |transmit| {
            (transmit.to.port() != 2).then(|| [transmit.payload, b"!"].concat())
        });
        let expected: [(u16, &[u8]); 4] = [(1, b"kept"), (1, b"all!"), (2, b"all"), (3, b"all!")];
        assert_eq!(sent(&out), expected);
    }
}
