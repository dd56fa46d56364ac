//! The arrows and marks.

use std::fmt::Write as _;

use super::looks::{clock, cross, flash, line, mark, open_end, ring};
use super::scene::{Arrow, End, Scene, Sign};
use super::sheet::Sheet;
use super::ways::Way;
use crate::draw::svg::Escaped;

/// Where along its arrow the signs of what a link did to a datagram stand.
const CLOCK: f64 = 0.12;
const FLASH: f64 = 0.9;

/// Draws all arrows, and all marks on lifelines.
pub(super) fn draw(out: &mut String, scene: &Scene, sheet: &Sheet) {
    for (arrow, way) in scene.arrows.iter().zip(&sheet.ways) {
        draw_arrow(out, arrow, way);
    }
    for sign in scene.marks.iter().filter(|mark| mark.sign != Sign::Links) {
        *out += &mark(sheet.at(sign.spot), sign.sign);
        *out += "\n";
    }
}

fn draw_arrow(out: &mut String, arrow: &Arrow, way: &Way) {
    let (start, end) = (way.start, way.end);
    let path = match way.bend == 0.0 {
        true => {
            // A ring lies between the head and the lifeline.
            let length = start.distance(end).max(1.0);
            let share = if arrow.is_duplicate {
                1.0 - 6.0 / length
            } else {
                1.0
            };
            let end = way.at(share.max(0.0));
            format!("M{:.1} {:.1}L{:.1} {:.1}", start.x, start.y, end.x, end.y)
        }
        false => {
            let off = start.x + way.bend;
            let short = if arrow.is_duplicate { 6.0 } else { 0.0 };
            format!(
                "M{:.1} {:.1}C{off:.1} {:.1} {off:.1} {:.1} {:.1} {:.1}",
                start.x,
                start.y,
                start.y,
                end.y,
                end.x + short,
                end.y
            )
        }
    };
    let lands = matches!(arrow.end, End::Landed(_));
    let _ = write!(
        out,
        "<g class=\"datagram\"><title>{}</title>{}",
        Escaped(&arrow.told),
        line(arrow.kind, &path, arrow.is_copy, lands)
    );
    match arrow.end {
        End::Landed(_) if arrow.is_duplicate => *out += &ring(end),
        End::Landed(_) => {}
        End::Refused(..) | End::Lost(_) => *out += &cross(end),
        End::InFlight => *out += &open_end(end, arrow.kind),
    }
    if arrow.is_held_back {
        *out += &clock(way.at(CLOCK));
    }
    if arrow.is_damaged {
        *out += &flash(way.at(FLASH));
    }
    *out += "</g>\n";
}
