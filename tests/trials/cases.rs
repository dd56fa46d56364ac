//! What a case of a broken run is, how one is tried, and the proof that the cases together make
//! every check fail.

use std::collections::BTreeSet;

use p2p_sim::check::{Check, CheckVerdict};
use p2p_sim::driver::Cast;
use p2p_sim::scenario::Scenario;

use crate::support::rogue::{Meddle, cast_with};
use crate::support::stage::{Played, assert_passes, in_short, play, play_on_sockets, shipped};
use crate::support::stage::{named, written};
use crate::{broken_clients, broken_logs, broken_peers, broken_runs, reliable, words};

/// Something that breaks the protocol, and what a run must say of it.
pub(crate) struct Case {
    /// What it does, as the end of a sentence that begins with its name.
    pub(crate) name: String,
    /// The scenario, moved to the 127.B that it is given.
    pub(crate) scenario: Box<dyn Fn(u8) -> Scenario>,
    /// Plays it; what it is given is the way to play a cast.
    pub(crate) play: Box<Play>,
    /// The findings, in short.
    pub(crate) expect: Vec<&'static str>,
}

/// Plays a case.
type Play = dyn Fn(&Scenario, PlayCast) -> Played;

/// Plays a cast, in memory or on sockets.
pub(crate) type PlayCast = fn(&Scenario, Cast) -> Played;

/// Scenario files, or texts, that cases use.
pub(crate) fn stage(source: &'static str) -> Box<dyn Fn(u8) -> Scenario> {
    match source.contains('\n') {
        true => Box::new(move |net| written(source, net)),
        false => Box::new(move |net| shipped(source, net)),
    }
}

/// A case in which the peer or client `who` does wrong; `meddle` makes what stands behind it.
pub(crate) fn rogue<M: Meddle>(
    source: &'static str,
    who: &'static str,
    does: &str,
    meddle: impl Fn(&Scenario) -> M + 'static,
    expect: &[&'static str],
) -> Case {
    let cast = move |scenario: &Scenario| cast_with(scenario, who, meddle(scenario));
    with_cast(source, &format!("{who} {does}"), cast, expect)
}

/// A case with any cast.
pub(crate) fn with_cast(
    source: &'static str,
    name: &str,
    cast: impl Fn(&Scenario) -> Cast + 'static,
    expect: &[&'static str],
) -> Case {
    Case {
        name: format!("{name} ({})", source.lines().next().unwrap_or_default()),
        scenario: stage(source),
        play: Box::new(move |scenario, play| play(scenario, cast(scenario))),
        expect: expect.to_vec(),
    }
}

/// A case in which all play fair and what is left behind is then tampered with.
pub(crate) fn tampered(
    source: &'static str,
    name: &str,
    tamper: impl Fn(&mut Played) + 'static,
    expect: &[&'static str],
) -> Case {
    let mut case = with_cast(source, name, Cast::of, expect);
    case.play = Box::new(move |scenario, play| {
        let mut played = play(scenario, Cast::of(scenario));
        tamper(&mut played);
        played
    });
    case
}

impl Case {
    /// Tries the case; gives what is wrong with its verdict.
    fn faults(&self, net: u8, play: PlayCast) -> Vec<String> {
        let scenario = (self.scenario)(net);
        let played = (self.play)(&scenario, play);
        let verdict = played.judge();
        let mut found = in_short(&verdict, &scenario.roster);
        found.sort();
        let mut expect = self.expect.clone();
        expect.sort_unstable();
        let mut faults = Vec::new();
        if found != expect {
            let told = verdict.findings.iter();
            let told = told.map(|f| format!("\n    {}: {} / {}", f.check, f.expected, f.got));
            let told: String = told.collect();
            faults.push(format!(
                "{}: {found:?}, not {:?}{told}",
                self.name, self.expect
            ));
        }
        let expected: BTreeSet<&str> = self.checks().collect();
        for (check, verdict) in &verdict.checks {
            let right = match expected.contains(check.name()) {
                true => *verdict == CheckVerdict::Fail,
                false => matches!(verdict, CheckVerdict::Pass | CheckVerdict::NotJudged),
            };
            if !right {
                faults.push(format!("{}: {check} is {}", self.name, verdict.name()));
            }
        }
        if verdict.passes() {
            faults.push(format!("{}: passes", self.name));
        }
        faults
    }

    /// The names of the checks that must fail.
    fn checks(&self) -> impl Iterator<Item = &'static str> {
        let expect = self.expect.iter();
        expect.map(|finding| finding.split(' ').next().unwrap_or_default())
    }
}

/// Tries `cases` in memory, and says all that is wrong with any of them.
pub(crate) fn try_all(cases: &[Case]) {
    let faults: Vec<String> = cases
        .iter()
        .flat_map(|case| case.faults(60, play))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Tries every `step`th of `cases` on sockets at 127.`net`.
pub(crate) fn try_on_sockets(cases: &[Case], step: usize, net: u8) {
    let some = cases.iter().step_by(step);
    let faults: Vec<String> = some
        .flat_map(|case| case.faults(net, play_on_sockets))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn every_case() -> Vec<Case> {
    let mut cases = broken_peers::cases();
    cases.extend(broken_clients::cases());
    cases.extend(broken_logs::cases());
    cases.extend(broken_runs::cases());
    cases.extend(words::cases());
    cases.extend(reliable::cases());
    cases
}

#[test]
fn every_check_is_made_to_fail() {
    let cases = every_case();
    let failing: BTreeSet<&str> = cases.iter().flat_map(Case::checks).collect();
    let all: BTreeSet<&str> = Check::ALL.iter().map(|check| check.name()).collect();
    assert_eq!(failing, all);
}

#[test]
fn without_the_fault_every_case_passes() {
    for case in every_case() {
        let scenario = (case.scenario)(60);
        assert_passes(&play(&scenario, Cast::of(&scenario)));
    }
}

/// The address of the one called `name`.
pub(crate) fn address(scenario: &Scenario, name: &str) -> std::net::SocketAddrV4 {
    scenario.roster.address(named(&scenario.roster, name))
}
