//! Tells of faults that nothing met: a scenario that says them tests less than it seems to.

use std::collections::BTreeSet;
use std::time::Duration;

use super::effects::{self, Effects, FaultEffect};
use super::finding::{Check, Finding, Findings};
use crate::driver::Ran;
use crate::event::What;
use crate::faults::{Fault, Nth, Scheduled, When};
use crate::scenario::Scenario;

/// Finds what the scenario says of faults and the run never showed.
pub(super) fn check(scenario: &Scenario, ran: &Ran, effects: &Effects, findings: &mut Findings) {
    let faults = &scenario.faults;
    for (fault, effect) in faults.named.iter().zip(&effects.faults) {
        if effect.met == 0 {
            let finding = Finding::new(Check::Unmet, meant(fault), why(fault, *effect));
            findings.add(finding.entry(&fault.label));
        }
    }
    for (entry, effect) in faults.links.entries.iter().zip(&effects.links) {
        if effect.sent == 0 {
            let finding = Finding::new(Check::Unmet, "a datagram crosses its links", "none did");
            findings.add(finding.entry(&entry.label));
        }
    }
    if faults.timeline.is_empty() {
        return;
    }
    let happened: BTreeSet<u32> = ran
        .recording
        .iter()
        .filter_map(|(_, event)| match event.what {
            What::Changed { place, .. } => Some(place),
            _ => None,
        })
        .collect();
    for (place, scheduled) in (0..).zip(&faults.timeline) {
        if let Some(label) = &scheduled.label
            && !happened.contains(&place)
        {
            let expected = due(scenario, scheduled);
            let got = why_not(scenario, ran, scheduled);
            findings.add(Finding::new(Check::Unmet, expected, got).entry(label));
        }
    }
}

/// What a fault does, done: `a QUERY is dropped`.
fn meant(fault: &Fault) -> String {
    let what = match fault.pattern.message {
        Some(message) => message.name(),
        None => "datagram",
    };
    format!("a {what} is {}", fault.effect.done())
}

/// Why `fault` did nothing.
fn why(fault: &Fault, effect: FaultEffect) -> String {
    let matched = matches(effect.matched);
    match &fault.nth {
        Nth::These(numbers) if u64::from(numbers[0]) > effect.matched => {
            format!("{matched}, the {} was never sent", ordinal(numbers[0]))
        }
        _ if effect.matched == 0 => matched,
        _ => format!("{matched}, none was {}", fault.effect.done()),
    }
}

/// What had to change and when: `stopped p4 at 5s`.
fn due(scenario: &Scenario, scheduled: &Scheduled) -> String {
    let change = scheduled.change.text(&scenario.roster);
    match &scheduled.when {
        When::At(time) => format!("{change} at {time:?}"),
        When::After { by, nth, .. } => {
            let datagram = format!("the {} datagram that matches", ordinal(*nth));
            match *by {
                Duration::ZERO => format!("{change} after {datagram}"),
                by => format!("{change} {by:?} after {datagram}"),
            }
        }
    }
}

/// Why `scheduled` never happened.
fn why_not(scenario: &Scenario, ran: &Ran, scheduled: &Scheduled) -> String {
    let ended = format!("the run ended at {}", ran.clock);
    match &scheduled.when {
        When::At(_) => ended,
        When::After { pattern, nth, .. } => {
            let matched = effects::matching(scenario, &ran.recording, pattern);
            match u64::from(*nth) > matched {
                true if matched == 0 => matches(matched),
                true => format!("{}, the {} was never sent", matches(matched), ordinal(*nth)),
                false => ended,
            }
        }
    }
}

fn matches(count: u64) -> String {
    match count {
        0 => "no datagram matched".to_owned(),
        1 => "1 datagram matched".to_owned(),
        many => format!("{many} datagrams matched"),
    }
}

/// `1st`, `2nd`, `3rd`, `4th`, `11th`.
fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_are_as_people_say_them() {
        let said = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal);
        let right = [
            "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th",
        ];
        assert_eq!(said, right);
    }
}
