//! Datagrams of the reliable flood, an extension outside the base protocol (docs/reliable.md).
//!
//! | type | name | layout |
//! |---|---|---|
//! | 102 | QUERY that wants an acknowledgement | type, number (8 bytes), a whole QUERY |
//! | 103 | ACK | type, number (8 bytes) |
//!
//! To a program of the base protocol both are unknown types. [`Message::decode`] does not know them
//! either: nobody takes part in the extension by accident.
//!
//! [`Message::decode`]: super::Message::decode

use std::ops::Range;

use bytes::{BufMut, Bytes, BytesMut};

use super::layout::{ACK, NUMBERED_QUERY};

const TYPE: Range<usize> = ACK.place("type");
const NUMBER: Range<usize> = ACK.place("number");
/// Where what is behind the number begins: the QUERY, or the end of an ACK.
const REST: usize = NUMBERED_QUERY.place("query").start;

/// A datagram of the reliable flood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension<'a> {
    /// A QUERY that wants an acknowledgement.
    NumberedQuery {
        /// Its number, which its sender gives to no other.
        number: u64,
        /// The datagram of the QUERY, unread.
        query: &'a [u8],
    },
    /// An acknowledgement.
    Ack {
        /// The number of the QUERY that arrived.
        number: u64,
    },
}

impl<'a> Extension<'a> {
    /// Reads `datagram`, if it is one of the extension; bytes behind an ACK are ignored.
    #[must_use]
    pub fn decode(datagram: &'a [u8]) -> Option<Self> {
        let (header, rest) = datagram.split_at_checked(REST)?;
        let kind = u16::from_be_bytes(header[TYPE].try_into().ok()?);
        let number = u64::from_be_bytes(header[NUMBER].try_into().ok()?);
        if kind == NUMBERED_QUERY.number {
            Some(Self::NumberedQuery {
                number,
                query: rest,
            })
        } else if kind == ACK.number {
            Some(Self::Ack { number })
        } else {
            None
        }
    }

    /// Writes the datagram.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        let (kind, number, rest): (u16, u64, &[u8]) = match self {
            Self::NumberedQuery { number, query } => (NUMBERED_QUERY.number, *number, query),
            Self::Ack { number } => (ACK.number, *number, &[]),
        };
        let mut out = BytesMut::with_capacity(REST + rest.len());
        out.resize(REST, 0);
        out[TYPE].copy_from_slice(&kind.to_be_bytes());
        out[NUMBER].copy_from_slice(&number.to_be_bytes());
        out.put_slice(rest);
        out.freeze()
    }
}

/// The datagram of the base protocol that `datagram` carries: what is in a numbered QUERY, else
/// itself.
#[must_use]
pub fn carried(datagram: &[u8]) -> &[u8] {
    match Extension::decode(datagram) {
        Some(Extension::NumberedQuery { query, .. }) => query,
        _ => datagram,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{DecodeError, Message};

    #[test]
    fn layouts_are_exact_to_the_byte() {
        let query = [0, 2, 127, 0, 0, 1, 0x13, 0x8e, 0, 3, 0, 1, 0, 7];
        let numbered = Extension::NumberedQuery {
            number: 0x0102_0304_0506_0708,
            query: &query,
        };
        let bytes = numbered.encode();
        assert_eq!(bytes[..10], [0, 102, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(bytes[10..], query);
        assert_eq!(Extension::decode(&bytes), Some(numbered));
        assert_eq!(carried(&bytes), query);

        let ack = Extension::Ack { number: 9 };
        assert_eq!(&*ack.encode(), [0, 103, 0, 0, 0, 0, 0, 0, 0, 9]);
        let mut with_tail = ack.encode().to_vec();
        with_tail.push(1);
        assert_eq!(Extension::decode(&with_tail), Some(ack));
        assert_eq!(carried(&with_tail), with_tail);
    }

    #[test]
    fn what_is_shorter_or_of_another_type_is_none_of_it() {
        let ack = Extension::Ack { number: 9 }.encode();
        for length in 0..ack.len() {
            assert_eq!(Extension::decode(&ack[..length]), None, "{length}");
        }
        let hello = [0, 1, 0, 1, 0, 7, 0, 0, 0, 0, 0, 0];
        assert_eq!(Extension::decode(&hello), None);
        assert_eq!(carried(&hello), hello);
    }

    #[test]
    fn the_base_protocol_does_not_know_it() {
        let refused = Message::decode(&Extension::Ack { number: 9 }.encode());
        assert_eq!(refused.unwrap_err(), DecodeError::UnknownType(103));
    }
}
