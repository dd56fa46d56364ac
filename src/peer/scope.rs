//! Whom a peer answers: a QUERY names the address to be answered, and must not be a way to make a
//! peer on an open network send to a victim (docs/protocol.md, "Abuse").

use std::fmt;
use std::net::{Ipv4Addr, SocketAddrV4};

/// How far an IPv4 address reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// 127.0.0.0/8: this machine.
    Loopback,
    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and 169.254.0.0/16: this site.
    Private,
    /// Every other address.
    Public,
}

impl Scope {
    /// The scope of the address `ip`.
    #[must_use]
    pub const fn of(ip: Ipv4Addr) -> Self {
        if ip.is_loopback() {
            Self::Loopback
        } else if ip.is_private() || ip.is_link_local() {
            Self::Private
        } else {
            Self::Public
        }
    }

    /// The scope of a peer that is bound to `ip`; 0.0.0.0 counts as private.
    #[must_use]
    pub const fn of_bound(ip: Ipv4Addr) -> Self {
        match ip.is_unspecified() {
            true => Self::Private,
            false => Self::of(ip),
        }
    }

    /// Whether a peer of this scope answers the address `ip`: loopback answers loopback, private
    /// answers private, public answers everybody.
    #[must_use]
    pub fn answers(self, ip: Ipv4Addr) -> bool {
        self == Self::Public || self == Self::of(ip)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::Public => "public",
        })
    }
}

/// Whether a client can be at `address`: not at port 0, not in 0.0.0.0/8, not at a multicast or
/// broadcast address, not in 240.0.0.0/4.
#[must_use]
pub(super) const fn can_be_a_client(address: SocketAddrV4) -> bool {
    let first = address.ip().octets()[0];
    // 224 and above: multicast, 240.0.0.0/4 and broadcast.
    address.port() != 0 && first != 0 && first < 224
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_answer_their_own() {
        let bound = |ip: &str| Scope::of_bound(ip.parse().unwrap());
        let answers = |own: &str, ip: &str| bound(own).answers(ip.parse().unwrap());
        assert!(answers("127.0.0.1", "127.9.9.9"));
        assert!(!answers("127.0.0.1", "10.0.0.1"));
        assert!(!answers("127.0.0.1", "8.8.8.8"));
        assert!(answers("10.0.0.1", "192.168.1.1"));
        assert!(answers("172.31.0.1", "169.254.3.4"));
        assert!(!answers("172.31.0.1", "172.32.0.1"));
        assert!(!answers("10.0.0.1", "127.0.0.1"));
        assert!(answers("0.0.0.0", "10.0.0.1"));
        assert!(!answers("0.0.0.0", "127.0.0.1"));
        assert!(!answers("0.0.0.0", "1.1.1.1"));
        assert!(answers("1.1.1.1", "10.0.0.1"));
        assert!(answers("1.1.1.1", "9.9.9.9"));
    }

    #[test]
    fn nobody_is_at_impossible_addresses() {
        for address in [
            "127.0.0.1:0",
            "0.0.0.0:5001",
            "0.1.2.3:5001",
            "224.0.0.1:5001",
            "239.255.255.250:1900",
            "240.0.0.1:5001",
            "255.255.255.255:5001",
        ] {
            assert!(!can_be_a_client(address.parse().unwrap()), "{address}");
        }
        assert!(can_be_a_client("223.255.255.255:65535".parse().unwrap()));
        assert!(can_be_a_client("1.0.0.0:1".parse().unwrap()));
    }
}
