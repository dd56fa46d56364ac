//! What of a scenario is worth a second look.

use super::clients::names;
use crate::oracle::Prediction;
use crate::rules::{Duplicates, MEMORY};
use crate::scenario::{Expect, Scenario};

/// What is worth a second look: no problem, but seldom meant.
pub(super) fn of(scenario: &Scenario, prediction: &Prediction) -> Vec<String> {
    let roster = &scenario.roster;
    let mut warnings = Vec::new();
    for outside in &scenario.outside {
        warnings.push(format!(
            "{} has a neighbour at {}, which only a run with --real-time reaches",
            roster.name(outside.peer),
            outside.address,
        ));
    }
    if scenario.duplicates == Duplicates::Literal {
        let impatient = scenario.clients.iter().filter_map(|client| {
            let waits = client.requests.iter().map(|request| request.patience.wait);
            let least = waits.min().filter(|wait| *wait <= MEMORY)?;
            Some((roster.name(client.endpoint), least))
        });
        let mut impatient = impatient.collect::<Vec<_>>();
        let count = impatient.len();
        if let Some((name, wait)) = impatient.drain(..).next() {
            let more = match count {
                1 => String::new(),
                count => format!(" (and {} more)", count - 1),
            };
            warnings.push(format!(
                "{name}{more} waits {wait:?}, and peers with `first` or `best` remember a search \
                 for {MEMORY:?}: this scenario can't have them"
            ));
        }
    }
    for (client, predicted) in scenario.clients.iter().zip(&prediction.clients) {
        for (id, expect) in &client.expect {
            let sources = predicted.sources.get(id).cloned().unwrap_or_default();
            let name = roster.name(client.endpoint);
            match expect {
                Expect::Missing if !sources.may_be_missing() => warnings.push(format!(
                    "{name} expects chunk {id} to be missing, and it must be found: a run will fail"
                )),
                Expect::From(peers) if !peers.iter().any(|p| sources.may_come_from(*p)) => {
                    let peers = names(roster, peers).join(" or ");
                    warnings.push(format!(
                        "{name} expects chunk {id} from {peers}, and it can't come from there: a \
                         run will fail"
                    ));
                }
                _ => {}
            }
        }
    }
    warnings
}
