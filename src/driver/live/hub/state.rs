//! What the hub keeps: the events, what is on its way, and who is there.

use std::collections::{BTreeSet, VecDeque};

use crate::driver::Watcher;
use crate::driver::queue::{InFlight, Queue};
use crate::driver::timeline::Timeline;
use crate::endpoint::Happening;
use crate::event::{DropReason, EventId, PayloadId, Recording, What};
use crate::link::{Network, Scribe};
use crate::roster::EndpointId;
use crate::scenario::Scenario;
use crate::time::Time;

/// All that changes while a live run goes on.
pub(super) struct State {
    pub(super) recording: Recording,
    watcher: Box<dyn Watcher>,
    pub(super) network: Network,
    pub(super) timeline: Timeline,
    /// What is under way to the endpoints of each shard.
    pub(super) under_way: Vec<UnderWay>,
    pub(super) receivers: Vec<Receiver>,
    /// Endpoints that are handling something.
    pub(super) busy: BTreeSet<EndpointId>,
    /// Whether a change is due that waits for one of them.
    pub(super) is_change_held_up: bool,
    pub(super) sent: u64,
    /// Datagrams that have begun and not ended.
    pub(super) in_flight: u64,
    /// Peers that wait for acknowledgements of the reliable flood.
    pub(super) unacknowledged: BTreeSet<EndpointId>,
    /// Clients that are done.
    pub(super) done: usize,
}

/// What is under way to the endpoints of one shard.
#[derive(Default)]
pub(super) struct UnderWay {
    /// Datagrams on their links.
    pub(super) delayed: Queue,
    /// Those for whom something is held back that may go into their buffers.
    pub(super) in_line: VecDeque<EndpointId>,
    /// When the shard looks again, if ever; zero while it is at it.
    pub(super) next_look: Option<Time>,
    /// Receivers whose next datagram found its sender's buffer full.
    pub(super) again: BTreeSet<EndpointId>,
}

/// What waits for one endpoint.
#[derive(Default)]
pub(super) struct Receiver {
    /// Held back.
    pub(super) held: VecDeque<InFlight>,
    /// Whether it is in line.
    pub(super) is_in_line: bool,
    /// In its receive buffer, or about to be sent there.
    pub(super) on_wire: VecDeque<InFlight>,
    /// Whether somebody is sending what is listed last there, and nobody else may add to it.
    pub(super) is_being_filled: bool,
    /// Read from there while it stands still: it is sent once more, before what is held back.
    pub(super) read_too_early: VecDeque<InFlight>,
    /// When a datagram was last put into its buffer or read from it.
    pub(super) last_moved: Time,
    /// What has happened to it, to be told before the next datagram is.
    pub(super) happenings: Vec<Happening>,
}

impl State {
    pub(super) fn new(
        scenario: &Scenario,
        receivers: usize,
        shards: usize,
        watcher: Box<dyn Watcher>,
    ) -> Self {
        Self {
            recording: Recording::default(),
            watcher,
            network: Network::new(&scenario.faults, scenario.seed),
            timeline: Timeline::new(&scenario.faults),
            under_way: std::iter::repeat_with(UnderWay::default)
                .take(shards)
                .collect(),
            receivers: std::iter::repeat_with(Receiver::default)
                .take(receivers)
                .collect(),
            busy: BTreeSet::new(),
            is_change_held_up: false,
            sent: 0,
            in_flight: 0,
            unacknowledged: BTreeSet::new(),
            done: 0,
        }
    }

    /// Adds an event, and counts the datagram that begins or ends with it.
    pub(super) fn record(&mut self, now: Time, cause: Option<EventId>, what: What) -> EventId {
        match &what {
            What::Sent { .. } | What::Duplicated { .. } | What::Outside { .. } => {
                self.in_flight += 1;
            }
            What::Delivered { .. } | What::Dropped { .. } | What::LostByKernel { .. } => {
                self.in_flight -= 1;
            }
            _ => {}
        }
        let id = self.recording.record(now, cause, what);
        self.watcher.event(&self.recording, id);
        id
    }

    /// Whether nothing more can come, unless a client's deadline does.
    pub(super) fn is_still(&self) -> bool {
        self.in_flight == 0 && self.unacknowledged.is_empty()
    }

    /// Ends `datagram` on its way.
    pub(super) fn end(&mut self, now: Time, datagram: EventId, reason: DropReason) -> EventId {
        self.record(now, Some(datagram), What::Dropped { datagram, reason })
    }

    /// Whoever tells of what happens at `now`.
    pub(super) fn at(&mut self, now: Time) -> Telling<'_> {
        Telling { state: self, now }
    }

    pub(super) fn lose(&mut self, now: Time, lost: Vec<InFlight>) {
        for InFlight { datagram, .. } in lost {
            self.record(now, Some(datagram), What::LostByKernel { datagram });
        }
    }
}

/// Tells of what happens at one moment.
pub(super) struct Telling<'a> {
    state: &'a mut State,
    now: Time,
}

impl Scribe for Telling<'_> {
    fn intern(&mut self, payload: &[u8]) -> PayloadId {
        self.state.recording.intern(payload)
    }

    fn record(&mut self, cause: EventId, what: What) -> EventId {
        self.state.record(self.now, Some(cause), what)
    }
}
