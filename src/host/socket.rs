//! The sockets of programs and live mode.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;

/// What a socket's buffers are raised to, as far as the system allows: a default receive buffer
/// keeps only 92 full RESPONSEs.
const BUFFER: usize = 4 << 20;

/// An address can't be bound.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.describe())]
pub struct BindError {
    /// The address.
    pub address: SocketAddrV4,
    /// What the system said.
    pub source: io::Error,
}

impl BindError {
    fn describe(&self) -> String {
        let Self { address, source } = self;
        match source.kind() {
            io::ErrorKind::AddrInUse => format!("{address} is taken by another program"),
            io::ErrorKind::AddrNotAvailable => {
                format!(
                    "cannot bind {address}: {} is no address of this machine",
                    address.ip()
                )
            }
            io::ErrorKind::PermissionDenied => {
                format!(
                    "cannot bind {address}: this user may not have port {}",
                    address.port()
                )
            }
            _ => format!("cannot bind {address}: {source}"),
        }
    }
}

/// Binds a socket with large buffers to `address`; port 0 takes a free one. For use within a tokio
/// runtime.
pub fn bind(address: SocketAddrV4) -> Result<UdpSocket, BindError> {
    let socket = bind_unregistered(address)?;
    UdpSocket::from_std(socket).map_err(|source| BindError { address, source })
}

/// Binds as [`bind`] does, for a runtime that takes the socket later on.
pub fn bind_unregistered(address: SocketAddrV4) -> Result<std::net::UdpSocket, BindError> {
    let bound = || {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
        raise(|size| socket.set_recv_buffer_size(size));
        raise(|size| socket.set_send_buffer_size(size));
        socket.set_nonblocking(true)?;
        socket.bind(&SocketAddr::V4(address).into())?;
        Ok(socket.into())
    };
    bound().map_err(|source| BindError { address, source })
}

/// The address that `socket` is bound to, its real port included.
pub fn local_address(socket: &UdpSocket) -> io::Result<SocketAddrV4> {
    ipv4(socket.local_addr()?)
}

/// The address from which this machine sends to `contact`. Nothing is sent to find it out.
pub fn address_towards(contact: SocketAddrV4) -> io::Result<Ipv4Addr> {
    let probe = std::net::UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    probe.connect(contact)?;
    Ok(*ipv4(probe.local_addr()?)?.ip())
}

/// The address of a socket that was made for IPv4.
fn ipv4(address: SocketAddr) -> io::Result<SocketAddrV4> {
    match address {
        SocketAddr::V4(address) => Ok(address),
        SocketAddr::V6(_) => Err(io::ErrorKind::AddrNotAvailable.into()),
    }
}

/// Asks for [`BUFFER`] bytes, and for less where the system refuses so many. Linux gives what it
/// allows without a word; others refuse.
fn raise(set: impl Fn(usize) -> io::Result<()>) {
    let mut size = BUFFER;
    while set(size).is_err() && size > BUFFER >> 5 {
        size /= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_contact_has_an_address() {
        let own = address_towards("127.59.0.1:5001".parse().unwrap()).unwrap();
        assert!(own.is_loopback());
    }

    #[tokio::test]
    async fn says_which_address_is_taken_or_not_here() {
        let first = bind("127.59.0.1:0".parse().unwrap()).unwrap();
        let taken = local_address(&first).unwrap();
        let error = bind(taken).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{taken} is taken by another program")
        );
        let error = bind("203.0.113.7:5001".parse().unwrap()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot bind 203.0.113.7:5001: 203.0.113.7 is no address of this machine"
        );
    }
}
