//! What a bare program does that binds and carries as much as a flood: `p2p-sim` itself, told to do
//! nothing else, so that both are built and started alike.

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::sync::atomic::AtomicBool;

use bytes::{Buf, BufMut, Bytes};

use super::BenchError;
use crate::driver::{self, Carried, Carrier, Cast, Control, Memory, lockstep};
use crate::roster::EndpointId;
use crate::scenario::Scenario;
use crate::wire::MAX_DATAGRAM;

/// Addresses to bind, and datagrams to carry between them in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bare {
    addresses: Vec<SocketAddrV4>,
    /// From which place among the addresses, to which, and how long.
    datagrams: Vec<(u32, u32, u16)>,
}

impl Bare {
    /// What a run of `scenario` binds and carries.
    pub fn of(scenario: &Scenario) -> Result<Self, BenchError> {
        let addresses = scenario.roster.iter().map(|(_, entry)| entry.address);
        let mut noted = Noted(Self {
            addresses: addresses.collect(),
            datagrams: Vec::new(),
        });
        let folder = tempfile::tempdir()
            .map_err(|error| BenchError::Machine("cannot make a folder for logs", error))?;
        let logs = driver::open_logs(scenario, folder.path())?;
        let control = Control {
            max_datagrams: u64::MAX,
            stop: &AtomicBool::new(false),
            watcher: &mut (),
        };
        lockstep::run(scenario, Cast::of(scenario), &mut noted, logs, control)?;
        Ok(noted.0)
    }

    /// Binds and carries, raw.
    pub fn run(&self) -> io::Result<()> {
        let sockets = self.addresses.iter().map(UdpSocket::bind);
        let sockets: Vec<UdpSocket> = sockets.collect::<io::Result<_>>()?;
        let (payload, mut buffer) = (vec![0; MAX_DATAGRAM], vec![0; 1 << 16]);
        for (from, to, length) in &self.datagrams {
            let (from, to) = (*from as usize, *to as usize);
            let payload = &payload[..usize::from(*length)];
            sockets[from].send_to(payload, self.addresses[to])?;
            sockets[to].recv_from(&mut buffer)?;
        }
        Ok(())
    }

    /// As bytes that [`read`](Self::read) takes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let count = u32::try_from(self.addresses.len()).expect("a run has fewer than 2^32 ends");
        bytes.put_u32(count);
        for address in &self.addresses {
            bytes.put_u32(address.ip().to_bits());
            bytes.put_u16(address.port());
        }
        for (from, to, length) in &self.datagrams {
            bytes.put_u32(*from);
            bytes.put_u32(*to);
            bytes.put_u16(*length);
        }
        bytes
    }

    /// What [`bytes`](Self::bytes) wrote; nothing when it is anything else.
    #[must_use]
    pub fn read(mut bytes: &[u8]) -> Option<Self> {
        let mut bare = Self::default();
        for _ in 0..bytes.try_get_u32().ok()? {
            let ip = Ipv4Addr::from_bits(bytes.try_get_u32().ok()?);
            let port = bytes.try_get_u16().ok()?;
            bare.addresses.push(SocketAddrV4::new(ip, port));
        }
        let ends = bare.addresses.len();
        while !bytes.is_empty() {
            let from = bytes.try_get_u32().ok()?;
            let to = bytes.try_get_u32().ok()?;
            let length = bytes.try_get_u16().ok()?;
            let is_there = |end: u32| (end as usize) < ends;
            let fits = usize::from(length) <= MAX_DATAGRAM;
            if !is_there(from) || !is_there(to) || !fits {
                return None;
            }
            bare.datagrams.push((from, to, length));
        }
        Some(bare)
    }
}

/// Carries in memory and notes what.
struct Noted(Bare);

impl Carrier for Noted {
    fn carry(
        &mut self,
        from: EndpointId,
        to: EndpointId,
        payload: &[u8],
        strangers: &mut Vec<(SocketAddrV4, Bytes)>,
    ) -> Carried {
        let length = u16::try_from(payload.len()).expect("a datagram's length fits 16 bits");
        self.0.datagrams.push((from.0, to.0, length));
        Memory.carry(from, to, payload, strangers)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::bench::floods::MESH;

    #[test]
    fn it_carries_what_the_run_carries_and_is_read_as_it_was_written() {
        let net = Some("127.150".parse().unwrap());
        let mesh = Scenario::read(Path::new("mesh.toml"), MESH.to_owned(), net, None).unwrap();
        let bare = Bare::of(&mesh).unwrap();
        assert_eq!((bare.addresses.len(), bare.datagrams.len()), (7, 68));
        assert_eq!(Bare::read(&bare.bytes()), Some(bare.clone()));
        bare.run().unwrap();
    }

    #[test]
    fn what_is_anything_else_is_not_read() {
        let bare = Bare {
            addresses: vec!["127.0.0.1:5001".parse().unwrap()],
            datagrams: vec![(0, 0, 14)],
        };
        let bytes = bare.bytes();
        assert_eq!(bytes.len(), 20);
        for cut in (0..10).chain(11..20) {
            assert_eq!(Bare::read(&bytes[..cut]), None, "{cut}");
        }
        let nowhere = Bare {
            datagrams: vec![(0, 1, 14)],
            ..bare
        };
        assert_eq!(Bare::read(&nowhere.bytes()), None);
    }
}
