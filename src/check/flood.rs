//! Holds each client's searches against the oracle: who heard them, and how many datagrams they
//! took.

use super::census::{Census, Search};
use super::finding::{Check, Finding, Findings};
use crate::oracle::{ClientPrediction, Prediction};
use crate::roster::{EndpointId, Roster};
use crate::rules::Duplicates;
use crate::scenario::Scenario;

/// Finds searches that were heard by others than the oracle says, and counts that differ.
pub(super) fn check(
    scenario: &Scenario,
    prediction: &Prediction,
    census: &Census,
    findings: &mut Findings,
) {
    let by_client = census.by_client();
    for predicted in &prediction.clients {
        let own = by_client
            .get(&predicted.client)
            .map_or(&[][..], Vec::as_slice);
        let mut as_predicted = true;
        for search in own {
            as_predicted &= check_reach(scenario, predicted, search, findings);
        }
        match as_predicted {
            true => {
                let hellos = census.hellos.get(&predicted.client).copied();
                check_counts(predicted, own, hellos.unwrap_or(0), findings);
            }
            false => findings.leave_unjudged(&COUNTS),
        }
    }
}

/// Checks of numbers, in the order in which one follows from the other.
const COUNTS: [Check; 3] = [Check::HelloCount, Check::QueryCount, Check::ChunksInfoCount];

/// Checks who heard `search`; tells whether the counts predicted for it mean anything.
fn check_reach(
    scenario: &Scenario,
    predicted: &ClientPrediction,
    search: &Search,
    findings: &mut Findings,
) -> bool {
    let roster = &scenario.roster;
    let mut right = true;
    for (peer, event) in search.reached.iter() {
        if !predicted.reach.may_hear(peer) {
            right = false;
            let expected = match predicted.reach.hops(peer) {
                None => format!("nobody beyond {} hops hears it", scenario.ttl),
                Some(_) => "nobody hears it whom faults keep from it".to_owned(),
            };
            let got = format!("{} heard it", roster.name(peer));
            let finding = Finding::new(Check::Reach, expected, got);
            findings.add(finding.about(predicted.client).shown_by(event));
        }
    }
    let within = predicted.reach.iter();
    let unheard = within
        .filter(|(peer, _)| predicted.reach.may_hear(*peer))
        .filter(|(peer, _)| !search.reached.contains(*peer));
    let (must, may): (Vec<(EndpointId, u32)>, Vec<_>) =
        unheard.partition(|(peer, _)| predicted.reach.must_hear(*peer));
    if !must.is_empty() {
        let finding = unreached(scenario, predicted, Check::Reach, &must);
        findings.add(finding.shown_by(search.hello));
        return false;
    }
    // Where nothing of it was lost on its way, the policy is what silenced it.
    if !may.is_empty() && scenario.duplicates == Duplicates::First && search.lost == 0 {
        let finding = unreached(scenario, predicted, Check::ReachLost, &may);
        findings.add(finding.shown_by(search.hello));
    }
    // The bounds of the counts allow for whoever may be missed.
    right
}

/// The finding that `unheard` did not hear a search of a client.
fn unreached(
    scenario: &Scenario,
    predicted: &ClientPrediction,
    check: Check,
    unheard: &[(EndpointId, u32)],
) -> Finding {
    let expected = match scenario.faults.is_lossless() {
        true => format!(
            "all {} peers within {} hops hear it",
            predicted.reach.len(),
            scenario.ttl
        ),
        false => "all peers that no fault keeps from it hear it".to_owned(),
    };
    let got = format!("{} did not", some_names(&scenario.roster, unheard));
    Finding::new(check, expected, got).about(predicted.client)
}

/// Names up to three of `peers`: `p3, p4 and 17 more`.
fn some_names(roster: &Roster, peers: &[(EndpointId, u32)]) -> String {
    let shown = peers.iter().take(3).map(|(peer, _)| roster.name(*peer));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match peers.len().saturating_sub(3) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn check_counts(
    predicted: &ClientPrediction,
    own: &[&Search],
    hellos: u64,
    findings: &mut Findings,
) {
    let queries: u64 = own.iter().map(|search| search.queries()).sum();
    let chunks_info: u64 = own.iter().map(|search| search.chunks_info).sum();
    let last_hello = own.last().map(|search| search.hello);
    let more_hellos = u128::from(hellos) > predicted.hello.max;
    if more_hellos && findings.any_about(Check::Missing, predicted.client, None) {
        // A client goes on asking for what it does not find.
        findings.leave_unjudged(&COUNTS);
        return;
    }
    let counted = [
        (predicted.hello, hellos),
        (predicted.query, queries),
        (predicted.chunks_info, chunks_info),
    ];
    for (place, (expected, got)) in counted.into_iter().enumerate() {
        if !expected.contains(u128::from(got)) {
            let finding = Finding::new(COUNTS[place], expected.to_string(), got.to_string());
            findings.add(finding.about(predicted.client).shown_by(last_hello));
            findings.leave_unjudged(&COUNTS[place + 1..]);
            return;
        }
    }
}
