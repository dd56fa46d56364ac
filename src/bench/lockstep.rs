//! Floods in lockstep, on sockets and in memory.

use std::sync::atomic::Ordering;

use super::floods::{Overlay, Rules};
use super::{Bench, BenchError, Beside, Ceiling, Measured, MemoryBesideSockets, SLICE, Told};
use crate::driver::{self, Cast, Control, Sockets, lockstep};
use crate::scenario::Scenario;

/// In memory a slice is short beside raw: each fifth is enough.
const EVERY: usize = 5;

/// What becomes of a slice that a run leaves unfinished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    /// It is forgotten: what a run ends with is not the flood.
    Forgotten,
    /// The next run goes on with it: one run is less than a slice.
    Kept,
}

/// Floods `overlay` on sockets, beside raw over the same pairs.
pub(super) fn on_sockets(
    bench: &mut Bench<'_>,
    overlay: Overlay,
    rules: Rules,
) -> Result<Measured, BenchError> {
    let scenario = overlay.flood(rules, bench.options)?;
    let sockets = Sockets::bind(&scenario.roster)?;
    let rest = match overlay {
        Overlay::Mesh => Rest::Kept,
        _ => Rest::Forgotten,
    };
    flood(bench, &scenario, sockets, 1, rest)
}

/// Floods `overlay` in memory, beside raw over two sockets.
pub(super) fn in_memory(
    bench: &mut Bench<'_>,
    overlay: Overlay,
    rules: Rules,
) -> Result<Measured, BenchError> {
    let scenario = overlay.flood(rules, bench.options)?;
    let carrier = MemoryBesideSockets::new();
    let carrier = carrier.map_err(|error| BenchError::Machine("cannot bind two sockets", error))?;
    flood(bench, &scenario, carrier, EVERY, Rest::Forgotten)
}

/// Runs `scenario` again and again until there are enough ratios.
fn flood(
    bench: &mut Bench<'_>,
    scenario: &Scenario,
    carrier: impl Ceiling,
    every: usize,
    rest: Rest,
) -> Result<Measured, BenchError> {
    let wanted = bench.options.slices();
    let folder = tempfile::tempdir()
        .map_err(|error| BenchError::Machine("cannot make a folder for logs", error))?;
    let stop = bench.stop;
    let is_stopped = || stop.load(Ordering::Relaxed);
    let mut beside = Beside::new(carrier, SLICE, every, Told::new(bench.onlooker, wanted));
    while beside.ratios() < wanted && !is_stopped() {
        let before = beside.ratios();
        let logs = driver::open_logs(scenario, folder.path())?;
        let cast = Cast::of(scenario);
        let control = Control {
            max_datagrams: u64::MAX,
            stop,
            watcher: &mut (),
        };
        beside.begin();
        let ran = lockstep::run(scenario, cast, &mut beside, logs, control)?;
        match rest {
            Rest::Forgotten => beside.end(),
            Rest::Kept => beside.pause(),
        }
        drop(ran);
        if beside.ratios() == before && rest == Rest::Forgotten {
            break;
        }
    }
    let slices = beside.slices();
    let slices = slices.map_err(|error| BenchError::Machine("raw datagrams don't cross", error))?;
    if slices.ratios.is_empty() && is_stopped() {
        return Err(BenchError::Interrupted);
    }
    Measured::of_slices(slices).ok_or_else(|| {
        let thousands = SLICE * every / 1_000;
        let why = format!("the flood is over before {thousands},000 datagrams");
        BenchError::Skip(why)
    })
}
