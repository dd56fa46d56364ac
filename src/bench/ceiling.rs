//! What a carrier is measured against: the same datagrams, raw.

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::time::Duration;

use bytes::Bytes;

use crate::driver::{Carried, Carrier, Memory, Sockets};
use crate::roster::EndpointId;

/// A carrier with the raw thing that it is measured against.
pub trait Ceiling: Carrier {
    /// Sends `payload` and receives it: `send_to` and `recv_from`, and nothing else.
    fn raw(
        &self,
        from: EndpointId,
        to: EndpointId,
        payload: &[u8],
        buffer: &mut [u8],
    ) -> io::Result<()>;
}

/// Raw is the same over the same sockets.
impl Ceiling for Sockets {
    fn raw(
        &self,
        from: EndpointId,
        to: EndpointId,
        payload: &[u8],
        buffer: &mut [u8],
    ) -> io::Result<()> {
        let (receiver, address) = self.socket(to);
        self.socket(from).0.send_to(payload, address)?;
        receiver.recv_from(buffer).map(drop)
    }
}

/// Memory, measured against a pair of sockets: what carrying costs at least where there are any.
#[derive(Debug)]
pub struct MemoryBesideSockets {
    memory: Memory,
    sender: UdpSocket,
    receiver: UdpSocket,
    address: SocketAddrV4,
}

impl MemoryBesideSockets {
    /// Binds two free ports.
    pub fn new() -> io::Result<Self> {
        let bind = || UdpSocket::bind((Ipv4Addr::LOCALHOST, 0));
        let (sender, receiver) = (bind()?, bind()?);
        receiver.set_read_timeout(Some(Duration::from_secs(1)))?;
        let port = receiver.local_addr()?.port();
        Ok(Self {
            memory: Memory,
            sender,
            receiver,
            address: SocketAddrV4::new(Ipv4Addr::LOCALHOST, port),
        })
    }
}

impl Carrier for MemoryBesideSockets {
    fn carry(
        &mut self,
        from: EndpointId,
        to: EndpointId,
        payload: &[u8],
        strangers: &mut Vec<(SocketAddrV4, Bytes)>,
    ) -> Carried {
        self.memory.carry(from, to, payload, strangers)
    }
}

impl Ceiling for MemoryBesideSockets {
    fn raw(
        &self,
        _: EndpointId,
        _: EndpointId,
        payload: &[u8],
        buffer: &mut [u8],
    ) -> io::Result<()> {
        self.sender.send_to(payload, self.address)?;
        self.receiver.recv_from(buffer).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_carries_what_it_is_given_and_raw_crosses_beside_it() {
        let mut carrier = MemoryBesideSockets::new().unwrap();
        let (from, to) = (EndpointId(3), EndpointId(7));
        let carried = carrier.carry(from, to, b"hello", &mut Vec::new());
        assert_eq!(carried, Carried::Arrived);
        let mut buffer = [0; 16];
        carrier.raw(from, to, b"raw", &mut buffer).unwrap();
        assert_eq!(&buffer[..4], b"raw\0");
    }
}
