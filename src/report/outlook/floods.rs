//! What floods of a scenario come to, by its own rules and by others.

use serde::Serialize;

use super::super::Predicted;
use crate::oracle::{Count, Foresight};
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

/// By which rules a flood is foretold.
pub(super) struct Rules {
    ttl: Ttl,
    policy: Duplicates,
    word: &'static str,
    /// Whether these are the scenario's own.
    is_own: bool,
    /// Whether it comes to the same as the one before.
    is_known: bool,
}

impl Rules {
    /// Whether it takes a prediction of its own, beside that of the scenario.
    pub(super) fn are_predicted(&self) -> bool {
        !self.is_own && !self.is_known
    }
}

/// By which rules floods are foretold: other TTLs and policies, and the scenario's own. With `first`
/// and `best`, an impatient client would make the file no scenario.
pub(super) fn rules(scenario: &Scenario, shape: &Shape, foresight: &Foresight<'_>) -> Vec<Rules> {
    let own = (scenario.ttl, scenario.duplicates);
    let is_impatient = is_impatient(scenario);
    let mut rules = Vec::new();
    for ttl in ttls(scenario, shape).into_iter().map(Ttl) {
        for (policy, word) in Duplicates::ALL {
            let is_own = (ttl, policy) == own;
            if policy == Duplicates::Literal || is_own || !is_impatient {
                rules.push(Rules {
                    ttl,
                    policy,
                    word,
                    is_own,
                    is_known: policy == Duplicates::Best
                        && !is_impatient
                        && foresight.first_is_best(ttl),
                });
            }
        }
    }
    rules
}

/// The floods by all of `rules`, of which `own` is the scenario's own; `predict` foretells others.
pub(super) fn of(
    rules: &[Rules],
    own: Predicted,
    mut predict: impl FnMut(Ttl, Duplicates) -> Predicted,
) -> Vec<FloodOutlook> {
    let mut before = own;
    let floods = rules.iter().map(|rules| {
        let predicted = match rules {
            Rules { is_own: true, .. } => own,
            Rules { is_known: true, .. } => before,
            Rules { ttl, policy, .. } => predict(*ttl, *policy),
        };
        before = predicted;
        let Predicted {
            hello,
            query,
            chunks_info,
        } = predicted;
        FloodOutlook {
            ttl: rules.ttl.0,
            duplicates: rules.word,
            is_own: rules.is_own,
            hello,
            query,
            chunks_info,
            total: hello + query + chunks_info,
        }
    });
    floods.collect()
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
