//! One endpoint on one tokio socket, in wall-clock time: what the standalone programs and live mode
//! run.
//!
//! The loop keeps the contract of [`crate::endpoint`] and decides nothing else. Whoever runs it
//! watches, sends and writes through a [`Station`]. Its turns:
//!
//! 1. wait for datagrams, the endpoint's deadline or the end;
//! 2. hand over the datagrams that are there, at most 64 of them, one after the other;
//! 3. fire the deadline if it has come: datagrams go first, but never keep it waiting for more
//!    than a batch.
//!
//! After each datagram and each deadline everything that the endpoint sends and tells goes to the
//! station, what it sends all at once: a [`Reaction`]. A receive error never ends the loop. A station may keep a datagram from the endpoint, and
//! tell the endpoint what happened to it; the programs' do neither.

mod outlet;
mod socket;

use std::future::Future;
use std::io;
use std::net::{SocketAddr, SocketAddrV4};
use std::pin::pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::net::UdpSocket;
use tokio::time::{Instant, sleep, sleep_until};

pub use outlet::{Outlet, Unsent};
pub use socket::{BindError, address_towards, bind, bind_unregistered, local_address};

use crate::endpoint::{ClientEndpoint, Endpoint, Happening, Outbox, Outcome, Receipt};
use crate::time::Time;

/// How many datagrams are handed over before the deadline and other tasks get their turn.
const BATCH: usize = 64;
/// Room for any datagram.
const RECEIVE_BUFFER: usize = 65_536;
/// How long to leave a socket alone that failed to receive: an error that stays must not spin.
const ERROR_PAUSE: Duration = Duration::from_millis(10);

/// The clock of a run: how long ago it began. Hosts of one run share it.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// The clock of a run that begins now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            start: machine_now(),
        }
    }

    /// The time of the run.
    #[must_use]
    pub fn now(self) -> Time {
        Time::from_start(machine_now().saturating_duration_since(self.start))
    }

    /// Ready when `time` has come; never when the machine's clock ends before it.
    pub async fn sleep_until(self, time: Time) {
        match self.start.checked_add(time.since(Time::ZERO)) {
            Some(instant) => sleep_until(instant).await,
            None => std::future::pending().await,
        }
    }
}

/// Nanoseconds since 1970 by the machine's clock: a number that a program which starts again has
/// not used before.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "a program that starts again knows nothing else that has grown"
)]
pub fn nanos_since_1970() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.unwrap_or_default().as_nanos();
    u64::try_from(since).unwrap_or(u64::MAX)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where live mode and the programs read the machine's clock"
)]
fn machine_now() -> Instant {
    Instant::now()
}

/// What is to be done with a datagram that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Hand it over, once the endpoint has been told that these things happened to it.
    HandOver(Vec<Happening>),
    /// Keep it from the endpoint.
    Keep,
}

/// What an endpoint handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled<'a> {
    /// A datagram that was read from its socket.
    Datagram {
        /// Who sent it.
        from: SocketAddrV4,
        /// Its bytes.
        bytes: &'a [u8],
        /// What the endpoint made of it.
        receipt: Receipt,
    },
    /// Its deadline.
    Deadline,
}

/// What an endpoint handled, and all that it does because of it but tell of chunks.
#[derive(Clone, Copy, Debug)]
pub struct Reaction<'a> {
    /// When it was handled.
    pub now: Time,
    /// What.
    pub handled: Handled<'a>,
    /// What it sends.
    pub out: &'a Outbox,
    /// Its next deadline.
    pub deadline: Option<Time>,
}

/// What is done around an endpoint: sending, recording, writing.
pub trait Station: Send {
    /// Why an outcome can't be written; it ends the loop.
    type Error: Send;

    /// A datagram from `from` was read, and nothing done with it yet.
    fn admit(&mut self, _now: Time, _from: SocketAddrV4, _datagram: &[u8]) -> Admission {
        Admission::HandOver(Vec::new())
    }

    /// What has happened to the endpoint since it was last handed something; its deadline has come.
    fn happened(&mut self) -> Vec<Happening> {
        Vec::new()
    }

    /// The endpoint has handled something: sends what it sends. Nothing is received before this is
    /// ready.
    fn reacted(
        &mut self,
        socket: &UdpSocket,
        reaction: Reaction<'_>,
    ) -> impl Future<Output = ()> + Send;

    /// The client tells what became of a chunk, because of what it handled last, at `now`.
    fn outcome(&mut self, now: Time, outcome: &Outcome) -> Result<(), Self::Error>;

    /// The socket failed to receive.
    fn receive_failed(&mut self, now: Time, error: &io::Error);
}

/// How a client's loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Each chunk has had its outcome.
    Done,
    /// It was told to stop.
    Stopped,
}

/// Runs an endpoint that tells nothing and has no end of its own, until `stop` is ready: a peer, or
/// a client that is done and goes on receiving.
pub async fn serve<E: Endpoint + ?Sized, S: Station>(
    endpoint: &mut E,
    socket: &UdpSocket,
    clock: Clock,
    station: &mut S,
    stop: impl Future<Output = ()> + Send,
) {
    // What has no outcomes has none that can't be written.
    let _stopped = run(Silent(endpoint), socket, clock, station, stop).await;
}

/// Runs a client until it is done, `stop` is ready or an outcome can't be written.
pub async fn attend<E: ClientEndpoint + ?Sized, S: Station>(
    client: &mut E,
    socket: &UdpSocket,
    clock: Clock,
    station: &mut S,
    stop: impl Future<Output = ()> + Send,
) -> Result<Ended, S::Error> {
    run(Telling(client), socket, clock, station, stop).await
}

/// An endpoint as the loop sees it: with or without something to tell and an end.
trait Hosted: Send {
    type Endpoint: Endpoint + ?Sized;
    fn endpoint(&mut self) -> &mut Self::Endpoint;
    fn poll_outcome(&mut self) -> Option<Outcome>;
    fn is_done(&self) -> bool;
}

struct Silent<'a, E: ?Sized>(&'a mut E);

impl<E: Endpoint + ?Sized> Hosted for Silent<'_, E> {
    type Endpoint = E;

    fn endpoint(&mut self) -> &mut E {
        self.0
    }

    fn poll_outcome(&mut self) -> Option<Outcome> {
        None
    }

    fn is_done(&self) -> bool {
        false
    }
}

struct Telling<'a, E: ?Sized>(&'a mut E);

impl<E: ClientEndpoint + ?Sized> Hosted for Telling<'_, E> {
    type Endpoint = E;

    fn endpoint(&mut self) -> &mut E {
        self.0
    }

    fn poll_outcome(&mut self) -> Option<Outcome> {
        self.0.poll_outcome()
    }

    fn is_done(&self) -> bool {
        self.0.is_done()
    }
}

async fn run<H: Hosted, S: Station>(
    mut hosted: H,
    socket: &UdpSocket,
    clock: Clock,
    station: &mut S,
    stop: impl Future<Output = ()> + Send,
) -> Result<Ended, S::Error> {
    let mut stop = pin!(stop);
    let mut buffer = vec![0; RECEIVE_BUFFER];
    let mut out = Outbox::default();
    while !hosted.is_done() {
        let deadline = hosted.endpoint().poll_deadline();
        tokio::select! {
            biased;
            () = &mut stop => return Ok(Ended::Stopped),
            // A failure to wait comes up again as a failure to receive.
            _ = socket.readable() => {
                receive(&mut hosted, socket, &mut buffer, &mut out, clock, station).await?;
            }
            () = come(deadline, clock) => {}
        }
        let now = clock.now();
        let is_due = |endpoint: &mut H::Endpoint| {
            let deadline = endpoint.poll_deadline();
            deadline.is_some_and(|deadline| deadline <= now)
        };
        if is_due(hosted.endpoint()) {
            for happening in station.happened() {
                hosted.endpoint().handle_happening(now, happening);
            }
            hosted.endpoint().handle_deadline(now, &mut out);
            follow_up(
                &mut hosted,
                now,
                Handled::Deadline,
                socket,
                &mut out,
                station,
            )
            .await?;
        }
    }
    Ok(Ended::Done)
}

/// Ready when `deadline` has come; never without one.
async fn come(deadline: Option<Time>, clock: Clock) {
    match deadline {
        Some(deadline) => clock.sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Hands over what is there, at most a batch.
async fn receive<H: Hosted, S: Station>(
    hosted: &mut H,
    socket: &UdpSocket,
    buffer: &mut [u8],
    out: &mut Outbox,
    clock: Clock,
    station: &mut S,
) -> Result<(), S::Error> {
    for _ in 0..BATCH {
        let (length, from) = match socket.try_recv_from(buffer) {
            Ok((length, SocketAddr::V4(from))) => (length, from),
            Ok((_, SocketAddr::V6(_))) => continue,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => {
                station.receive_failed(clock.now(), &error);
                sleep(ERROR_PAUSE).await;
                return Ok(());
            }
        };
        let now = clock.now();
        let bytes = &buffer[..length];
        match station.admit(now, from, bytes) {
            Admission::Keep => continue,
            Admission::HandOver(happenings) => {
                for happening in happenings {
                    hosted.endpoint().handle_happening(now, happening);
                }
            }
        }
        let receipt = hosted.endpoint().handle_datagram(now, from, bytes, out);
        let handled = Handled::Datagram {
            from,
            bytes,
            receipt,
        };
        follow_up(hosted, now, handled, socket, out, station).await?;
        if hosted.is_done() {
            return Ok(());
        }
    }
    // There may be more. Without this a socket that is never empty would keep the timers, the
    // signals and every other task of this thread waiting.
    tokio::task::yield_now().await;
    Ok(())
}

/// Passes on all that the endpoint sends and tells because of what it `handled`.
async fn follow_up<H: Hosted, S: Station>(
    hosted: &mut H,
    now: Time,
    handled: Handled<'_>,
    socket: &UdpSocket,
    out: &mut Outbox,
    station: &mut S,
) -> Result<(), S::Error> {
    let reaction = Reaction {
        now,
        handled,
        out,
        deadline: hosted.endpoint().poll_deadline(),
    };
    station.reacted(socket, reaction).await;
    out.clear();
    while let Some(outcome) = hosted.poll_outcome() {
        station.outcome(now, &outcome)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
