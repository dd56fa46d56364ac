//! What floods of a scenario come to, by its own rules and by others.

use serde::Serialize;

use super::super::Predicted;
use crate::oracle::{Count, Foresight, Prediction};
use crate::rules::{Duplicates, MEMORY, Ttl};
use crate::scenario::Scenario;
use crate::shape::Shape;

/// The floods of every TTL up to this one are foretold, beside that of the scenario's own.
const FORETOLD_TTL: u16 = 7;
/// A scenario with a TTL up to this has those of all below foretold, too.
const MOST_TTLS: u16 = 12;
/// When a foretold flood takes more steps than this, only those with the scenario's TTL are.
const MOST_STEPS: usize = 30_000_000;

/// The datagrams of the scenario with another TTL or policy.
#[derive(Clone, Debug, Serialize)]
pub struct FloodOutlook {
    /// The TTL.
    pub ttl: u16,
    /// The policy.
    pub duplicates: &'static str,
    /// Whether these are the scenario's own.
    pub is_own: bool,
    /// HELLOs.
    pub hello: Count,
    /// QUERYs.
    pub query: Count,
    /// CHUNKS_INFOs.
    pub chunks_info: Count,
    /// All of them together.
    pub total: Count,
}

/// Whether some client repeats its HELLO while peers that remember would still suppress it.
fn is_impatient(scenario: &Scenario) -> bool {
    let clients = scenario.clients.iter();
    let mut requests = clients.flat_map(|client| &client.requests);
    requests.any(|request| request.patience.wait <= MEMORY)
}

/// The floods of other TTLs and policies, and the scenario's own, which `prediction` is. With `first` and `best`, an impatient client would make
/// the file no scenario.
pub(super) fn of(
    scenario: &Scenario,
    shape: &Shape,
    (foresight, prediction): (&Foresight<'_>, &Prediction),
) -> Vec<FloodOutlook> {
    let own = (scenario.ttl, scenario.duplicates);
    let mut floods = Vec::new();
    for ttl in ttls(scenario, shape) {
        let mut of_first = None;
        for (policy, word) in Duplicates::ALL {
            let is_own = (Ttl(ttl), policy) == own;
            if policy != Duplicates::Literal && !is_own && is_impatient(scenario) {
                continue;
            }
            let known = match policy {
                _ if is_own => Some(Predicted::of(prediction)),
                Duplicates::Best if foresight.first_is_best(Ttl(ttl)) => of_first,
                _ => None,
            };
            let predict = || Predicted::of(&foresight.predict(Ttl(ttl), policy));
            let predicted = known.unwrap_or_else(predict);
            if policy == Duplicates::First {
                of_first = Some(predicted);
            }
            let Predicted {
                hello,
                query,
                chunks_info,
            } = predicted;
            floods.push(FloodOutlook {
                ttl,
                duplicates: word,
                is_own,
                hello,
                query,
                chunks_info,
                total: hello + query + chunks_info,
            });
        }
    }
    floods
}

/// The TTLs whose floods are foretold.
fn ttls(scenario: &Scenario, shape: &Shape) -> Vec<u16> {
    let own = scenario.ttl.0;
    let contacts = scenario.clients.len().min(scenario.peers.len());
    let steps = (shape.links().len() + shape.peers()).saturating_mul(contacts);
    if steps > MOST_STEPS / usize::from(FORETOLD_TTL) {
        return vec![own];
    }
    let last = match own <= MOST_TTLS {
        true => own.max(FORETOLD_TTL),
        false => FORETOLD_TTL,
    };
    let mut ttls: Vec<u16> = (1..=last).chain([own]).collect();
    ttls.sort_unstable();
    ttls.dedup();
    ttls
}
