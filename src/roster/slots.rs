//! The addresses that a run hands out: slots, which arithmetic leads from and to.
//!
//! Slot i of the block 127.B/16 is port 5001 + i mod 250 of host address 1 + i div 250 in it: one port
//! after the other and one host address after the other, as docs/scenarios.md says ("Addresses").

use std::net::{Ipv4Addr, SocketAddrV4};

/// The port of the first slot of each host address.
pub const FIRST_PORT: u16 = 5001;
/// How many slots each host address has.
pub const PORTS: u16 = 250;
/// How many slots a block has. Its last host address has none: 127.255.255.255 is for broadcasts.
pub const SLOTS: usize = 0xfffe * PORTS as usize;

/// The address of slot `index` of block 127.`block`, unless it is beyond the block.
#[must_use]
pub fn address(block: u8, index: usize) -> Option<SocketAddrV4> {
    if index >= SLOTS {
        return None;
    }
    let ports = usize::from(PORTS);
    let [high, low] = u16::try_from(1 + index / ports).ok()?.to_be_bytes();
    let port = FIRST_PORT + u16::try_from(index % ports).ok()?;
    Some(SocketAddrV4::new(
        Ipv4Addr::new(127, block, high, low),
        port,
    ))
}

/// The block of `address` and its slot there, if it is one.
#[must_use]
pub fn slot(address: SocketAddrV4) -> Option<(u8, usize)> {
    let [127, block, high, low] = address.ip().octets() else {
        return None;
    };
    let host = u16::from_be_bytes([high, low]);
    let port = address.port().checked_sub(FIRST_PORT)?;
    if host == 0 || host == u16::MAX || port >= PORTS {
        return None;
    }
    let before = (usize::from(host) - 1) * usize::from(PORTS);
    Some((block, before + usize::from(port)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_has_an_address_of_its_own_that_leads_back() {
        for index in [0, 1, 249, 250, 251, 62_499, 62_500, 1_000_000, SLOTS - 1] {
            let address = address(7, index).unwrap();
            assert_eq!(slot(address), Some((7, index)), "{address}");
        }
        assert_eq!(address(7, SLOTS), None);
    }

    #[test]
    fn what_is_beside_the_slots_is_none() {
        for text in [
            "127.0.0.1:5000",
            "127.0.0.1:5251",
            "127.0.0.0:5001",
            "127.0.255.255:5001",
            "128.0.0.1:5001",
        ] {
            assert_eq!(slot(text.parse().unwrap()), None, "{text}");
        }
    }
}
