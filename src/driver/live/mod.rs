//! Live mode: each endpoint is a task on its own tokio socket, in wall-clock time, exactly as the
//! standalone programs run it.
//!
//! The run is spread over threads, each with a runtime and a part of the endpoints of its own: a
//! datagram is sent by the thread that will read it, so that the kernel passes it on within one
//! processor. From one to another it takes twice as long (docs/performance.md).
//!
//! The order of a run is the machine's. What is ours is that nothing is lost in a receive buffer:
//! the hub lets at most 64 datagrams at a time lie in each, and holds the others back. It also
//! records every event, so that live and lockstep are judged by the same readers.

mod hub;
mod kernel;
mod shard;
mod station;

use std::io;
use std::net::UdpSocket;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{BindError, Cast, Ended, Ran, Watcher, raise_open_files};
use crate::host::{self, Clock};
use crate::log::{ClientLog, LogError};
use crate::roster::{EndpointId, Role, Roster};
use crate::rules::Carriage;
use crate::scenario::Scenario;

use hub::Hub;
use shard::{Part, Shard};

/// How often the run looks whether it should end and whether the kernel lost something.
const LOOK: Duration = Duration::from_millis(20);

/// How long what went into a receive buffer may take to be read, once nothing waits there.
const LOST_AFTER: Duration = Duration::from_secs(1);

/// The sockets of a live run, bound and not yet read. An address where nobody is may be another
/// program's; it then has none.
#[derive(Debug)]
pub struct Bound(Vec<Option<UdpSocket>>);

/// How a live run is run, what may end it early, and who looks on.
pub struct Control {
    /// On how many threads.
    pub threads: NonZeroUsize,
    /// The most datagrams that may be sent.
    pub max_datagrams: u64,
    /// Set from outside to end the run as soon as possible.
    pub stop: Arc<AtomicBool>,
    /// Sees each event as it is recorded.
    pub watcher: Box<dyn Watcher>,
}

/// As many threads as the machine runs at once.
#[must_use]
pub fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Why a live run can't begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The system gives no more threads, or no way to wait for sockets.
    #[error("cannot start a thread of the run: {0}")]
    Runtime(#[from] io::Error),
    /// What a client logs can't be written.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Binds the address of every endpoint of `roster`.
pub fn bind(roster: &Roster) -> Result<Bound, BindError> {
    raise_open_files(roster, Carriage::Sockets)?;
    let bind = |(endpoint, entry): (EndpointId, crate::roster::Entry<'_>)| {
        match host::bind_unregistered(entry.address) {
            Ok(socket) => Ok(Some(socket)),
            // Somebody is there after all: a neighbour outside the run.
            Err(error)
                if entry.role == Role::Nobody
                    && error.source.kind() == io::ErrorKind::AddrInUse =>
            {
                Ok(None)
            }
            Err(error) => Err(BindError::new(roster, endpoint, error.source)),
        }
    };
    roster.iter().map(bind).collect::<Result<_, _>>().map(Bound)
}

/// Runs `scenario` with `cast` on `bound`, and writes what the clients log into `logs`, which has a
/// log for each client in the order of the scenario.
///
/// Returns when all clients are done and nothing is in flight, or when `control` ends it. All its
/// tasks have ended then. Call it within a tokio runtime.
pub async fn run(
    scenario: Arc<Scenario>,
    cast: Cast,
    bound: Bound,
    logs: Vec<ClientLog>,
    control: Control,
) -> Result<Ran, LiveError> {
    let paths = logs.iter().map(|log| log.path().to_owned()).collect();
    let clock = Clock::start();
    let shards: Vec<Shard> = (0..control.threads.get())
        .map(Shard::new)
        .collect::<Result<_, _>>()?;
    let sockets = (0..).map(EndpointId).zip(bound.0);
    let sockets = sockets
        .map(|(endpoint, socket)| {
            let shard = &shards[hub::shard_of(endpoint, shards.len())];
            socket.map(|socket| shard.register(socket)).transpose()
        })
        .collect::<Result<_, _>>()?;
    let hub = Hub::new(
        Arc::clone(&scenario),
        sockets,
        shards.len(),
        clock,
        control.watcher,
    );
    let hub = Arc::new(hub);
    let (end, ending) = watch::channel(false);
    let parts = Part::deal(&hub, cast, logs, shards.len());
    let mut threads = JoinSet::new();
    for (shard, part) in shards.into_iter().zip(parts) {
        let (hub, ending) = (Arc::clone(&hub), ending.clone());
        threads.spawn_blocking(move || shard.play(part, hub, clock, ending));
    }
    drop(ending);
    let ended = look_on(
        &hub,
        &mut threads,
        scenario.clients.len(),
        &control.stop,
        control.max_datagrams,
    );
    let ended = ended.await;
    // Every thread holds a receiver until it has ended, so somebody is told.
    end.send_replace(true);
    while let Some(joined) = threads.join_next().await {
        joined.expect("no thread of a run panics")?;
    }
    let ended = ended?;
    let (recording, in_flight) = hub.close();
    Ok(Ran {
        recording,
        ended,
        in_flight,
        clock: clock.now(),
        logs: paths,
    })
}

/// Waits until the run is over, and says why it is.
async fn look_on(
    hub: &Hub,
    threads: &mut JoinSet<Result<(), LogError>>,
    clients: usize,
    stop: &AtomicBool,
    max_datagrams: u64,
) -> Result<Ended, LogError> {
    loop {
        tokio::select! {
            // A thread that ends before it is told to has met an error.
            Some(joined) = threads.join_next() => {
                joined.expect("no thread of a run panics")?;
            }
            () = tokio::time::sleep(LOOK) => hub.find_lost(LOST_AFTER),
            () = hub.something_ended() => {}
        }
        let look = hub.look();
        if stop.load(Ordering::Relaxed) {
            return Ok(Ended::Interrupted);
        }
        if look.sent > max_datagrams {
            return Ok(Ended::LimitReached);
        }
        if look.done == clients && look.is_still() {
            return Ok(Ended::Complete);
        }
    }
}
