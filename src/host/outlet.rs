//! Sending at once, as the programs do: what can't be sent is told with the reason, never fatal,
//! and never keeps the receiver waiting for long.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, SocketAddrV4};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::timeout;

use super::machine_now;
use crate::endpoint::Transmit;
use crate::wire::MAX_DATAGRAM;

/// How long the datagrams that answer one datagram may wait, all together, for room in the send
/// buffer. Somebody who does not read may hold the whole of it: waiting without an end would make
/// the endpoint deaf.
const PATIENCE: Duration = Duration::from_millis(50);

/// Why a datagram was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unsent {
    /// It is longer than a datagram over IPv4 can be.
    TooLong,
    /// There was no room in the send buffer for too long.
    FullBuffer,
    /// No way leads from the socket's address to where it goes.
    Unreachable,
    /// Nobody is there, the system says.
    Refused,
    /// The system does not allow it: a broadcast address, a firewall.
    Forbidden,
    /// Another error of the system's.
    Failed,
}

impl Unsent {
    /// The reason in one word, for counting and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::FullBuffer => "full-buffer",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::Forbidden => "forbidden",
            Self::Failed => "failed",
        }
    }

    /// The reason behind an error of sending.
    fn of(error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        match error.kind() {
            // Of an IPv4 socket with a valid length, EINVAL is about the route: from a loopback
            // address to another machine, say.
            Kind::HostUnreachable
            | Kind::NetworkUnreachable
            | Kind::NetworkDown
            | Kind::AddrNotAvailable
            | Kind::InvalidInput => Self::Unreachable,
            Kind::ConnectionRefused | Kind::ConnectionReset => Self::Refused,
            Kind::PermissionDenied => Self::Forbidden,
            // ENOBUFS: the queue of the network card.
            Kind::OutOfMemory => Self::FullBuffer,
            _ => Self::Failed,
        }
    }
}

/// Sends through a socket at once, waiting only a little where its buffer is full.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outlet {
    patience: Duration,
    /// Whether the buffer was full to the end of the patience and nothing has been sent since.
    is_blocked: bool,
}

impl Outlet {
    /// Takes note that another datagram or deadline was handled: what is sent because of it may
    /// wait anew, unless nothing could be sent for long.
    pub fn refill(&mut self) {
        self.patience = match self.is_blocked {
            true => Duration::ZERO,
            false => PATIENCE,
        };
    }

    /// Sends `transmit`, or says why it can't be sent.
    pub async fn send(&mut self, socket: &UdpSocket, transmit: Transmit<'_>) -> Result<(), Unsent> {
        self.send_by(socket, transmit).await
    }

    async fn send_by(&mut self, way: &impl Way, transmit: Transmit<'_>) -> Result<(), Unsent> {
        if transmit.payload.len() > MAX_DATAGRAM {
            return Err(Unsent::TooLong);
        }
        loop {
            let error = match way.try_send(transmit.payload, transmit.to) {
                Ok(()) => {
                    self.is_blocked = false;
                    return Ok(());
                }
                Err(error) => error,
            };
            match error.kind() {
                io::ErrorKind::Interrupted => {}
                io::ErrorKind::WouldBlock if !self.patience.is_zero() => {
                    self.wait_for_room(way).await;
                }
                io::ErrorKind::WouldBlock => {
                    self.is_blocked = true;
                    return Err(Unsent::FullBuffer);
                }
                _ => return Err(Unsent::of(&error)),
            }
        }
    }

    /// Waits for room in the send buffer as long as the patience lasts, which it shortens.
    async fn wait_for_room(&mut self, way: &impl Way) {
        let began = machine_now();
        self.patience = match timeout(self.patience, way.writable()).await {
            Ok(()) => {
                let waited = machine_now().saturating_duration_since(began);
                self.patience.saturating_sub(waited)
            }
            Err(_) => Duration::ZERO,
        };
    }
}

/// What an outlet needs of a socket.
trait Way: Sync {
    fn try_send(&self, payload: &[u8], to: SocketAddrV4) -> io::Result<()>;
    fn writable(&self) -> impl Future<Output = ()> + Send;
}

impl Way for UdpSocket {
    fn try_send(&self, payload: &[u8], to: SocketAddrV4) -> io::Result<()> {
        self.try_send_to(payload, SocketAddr::V4(to)).map(|_| ())
    }

    async fn writable(&self) {
        // A failure to wait comes up again as a failure to send.
        let _sent_anyway = Self::writable(self).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Mutex;

    use super::*;

    /// Four bytes to somebody who does not read.
    fn transmit() -> Transmit<'static> {
        Transmit {
            to: "127.59.0.9:5001".parse().unwrap(),
            payload: &[0; 4],
        }
    }

    /// A socket whose send buffer has room for so many datagrams, ever.
    struct Room(Mutex<Cell<usize>>);

    impl Way for Room {
        fn try_send(&self, _: &[u8], _: SocketAddrV4) -> io::Result<()> {
            let room = self.0.lock().unwrap();
            match room.get() {
                0 => Err(io::ErrorKind::WouldBlock.into()),
                some => {
                    room.set(some - 1);
                    Ok(())
                }
            }
        }

        async fn writable(&self) {
            std::future::pending::<()>().await;
        }
    }

    #[tokio::test]
    async fn a_full_buffer_is_waited_for_once_until_something_goes_out() {
        let room = Room(Mutex::new(Cell::new(1)));
        let mut outlet = Outlet::default();
        outlet.refill();
        let began = machine_now();
        assert_eq!(outlet.send_by(&room, transmit()).await, Ok(()));
        assert_eq!(outlet.patience, PATIENCE);
        for _ in 0..1_000 {
            let sent = outlet.send_by(&room, transmit()).await;
            assert_eq!(sent, Err(Unsent::FullBuffer));
            outlet.refill();
        }
        let waited = machine_now() - began;
        // A thousand waits would have been 50 s.
        assert!(waited >= PATIENCE && waited < 500 * PATIENCE);
        room.0.lock().unwrap().set(1);
        assert_eq!(outlet.send_by(&room, transmit()).await, Ok(()));
        outlet.refill();
        assert_eq!(outlet.patience, PATIENCE);
    }

    #[tokio::test]
    async fn what_cannot_be_sent_is_told_with_the_reason() {
        let socket = super::super::bind("127.59.0.2:0".parse().unwrap()).unwrap();
        let mut outlet = Outlet::default();
        let mut send = async |to: &str, length| {
            let payload = vec![0; length];
            let transmit = Transmit {
                to: to.parse().unwrap(),
                payload: &payload,
            };
            // A new socket is writable only once the reactor has looked at it.
            outlet.refill();
            outlet.send(&socket, transmit).await
        };
        assert_eq!(send("127.59.0.9:5001", MAX_DATAGRAM).await, Ok(()));
        let too_long = send("127.59.0.9:5001", MAX_DATAGRAM + 1).await;
        assert_eq!(too_long, Err(Unsent::TooLong));
        assert_eq!(send("192.0.2.1:5001", 4).await, Err(Unsent::Unreachable));
        let broadcast = send("255.255.255.255:5001", 4).await;
        assert_eq!(broadcast, Err(Unsent::Forbidden));
    }
}
