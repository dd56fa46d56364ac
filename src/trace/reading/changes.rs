//! Reads what changed in time.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::people::People;
use super::wrong::{Wrong, missing, parse, quoted};
use crate::chunks::ChunkStore;
use crate::faults::{Change, Cut};
use crate::roster::{EndpointId, Role};
use crate::trace::line;
use crate::wire::{Chunk, ChunkId};

/// The place in the timeline and the change that `line` tells of.
pub(super) fn changed(line: &[u8], people: &People) -> Result<(u32, Change), Wrong> {
    let line: line::Changed<'_> = parse(line)?;
    let peer = || {
        let name = line.peer.as_deref();
        let name = name.ok_or_else(|| missing("peer"))?;
        people.with_role("peer", name, Role::Peer)
    };
    let change = match &*line.change {
        "stopped" => Change::Stop(peer()?),
        "crashed" => Change::Crash(peer()?),
        "started" => Change::Start(peer()?),
        "paused" => {
            let time = line.for_ns;
            let time = time.ok_or_else(|| missing("for_ns"))?;
            Change::Pause(peer()?, Duration::from_nanos(time))
        }
        "resumed" => Change::Resume(peer()?),
        "cut" => Change::Cut(cut(&line, people)?),
        "healed" => Change::Heal(cut(&line, people)?),
        "healed-all" => Change::HealAll,
        "gained" => Change::Gain(peer()?, gained(&line)?.into()),
        "lost" => Change::Lose(peer()?, line.chunks.iter().copied().map(ChunkId).collect()),
        other => {
            let what = format!("there is no change called {}", quoted(other));
            return Err(Wrong::at("change", what));
        }
    };
    Ok((line.place, change))
}

fn cut(line: &line::Changed<'_>, people: &People) -> Result<Cut, Wrong> {
    let side = |field, names: &[Cow<'_, str>]| -> Result<Arc<[EndpointId]>, Wrong> {
        let named = names.iter().map(|name| people.who(field, name));
        let mut named = named.collect::<Result<Vec<_>, _>>()?;
        named.sort();
        named.dedup();
        Ok(named.into())
    };
    Ok(Cut {
        from: side("from_any", &line.from_any)?,
        to: side("to_any", &line.to_any)?,
        both_ways: line.both_ways,
    })
}

fn gained(line: &line::Changed<'_>) -> Result<ChunkStore, Wrong> {
    if line.chunks.len() != line.bytes.len() {
        let what = format!(
            "chunks and bytes belong together, but there are {} and {}",
            line.chunks.len(),
            line.bytes.len()
        );
        return Err(Wrong::at("bytes", what));
    }
    let pairs = line.chunks.iter().zip(&line.bytes);
    let chunk = |(id, bytes): (&u16, &line::Hex<'_>)| {
        let chunk = Chunk::new(bytes.0.to_vec().into());
        let chunk = chunk.map_err(|error| Wrong::at("bytes", error.to_string()))?;
        Ok((ChunkId(*id), chunk))
    };
    pairs.map(chunk).collect()
}
