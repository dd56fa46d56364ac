//! What the kernel knows of a UDP socket: Linux alone tells, in /proc/net/udp.
//!
//! Elsewhere nothing is known, and time alone decides whether a datagram is lost.

use std::net::SocketAddrV4;

/// Whether nothing waits in the receive buffer of the socket bound to `address`. Where the kernel
/// does not say, yes.
pub(super) fn receive_buffer_is_empty(address: SocketAddrV4) -> bool {
    let table = std::fs::read_to_string("/proc/net/udp").unwrap_or_default();
    waiting(&table, address).is_none_or(|bytes| bytes == 0)
}

/// The bytes that wait for `address` in the text of /proc/net/udp, if it is there.
fn waiting(table: &str, address: SocketAddrV4) -> Option<u64> {
    // The address is a number as the machine stores it, hence its bytes the other way round.
    let ip = u32::from_ne_bytes(address.ip().octets());
    let local = format!("{ip:08X}:{:04X}", address.port());
    let mut sockets = table.lines().map(|line| line.split_whitespace());
    let queues = sockets
        .find_map(|mut fields| (fields.nth(1)? == local).then(|| fields.nth(2)).flatten())?;
    let (_, receive) = queues.split_once(':')?;
    u64::from_str_radix(receive, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
 1131: 0100007F:1389 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 41205 2 0000000000000000 0
 1132: 0200007F:138A 00000000:0000 07 00000000:00000900 00:00000000 00000000     0        0 41206 2 0000000000000000 3
";

    #[cfg(target_endian = "little")]
    #[test]
    fn reads_what_waits() {
        let waits = |address: &str| waiting(TABLE, address.parse().unwrap());
        assert_eq!(waits("127.0.0.1:5001"), Some(0));
        assert_eq!(waits("127.0.0.2:5002"), Some(0x900));
        assert_eq!(waits("127.0.0.1:5002"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn agrees_with_the_kernel() {
        let socket = std::net::UdpSocket::bind("127.79.9.1:0").unwrap();
        let std::net::SocketAddr::V4(address) = socket.local_addr().unwrap() else {
            panic!("bound to IPv4");
        };
        assert!(receive_buffer_is_empty(address));
        socket.send_to(b"x", address).unwrap();
        assert!(!receive_buffer_is_empty(address));
        let mut buffer = [0; 8];
        socket.recv_from(&mut buffer).unwrap();
        assert!(receive_buffer_is_empty(address));
    }
}
