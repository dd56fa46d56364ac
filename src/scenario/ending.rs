//! When a run is over at the latest: what would happen later happens never.
//!
//! The bound is generous, since it must hold whatever is lost. One hop takes at most the longest
//! that any link takes, its full queue included, and all delays of faults, all pauses and all retries
//! of the reliable flood on top. A request takes at most
//!
//! - for its search, (repeats + 1) · (wait + (TTL + 2) hops): answers begin the wait anew, and the
//!   last of them comes when the flood is over and has come back;
//! - for its downloads, one wait for each GET that a silent holder is sent, which are at most
//!   repeats + 1 for each pair of a chunk and a peer that may hold it, one for each such pair and
//!   one for each chunk, since GETs and RESPONSEs begin the wait anew;
//! - TTL + 2 hops more, until nothing is on its way.

use std::collections::BTreeMap;
use std::time::Duration;

use super::world::World;
use super::{ClientSpec, Request};
use crate::faults::{Change, Conditions, Effect, Faults};
use crate::rules::Gets;
use crate::wire::{ChunkId, MAX_CHUNK};

/// The most bytes of a datagram that our programs send: a RESPONSE with a full chunk.
const LARGEST: usize = 6 + MAX_CHUNK;

/// A time after the run's beginning at which every client is done and nothing is on its way.
pub(super) fn latest_end(world: &World<'_>, faults: &Faults) -> Duration {
    let hop = longest_hop(faults).saturating_add(world.resends.as_nanos());
    let flood = hop.saturating_mul(u128::from(world.ttl.0) + 2);
    let holders = holders(world, faults);
    let ends = world.clients.iter().map(|client| {
        let requests = client.requests.iter();
        let lengths = requests.map(|request| length(client, request, flood, &holders));
        lengths.fold(0, u128::saturating_add)
    });
    let nanos = ends.max().unwrap_or_default();
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// The longest that a request takes, in nanoseconds.
fn length(
    client: &ClientSpec,
    request: &Request,
    flood: u128,
    holders: &BTreeMap<ChunkId, u128>,
) -> u128 {
    let wait = request.patience.wait.as_nanos();
    let tries = u128::from(request.patience.repeats) + 1;
    let search = tries.saturating_mul(wait.saturating_add(flood));
    let waits = match client.gets {
        Gets::Never => 0,
        Gets::Once | Gets::Twice => {
            let chunks = request.chunks.iter();
            let pairs = chunks.map(|id| holders.get(id).copied().unwrap_or_default());
            let pairs: u128 = pairs.sum();
            pairs * (tries + 1) + request.chunks.len() as u128
        }
    };
    let downloads = waits.saturating_mul(wait);
    [request.after.as_nanos(), search, downloads, flood]
        .into_iter()
        .fold(0, u128::saturating_add)
}

/// The longest that a datagram may be on its way, in nanoseconds.
fn longest_hop(faults: &Faults) -> u128 {
    let links = faults.links.conditions().map(longest).max();
    let named = faults.named.iter().map(|fault| match fault.effect {
        Effect::Delay(by) => by,
        Effect::Drop | Effect::Duplicate | Effect::Corrupt => Duration::ZERO,
    });
    let pauses = faults
        .timeline
        .iter()
        .map(|scheduled| match scheduled.change {
            Change::Pause(_, length) => length,
            _ => Duration::ZERO,
        });
    let later = named.chain(pauses).map(|time| time.as_nanos());
    later.fold(links.unwrap_or_default(), u128::saturating_add)
}

fn longest(conditions: &Conditions) -> u128 {
    let queue = conditions.rate.map_or(0, |rate| {
        let datagrams = u128::from(rate.queue) + 2;
        datagrams.saturating_mul(rate.takes(LARGEST).as_nanos())
    });
    conditions.longest().as_nanos().saturating_add(queue)
}

/// How many peers may hold each chunk that somebody wants, at some time.
fn holders(world: &World<'_>, faults: &Faults) -> BTreeMap<ChunkId, u128> {
    let wanted = world.clients.iter().flat_map(|client| &client.chunks);
    let mut holders: BTreeMap<ChunkId, u128> = wanted.map(|id| (*id, 0)).collect();
    let stores = world.peers.iter().map(|peer| &peer.chunks);
    let gained = faults.timeline.iter().filter_map(|s| match &s.change {
        Change::Gain(_, store) => Some(store),
        _ => None,
    });
    for store in stores.chain(gained) {
        if store.len() < holders.len() {
            for id in store.ids() {
                holders.entry(id).and_modify(|count| *count += 1);
            }
        } else {
            for (id, count) in &mut holders {
                *count += u128::from(store.holds(*id));
            }
        }
    }
    holders
}
