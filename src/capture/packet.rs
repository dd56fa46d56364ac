//! A datagram as the IPv4 packet that carries it.
//!
//! By hand, with the sum of each payload made once: a run has millions of datagrams with a handful of
//! payloads. A test compares with what etherparse makes.

use std::net::SocketAddrV4;

use crate::event::{PayloadId, Recording};
use crate::wire::MAX_DATAGRAM;

/// The most bytes of a packet: those of IPv4, whose length has 16 bits.
pub(super) const MAX_LEN: u32 = 65_535;
/// The bytes of the headers of IPv4 and UDP.
pub(super) const HEADERS: usize = 28;
/// The bytes of that of UDP.
const UDP_HEADER: u16 = 8;
/// Version 4, a header of five words of 32 bits, no special service.
const VERSION: u16 = 0x4500;
/// Not in fragments, and never to be.
const WHOLE: u16 = 0x4000;
/// How many routers a packet may pass: what most systems write. None passes any.
const HOPS: u8 = 64;
/// The number of UDP.
const UDP: u8 = 17;

/// A payload as far as it fits into a packet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fitting<'a> {
    pub(super) bytes: &'a [u8],
    sum: u16,
}

impl<'a> Fitting<'a> {
    pub(super) fn new(payload: &'a [u8]) -> Self {
        let bytes = cut(payload);
        let sum = sum(bytes);
        Self { bytes, sum }
    }
}

/// The sums of payloads, each made once.
pub(super) struct Sums(Vec<Option<u16>>);

impl Sums {
    pub(super) fn of(recording: &Recording) -> Self {
        Self(vec![None; recording.payloads().len()])
    }

    /// As much of `bytes`, which are `payload`, as fits into a packet.
    pub(super) fn fitting<'a>(&mut self, payload: PayloadId, bytes: &'a [u8]) -> Fitting<'a> {
        let known = &mut self.0[payload.index()];
        let fitting = match *known {
            Some(sum) => Fitting {
                bytes: cut(bytes),
                sum,
            },
            None => Fitting::new(bytes),
        };
        *known = Some(fitting.sum);
        fitting
    }
}

fn cut(payload: &[u8]) -> &[u8] {
    &payload[..payload.len().min(MAX_DATAGRAM)]
}

/// The headers of the packet with `payload`.
pub(super) fn headers(from: SocketAddrV4, to: SocketAddrV4, payload: Fitting<'_>) -> [u8; HEADERS] {
    let length = u16::try_from(payload.bytes.len()).expect("cut to what fits");
    let udp_length = UDP_HEADER + length;
    let whole_length = 20 + udp_length;
    let addresses = words(from.ip().octets()) + words(to.ip().octets());
    let hops = u16::from_be_bytes([HOPS, UDP]);
    let ip = [VERSION, whole_length, WHOLE, hops].map(u32::from);
    let ip = !folded(ip.iter().sum::<u32>() + addresses);
    // The sum of UDP is over the addresses, too.
    let udp = [
        u16::from(UDP),
        udp_length,
        from.port(),
        to.port(),
        udp_length,
        payload.sum,
    ];
    let udp = match !folded(udp.map(u32::from).iter().sum::<u32>() + addresses) {
        // Nothing would say that there is none.
        0 => u16::MAX,
        sum => sum,
    };
    let mut headers = [0; HEADERS];
    let mut put = |at: usize, word: u16| headers[at..at + 2].copy_from_slice(&word.to_be_bytes());
    put(0, VERSION);
    put(2, whole_length);
    put(6, WHOLE);
    put(8, hops);
    put(10, ip);
    put(20, from.port());
    put(22, to.port());
    put(24, udp_length);
    put(26, udp);
    headers[12..16].copy_from_slice(&from.ip().octets());
    headers[16..20].copy_from_slice(&to.ip().octets());
    headers
}

/// The two words of an address, added.
fn words([a, b, c, d]: [u8; 4]) -> u32 {
    u32::from(u16::from_be_bytes([a, b])) + u32::from(u16::from_be_bytes([c, d]))
}

/// The sum of RFC 1071 of `bytes`.
fn sum(bytes: &[u8]) -> u16 {
    let (words, rest) = bytes.as_chunks::<2>();
    let sum: u32 = words
        .iter()
        .map(|word| u32::from(u16::from_be_bytes(*word)))
        .sum();
    let last = rest.first().map_or(0, |byte| u32::from(*byte) << 8);
    folded(sum + last)
}

/// `sum` in 16 bits, its carries added again.
fn folded(sum: u32) -> u16 {
    let once = (sum & 0xffff) + (sum >> 16);
    let twice = (once & 0xffff) + (once >> 16);
    u16::try_from(twice).expect("no carry is left of a carry")
}

#[cfg(test)]
mod tests {
    use etherparse::PacketBuilder;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_packet_is_the_one_that_etherparse_makes(
            ips in any::<[[u8; 4]; 2]>(),
            ports in any::<[u16; 2]>(),
            payload in prop::collection::vec(any::<u8>(), 0..40),
            times in prop_oneof![Just(1_usize), 1..3_000_usize],
        ) {
            let [from, to] = [0, 1].map(|end| SocketAddrV4::new(ips[end].into(), ports[end]));
            let payload = payload.repeat(times);
            let fitting = Fitting::new(&payload);
            let mut expected = Vec::new();
            PacketBuilder::ipv4(ips[0], ips[1], HOPS)
                .udp(ports[0], ports[1])
                .write(&mut expected, &payload[..payload.len().min(MAX_DATAGRAM)])
                .unwrap();
            prop_assert_eq!([&headers(from, to, fitting)[..], fitting.bytes].concat(), expected);
        }
    }

    /// Zero would say that there is no sum.
    #[test]
    fn a_sum_of_udp_is_never_zero() {
        let nobody = SocketAddrV4::new([0, 0, 0, 0].into(), 0);
        // 17 and twice the length, 10, are 37.
        let payload = (0xffff_u16 - 37).to_be_bytes();
        let headers = headers(nobody, nobody, Fitting::new(&payload));
        assert_eq!(headers[26..], [0xff, 0xff]);
    }
}
