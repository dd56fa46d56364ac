//! Which addresses can be given to endpoints. Those that are not given are slots of the run's
//! [`Net`](crate::roster::Net).

use std::net::{Ipv4Addr, SocketAddrV4};

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
