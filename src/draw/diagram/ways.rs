//! Where each arrow begins and ends on the page.

use super::scale::{STUB, Scale};
use super::scene::{Arrow, End};
use crate::draw::layout::Point;

/// An arrow that lands nowhere never goes farther than this.
const LONGEST_STUB: f64 = 110.0;
/// How far a datagram to oneself goes off the lifeline.
const LOOP: f64 = 46.0;
/// How far from the lifeline the cross of a datagram stands that nobody took.
const REFUSED: f64 = 12.0;

/// The way of an arrow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Way {
    pub(super) start: Point,
    pub(super) end: Point,
    /// How far it bends to the right; 0 for a straight one.
    pub(super) bend: f64,
}

impl Way {
    /// The way of `arrow`, where lifelines stand at `xs` and what lands nowhere sinks by `slope`.
    pub(super) fn of(arrow: &Arrow, xs: &[f64], scale: &Scale, slope: f64) -> Self {
        let from = xs[arrow.from.lane as usize];
        let to = xs[arrow.toward as usize];
        let start = Point {
            x: from,
            y: scale.y(arrow.from.moment, arrow.from.place),
        };
        let is_own = arrow.from.lane == arrow.toward;
        let across = match is_own {
            true => LOOP,
            false => to - from,
        };
        let stub = (across.abs() * STUB).min(LONGEST_STUB).copysign(across);
        match &arrow.end {
            End::Landed(end) | End::Refused(end, _) => {
                let short = match arrow.end {
                    End::Refused(..) => REFUSED.copysign(across),
                    _ => 0.0,
                };
                Self {
                    start,
                    end: Point {
                        x: if is_own { to } else { to - short },
                        y: scale.y(end.moment, end.place),
                    },
                    bend: if is_own { LOOP } else { 0.0 },
                }
            }
            End::Lost(_) | End::InFlight => Self {
                start,
                end: Point {
                    x: from + stub,
                    y: start.y + slope * STUB,
                },
                bend: 0.0,
            },
        }
    }

    /// The place at `share` of the way, from 0 to 1.
    pub(super) fn at(&self, share: f64) -> Point {
        let along = |start: f64, end: f64| start + (end - start) * share;
        Point {
            x: along(self.start.x, self.end.x) + 3.0 * self.bend * share * (1.0 - share),
            y: along(self.start.y, self.end.y),
        }
    }

    /// Its direction, in radians from the right, so that what is written along it is upright.
    pub(super) fn upright(&self) -> f64 {
        let (x, y) = (self.end.x - self.start.x, self.end.y - self.start.y);
        match self.bend == 0.0 && x != 0.0 {
            true => (y / x).atan(),
            false => 0.0,
        }
    }
}
