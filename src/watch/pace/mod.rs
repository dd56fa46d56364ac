//! How fast a run goes on: its own clock, slowed down; a datagram or a hop at a time; or not at all.
//!
//! The pace reads no clock. Whoever runs it asks [`Pace::tick`] before each turn of the run, with
//! the time that has passed since it last asked, until it lets the turn go.

use std::time::Duration;

use crate::time::Time;

/// Nobody watches a wait for longer than this, unless it is a hop that is to be seen more slowly.
const LONGEST_WAIT: Duration = Duration::from_millis(1_500);
/// Waits shorter than this are not slept through one by one, but saved up.
const SHORTEST_WAIT: Duration = Duration::from_millis(4);
/// How long to wait before asking again when nothing but a key can help.
const UNTIL_TOLD: Duration = Duration::from_secs(1);
/// The slowest and the fastest speed.
const SPEEDS: [Duration; 2] = [Duration::from_nanos(1_000), Duration::from_secs(3_600)];

/// What of a run the steps look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// How many datagrams have begun.
    pub begun: u32,
    /// How often a datagram has begun or ended.
    pub moves: u64,
    /// The number of the first datagram that is still on its way, if one is.
    pub oldest: Option<u32>,
}

/// What lets a run go on, and when.
#[derive(Clone, Debug)]
pub struct Pace {
    per_second: Duration,
    /// What a datagram takes from peer to peer.
    hop: Duration,
    mode: Mode,
    is_held: bool,
    clock: Time,
    wait: Option<Wait>,
    /// What waits that were too short have saved up.
    owed: Duration,
}

/// What somebody wants of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Running,
    Paused,
    /// On until a datagram begins or ends; so often had one before.
    Datagram(u64),
    /// On until all of the first so many datagrams have ended.
    Hop(u32),
    /// On until a datagram is on its way and the clock would go on.
    FirstHop,
    ToTheEnd,
}

/// The time until the next turn, as it passes on the screen.
#[derive(Clone, Copy, Debug)]
struct Wait {
    until: Time,
    /// The part of it that is over, from 0 to 1.
    share: f64,
    /// Whether no datagram is on its way.
    is_idle: bool,
}

impl Pace {
    /// A pace of so much of the run's clock a second, that begins at once or when told to. A datagram
    /// takes `hop` from peer to peer: when that is on its way, so long a wait is never shortened.
    #[must_use]
    pub fn new(per_second: Duration, hop: Duration, is_paused: bool) -> Self {
        Self {
            hop,
            per_second: per_second.clamp(SPEEDS[0], SPEEDS[1]),
            mode: match is_paused {
                true => Mode::Paused,
                false => Mode::Running,
            },
            is_held: false,
            clock: Time::ZERO,
            wait: None,
            owed: Duration::ZERO,
        }
    }

    /// Whether the turn that is due at `next` may go, `passed` after this was last asked: nothing if
    /// it may, else how long to wait at most before asking again.
    pub fn tick(&mut self, next: Time, traffic: Traffic, passed: Duration) -> Option<Duration> {
        self.end_step(next, traffic);
        let is_idle = traffic.oldest.is_none();
        let takes = self.asked(next).min(self.longest(is_idle));
        let wait = match &mut self.wait {
            Some(wait) if wait.until == next => wait,
            wait => wait.insert(Wait {
                until: next,
                share: 0.0,
                is_idle,
            }),
        };
        let left = match self.mode {
            _ if self.is_held => Some(UNTIL_TOLD),
            Mode::Paused => Some(UNTIL_TOLD),
            Mode::Running => {
                let total = takes + self.owed;
                if total < SHORTEST_WAIT {
                    self.owed = total;
                    None
                } else {
                    wait.share += passed.as_secs_f64() / total.as_secs_f64();
                    let left = total.mul_f64((1.0 - wait.share).max(0.0));
                    if left.is_zero() {
                        self.owed = Duration::ZERO;
                    }
                    Some(left).filter(|left| !left.is_zero())
                }
            }
            Mode::Datagram(_) | Mode::Hop(_) | Mode::FirstHop | Mode::ToTheEnd => None,
        };
        if left.is_none() {
            self.clock = next;
            self.wait = None;
        }
        left
    }

    /// The longest wait that is shown.
    fn longest(&self, is_idle: bool) -> Duration {
        match is_idle {
            true => LONGEST_WAIT,
            false => LONGEST_WAIT.max(self.on_the_screen(self.hop)),
        }
    }

    /// How long the clock would take to `next` if nobody shortened it.
    fn asked(&self, next: Time) -> Duration {
        self.on_the_screen(next.since(self.clock))
    }

    /// How long so much of the run's clock takes at this speed.
    fn on_the_screen(&self, time: Duration) -> Duration {
        let seconds = time.as_secs_f64() / self.per_second.as_secs_f64();
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }

    fn end_step(&mut self, next: Time, traffic: Traffic) {
        let is_over = match self.mode {
            Mode::Datagram(moves) => traffic.moves != moves,
            Mode::Hop(begun) => traffic.oldest.is_none_or(|oldest| oldest >= begun),
            Mode::FirstHop => traffic.oldest.is_some() && next > self.clock,
            Mode::Running | Mode::Paused | Mode::ToTheEnd => false,
        };
        if is_over {
            self.mode = Mode::Paused;
        }
    }

    /// Pauses, or goes on.
    pub fn toggle(&mut self) {
        self.mode = match self.mode {
            Mode::Paused => Mode::Running,
            _ => Mode::Paused,
        };
    }

    /// Goes on until the next datagram begins or ends.
    pub fn step_datagram(&mut self, traffic: Traffic) {
        self.mode = Mode::Datagram(traffic.moves);
    }

    /// Goes on until all that is on its way has ended; when nothing is, until something is.
    pub fn step_hop(&mut self, traffic: Traffic) {
        self.mode = match traffic.oldest {
            Some(_) => Mode::Hop(traffic.begun),
            None => Mode::FirstHop,
        };
    }

    /// Goes on to the end as fast as it can.
    pub fn to_the_end(&mut self) {
        self.mode = Mode::ToTheEnd;
    }

    /// Twice as fast.
    pub fn faster(&mut self) {
        self.per_second = self.per_second.saturating_mul(2).min(SPEEDS[1]);
    }

    /// Half as fast.
    pub fn slower(&mut self) {
        self.per_second = (self.per_second / 2).max(SPEEDS[0]);
    }

    /// Stands still, or no longer, whatever else is wanted: the screen can't be seen.
    pub fn hold(&mut self, is_held: bool) {
        self.is_held = is_held;
    }

    /// How much of the run's clock passes in a second.
    #[must_use]
    pub const fn per_second(&self) -> Duration {
        self.per_second
    }

    /// Whether somebody has paused the run, or a step has ended.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.mode == Mode::Paused
    }

    /// Whether it goes on to the end as fast as it can.
    #[must_use]
    pub fn is_at_full_speed(&self) -> bool {
        self.mode == Mode::ToTheEnd
    }

    /// The run's clock as it is on the screen: between two turns on its way from one to the other.
    #[must_use]
    pub fn clock(&self) -> Time {
        match self.wait {
            Some(wait) => {
                let whole = wait.until.since(self.clock);
                self.clock + whole.mul_f64(wait.share.clamp(0.0, 1.0))
            }
            None => self.clock,
        }
    }

    /// The time until the next turn, by the run's clock, if less of it is shown.
    #[must_use]
    pub fn shortened_wait(&self) -> Option<Duration> {
        let wait = self.wait.filter(|_| self.mode == Mode::Running)?;
        (self.asked(wait.until) > self.longest(wait.is_idle)).then(|| wait.until.since(self.clock))
    }
}

#[cfg(test)]
mod tests;
