//! A datagram as the IPv4 packet that carries it.

use std::io;
use std::net::SocketAddrV4;

use etherparse::PacketBuilder;

use crate::wire::MAX_DATAGRAM;

/// The most bytes of a packet: those of IPv4, whose length has 16 bits.
pub(super) const MAX_LEN: u32 = 65_535;
/// The bytes of the headers of IPv4 and UDP.
const HEADERS: u32 = 28;
/// How many routers a packet may pass: what most systems write. None passes any.
const HOPS: u8 = 64;

/// Puts the packet with the datagram `payload` into `packet`, cut where it is too long for one, and
/// gives the length that it would have whole.
pub(super) fn put(
    packet: &mut Vec<u8>,
    from: SocketAddrV4,
    to: SocketAddrV4,
    payload: &[u8],
) -> io::Result<u32> {
    packet.clear();
    let fits = &payload[..payload.len().min(MAX_DATAGRAM)];
    PacketBuilder::ipv4(from.ip().octets(), to.ip().octets(), HOPS)
        .udp(from.port(), to.port())
        .write(packet, fits)
        .map_err(io::Error::other)?;
    let whole = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    Ok(whole.saturating_add(HEADERS))
}
