//! A heavy flood in live mode, two threads, beside raw on one.

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use super::floods::{Overlay, Rules};
use super::stopwatch::Stopwatch;
use super::{Bench, BenchError, Ceiling, Measured, Slices, Told};
use crate::driver::{self, Cast, Ended, Ran, Sockets, live};
use crate::event::What;
use crate::roster::EndpointId;
use crate::scenario::Scenario;
use crate::wire::MAX_DATAGRAM;

/// On so many threads, whatever the machine has: the figure is to be the same everywhere.
const THREADS: NonZeroUsize = NonZeroUsize::new(2).expect("more than none");

/// A datagram that arrived: from, to, and how long it is.
type Arrived = (EndpointId, EndpointId, usize);

/// Floods `overlay` live, each run beside raw over as many sockets, in the order of the arrivals.
///
/// A run's time is that from its first datagram to the last arrival: a client's wait is no flood.
pub(super) fn flood(
    bench: &mut Bench<'_>,
    overlay: Overlay,
    rules: Rules,
) -> Result<Measured, BenchError> {
    let scenario = Arc::new(overlay.flood(rules, bench.options)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| BenchError::Machine("cannot start the runtime", error))?;
    let folder = tempfile::tempdir()
        .map_err(|error| BenchError::Machine("cannot make a folder for logs", error))?;
    let wanted = bench.options.runs();
    let mut slices = Slices::default();
    while slices.ratios.len() < wanted && !bench.is_stopped() {
        let ran = runtime.block_on(async {
            let bound = live::bind(&scenario.roster)?;
            let control = live::Control {
                threads: THREADS,
                max_datagrams: u64::MAX,
                stop: Arc::clone(bench.stop),
                watcher: Box::new(()),
            };
            let logs = driver::open_logs(&scenario, folder.path())?;
            let cast = Cast::of(&scenario);
            let ran = live::run(Arc::clone(&scenario), cast, bound, logs, control);
            Ok::<_, BenchError>(ran.await?)
        })?;
        if ran.ended == Ended::Interrupted {
            break;
        }
        let nothing = || BenchError::Skip("nothing arrived".to_owned());
        let (arrived, time, lost) = read(&ran, &scenario).ok_or_else(nothing)?;
        drop(ran);
        let sockets = Sockets::bind(&scenario.roster)?;
        let raw = raw(&sockets, &arrived)
            .map_err(|error| BenchError::Machine("raw datagrams don't cross", error))?;
        slices.lost += lost;
        slices.add(arrived.len() as u64, time, raw);
        Told::new(bench.onlooker, wanted).ratio(slices.ratios.len());
    }
    Measured::of_slices(&slices).ok_or(BenchError::Interrupted)
}

/// What arrived in a run, in its order; the time from the first datagram to the last arrival; and
/// how many the kernel lost. Nothing when nothing arrived.
fn read(ran: &Ran, scenario: &Scenario) -> Option<(Vec<Arrived>, Duration, u64)> {
    let recording = &ran.recording;
    let (mut arrived, mut first, mut last, mut lost) = (Vec::new(), None, None, 0);
    for (_, event) in recording.iter() {
        match event.what {
            What::Sent { .. } if first.is_none() => first = Some(event.time),
            What::Delivered { datagram, to, .. } => {
                let payload = recording.arrived(datagram);
                let sender = recording.sender(datagram, &scenario.roster);
                let sender = sender.and_then(|address| scenario.roster.at(address));
                if let (Some(payload), Some(from)) = (payload, sender) {
                    arrived.push((from, to, payload.len()));
                    last = Some(event.time);
                }
            }
            What::LostByKernel { .. } => lost += 1,
            _ => {}
        }
    }
    let time = last?.since(first?);
    Some((arrived, time, lost))
}

/// How long `datagrams` take raw, one after another.
fn raw(sockets: &Sockets, datagrams: &[Arrived]) -> io::Result<Duration> {
    let (payload, mut buffer) = (vec![0; MAX_DATAGRAM], vec![0; 1 << 16]);
    let clock = Stopwatch::start();
    for (from, to, length) in datagrams {
        sockets.raw(*from, *to, &payload[..*length], &mut buffer)?;
    }
    Ok(clock.elapsed())
}
