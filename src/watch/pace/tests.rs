//! The pace, without waiting.

use super::*;

const HOP: Time = Time::from_nanos(1_000_000);
const IDLE: Traffic = Traffic {
    begun: 0,
    moves: 0,
    oldest: None,
};

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn a_hop_a_second() -> Pace {
    Pace::new(millis(1), millis(1), false)
}

#[test]
fn the_clock_of_the_run_is_slowed_down() {
    let mut pace = a_hop_a_second();
    assert_eq!(pace.tick(HOP, IDLE, Duration::ZERO), Some(millis(1_000)));
    assert_eq!(pace.tick(HOP, IDLE, millis(250)), Some(millis(750)));
    assert_eq!(pace.clock(), Time::from_nanos(250_000));
    // Twice as fast, the rest takes half as long.
    pace.faster();
    assert_eq!(pace.tick(HOP, IDLE, Duration::ZERO), Some(millis(375)));
    assert_eq!(pace.tick(HOP, IDLE, millis(375)), None);
    assert_eq!(pace.clock(), HOP);
    assert_eq!(
        pace.tick(HOP, IDLE, Duration::ZERO),
        None,
        "no time between"
    );
}

#[test]
fn long_waits_are_shortened_and_said() {
    let mut pace = a_hop_a_second();
    let later = Time::from_start(Duration::from_secs(5));
    assert_eq!(pace.tick(later, IDLE, Duration::ZERO), Some(LONGEST_WAIT));
    assert_eq!(pace.shortened_wait(), Some(Duration::from_secs(5)));
    pace.toggle();
    assert_eq!(pace.shortened_wait(), None);
    pace.toggle();
    assert_eq!(pace.tick(later, IDLE, LONGEST_WAIT), None);
    assert_eq!(pace.shortened_wait(), None);
}

#[test]
fn a_hop_that_is_slowed_down_is_not_shortened() {
    let mut pace = a_hop_a_second();
    pace.slower();
    pace.slower();
    let on_its_way = Traffic {
        oldest: Some(0),
        ..IDLE
    };
    let wait = pace.tick(HOP, on_its_way, Duration::ZERO);
    assert_eq!(wait, Some(millis(4_000)));
    assert_eq!(pace.shortened_wait(), None);
    // What is held back for longer than a hop does not keep anybody waiting.
    let late = Time::from_nanos(2_000_000);
    let wait = pace.tick(late, on_its_way, Duration::ZERO);
    assert_eq!(wait, Some(millis(4_000)));
    assert_eq!(pace.shortened_wait(), Some(millis(2)));
    assert_eq!(
        a_hop_a_second().tick(late, IDLE, Duration::ZERO),
        Some(LONGEST_WAIT)
    );
}

#[test]
fn waits_too_short_to_sleep_through_are_saved_up() {
    let mut pace = a_hop_a_second();
    let mut slept = Duration::ZERO;
    for turn in 1..=1_000 {
        let next = Time::from_nanos(turn * 1_000);
        while let Some(wait) = pace.tick(next, IDLE, Duration::ZERO) {
            assert!(wait >= SHORTEST_WAIT);
            slept += wait;
            if pace.tick(next, IDLE, wait).is_none() {
                break;
            }
        }
    }
    assert!(slept > millis(990) && slept <= millis(1_000), "{slept:?}");
}

#[test]
fn a_pause_keeps_the_wait_that_has_passed() {
    let mut pace = a_hop_a_second();
    pace.tick(HOP, IDLE, Duration::ZERO);
    pace.tick(HOP, IDLE, millis(400));
    pace.toggle();
    assert!(pace.is_paused());
    assert_eq!(pace.tick(HOP, IDLE, millis(9_000)), Some(UNTIL_TOLD));
    pace.toggle();
    assert_eq!(pace.tick(HOP, IDLE, millis(600)), None);
    pace.hold(true);
    pace.to_the_end();
    let later = Time::from_start(millis(2));
    assert_eq!(pace.tick(later, IDLE, millis(9_000)), Some(UNTIL_TOLD));
    pace.hold(false);
    assert_eq!(pace.tick(later, IDLE, Duration::ZERO), None);
}

#[test]
fn a_step_ends_when_a_datagram_moves() {
    let mut pace = Pace::new(millis(1), millis(1), true);
    pace.step_datagram(IDLE);
    assert_eq!(
        pace.tick(HOP, IDLE, Duration::ZERO),
        None,
        "a deadline, say"
    );
    let moved = Traffic { moves: 1, ..IDLE };
    assert!(pace.tick(HOP, moved, Duration::ZERO).is_some());
    assert!(pace.is_paused());
}

#[test]
fn a_hop_ends_when_all_that_was_on_its_way_has() {
    let traffic = |begun, oldest| Traffic {
        begun,
        moves: 0,
        oldest,
    };
    let mut pace = Pace::new(millis(1), millis(1), true);
    pace.step_hop(IDLE);
    assert_eq!(pace.tick(Time::ZERO, IDLE, Duration::ZERO), None);
    // Another client begins at the same instant.
    assert_eq!(
        pace.tick(Time::ZERO, traffic(1, Some(0)), Duration::ZERO),
        None
    );
    assert!(
        pace.tick(HOP, traffic(2, Some(0)), Duration::ZERO)
            .is_some()
    );
    pace.step_hop(traffic(2, Some(0)));
    assert_eq!(pace.tick(HOP, traffic(2, Some(0)), Duration::ZERO), None);
    assert_eq!(pace.tick(HOP, traffic(4, Some(1)), Duration::ZERO), None);
    assert!(
        pace.tick(HOP, traffic(5, Some(2)), Duration::ZERO)
            .is_some()
    );
}

#[test]
fn speeds_have_ends() {
    let mut pace = a_hop_a_second();
    for _ in 0..100 {
        pace.slower();
    }
    assert_eq!(pace.per_second(), SPEEDS[0]);
    for _ in 0..100 {
        pace.faster();
    }
    assert_eq!(pace.per_second(), SPEEDS[1]);
    assert_eq!(
        Pace::new(Duration::ZERO, millis(1), false).per_second(),
        SPEEDS[0]
    );
}
