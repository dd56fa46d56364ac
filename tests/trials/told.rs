//! How runs under faults are told on the screen and in the document.

use std::time::Duration;

use p2p_sim::driver::Cast;
use p2p_sim::event::{Culprit, DropReason, EventId, Hold, What};
use p2p_sim::report::{ChangeLine, Churn, FaultLine, LinkLine, Mode, Report, screen};
use p2p_sim::rules::Carriage;
use p2p_sim::scenario::Scenario;
use unicode_width::UnicodeWidthStr;

use crate::broken_clients::PAIR;
use crate::support::rogue::{cast_with, twice};
use crate::support::stage::{Played, play, written};
use crate::words::{demanding, is_get};

fn report(played: &Played) -> Report {
    let verdict = played.judge();
    Report::new(
        &played.scenario,
        &played.prediction,
        &played.ran,
        &verdict,
        Mode::Lockstep(Carriage::Memory),
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
        "PASS small (fails as it must: one-get): 23 checks held; 1 chunk arrived"
    );
    let failing = report_of(Cast::of(&scenario));
    assert!(!failing.passed());
    assert_eq!(verdict_line(&failing), "FAIL small: 1 finding");
}

fn drawn(report: &Report) -> String {
    anstream::adapter::strip_str(&screen::draw(report)).to_string()
}

fn sound() -> Report {
    let scenario = written(PAIR, 60);
    report(&play(&scenario, Cast::of(&scenario)))
}

/// What the screen shows of faults, and what follows up to a blank line.
fn section(screen: &str) -> &str {
    let (_, section) = screen.split_once("\n faults\n").expect("there are some");
    section.split("\n\n").next().expect("split gives one")
}

fn fits(screen: &str) {
    for line in screen.lines().filter(|line| !line.contains(".log")) {
        assert!(line.width() <= 80, "{line}");
    }
}

#[test]
fn the_screen_has_a_section_on_faults_where_there_are_any() {
    let mut report = sound();
    assert!(!drawn(&report).contains("faults"));
    let fault = |entry: &str, effect, message, matched, met| FaultLine {
        entry: entry.to_owned(),
        effect,
        message,
        matched,
        met,
    };
    report.faults.named = vec![
        fault("[[fault]] in line 12", "dropped", Some("QUERY"), 3, 1),
        fault("[[fault]] in line 15", "delayed", None, 1, 1),
    ];
    report.faults.links = vec![
        LinkLine {
            entry: "[[link]] in line 9".to_owned(),
            sent: 1_200,
            lost: 6,
            duplicated: 2,
            corrupted: 1,
            delayed: 0,
        },
        LinkLine {
            entry: "[[link]] in line 19".to_owned(),
            sent: 1,
            lost: 0,
            duplicated: 0,
            corrupted: 0,
            delayed: 0,
        },
    ];
    let change = |number: u32| ChangeLine {
        entry: "[[event]] in line 20".to_owned(),
        at_ms: f64::from(number) * 250.0,
        event: number,
        what: format!("stopped p{number}"),
    };
    report.faults.changes = (0..2).map(change).collect();
    report.faults.churn = Churn {
        leaves: 23,
        returns: 1,
    };
    let screen = drawn(&report);
    fits(&screen);
    let expected = "   [[fault]] in line 12: dropped 1 of 3 QUERYs
   [[fault]] in line 15: delayed 1 of 1 datagram
   [[link]] in line 9: 1,200 datagrams, 6 lost, 2 duplicated, 1 corrupted
   [[link]] in line 19: 1 datagram
   0.000000 stopped p0
   0.250000 stopped p1
   churn: 23 leaves, 1 return";
    assert_eq!(section(&screen), expected);

    // Many of them, with long names, take no more room than a screen has.
    report.faults.named = (0..14)
        .map(|line| fault(&format!("[[fault]] in line {line}"), "dropped", None, 3, 1))
        .collect();
    report.faults.changes = (0..12).map(change).collect();
    report.faults.changes[0].what =
        format!("cut {} - {}", "p1,".repeat(30), "long-name ".repeat(9));
    let screen = drawn(&report);
    let shown = section(&screen);
    assert!(
        shown.contains("\n   and 4 more faults by meaning\n"),
        "{shown}"
    );
    assert!(shown.contains("\n   and 2 more changes\n"), "{shown}");
    assert!(!shown.contains("stopped p10"), "{shown}");
    assert!(shown.contains("\n     long-name "), "{shown}");
}

#[test]
fn a_chunk_that_may_be_missing_is_marked_whether_it_came_or_not() {
    let mut report = sound();
    let chunk = &mut report.clients[0].chunks[0];
    chunk.certainty = "may";
    chunk.may_be_missing = true;
    let came = drawn(&report);
    assert!(came.contains("1  b or missing  ok (may)"), "{came}");
    assert!(verdict_line(&report).ends_with("; 1 chunk arrived"));
    let chunk = &mut report.clients[0].chunks[0];
    (chunk.source, chunk.peer, chunk.hops) = (None, None, None);
    let missing = drawn(&report);
    assert!(
        missing.contains("missing     -  b or missing  ok (may)"),
        "{missing}"
    );
    let line = verdict_line(&report);
    assert!(
        line.ends_with("; 0 chunks arrived, 1 missing as may happen"),
        "{line}"
    );
}

#[test]
fn the_books_are_summed_by_reason_and_wrapped() {
    let scenario = written(PAIR, 60);
    let mut played = play(&scenario, Cast::of(&scenario));
    let reasons = [
        DropReason::Fault(0),
        DropReason::Fault(3),
        DropReason::Loss,
        DropReason::Cut,
        DropReason::Down,
        DropReason::QueueFull,
    ];
    let clock = played.ran.clock;
    let recording = &mut played.ran.recording;
    let culprit = Culprit::Chance;
    let original = EventId(1);
    for reason in reasons {
        let copy = recording.record(clock, None, What::Duplicated { original, culprit });
        let datagram = copy;
        let by = Duration::from_millis(1);
        let delayed = What::Delayed {
            datagram,
            hold: Box::new(Hold { by, culprit }),
        };
        recording.record(clock, None, delayed);
        recording.record(clock, None, What::Dropped { datagram, reason });
    }
    let report = report(&played);
    let dropped: Vec<(&str, u64)> = report.accounting.dropped.clone().into_iter().collect();
    let once = ["cut", "loss", "peer-down", "queue-full"].map(|reason| (reason, 1));
    let [cut, loss, down, full] = once;
    assert_eq!(dropped, [cut, ("fault", 2), loss, down, full]);
    assert_eq!(
        (report.accounting.delayed, report.accounting.corrupted),
        (6, 0)
    );
    let screen = drawn(&report);
    fits(&screen);
    let books = " 5 sent + 6 duplicated = 5 delivered + 1 dropped (cut) + 2 dropped (fault) + 1
 dropped (loss) + 1 dropped (peer-down) + 1 dropped (queue-full)
 6 delayed on their way
";
    assert!(screen.contains(books), "{screen}");
}

#[test]
fn the_delay_is_told_when_it_is_one() {
    let mut scenario = written(PAIR, 60);
    let delay_of = |scenario: &Scenario| {
        let played = play(&written(PAIR, 60), Cast::of(&written(PAIR, 60)));
        let scenario = scenario.clone();
        report(&Played { scenario, ..played }).setting.delay_ms
    };
    assert_eq!(delay_of(&scenario), Some(1.0));
    scenario.faults.links.clients.loss = 0.5;
    assert_eq!(delay_of(&scenario), Some(1.0));
    scenario.faults.links.clients.delay *= 2;
    assert_eq!(delay_of(&scenario), None);
}
