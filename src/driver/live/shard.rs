//! A thread's part of a live run: a runtime and the endpoints on it.

use std::io;
use std::net::SocketAddrV4;
use std::sync::Arc;

use tokio::net::UdpSocket;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::hub::{Hub, shard_of};
use super::station::LiveStation;
use crate::driver::{Actor, Cast};
use crate::endpoint::{ClientEndpoint, Endpoint, Outbox, Receipt};
use crate::host::{self, Clock};
use crate::log::{ClientLog, LogError};
use crate::roster::EndpointId;
use crate::time::Time;

/// A runtime for one thread.
pub(super) struct Shard {
    number: usize,
    runtime: Runtime,
}

/// Who is on a shard.
#[derive(Default)]
pub(super) struct Part(Vec<(EndpointId, Player)>);

/// Who plays an endpoint.
enum Player {
    Peer(Actor),
    Client(Box<dyn ClientEndpoint>, ClientLog),
    /// An address that is bound so that nobody else is there.
    Nobody,
}

impl Part {
    /// Deals all whom `hub` has a socket for to so many shards.
    pub(super) fn deal(hub: &Hub, cast: Cast, logs: Vec<ClientLog>, shards: usize) -> Vec<Self> {
        let peers = cast.peers.into_iter().map(Player::Peer);
        let clients = cast.clients.into_iter().zip(logs);
        let clients = clients.map(|(client, log)| Player::Client(client, log));
        let nobody = std::iter::repeat_with(|| Player::Nobody);
        let mut parts: Vec<Self> = std::iter::repeat_with(Self::default).take(shards).collect();
        for (endpoint, player) in hub.endpoints().zip(peers.chain(clients).chain(nobody)) {
            if hub.socket(endpoint).is_some() {
                parts[shard_of(endpoint, shards)].0.push((endpoint, player));
            }
        }
        parts
    }
}

impl Shard {
    /// Makes a runtime, which does nothing yet.
    pub(super) fn new(number: usize) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self { number, runtime })
    }

    /// Lets the runtime wait for `socket`.
    pub(super) fn register(&self, socket: std::net::UdpSocket) -> io::Result<UdpSocket> {
        let _registering = self.runtime.enter();
        UdpSocket::from_std(socket)
    }

    /// Lets `part` play on this thread until `ending` says so, or until a log can't be written.
    pub(super) fn play(
        self,
        part: Part,
        hub: Arc<Hub>,
        clock: Clock,
        ending: watch::Receiver<bool>,
    ) -> Result<(), LogError> {
        let carries = (Arc::clone(&hub), ending.clone());
        let stage = Stage { hub, clock, ending };
        self.runtime.block_on(async move {
            let mut tasks = JoinSet::new();
            for (endpoint, player) in part.0 {
                match player {
                    Player::Peer(peer) => tasks.spawn(stage.clone().serve(peer, endpoint)),
                    Player::Nobody => tasks.spawn(stage.clone().serve(Nobody, endpoint)),
                    Player::Client(client, log) => {
                        tasks.spawn(stage.clone().play_client(client, log, endpoint))
                    }
                };
            }
            tasks.spawn(async move {
                let (hub, ending) = carries;
                hub.carry(self.number, stopped(ending)).await;
                Ok(())
            });
            while let Some(joined) = tasks.join_next().await {
                joined.expect("no task of a run panics or is aborted")?;
            }
            Ok(())
        })
    }
}

/// Ready when the run ends.
async fn stopped(mut ending: watch::Receiver<bool>) {
    // An error means that the run is gone, which is as good an end.
    let _ended = ending.wait_for(|ended| *ended).await;
}

/// What every endpoint's task is given.
#[derive(Clone)]
struct Stage {
    hub: Arc<Hub>,
    clock: Clock,
    ending: watch::Receiver<bool>,
}

impl Stage {
    /// The task of a peer, or of nobody, at `endpoint`.
    async fn serve<E: Endpoint>(self, mut peer: E, endpoint: EndpointId) -> Result<(), LogError> {
        let mut station = LiveStation::new(Arc::clone(&self.hub), endpoint, None);
        let socket = self.socket(endpoint);
        let stop = stopped(self.ending.clone());
        host::serve(&mut peer, socket, self.clock, &mut station, stop).await;
        Ok(())
    }

    /// The task of a client. When it is done it still receives, and ignores.
    async fn play_client(
        self,
        mut client: Box<dyn ClientEndpoint>,
        log: ClientLog,
        endpoint: EndpointId,
    ) -> Result<(), LogError> {
        let mut station = LiveStation::new(Arc::clone(&self.hub), endpoint, Some(log));
        let (socket, clock) = (self.socket(endpoint), self.clock);
        let stop = || stopped(self.ending.clone());
        let attended = host::attend(&mut *client, socket, clock, &mut station, stop());
        if attended.await? == host::Ended::Done {
            station.done();
            host::serve(&mut *client, socket, clock, &mut station, stop()).await;
        }
        Ok(())
    }

    fn socket(&self, endpoint: EndpointId) -> &UdpSocket {
        let socket = self.hub.socket(endpoint);
        socket.expect("who is on a shard has a socket")
    }
}

/// Reads what arrives where nobody is.
struct Nobody;

impl Endpoint for Nobody {
    fn handle_datagram(&mut self, _: Time, _: SocketAddrV4, _: &[u8], _: &mut Outbox) -> Receipt {
        Receipt::default()
    }
}
