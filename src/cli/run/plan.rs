//! What `p2p-sim run` does before it binds anything: reads all scenarios, predicts them, and refuses
//! those that are wrong or too large.

use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::cli::predicting::Predicting;
use crate::cli::progress::Progress;
use crate::oracle::{self, Count, Order, Prediction};
use crate::report::{Foretold, Mode};
use crate::rules::{Carriage, Duplicates};
use crate::scenario::{Net, Scenario};

/// A scenario with what can be said of it beforehand.
pub(in crate::cli) struct Planned {
    pub(in crate::cli) scenario: Scenario,
    pub(in crate::cli) foretold: Foretold,
    /// How it is to be run.
    pub(in crate::cli) mode: Mode,
}

/// How scenarios are to be run.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Terms {
    /// The block of addresses.
    pub(in crate::cli) net: Option<Net>,
    /// Live, not in lockstep.
    pub(in crate::cli) real_time: bool,
    /// What datagrams go through, whatever the scenario says.
    pub(in crate::cli) carrier: Option<Carriage>,
    /// With so many seeds.
    pub(in crate::cli) seeds: u32,
    /// A run with more datagrams is refused.
    pub(in crate::cli) max_datagrams: u64,
}

/// Live mode keeps up with so many datagrams a HELLO; beyond them clients would time out and repeat.
const MAX_LIVE_FLOOD: u128 = 500_000;

/// Reads and predicts every scenario; nothing is bound before all of them are fit to run.
pub(in crate::cli) fn plan(
    files: &[PathBuf],
    terms: Terms,
    seed: Option<u64>,
    progress: &Progress,
) -> Result<Vec<Planned>, Failure> {
    let mut planned = Vec::with_capacity(files.len());
    let mut refused = Vec::new();
    for file in files {
        match one(terms, file, seed, progress) {
            Ok(one) => planned.push(one),
            Err(why) => refused.extend(why),
        }
    }
    match refused.is_empty() {
        true => Ok(planned),
        false => Err(Failure::drawn(refused.join("\n\n"))),
    }
}

/// Reads and predicts one scenario with `seed`, or says all that is wrong with it, drawn.
pub(super) fn one(
    terms: Terms,
    file: &Path,
    seed: Option<u64>,
    progress: &Progress,
) -> Result<Planned, Vec<String>> {
    progress.begin(reading(file));
    let scenario =
        Scenario::load(file, terms.net, seed).map_err(|rejected| vec![rejected.coloured()])?;
    let carriage = terms.carrier.or(scenario.carriage).unwrap_or_default();
    let mode = match (terms.real_time, carriage) {
        (false, carriage) => Mode::Lockstep(carriage),
        (true, Carriage::Sockets) => Mode::RealTime,
        (true, Carriage::Memory) => return Err(vec![live_in_memory(file).to_string()]),
    };
    if !terms.real_time && !scenario.outside.is_empty() {
        let outside = scenario.outside.iter();
        return Err(outside.map(|o| o.problem.coloured()).collect());
    }
    let last = u64::from(terms.seeds.saturating_sub(1));
    if scenario.seed.checked_add(last).is_none() {
        let seed = scenario.seed;
        let failure = Failure::usage(format!(
            "{}: there is no seed {seed} + {last}",
            file.display()
        ));
        let failure = failure.hint(format!(
            "seeds end at {}; begin lower with `--seed`",
            u64::MAX
        ));
        return Err(vec![failure.to_string()]);
    }
    let order = if terms.real_time {
        Order::Live
    } else {
        Order::Lockstep
    };
    let predicting = Predicting::of(&scenario, progress);
    let told = |floods, all| predicting.tell(floods, all);
    let foretold = Foretold::of(&scenario, order, &told);
    match too_large(terms, (&scenario, order), &foretold.prediction, progress) {
        Some(why) => Err(vec![why]),
        None => Ok(Planned {
            scenario,
            foretold,
            mode,
        }),
    }
}

/// What goes on while the scenario in `file` is read, and its overlay made.
pub(in crate::cli) fn reading(file: &Path) -> String {
    let name = file.file_stem().unwrap_or(file.as_os_str());
    format!("{}: reading", name.display())
}

/// A scenario that says that it is to be carried by memory can't be run live.
fn live_in_memory(file: &Path) -> Failure {
    let failure = Failure::usage(format!(
        "{}: it has `carrier = \"memory\"`, and --real-time needs sockets",
        file.display()
    ));
    failure.hint("leave out --real-time, or add `--carrier sockets`, which goes before the file")
}

/// Why a flood is too large to be run, and what would help.
fn too_large(
    terms: Terms,
    (scenario, order): (&Scenario, Order),
    prediction: &Prediction,
    progress: &Progress,
) -> Option<String> {
    let file = scenario.file.display();
    let flood = prediction.largest_flood();
    if terms.real_time && flood > MAX_LIVE_FLOOD {
        let failure = Failure::usage(format!(
            "{file}: one HELLO may cause {} datagrams; live mode keeps up with {}",
            Count::exact(flood),
            Count::exact(MAX_LIVE_FLOOD),
        ));
        let failure = failure.hint("run it without --real-time, or lower `ttl`");
        return Some(failure.to_string());
    }
    let limit = u128::from(terms.max_datagrams);
    let downloads = downloads(scenario).saturating_add(acknowledgements(scenario, prediction));
    let total = prediction.total().saturating_add(downloads);
    if total <= limit {
        return None;
    }
    progress.begin(format_args!("{}: too large, trying others", scenario.name));
    let mut failure = Failure::usage(format!(
        "{file}: the run may send {} datagrams; the limit is {}",
        Count::exact(total),
        Count::exact(limit),
    ));
    let for_floods = limit.saturating_sub(downloads);
    if let Some(ttl) = oracle::fitting_ttl(scenario, order, scenario.duplicates, for_floods) {
        failure = failure.hint(format!("`ttl = {ttl}` stays below it"));
    }
    for (policy, word) in Duplicates::ALL {
        let total = oracle::total_datagrams(scenario, order, scenario.ttl, policy);
        let total = total.saturating_add(downloads);
        if total <= limit {
            let total = Count::exact(total);
            failure = failure.hint(format!("`duplicates = \"{word}\"` sends {total} at most"));
        }
    }
    Some(
        failure
            .hint("--max-datagrams N raises the limit")
            .to_string(),
    )
}

/// The most GETs and RESPONSEs that the clients of `scenario` take when nothing is lost: one of each
/// for each wanted chunk.
fn downloads(scenario: &Scenario) -> u128 {
    let chunks = scenario
        .clients
        .iter()
        .map(|client| client.chunks.len() as u128);
    2 * chunks.sum::<u128>()
}

/// The ACKs of the reliable flood, one for each QUERY; what is sent again for a loss is left out.
fn acknowledgements(scenario: &Scenario, prediction: &Prediction) -> u128 {
    match scenario.reliable {
        Some(_) => prediction.query.max,
        None => 0,
    }
}
