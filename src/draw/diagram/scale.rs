//! How high each moment lies on the page.
//!
//! Between moments lies room, in proportion to the time between them up to what a datagram usually
//! takes. Longer waits are cut short, and said in words.

use std::time::Duration;

use super::scene::Moment;

/// The height of one place within a moment.
pub(super) const PLACE: f64 = 15.0;
/// An arrow that lands nowhere sinks by so much of what others do.
pub(super) const STUB: f64 = 0.55;
/// The least room between two moments.
const LEAST: f64 = 7.0;
/// A wait of so many usual flights is cut short.
const LONG: f64 = 10.0;
/// The room of a wait that is cut short, and of one between moments without datagrams.
const CUT: f64 = 44.0;
const QUIET: f64 = 24.0;
/// The room of the names when they are repeated.
pub(super) const NAMES: f64 = 58.0;
/// The names are repeated in a wait after so much, and anywhere after the double of it.
const REPEAT: f64 = 800.0;

/// Where the moments lie.
#[derive(Debug, Default)]
pub(super) struct Scale {
    /// The upper and lower edge of each moment.
    pub(super) bands: Vec<(f64, f64)>,
    /// The upper and lower edge of each wait that is cut short, and how long it is.
    pub(super) waits: Vec<(f64, f64, Duration)>,
    /// Where the names stand again.
    pub(super) names: Vec<f64>,
    /// Where it ends.
    pub(super) bottom: f64,
}

impl Scale {
    /// Lays out `moments`, each with its places, from `top` on; `usual` is what a datagram takes,
    /// and `slope` the room that it has.
    pub(super) fn new(moments: &[Moment], usual: Duration, slope: f64, top: f64) -> Self {
        let mut scale = Self::default();
        let mut y = top;
        let mut named = top;
        for (index, moment) in moments.iter().enumerate() {
            if let Some(before) = index.checked_sub(1).map(|index| &moments[index]) {
                let wait = moment.time.since(before.time);
                let share = wait.as_secs_f64() / usual.as_secs_f64();
                let is_long = share >= LONG;
                let far = y - named;
                if far > 2.0 * REPEAT || (is_long && far > REPEAT) {
                    y += slope / 2.0;
                    scale.names.push(y);
                    y += NAMES;
                    named = y;
                }
                let room = match is_long {
                    true => {
                        if before.has_stubs {
                            y += slope * STUB;
                        }
                        let is_quiet = !before.has_datagrams && !moment.has_datagrams;
                        let room = if is_quiet { QUIET } else { CUT };
                        scale.waits.push((y, y + room, wait));
                        room
                    }
                    false => (slope * share).clamp(LEAST, slope),
                };
                y += room;
            }
            let height = f64::from(moment.places) * PLACE;
            scale.bands.push((y, y + height));
            y += height;
        }
        scale.bottom = y + slope;
        scale
    }

    /// The height of `place` in `moment`.
    pub(super) fn y(&self, moment: u32, place: u32) -> f64 {
        self.bands[moment as usize].0 + (f64::from(place) + 0.5) * PLACE
    }
}

/// What a datagram usually takes: the middle of all that took any time.
pub(super) fn usual(flights: impl Iterator<Item = Duration>) -> Duration {
    let mut flights: Vec<Duration> = flights.filter(|flight| !flight.is_zero()).collect();
    flights.sort_unstable();
    let middle = flights.get(flights.len() / 2).copied();
    middle.unwrap_or(Duration::from_millis(1))
}

/// A wait as people say it: `5 s`, `4.99 s`, `20 ms`.
pub(super) fn said(wait: Duration) -> String {
    let seconds = wait.as_secs_f64();
    let (number, unit) = match seconds {
        1.0.. => (seconds, "s"),
        0.001.. => (seconds * 1e3, "ms"),
        _ => (seconds * 1e6, "µs"),
    };
    let number = format!("{number:.2}");
    let number = number.trim_end_matches('0').trim_end_matches('.');
    format!("{number} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    const MS: Duration = Duration::from_millis(1);

    fn moment(since_start: Duration, places: u32) -> Moment {
        Moment {
            time: Time::from_start(since_start),
            places,
            has_datagrams: true,
            has_stubs: false,
        }
    }

    #[test]
    fn moments_lie_by_their_order_and_long_waits_are_cut() {
        let at = |micros, places| moment(Duration::from_micros(micros), places);
        let moments = [at(0, 1), at(1_000, 3), at(1_001, 1), at(5_001_001, 2)];
        let scale = Scale::new(&moments, MS, 60.0, 100.0);
        assert_eq!(scale.bands[0], (100.0, 115.0));
        assert_eq!(scale.bands[1], (175.0, 220.0));
        assert_eq!(scale.bands[2].0, 220.0 + LEAST);
        let cut = scale.bands[2].1;
        assert_eq!(scale.waits, [(cut, cut + CUT, Duration::from_secs(5))]);
        assert_eq!(scale.bands[3].0, cut + CUT);
        assert_eq!(scale.y(1, 2), 175.0 + 2.5 * PLACE);
        assert!(scale.names.is_empty());

        // Below what lands nowhere is room for its arrow.
        let mut lossy = moments;
        lossy[2].has_stubs = true;
        let lossy = Scale::new(&lossy, MS, 60.0, 100.0);
        assert_eq!(lossy.bands[3].0, scale.bands[3].0 + 60.0 * STUB);
    }

    #[test]
    fn names_stand_again_in_long_diagrams() {
        let moments: Vec<Moment> = (0..60).map(|n| moment(MS * n, 1)).collect();
        let scale = Scale::new(&moments, MS, 60.0, 0.0);
        assert_eq!(scale.names.len(), 2);
        for names in &scale.names {
            assert!(
                scale
                    .bands
                    .iter()
                    .all(|(top, bottom)| bottom <= names || *top >= names + NAMES)
            );
        }
    }

    #[test]
    fn the_usual_flight_is_the_middle_one() {
        assert_eq!(
            usual([MS * 9, Duration::ZERO, MS, MS * 2].into_iter()),
            MS * 2
        );
        assert_eq!(usual(std::iter::empty()), MS);
    }

    #[test]
    fn waits_are_said_shortly() {
        let of = |micros| said(Duration::from_micros(micros));
        assert_eq!(of(5_000_000), "5 s");
        assert_eq!(of(4_992_000), "4.99 s");
        assert_eq!(of(20_000), "20 ms");
        assert_eq!(of(100_000_000), "100 s");
        assert_eq!(of(7), "7 µs");
    }
}
