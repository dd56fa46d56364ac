//! Blocks of loopback addresses, and the slots that endpoints get in them by their places.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::str::FromStr;

/// The port of the first slot of each host address.
pub const FIRST_PORT: u16 = 5001;
/// How many slots each host address has.
pub const PORTS: u16 = 250;

/// The /16 block of loopback addresses that a run is in, `127.B`; 127.0 when not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Net(pub u8);

impl Net {
    /// How many slots a block has. Its last host address has none: 127.255.255.255 is for
    /// broadcasts.
    pub const SLOTS: usize = HOSTS as usize * PORTS as usize;

    /// The address of slot `index`, unless it is beyond the block.
    #[must_use]
    #[inline]
    pub fn slot(self, index: usize) -> Option<SocketAddrV4> {
        if index >= Self::SLOTS {
            return None;
        }
        let ports = usize::from(PORTS);
        let [high, low] = u16::try_from(1 + index / ports).ok()?.to_be_bytes();
        let port = FIRST_PORT + u16::try_from(index % ports).ok()?;
        Some(SocketAddrV4::new(
            Ipv4Addr::new(127, self.0, high, low),
            port,
        ))
    }

    /// The block and the slot that `address` is, if it is one: the reverse of [`slot`](Self::slot).
    #[must_use]
    #[inline]
    pub fn slot_of(address: SocketAddrV4) -> Option<(Self, usize)> {
        let [127, net, high, low] = address.ip().octets() else {
            return None;
        };
        let port = address.port().wrapping_sub(FIRST_PORT);
        let host = u16::from_be_bytes([high, low]).wrapping_sub(1);
        let slot = usize::from(host) * usize::from(PORTS) + usize::from(port);
        (port < PORTS && host < HOSTS).then_some((Self(net), slot))
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

/// How many host addresses of a block have slots.
const HOSTS: u16 = 0xfffe;

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
            let told = Net::slot_of(address.parse().unwrap());
            assert_eq!(told, Some((Net(0), index)), "{address}");
        }
        assert_eq!(slot(0, Net::SLOTS), None);
        assert_eq!(slot(0, usize::MAX), None);
        assert_eq!(slot(255, 3).as_deref(), Some("127.255.0.1:5004"));
    }

    #[test]
    fn other_addresses_are_no_slots() {
        for address in [
            "127.0.0.1:5000",
            "127.0.0.1:5251",
            "127.0.0.1:1",
            "127.0.0.0:5001",
            "127.0.255.255:5001",
            "128.0.0.1:5001",
            "10.0.0.1:5001",
        ] {
            assert_eq!(Net::slot_of(address.parse().unwrap()), None, "{address}");
        }
        let there = Net::slot_of("127.9.0.2:5003".parse().unwrap());
        assert_eq!(there, Some((Net(9), 252)));
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
}
