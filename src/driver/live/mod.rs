//! Live mode: each endpoint is a task on its own tokio socket, in wall-clock time, exactly as the
//! standalone programs run it.
//!
//! The order of a run is the machine's. What is ours is that nothing is lost in a receive buffer:
//! the hub lets at most 64 datagrams at a time lie in each, and holds the others back. It also
//! records every event, so that live and lockstep are judged by the same readers.

mod hub;
mod kernel;
mod station;

use std::net::SocketAddrV4;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{BindError, Cast, Ended, Ran, Watcher, raise_open_files};
use crate::endpoint::{ClientEndpoint, Endpoint, Outbox, Receipt};
use crate::host::{self, Clock};
use crate::log::{ClientLog, LogError};
use crate::roster::{EndpointId, Role, Roster};
use crate::rules::Carriage;
use crate::scenario::Scenario;
use crate::time::Time;

use hub::Hub;
use station::LiveStation;

/// How often the run looks whether it should end and whether the kernel lost something.
const LOOK: Duration = Duration::from_millis(20);

/// How long what went into a receive buffer may take to be read, once nothing waits there.
const LOST_AFTER: Duration = Duration::from_secs(1);

/// The sockets of a live run, bound and not yet read. An address where nobody is may be another
/// program's; it then has none.
#[derive(Debug)]
pub struct Bound(Vec<Option<UdpSocket>>);

/// What may end a live run early, and who looks on.
pub struct Control {
    /// The most datagrams that may be sent.
    pub max_datagrams: u64,
    /// Set from outside to end the run as soon as possible.
    pub stop: Arc<AtomicBool>,
    /// Sees each event as it is recorded.
    pub watcher: Box<dyn Watcher>,
}

/// Binds the address of every endpoint of `roster`. Call it within a tokio runtime.
pub fn bind(roster: &Roster) -> Result<Bound, BindError> {
    raise_open_files(roster, Carriage::Sockets)?;
    let bind = |(endpoint, entry): (EndpointId, crate::roster::Entry<'_>)| {
        match host::bind(entry.address) {
            Ok(socket) => Ok(Some(socket)),
            // Somebody is there after all: a neighbour outside the run.
            Err(error)
                if entry.role == Role::Nobody
                    && error.source.kind() == std::io::ErrorKind::AddrInUse =>
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
/// tasks have ended then.
pub async fn run(
    scenario: Arc<Scenario>,
    cast: Cast,
    bound: Bound,
    logs: Vec<ClientLog>,
    control: Control,
) -> Result<Ran, LogError> {
    let paths = logs.iter().map(|log| log.path().to_owned()).collect();
    let clock = Clock::start();
    let sockets: Vec<Option<Arc<UdpSocket>>> =
        bound.0.into_iter().map(|s| s.map(Arc::new)).collect();
    let hub = Arc::new(Hub::new(
        Arc::clone(&scenario),
        sockets.clone(),
        clock,
        control.watcher,
    ));
    let (end, ending) = watch::channel(false);
    let mut tasks: JoinSet<Result<(), LogError>> = JoinSet::new();
    let stage = Stage {
        hub: Arc::clone(&hub),
        clock,
        ending,
    };
    stage.enter(&mut tasks, &sockets, cast, logs);
    drop(stage);
    let ended = look_on(
        &hub,
        &mut tasks,
        scenario.clients.len(),
        &control.stop,
        control.max_datagrams,
    );
    let ended = ended.await;
    // Every task holds a receiver until it has ended, so somebody is told.
    end.send_replace(true);
    while let Some(joined) = tasks.join_next().await {
        joined.expect("no task of a run panics or is aborted")?;
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
    tasks: &mut JoinSet<Result<(), LogError>>,
    clients: usize,
    stop: &AtomicBool,
    max_datagrams: u64,
) -> Result<Ended, LogError> {
    loop {
        tokio::select! {
            // A task that ends before it is told to has met an error.
            Some(joined) = tasks.join_next() => {
                joined.expect("no task of a run panics or is aborted")?;
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

/// Ready when the run ends.
async fn stopped(mut ending: watch::Receiver<bool>) {
    // An error means that the run is gone, which is as good an end.
    let _ended = ending.wait_for(|ended| *ended).await;
}

/// What every endpoint's task is given.
struct Stage {
    hub: Arc<Hub>,
    clock: Clock,
    ending: watch::Receiver<bool>,
}

impl Stage {
    /// Starts a task for each endpoint, and the one that sends what is due.
    fn enter(
        &self,
        tasks: &mut JoinSet<Result<(), LogError>>,
        sockets: &[Option<Arc<UdpSocket>>],
        cast: Cast,
        logs: Vec<ClientLog>,
    ) {
        let numbered = (0_u32..).map(EndpointId).zip(sockets.iter().cloned());
        let mut places = numbered.filter_map(|(endpoint, socket)| Some((endpoint, socket?)));
        for (peer, (endpoint, socket)) in cast.peers.into_iter().zip(places.by_ref()) {
            tasks.spawn(self.serve(peer, endpoint, socket));
        }
        let clients = cast.clients.into_iter().zip(logs);
        for ((client, log), (endpoint, socket)) in clients.zip(places.by_ref()) {
            let station = LiveStation::new(Arc::clone(&self.hub), endpoint, Some(log));
            tasks.spawn(play_client(
                client,
                socket,
                self.clock,
                station,
                self.ending.clone(),
            ));
        }
        for (endpoint, socket) in places {
            tasks.spawn(self.serve(Nobody, endpoint, socket));
        }
        let (hub, ending) = (Arc::clone(&self.hub), self.ending.clone());
        tasks.spawn(async move {
            hub.carry(stopped(ending)).await;
            Ok(())
        });
    }

    /// The task of a peer, or of nobody, at `endpoint`.
    fn serve<E: Endpoint + 'static>(
        &self,
        mut peer: E,
        endpoint: EndpointId,
        socket: Arc<UdpSocket>,
    ) -> impl Future<Output = Result<(), LogError>> + Send + use<E> {
        let mut station = LiveStation::new(Arc::clone(&self.hub), endpoint, None);
        let (clock, ending) = (self.clock, self.ending.clone());
        async move {
            host::serve(&mut peer, &socket, clock, &mut station, stopped(ending)).await;
            Ok(())
        }
    }
}

/// A client that is done still receives, and ignores.
async fn play_client(
    mut client: Box<dyn ClientEndpoint>,
    socket: Arc<UdpSocket>,
    clock: Clock,
    mut station: LiveStation,
    ending: watch::Receiver<bool>,
) -> Result<(), LogError> {
    let attended = host::attend(
        &mut *client,
        &socket,
        clock,
        &mut station,
        stopped(ending.clone()),
    );
    if attended.await? == host::Ended::Done {
        station.done();
        host::serve(&mut *client, &socket, clock, &mut station, stopped(ending)).await;
    }
    Ok(())
}

/// Reads what arrives where nobody is.
struct Nobody;

impl Endpoint for Nobody {
    fn handle_datagram(&mut self, _: Time, _: SocketAddrV4, _: &[u8], _: &mut Outbox) -> Receipt {
        Receipt::default()
    }
}
