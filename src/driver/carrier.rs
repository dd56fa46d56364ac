//! How a datagram crosses from its sender to its receiver in lockstep: through the kernel, between
//! the two's own sockets, or through memory.
//!
//! The sockets are the standard library's, blocking, one descriptor each and never registered with
//! a reactor: at most one datagram is under way, so there is nothing to wait for but it. They are
//! written to and read by plain system calls, since the C library makes each of them a place where a
//! thread can be cancelled, which costs time where a process has threads.

use std::io;
use std::net::{SocketAddrV4, UdpSocket};
use std::time::Duration;

use bytes::Bytes;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recvfrom, sendto};

use crate::roster::{EndpointId, Role, Roster};
use crate::rules::Carriage;

/// How long a datagram may take through the kernel before it counts as lost.
const LOST_AFTER: Duration = Duration::from_secs(1);

/// Datagrams of strangers that are read before one of the run is given up: whoever sends more fills
/// the buffer, too.
const MOST_STRANGERS: usize = 10_000;

/// Descriptors that a run needs beside its sockets and logs: the terminal, the runtime, files.
const SPARE_FILES: u64 = 64;

/// Carries one datagram at a time.
pub trait Carrier: Send {
    /// Takes `payload` across from `from` to `to`. What strangers sent there, and was read before it,
    /// is put into `strangers`.
    fn carry(
        &mut self,
        from: EndpointId,
        to: EndpointId,
        payload: &[u8],
        strangers: &mut Vec<(SocketAddrV4, Bytes)>,
    ) -> Carried;
}

/// What became of a datagram that was carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// It arrived: these bytes were read, and came from its sender's address.
    Arrived,
    /// The kernel took it and never gave it to its receiver's socket.
    Lost,
    /// The system refused to send it.
    CannotSend,
}

/// Carries through memory: the same run without sockets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory;

impl Carrier for Memory {
    fn carry(
        &mut self,
        _: EndpointId,
        _: EndpointId,
        _: &[u8],
        _: &mut Vec<(SocketAddrV4, Bytes)>,
    ) -> Carried {
        Carried::Arrived
    }
}

/// Carries through the kernel: one bound UDP socket for each endpoint of a run.
#[derive(Debug)]
pub struct Sockets {
    sockets: Vec<UdpSocket>,
    addresses: Vec<SocketAddrV4>,
    buffer: Vec<u8>,
}

/// An address of a run can't be bound.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Somebody has it.
    #[error("{address}, the address of {who}, is taken by another program")]
    Taken {
        /// Whose address it is: `peer p1`, say.
        who: String,
        /// The address.
        address: SocketAddrV4,
    },
    /// The system says no for another reason.
    #[error("cannot bind {address}, the address of {who}: {source}")]
    Refused {
        /// Whose address it is.
        who: String,
        /// The address.
        address: SocketAddrV4,
        /// What the system said.
        source: io::Error,
    },
    /// The process may not open so many sockets.
    #[error(
        "the run needs {need} open files, {sockets} of them sockets, and this process may have \
         {limit}"
    )]
    TooManyFiles {
        /// Files needed: sockets, logs, and some to spare.
        need: u64,
        /// How many of them are sockets.
        sockets: u64,
        /// The limit, already raised as far as the system allows.
        limit: u64,
    },
}

impl BindError {
    pub(crate) fn new(roster: &Roster, endpoint: EndpointId, source: io::Error) -> Self {
        let entry = roster.entry(endpoint);
        let address = entry.address;
        let who = match entry.role {
            Role::Peer => format!("peer {}", entry.name),
            Role::Client => format!("client {}", entry.name),
            Role::Nobody => "a neighbour that is not there".to_owned(),
        };
        match source.kind() {
            io::ErrorKind::AddrInUse => Self::Taken { who, address },
            _ => Self::Refused {
                who,
                address,
                source,
            },
        }
    }
}

/// Raises the soft limit of open files so that `roster` can have a log for each client and, with
/// sockets, one for each endpoint, or says that the hard limit forbids it.
pub fn raise_open_files(roster: &Roster, carriage: Carriage) -> Result<(), BindError> {
    let logs = roster.with_role(Role::Client).count() as u64;
    let sockets = match carriage {
        Carriage::Sockets => roster.len() as u64,
        Carriage::Memory => 0,
    };
    let need = sockets + logs + SPARE_FILES;
    match rlimit::increase_nofile_limit(need) {
        Ok(limit) if limit < need => Err(BindError::TooManyFiles {
            need,
            sockets,
            limit,
        }),
        // Where the limit can't be asked for, binding tells.
        Ok(_) | Err(_) => Ok(()),
    }
}

impl Sockets {
    /// Binds the address of every endpoint of `roster`.
    pub fn bind(roster: &Roster) -> Result<Self, BindError> {
        raise_open_files(roster, Carriage::Sockets)?;
        let bind = |(endpoint, entry): (EndpointId, crate::roster::Entry<'_>)| {
            let socket = UdpSocket::bind(entry.address)
                .and_then(|socket| socket.set_read_timeout(Some(LOST_AFTER)).map(|()| socket));
            socket.map_err(|source| BindError::new(roster, endpoint, source))
        };
        Ok(Self {
            sockets: roster.iter().map(bind).collect::<Result<_, _>>()?,
            addresses: roster.iter().map(|(_, entry)| entry.address).collect(),
            buffer: vec![0; 1 << 16],
        })
    }

    /// The socket of `endpoint` and its address, for who measures what the kernel itself takes. What
    /// is sent between runs has to be received before the next one.
    #[must_use]
    pub fn socket(&self, endpoint: EndpointId) -> (&UdpSocket, SocketAddrV4) {
        let index = endpoint.index();
        (&self.sockets[index], self.addresses[index])
    }
}

impl Carrier for Sockets {
    fn carry(
        &mut self,
        from: EndpointId,
        to: EndpointId,
        payload: &[u8],
        strangers: &mut Vec<(SocketAddrV4, Bytes)>,
    ) -> Carried {
        let (sender, receiver) = (self.addresses[from.index()], self.addresses[to.index()]);
        let sent = sendto(
            &self.sockets[from.index()],
            payload,
            SendFlags::empty(),
            &receiver,
        );
        if sent.is_err() {
            return Carried::CannotSend;
        }
        while strangers.len() < MOST_STRANGERS {
            let buffer = &mut self.buffer[..];
            match recvfrom(&self.sockets[to.index()], buffer, RecvFlags::empty()) {
                Ok((length, _, Some(source))) => {
                    let Ok(source) = SocketAddrV4::try_from(source) else {
                        return Carried::Lost;
                    };
                    let bytes = &self.buffer[..length];
                    // The bytes are compared too: one that was given up as lost may come late.
                    if source == sender && bytes == payload {
                        return Carried::Arrived;
                    }
                    strangers.push((source, Bytes::copy_from_slice(bytes)));
                }
                Err(Errno::INTR) => {}
                Ok(_) | Err(_) => return Carried::Lost,
            }
        }
        Carried::Lost
    }
}
