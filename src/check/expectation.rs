//! Holds a run against what the scenario itself expects of it, beside chunks. Its word counts,
//! whatever the oracle says and whatever else went wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use super::acknowledge::Acknowledged;
use super::census::{Census, Search};
use super::finding::{Check, Finding, Findings};
use crate::driver::Ran;
use crate::event::{EventId, What};
use crate::roster::EndpointId;
use crate::scenario::Scenario;
use crate::time::Time;
use crate::wire::{Type, carried};

/// The key that limits QUERYs, of the run and of a client.
const MOST_QUERIES: &str = "most_queries";

/// Finds what came out otherwise than the scenario expects. A run that is not `complete` is found
/// wrong only for what its rest could not have changed.
pub(super) fn check(
    scenario: &Scenario,
    ran: &Ran,
    census: &Census,
    acknowledged: &Acknowledged<'_>,
    complete: bool,
    findings: &mut Findings,
) {
    if let Some(most) = scenario.expect.most_queries {
        check_queries(ran, census, acknowledged, most, findings);
    }
    let first = Firsts::read(scenario, ran);
    for (peer, by) in &scenario.expect.reached_by {
        let reached = first.heard.get(peer).copied();
        let finding = in_time(ran, complete, *by, reached, "heard the first", "heard none");
        let expected = format!("heard a search within {by:?}");
        told(finding, *peer, "reached_by", expected, findings);
    }
    let by_client = census.by_client();
    for client in &scenario.clients {
        let own = by_client.get(&client.endpoint);
        if let Some(most) = client.most_queries {
            let searches = own.map_or(&[][..], Vec::as_slice);
            check_queries_of(client.endpoint, searches, most, findings);
        }
        if let Some(by) = client.done_by {
            let done = first.done.get(&client.endpoint).copied();
            let finding = in_time(ran, complete, by, done, "done", "not done");
            let expected = format!("done within {by:?}");
            told(finding, client.endpoint, "done_by", expected, findings);
        }
    }
}

/// The events that came first, of those that the scenario sets a time.
#[derive(Default)]
struct Firsts {
    /// Of each peer that has to hear a search in time, that a HELLO or QUERY reached it as one.
    heard: BTreeMap<EndpointId, EventId>,
    /// Of each client, that it was done.
    done: BTreeMap<EndpointId, EventId>,
}

impl Firsts {
    fn read(scenario: &Scenario, ran: &Ran) -> Self {
        let mut firsts = Self::default();
        let reached_by = &scenario.expect.reached_by;
        if reached_by.is_empty() && scenario.clients.iter().all(|c| c.done_by.is_none()) {
            return firsts;
        }
        for (id, event) in ran.recording.iter() {
            match event.what {
                What::Delivered { datagram, to, .. } if reached_by.contains_key(&to) => {
                    let bytes = ran.recording.arrived(datagram);
                    let message = bytes.and_then(|bytes| Type::of_datagram(carried(bytes)));
                    if matches!(message, Some(Type::Hello | Type::Query)) {
                        firsts.heard.entry(to).or_insert(id);
                    }
                }
                What::Done { client } => {
                    firsts.done.entry(client).or_insert(id);
                }
                _ => {}
            }
        }
        firsts
    }
}

/// What came of something that has a time limit.
enum Outcome {
    InTime,
    /// What was instead, and the event that shows it.
    Late(String, Option<EventId>),
    /// The run ended before anybody could know.
    Unknown,
}

/// Holds the `event` that had to be within `by` against that.
fn in_time(
    ran: &Ran,
    complete: bool,
    by: Duration,
    event: Option<EventId>,
    what: &str,
    nothing: &str,
) -> Outcome {
    let limit = Time::from_start(by);
    match event.map(|id| (id, ran.recording.event(id).time)) {
        Some((_, time)) if time <= limit => Outcome::InTime,
        Some((id, time)) => Outcome::Late(format!("{what} at {time}"), Some(id)),
        None if complete || ran.clock > limit => Outcome::Late(nothing.to_owned(), None),
        None => Outcome::Unknown,
    }
}

/// Tells of `outcome`, if there is something to tell.
fn told(outcome: Outcome, who: EndpointId, entry: &str, expected: String, findings: &mut Findings) {
    match outcome {
        Outcome::InTime => {}
        Outcome::Late(got, event) => {
            let finding = Finding::new(Check::Expectation, expected, got);
            findings.add(finding.about(who).entry(entry).shown_by(event));
        }
        Outcome::Unknown => findings.leave_unjudged(&[Check::Expectation]),
    }
}

/// Holds the QUERYs of all searches against `most`.
fn check_queries(
    ran: &Ran,
    census: &Census,
    acknowledged: &Acknowledged<'_>,
    most: u64,
    findings: &mut Findings,
) {
    let queries = census.sent(Type::Query);
    if queries <= most {
        return;
    }
    let sent = ran
        .recording
        .iter()
        .filter(|(id, event)| match &event.what {
            What::Sent { payload, .. } => {
                Type::of_datagram(carried(ran.recording.bytes(*payload))) == Some(Type::Query)
                    && !acknowledged.is_aside(*id)
            }
            _ => false,
        });
    let over = usize::try_from(most)
        .ok()
        .and_then(|most| sent.map(|(id, _)| id).nth(most));
    findings.add(too_many(queries, most).shown_by(over));
}

/// Holds the QUERYs of the searches of `client` against `most`; shows the HELLO whose flood went
/// over it.
fn check_queries_of(client: EndpointId, searches: &[&Search], most: u64, findings: &mut Findings) {
    let mut queries = 0;
    let mut over = None;
    for search in searches {
        queries += search.queries();
        if queries > most {
            over = over.or(Some(search.hello));
        }
    }
    if over.is_some() {
        findings.add(too_many(queries, most).about(client).shown_by(over));
    }
}

fn too_many(queries: u64, most: u64) -> Finding {
    let expected = format!("at most {most} QUERYs");
    Finding::new(Check::Expectation, expected, queries.to_string()).entry(MOST_QUERIES)
}
