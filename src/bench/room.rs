//! How much memory a peer and an event take.
//!
//! What an allocator was given back it may keep, and give out again without asking the system: then a
//! peer seems to take less, and an event more. So `p2p-sim` starts itself for these numbers, and lets
//! glibc return whatever is large at once.

use std::process::Command;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use super::floods::{Overlay, Rules};
use super::{Bench, BenchError, Measured, Options, Told, processes};
use crate::driver::{self, Cast, Control, Memory, lockstep};

/// What glibc reads when a process starts: pieces of so many bytes are the system's as soon as they
/// are free, however many of them there were.
const GIVE_BACK: &str = "glibc.malloc.mmap_threshold=65536:glibc.malloc.trim_threshold=65536";

/// How many peers are weighed.
const PEERS: u32 = 100_000;

/// What a process with a flood takes more than without, in bytes of resident memory.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Room {
    /// For each peer, before it has heard anything.
    pub peer: f64,
    /// For each event, when the run is over.
    pub event: f64,
}

/// What is asked of a [`Room`].
pub(super) type Part = fn(&Room) -> f64;

/// Weighs in processes of their own.
pub(super) fn measure(bench: &mut Bench<'_>, part: Part) -> Result<Measured, BenchError> {
    let wanted = if bench.options.quick { 1 } else { 3 };
    let mut values = Vec::new();
    while values.len() < wanted && !bench.is_stopped() {
        let mut program = Command::new(&bench.options.program);
        program.args(["bench", "--weigh"]);
        program.env("GLIBC_TUNABLES", GIVE_BACK);
        let said = match processes::said(&mut program) {
            Err(BenchError::Machine(_, why)) => return Err(BenchError::Skip(why.to_string())),
            said => said?,
        };
        let room: Room = serde_json::from_slice(&said)
            .map_err(|error| BenchError::Machine("cannot tell what peers take", error.into()))?;
        values.push(part(&room));
        Told::new(bench.onlooker, wanted).ratio(values.len());
    }
    Measured::of(&values).ok_or(BenchError::Interrupted)
}

/// Weighs the peers and the events of a flood in memory. Call it in a process that has done nothing
/// else.
pub fn weigh(options: &Options) -> Result<Room, BenchError> {
    let scenario = Overlay::Regular(PEERS).flood(Rules::best(1), options)?;
    let folder = tempfile::tempdir()
        .map_err(|error| BenchError::Machine("cannot make a folder for logs", error))?;
    let logs = driver::open_logs(&scenario, folder.path())?;
    let at_first = resident()?;
    let cast = Cast::of(&scenario);
    let with_peers = resident()?;
    let control = Control {
        max_datagrams: u64::MAX,
        stop: &AtomicBool::new(false),
        watcher: &mut (),
    };
    let ran = lockstep::run(&scenario, cast, &mut Memory, logs, control)?;
    // The peers are gone by now, so what is left is compared with what was before them.
    let with_events = resident()?;
    Ok(Room {
        peer: more(at_first, with_peers) / f64::from(PEERS),
        event: more(at_first, with_events) / ran.recording.len().max(1) as f64,
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "memory need not be exact beyond 2^53 bytes"
)]
fn more(before: u64, after: u64) -> f64 {
    after.saturating_sub(before) as f64
}

/// Bytes of this process that are in memory.
fn resident() -> Result<u64, BenchError> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let told = || BenchError::Skip("this system does not tell how much memory is used".to_owned());
    resident_of(&status).ok_or_else(told)
}

/// What proc(5) says under RssAnon, which it counts in KiB: what was allocated, and not the program's
/// own code, more of which is in memory after each first step.
fn resident_of(status: &str) -> Option<u64> {
    let mut lines = status.lines();
    let told = lines.find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kib: u64 = told.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_what_the_system_says() {
        let status = "Name:\tp2p-sim\nVmRSS:\t    9000 kB\nRssAnon:\t    2208 kB\nThreads:\t1\n";
        assert_eq!(resident_of(status), Some(2208 * 1024));
        assert_eq!(resident_of("Name:\tp2p-sim\n"), None);
        assert_eq!(resident_of("RssAnon:\t 12\n"), None);
    }
}
