//! What the kernel knows of a UDP socket: Linux alone tells, in /proc/net/udp.
//!
//! Elsewhere nothing is known, and time alone decides whether a datagram is lost.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

/// What waits in the receive buffers of this machine.
pub(super) struct ReceiveBuffers {
    /// The bytes that wait for each address.
    waiting: BTreeMap<SocketAddrV4, u64>,
}

impl ReceiveBuffers {
    /// Asks the kernel.
    pub(super) fn read() -> Self {
        let table = std::fs::read_to_string("/proc/net/udp").unwrap_or_default();
        Self::parse(&table)
    }

    /// Whether nothing waits for the socket bound to `address`. Where the kernel does not say, yes.
    pub(super) fn is_empty(&self, address: SocketAddrV4) -> bool {
        self.waiting.get(&address).is_none_or(|bytes| *bytes == 0)
    }

    fn parse(table: &str) -> Self {
        let waiting = table.lines().filter_map(|line| {
            let mut fields = line.split_whitespace();
            let (ip, port) = fields.nth(1)?.split_once(':')?;
            let (_, receive) = fields.nth(2)?.split_once(':')?;
            // The address is a number as the machine stores it, hence its bytes in that order.
            let ip = u32::from_str_radix(ip, 16).ok()?.to_ne_bytes();
            let port = u16::from_str_radix(port, 16).ok()?;
            let bytes = u64::from_str_radix(receive, 16).ok()?;
            Some((SocketAddrV4::new(ip.into(), port), bytes))
        });
        Self {
            waiting: waiting.collect(),
        }
    }
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
        let buffers = ReceiveBuffers::parse(TABLE);
        let waits = |address: &str| buffers.waiting.get(&address.parse().unwrap()).copied();
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
        assert!(ReceiveBuffers::read().is_empty(address));
        socket.send_to(b"x", address).unwrap();
        assert!(!ReceiveBuffers::read().is_empty(address));
        let mut buffer = [0; 8];
        socket.recv_from(&mut buffer).unwrap();
        assert!(ReceiveBuffers::read().is_empty(address));
    }
}
