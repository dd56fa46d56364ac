//! Encoding and decoding, without anything around them.

use std::hint::black_box;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use bytes::Bytes;

use super::outcome::rate;
use super::stopwatch::Stopwatch;
use super::{Bench, BenchError, Measured, Told};
use crate::rules::Ttl;
use crate::wire::{Chunk, ChunkId, IdList, MAX_CHUNK, Message, Query};

/// How often a message is encoded or decoded for one measurement: a clock is read in that time, too.
const BATCH: u32 = 10_000;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Encode,
    Decode,
}

/// Encodes or decodes one message, [`query`] or [`response`], again and again.
pub(super) fn measure(
    bench: &mut Bench<'_>,
    way: Way,
    message: &Message,
) -> Result<Measured, BenchError> {
    let wanted = bench.options.slices();
    let datagram = message.encode();
    let (mut values, mut sum) = (Vec::new(), Duration::ZERO);
    while values.len() < wanted && !bench.is_stopped() {
        let clock = Stopwatch::start();
        for _ in 0..BATCH {
            match way {
                Way::Encode => drop(black_box(black_box(message).encode())),
                Way::Decode => drop(black_box(Message::decode(black_box(&datagram)))),
            }
        }
        let time = clock.elapsed();
        sum += time;
        values.push(time.as_secs_f64() * 1e9 / f64::from(BATCH));
        Told::new(bench.onlooker, wanted).ratio(values.len());
    }
    let measured = Measured::of(&values).ok_or(BenchError::Interrupted)?;
    Ok(Measured {
        ours_per_s: rate((values.len() as u64 * u64::from(BATCH), sum)),
        ..measured
    })
}

/// A QUERY for five ids: nearly all datagrams of a flood are such.
#[must_use]
pub fn query() -> Message {
    Message::Query(Query {
        client: SocketAddrV4::new(Ipv4Addr::LOCALHOST, 5001),
        ttl: Ttl::DEFAULT,
        ids: IdList::distinct((1..=5).map(ChunkId)),
    })
}

/// The longest RESPONSE.
///
/// # Panics
///
/// Never: a chunk may be so long.
#[must_use]
pub fn response() -> Message {
    let chunk = Chunk::new(Bytes::from(vec![7; MAX_CHUNK])).expect("a chunk may be so long");
    Message::Response {
        id: ChunkId(1),
        chunk,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_is_read_as_it_was_written() {
        for (message, length) in [(query(), 22), (response(), 1_030)] {
            let datagram = message.encode();
            assert_eq!(datagram.len(), length);
            assert_eq!(Message::decode(&datagram).unwrap().message, message);
        }
    }
}
