//! What the marks of a diagram mean: those that are in it.

use super::looks::{KINDS, clock, cross, flash, line, mark, open_end, ring};
use super::scene::{Arrow, End, Scene, Sign};
use crate::draw::layout::Point;
use crate::draw::svg::Item;

/// A mark of a legend: the sample, what it means, and whether an arrow has it.
type Meaning = (fn(Point) -> String, &'static str, fn(&Arrow) -> bool);

const OF_ARROWS: [Meaning; 6] = [
    (ring, "duplicate QUERY", |arrow| arrow.is_duplicate),
    (cross, "lost, and why", |arrow| {
        matches!(arrow.end, End::Lost(_) | End::Refused(..))
    }),
    (
        |at| open_end(at, super::kinds::Kind::Other),
        "on its way at the end",
        |arrow| arrow.end == End::InFlight,
    ),
    (
        |_| line(super::kinds::Kind::Other, "M-20 0H20", true, false),
        "copy made by a link",
        |arrow| arrow.is_copy,
    ),
    (flash, "damaged", |arrow| arrow.is_damaged),
    (clock, "held back", |arrow| arrow.is_held_back),
];

const OF_MARKS: [(Sign, &str); 7] = [
    (Sign::Logged, "chunk logged"),
    (Sign::Missing, "logged as missing"),
    (Sign::Done, "client done"),
    (Sign::Down, "peer gone"),
    (Sign::Paused, "peer stands still"),
    (Sign::Up, "peer is back"),
    (Sign::Holds, "other chunks"),
];

/// What is to be explained of `scene`.
pub(super) fn legend(scene: &Scene) -> Vec<Item> {
    let middle = Point { x: 0.0, y: 0.0 };
    let mut legend = Vec::new();
    for kind in KINDS {
        if scene.arrows.iter().any(|arrow| arrow.kind == kind) {
            legend.push(Item {
                sample: line(kind, "M-22 0H20", false, true),
                text: kind.name().to_owned(),
            });
        }
    }
    for (sample, text, has_it) in OF_ARROWS {
        if scene.arrows.iter().any(has_it) {
            legend.push(Item {
                sample: sample(middle),
                text: text.to_owned(),
            });
        }
    }
    for (sign, text) in OF_MARKS {
        if scene.marks.iter().any(|mark| mark.sign == sign) {
            legend.push(Item {
                sample: mark(middle, sign),
                text: text.to_owned(),
            });
        }
    }
    legend
}
