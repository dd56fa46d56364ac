//! One run, and what is measured of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use crate::check::{self, Logged};
use crate::driver::{self, BindError, Cast, Control, Ended, lockstep};
use crate::log::LogError;
use crate::oracle::{self, Order};
use crate::roster::EndpointId;
use crate::rules::Carriage;
use crate::scenario::Scenario;
use crate::time::Time;
use crate::wire::Type;

/// What came of one run of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It took place.
    Ran(Measured),
    /// It was not begun: it might send more datagrams than are allowed.
    TooLarge,
}

/// What is measured of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Peers that had a HELLO or QUERY.
    pub reach: u64,
    /// Chunks that clients logged with a source.
    pub found: u64,
    /// Chunks that clients wanted.
    pub wanted: u64,
    /// QUERYs sent.
    pub queries: u64,
    /// QUERYs delivered to a peer that had the search already.
    pub duplicates: u64,
    /// The run's clock when the last of the reached peers first heard, in milliseconds.
    pub time_ms: f64,
    /// The last hop on which a QUERY was sent.
    pub hops: u64,
    /// Whether every check held.
    pub passed: bool,
}

/// Why a run could not take place.
#[derive(Debug, thiserror::Error)]
pub enum Unmeasured {
    /// A log can't be written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A socket can't be had.
    #[error(transparent)]
    Bind(#[from] BindError),
}

/// Runs `scenario`, its logs below `folder`; nothing when `stop` ended it. A run that may send more
/// than `max_datagrams` is not begun.
pub fn measure(
    scenario: &Scenario,
    folder: &Path,
    carriage: Carriage,
    max_datagrams: u64,
    stop: &AtomicBool,
) -> Result<Option<Outcome>, Unmeasured> {
    let prediction = oracle::predict(scenario, Order::Lockstep);
    let wanted: usize = scenario
        .clients
        .iter()
        .map(|client| client.chunks.len())
        .sum();
    let total = prediction.total().saturating_add(2 * wanted as u128);
    if total > u128::from(max_datagrams) {
        return Ok(Some(Outcome::TooLarge));
    }
    let mut carrier = driver::carrier(carriage, &scenario.roster)?;
    let logs = driver::open_logs(scenario, folder)?;
    let control = Control {
        max_datagrams,
        stop,
        watcher: &mut (),
    };
    let ran = lockstep::run(scenario, Cast::of(scenario), &mut *carrier, logs, control)?;
    if ran.ended == Ended::Interrupted {
        return Ok(None);
    }
    let verdict = check::judge(scenario, &prediction, &ran);
    let census = &verdict.census;
    let mut heard: BTreeMap<EndpointId, Time> = BTreeMap::new();
    for (peer, event) in census
        .searches
        .iter()
        .flat_map(|search| search.reached.iter())
    {
        let time = ran.recording.event(event).time;
        let first = heard.entry(peer).or_insert(time);
        *first = time.min(*first);
    }
    let chunks = verdict.clients.iter().flat_map(|client| &client.chunks);
    let found = chunks.filter(|chunk| matches!(chunk.logged, Logged::From(_)));
    Ok(Some(Outcome::Ran(Measured {
        reach: heard.len() as u64,
        found: found.count() as u64,
        wanted: wanted as u64,
        queries: census.sent(Type::Query),
        duplicates: census.duplicates(),
        time_ms: heard
            .values()
            .max()
            .map_or(0.0, |time| time.as_millis_f64()),
        hops: census.queries_by_hop().len() as u64,
        passed: verdict.passes() && ran.ended == Ended::Complete,
    })))
}
