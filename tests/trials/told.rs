//! How runs under faults are told on the screen and in the document.

use std::time::Duration;

use p2p_sim::driver::Cast;
use p2p_sim::report::{Mode, Report, screen};

use crate::support::rogue::{cast_with, twice};
use crate::support::stage::{Played, play};
use crate::words::{demanding, is_get};

fn report(played: &Played) -> Report {
    let verdict = played.judge();
    Report::new(
        &played.scenario,
        &played.prediction,
        &played.ran,
        &verdict,
        Mode::Lockstep,
        Duration::ZERO,
    )
}

fn verdict_line(report: &Report) -> String {
    let line = screen::verdict_line(report);
    anstream::adapter::strip_str(&line).to_string()
}

#[test]
fn the_verdict_line_says_that_a_run_fails_as_it_must() {
    let scenario = demanding(&["one-get"]);
    let report_of = |cast| report(&play(&scenario, cast));
    let passing = report_of(cast_with(&scenario, "viewer", twice(is_get)));
    assert!(passing.passed());
    assert_eq!(
        verdict_line(&passing),
        "PASS small (fails as it must: one-get): 22 checks held; 1 chunk arrived"
    );
    let failing = report_of(Cast::of(&scenario));
    assert!(!failing.passed());
    assert_eq!(verdict_line(&failing), "FAIL small: 1 finding");
}
