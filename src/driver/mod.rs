//! Runs a scenario: moves datagrams between endpoints, keeps the clock, records events.
//!
//! [`lockstep`] keeps what is in flight in its own queue and lets the clock jump; [`Carrier`] says
//! how a datagram crosses from one endpoint to the other. Drivers judge nothing: they return the
//! [`Recording`] and where the logs are.

mod actor;
mod carriage;
mod carrier;
mod copies;
pub mod live;
pub mod lockstep;
mod queue;
mod timeline;

use std::collections::BTreeSet;
use std::net::SocketAddrV4;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub use actor::Actor;
pub use carriage::carrier;
pub use carrier::{BindError, Carried, Carrier, Memory, Sockets, raise_open_files};

use crate::client::{self, Later, Script};
use crate::endpoint::{ClientEndpoint, Endpoint};
use crate::event::{EventId, Recording};
use crate::log::{ClientLog, LogError};
use crate::luck;
use crate::peer::{self, Peer};
use crate::reliable::{self, Reliable};
use crate::roster::EndpointId;
use crate::scenario::{ClientSpec, PeerSpec, Request, Scenario};
use crate::time::Time;

/// Who plays the endpoints of a scenario, in the order of its roster.
pub struct Cast {
    /// The peers.
    pub peers: Vec<Actor>,
    /// The clients.
    pub clients: Vec<Box<dyn ClientEndpoint>>,
}

impl Cast {
    /// Our own peers and clients in every part.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let speakers = Arc::new(speakers(scenario));
        let peers = scenario.peers.iter();
        let clients = scenario.clients.iter();
        Self {
            peers: peers
                .map(|spec| actor_of(scenario, spec, &speakers))
                .collect(),
            clients: clients
                .map(|spec| Box::new(client_of(scenario, spec)) as _)
                .collect(),
        }
    }
}

impl Cast {
    /// Who plays `endpoint`, a peer or a client.
    fn endpoint(&mut self, endpoint: EndpointId) -> &mut dyn Endpoint {
        let index = endpoint.index();
        match index.checked_sub(self.peers.len()) {
            None => &mut self.peers[index],
            Some(client) => &mut *self.clients[client],
        }
    }
}

/// The addresses of all peers that speak the reliable flood.
fn speakers(scenario: &Scenario) -> BTreeSet<SocketAddrV4> {
    let peers = scenario.peers.iter().map(|spec| spec.endpoint);
    let speaks = |peer: &EndpointId| {
        let flood = scenario.reliable.as_ref();
        flood.is_some_and(|flood| flood.is_spoken_by(*peer))
    };
    let peers = peers.filter(speaks);
    peers.map(|peer| scenario.roster.address(peer)).collect()
}

/// The peer that `spec` describes, with the reliable flood around it if it speaks it.
fn actor_of(scenario: &Scenario, spec: &PeerSpec, speakers: &Arc<BTreeSet<SocketAddrV4>>) -> Actor {
    let peer = peer_of(scenario, spec);
    let flood = scenario.reliable.as_ref();
    let Some(flood) = flood.filter(|flood| flood.is_spoken_by(spec.endpoint)) else {
        return Actor::Peer(peer);
    };
    let config = reliable::Config {
        speakers: Arc::clone(speakers),
        timeout: flood.timeout,
        retries: flood.retries,
        first_number: 0,
    };
    Actor::other(Reliable::new(peer, config))
}

/// The peer that `spec` describes.
#[must_use]
pub fn peer_of(scenario: &Scenario, spec: &PeerSpec) -> Peer {
    Peer::new(peer::Config {
        address: scenario.roster.address(spec.endpoint),
        neighbours: spec.neighbours.clone(),
        chunks: spec.chunks.clone(),
        ttl: scenario.ttl,
        duplicates: scenario.duplicates,
        answer_anywhere: false,
    })
}

/// The client that `spec` describes; its luck depends on the seed and its name alone.
#[must_use]
pub fn client_of(scenario: &Scenario, spec: &ClientSpec) -> Script {
    let name = scenario.roster.name(spec.endpoint);
    let config = |request: &Request, stream: &str| client::Config {
        contact: scenario.roster.address(spec.contact),
        chunks: request.chunks.clone(),
        start: Time::from_start(request.after),
        choose: request.choose,
        patience: request.patience,
        gets: spec.gets,
        luck: luck::stream(scenario.seed, stream),
    };
    let later = (2..)
        .zip(&spec.requests[1..])
        .map(|(number, request)| Later {
            after: request.after,
            config: config(request, &format!("{name} request {number}")),
        });
    Script::new(config(&spec.requests[0], name), later)
}

/// What may end a run early, and who looks on.
pub struct Control<'a> {
    /// The most datagrams that may be sent.
    pub max_datagrams: u64,
    /// Set from outside to end the run as soon as possible.
    pub stop: &'a AtomicBool,
    /// Sees each event as it is recorded.
    pub watcher: &'a mut (dyn Watcher + 'a),
}

/// A reader that follows a run while it goes on.
pub trait Watcher: Send {
    /// Event `id` has just been added to `recording`.
    fn event(&mut self, recording: &Recording, id: EventId);

    /// Lockstep has put `datagram` on its way; its turn comes at `arrives`.
    fn under_way(&mut self, datagram: EventId, arrives: Time) {
        let _ = (datagram, arrives);
    }

    /// Whether [`before`](Self::before) may take its time. Then a datagram crosses at its turn, not
    /// together with others that arrive at the same instant.
    fn goes_step_by_step(&self) -> bool {
        false
    }

    /// What comes next in lockstep is due at `next`; until this returns, the clock stands and
    /// nothing happens. Whether the run is to be stopped is asked after it.
    fn before(&mut self, recording: &Recording, next: Time) {
        let _ = (recording, next);
    }
}

/// Looks at nothing.
impl Watcher for () {
    fn event(&mut self, _: &Recording, _: EventId) {}
}

/// A run that took place.
#[derive(Debug)]
pub struct Ran {
    /// All that happened.
    pub recording: Recording,
    /// Why it ended.
    pub ended: Ended,
    /// How many datagrams the driver still had on their way.
    pub in_flight: u64,
    /// The run's clock when it ended.
    pub clock: Time,
    /// The log of each client, in the order of the scenario.
    pub logs: Vec<PathBuf>,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All clients were done and nothing was in flight.
    Complete,
    /// Somebody stopped it.
    Interrupted,
    /// It sent more datagrams than it was allowed to.
    LimitReached,
}

/// Begins the log of each client of `scenario`, in a folder of `out` with the client's name. What an
/// earlier run left there under our names is removed, so that two runs are never mixed.
pub fn open_logs(scenario: &Scenario, out: &Path) -> Result<Vec<ClientLog>, LogError> {
    let open = |spec: &ClientSpec| {
        let dir = out.join(scenario.roster.name(spec.endpoint));
        ClientLog::clear(&dir)?;
        let log = ClientLog::create(&dir, *scenario.roster.address(spec.endpoint).ip())?;
        // A name of the scenario's own, which `clear` does not know, is cleared here.
        match &spec.assemble {
            Some(name) => log.assemble(name, &spec.chunks),
            None => Ok(log),
        }
    };
    scenario.clients.iter().map(open).collect()
}
