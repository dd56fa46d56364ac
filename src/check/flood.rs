//! Holds each client's searches against the oracle: who heard them, and how many datagrams they
//! took.

use super::census::{Census, Search};
use super::finding::{Check, Finding, Findings};
use crate::oracle::{ClientPrediction, Count, Prediction};
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
    for predicted in &prediction.clients {
        let searches = census.searches.iter();
        let own = searches.filter(|search| search.client == Some(predicted.client));
        let own: Vec<&Search> = own.collect();
        let lost_reach = own.iter().fold(false, |lost, search| {
            lost | check_reach(scenario, predicted, search, findings)
        });
        check_counts(predicted, &own, lost_reach, findings);
    }
}

/// Checks who heard `search`; tells whether policy `first` lost somebody.
fn check_reach(
    scenario: &Scenario,
    predicted: &ClientPrediction,
    search: &Search,
    findings: &mut Findings,
) -> bool {
    let roster = &scenario.roster;
    for (peer, event) in &search.reached {
        if predicted.reach.hops(*peer).is_none() {
            let expected = format!("nobody beyond {} hops hears it", scenario.ttl);
            let got = format!("{} heard it", roster.name(*peer));
            let finding = Finding::new(Check::Reach, expected, got);
            findings.add(finding.about(predicted.client).shown_by(*event));
        }
    }
    let within = predicted.reach.iter();
    let unheard: Vec<(EndpointId, u32)> = within
        .filter(|(peer, _)| !search.reached.contains_key(peer))
        .collect();
    if unheard.is_empty() {
        return false;
    }
    let is_loss = scenario.duplicates == Duplicates::First && !predicted.reach.is_certain();
    let check = if is_loss {
        Check::ReachLost
    } else {
        Check::Reach
    };
    let expected = format!(
        "all {} peers within {} hops hear it",
        predicted.reach.iter().len(),
        scenario.ttl
    );
    let got = format!("{} did not", some_names(roster, &unheard));
    let finding = Finding::new(check, expected, got);
    findings.add(finding.about(predicted.client).shown_by(search.hello));
    is_loss
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
    lost_reach: bool,
    findings: &mut Findings,
) {
    let hellos = own.len() as u64;
    let queries: u64 = own.iter().map(|search| search.queries()).sum();
    let chunks_info: u64 = own.iter().map(|search| search.chunks_info).sum();
    let last_hello = own.last().map(|search| search.hello);
    let mut hold = |check, expected: Count, got: u64| {
        let holds = expected.contains(u128::from(got));
        if !holds {
            let finding = Finding::new(check, expected.to_string(), got.to_string());
            findings.add(finding.about(predicted.client).shown_by(last_hello));
        }
        holds
    };
    // Each HELLO floods: with another number of them the other counts say nothing new.
    if hold(Check::HelloCount, predicted.hello, hellos) && !lost_reach {
        hold(Check::QueryCount, predicted.query, queries);
        hold(Check::ChunksInfoCount, predicted.chunks_info, chunks_info);
    }
}
