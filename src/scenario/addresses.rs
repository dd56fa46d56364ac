//! Addresses are the scenario's: which one each endpoint gets, and which can be given.
//!
//! Endpoint number i, peers first, has slot i of the run's /16 block unless the scenario gives it
//! an address: 127.0.0.1:5001 to 5250, then 127.0.0.2:5001 to 5250, and so on.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::str::FromStr;

use crate::roster::slots;

/// The /16 block of loopback addresses that a run is in, `127.B`; 127.0 when not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Net(pub u8);

impl Net {
    /// How many slots a block has.
    pub const SLOTS: usize = slots::SLOTS;

    /// The address of slot `index`, unless it is beyond the block.
    #[must_use]
    pub fn slot(self, index: usize) -> Option<SocketAddrV4> {
        slots::address(self.0, index)
    }

    /// `address` in this block when it is a loopback address; any other stays as it is.
    #[must_use]
    pub fn moved(self, address: SocketAddrV4) -> SocketAddrV4 {
        match address.ip().octets() {
            [127, _, high, low] => {
                SocketAddrV4::new(Ipv4Addr::new(127, self.0, high, low), address.port())
            }
            _ => address,
        }
    }
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "127.{}", self.0)
    }
}

/// A text is not `127.` and a number from 0 to 255.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no block of loopback addresses; write `127.` and a number from 0 to 255")]
pub struct NotANet(pub String);

impl FromStr for Net {
    type Err = NotANet;

    fn from_str(text: &str) -> Result<Self, NotANet> {
        let number = text
            .strip_prefix("127.")
            .and_then(|number| number.parse().ok());
        let net = number.map(Self).filter(|net| net.to_string() == text);
        net.ok_or_else(|| NotANet(text.to_owned()))
    }
}

/// Why nobody can be at an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AddressFault {
    #[error("not an IPv4 address and a port")]
    NotAnAddress,
    #[error("an IPv6 address; the protocol knows IPv4 only")]
    Ipv6,
    #[error("the port is missing")]
    NoPort,
    #[error("port 0 is no port that can be sent to")]
    PortZero,
    #[error("{0} is no host's address: {1}")]
    NoHost(Ipv4Addr, &'static str),
}

/// Reads `ip:port`, the address of one host.
pub(crate) fn parse_address(text: &str) -> Result<SocketAddrV4, AddressFault> {
    if let Ok(address) = text.parse::<SocketAddrV4>() {
        return check_address(address);
    }
    if text.parse::<Ipv4Addr>().is_ok() {
        return Err(AddressFault::NoPort);
    }
    let host = text.trim_start_matches('[').split(']').next();
    if host.is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok()) {
        return Err(AddressFault::Ipv6);
    }
    Err(AddressFault::NotAnAddress)
}

/// Passes `address` when a host can be there.
pub(crate) fn check_address(address: SocketAddrV4) -> Result<SocketAddrV4, AddressFault> {
    let ip = *address.ip();
    let why = match ip.octets() {
        [0, ..] => "0.0.0.0/8 is reserved",
        [127, _, 255, 255] => "it is broadcast",
        [224..=239, ..] => "it is multicast",
        [255, 255, 255, 255] => "it is broadcast",
        [240..=255, ..] => "240.0.0.0/4 is reserved",
        _ if address.port() == 0 => return Err(AddressFault::PortZero),
        _ => return Ok(address),
    };
    Err(AddressFault::NoHost(ip, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(net: u8, index: usize) -> Option<String> {
        Net(net).slot(index).map(|address| address.to_string())
    }

    #[test]
    fn slots_fill_one_host_address_after_the_other() {
        for (index, address) in [
            (0, "127.0.0.1:5001"),
            (249, "127.0.0.1:5250"),
            (250, "127.0.0.2:5001"),
            (255 * 250 - 1, "127.0.0.255:5250"),
            (255 * 250, "127.0.1.0:5001"),
            (Net::SLOTS - 1, "127.0.255.254:5250"),
        ] {
            assert_eq!(slot(0, index).as_deref(), Some(address), "slot {index}");
        }
        assert_eq!(slot(0, Net::SLOTS), None);
        assert_eq!(slot(0, usize::MAX), None);
        assert_eq!(slot(255, 3).as_deref(), Some("127.255.0.1:5004"));
    }

    #[test]
    fn a_net_moves_loopback_addresses_only() {
        let moved = |text: &str| Net(9).moved(text.parse().unwrap()).to_string();
        assert_eq!(moved("127.0.3.4:7000"), "127.9.3.4:7000");
        assert_eq!(moved("127.200.3.4:7000"), "127.9.3.4:7000");
        assert_eq!(moved("10.0.3.4:7000"), "10.0.3.4:7000");
    }

    #[test]
    fn nets_are_written_as_they_are_read() {
        for text in ["127.0", "127.7", "127.255"] {
            assert_eq!(text.parse::<Net>().unwrap().to_string(), text);
        }
        for text in [
            "", "127", "127.", "127.256", "127.-1", "127.+1", "127.01", "128.1", "127.1.1",
        ] {
            assert_eq!(text.parse::<Net>(), Err(NotANet(text.to_owned())));
        }
    }

    #[test]
    fn only_a_host_and_its_port_are_an_address() {
        for text in ["127.0.0.1:1", "10.1.2.3:65535", "223.255.255.255:5001"] {
            assert_eq!(parse_address(text).unwrap().to_string(), text);
        }
        for (text, said) in [
            ("", "not an IPv4 address and a port"),
            ("localhost:5001", "not an IPv4 address and a port"),
            ("127.0.0.1:65536", "not an IPv4 address and a port"),
            ("127.0.0.1", "the port is missing"),
            ("127.0.0.1:0", "port 0 is no port that can be sent to"),
            (
                "[::1]:5001",
                "an IPv6 address; the protocol knows IPv4 only",
            ),
            ("::1", "an IPv6 address; the protocol knows IPv4 only"),
            (
                "0.0.0.0:5001",
                "0.0.0.0 is no host's address: 0.0.0.0/8 is reserved",
            ),
            (
                "224.0.0.1:5001",
                "224.0.0.1 is no host's address: it is multicast",
            ),
            (
                "240.0.0.1:5001",
                "240.0.0.1 is no host's address: 240.0.0.0/4 is reserved",
            ),
            (
                "255.255.255.255:5001",
                "255.255.255.255 is no host's address: it is broadcast",
            ),
            (
                "127.255.255.255:5001",
                "127.255.255.255 is no host's address: it is broadcast",
            ),
        ] {
            assert_eq!(
                parse_address(text).unwrap_err().to_string(),
                said,
                "{text:?}"
            );
        }
    }
}
