//! The arrows and marks, with their texts.

use std::fmt::Write as _;

use super::labels::{Line, Tile, Wish, place};
use super::looks::{INK, clock, cross, flash, line, mark, open_end, ring};
use super::scene::{Arrow, End, Scene, Sign};
use super::sheet::Sheet;
use super::ways::Way;
use crate::draw::layout::Point;
use crate::draw::svg::{Escaped, width};
use crate::trace::{Journeys, Trace};

/// The height of the letters beside arrows and marks.
const LETTERS: f64 = 12.0;
/// How far from its arrow the middle of a text is.
const BESIDE: f64 = 8.5;
/// Where along its arrow a text may stand: shares of the way, the best first.
const SHARES: [f64; 9] = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];
/// The signs of what a link did to a datagram stand here.
const CLOCK: f64 = 0.12;
const FLASH: f64 = 0.9;

/// A text that wants room.
struct Text<'a> {
    text: &'a str,
    wish: Wish,
    is_strong: bool,
}

/// Draws arrows, marks and their texts. Returns for how many texts there is no room.
pub(super) fn draw(out: &mut String, trace: &Trace, scene: &Scene, sheet: &Sheet) -> usize {
    let journeys = Journeys::read(&trace.recording, &trace.roster);
    for (arrow, way) in scene.arrows.iter().zip(&sheet.ways) {
        draw_arrow(out, arrow, way, &told(trace, &journeys, arrow));
    }
    for sign in scene.marks.iter().filter(|mark| mark.sign != Sign::Links) {
        *out += &mark(at(sheet, sign), sign.sign);
        *out += "\n";
    }
    let texts = texts(scene, sheet);
    let (placed, left_out) = written(scene, sheet, &texts);
    for (text, tile) in placed {
        write_text(out, text, &tile);
    }
    left_out
}

fn at(sheet: &Sheet, mark: &super::scene::Mark) -> Point {
    Point {
        x: sheet.xs[mark.spot.lane as usize],
        y: sheet.scale.y(mark.spot.moment, mark.spot.place),
    }
}

fn draw_arrow(out: &mut String, arrow: &Arrow, way: &Way, told: &str) {
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
        Escaped(told),
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

/// What is told of a datagram when one points at its arrow: how it came, and how it ended.
fn told(trace: &Trace, journeys: &Journeys, arrow: &Arrow) -> String {
    let journey = &journeys.datagrams[arrow.number as usize];
    let line = |event| trace.recording.line(event, &trace.roster);
    let events = [
        Some(journey.born),
        journey.delayed,
        journey.damaged,
        journey.fate.event(),
    ];
    let lines: Vec<String> = events.into_iter().flatten().map(line).collect();
    lines.join("; ")
}

/// All texts, those first that matter most.
fn texts<'a>(scene: &'a Scene, sheet: &Sheet) -> Vec<Text<'a>> {
    let mut texts = Vec::new();
    for mark in &scene.marks {
        let point = match mark.sign {
            Sign::Links => Point {
                x: sheet.left,
                ..at(sheet, mark)
            },
            _ => at(sheet, mark),
        };
        let sides: &[f64] = match mark.sign {
            Sign::Links => &[1.0],
            _ => &[1.0, -1.0],
        };
        texts.push(Text {
            text: &mark.text,
            wish: beside(point, &mark.text, sides),
            is_strong: true,
        });
    }
    for (arrow, way) in scene.arrows.iter().zip(&sheet.ways) {
        let reason = match &arrow.end {
            End::Lost(reason) | End::Refused(_, reason) => reason,
            End::InFlight | End::Landed(_) => continue,
        };
        let side = 1.0_f64.copysign(way.end.x - way.start.x);
        texts.push(Text {
            text: reason,
            wish: beside(way.end, reason, &[side, -side]),
            is_strong: true,
        });
    }
    for (index, (arrow, way)) in scene.arrows.iter().zip(&sheet.ways).enumerate() {
        texts.push(Text {
            text: &arrow.text,
            wish: along(way, &arrow.text, index),
            is_strong: false,
        });
    }
    texts
}

/// The room to the sides of `point`, and then above and below.
fn beside(point: Point, text: &str, sides: &[f64]) -> Wish {
    let half = half_width(text);
    let tile = |x: f64, y: f64| Tile {
        middle: Point {
            x: point.x + x,
            y: point.y + y,
        },
        half_width: half,
        half_height: LETTERS * 0.6,
        angle: 0.0,
    };
    let level = sides.iter().map(|side| tile(side * (half + 10.0), 0.0));
    let shifted = [14.0, -14.0].into_iter();
    let shifted = shifted.flat_map(|y| sides.iter().map(move |side| (side * (half + 4.0), y)));
    Wish {
        places: level.chain(shifted.map(|(x, y)| tile(x, y))).collect(),
        own: None,
        is_needed: true,
    }
}

/// The room along `way`, above it and below.
fn along(way: &Way, text: &str, own: usize) -> Wish {
    let angle = way.upright();
    let (sin, cos) = angle.sin_cos();
    let half = half_width(text);
    let places = SHARES.into_iter().flat_map(|share| {
        let point = way.at(share);
        [-BESIDE, BESIDE].map(|off| Tile {
            // Beside a loop, texts lie to its right.
            middle: match way.bend == 0.0 {
                true => Point {
                    x: point.x - sin * off,
                    y: point.y + cos * off,
                },
                false => Point {
                    x: point.x + half + 4.0,
                    y: point.y,
                },
            },
            half_width: half,
            half_height: LETTERS * 0.55,
            angle,
        })
    });
    Wish {
        places: places.collect(),
        own: Some(own),
        is_needed: false,
    }
}

fn half_width(text: &str) -> f64 {
    width(text, LETTERS) / 2.0 + 2.0
}

/// The texts that have room, and how many have none.
fn written<'a>(
    scene: &Scene,
    sheet: &Sheet,
    texts: &'a [Text<'a>],
) -> (Vec<(&'a Text<'a>, Tile)>, usize) {
    let mut lines: Vec<Line> = sheet.ways.iter().map(|way| (way.start, way.end)).collect();
    let lifelines = sheet.xs.iter().map(|x| {
        let at = |y| Point { x: *x, y };
        (at(sheet.top), at(sheet.scale.bottom))
    });
    debug_assert_eq!(lines.len(), scene.arrows.len());
    lines.extend(lifelines);
    let wishes: Vec<&Wish> = texts.iter().map(|text| &text.wish).collect();
    let tiles = place(&wishes, &lines);
    let left_out = tiles.iter().filter(|tile| tile.is_none()).count();
    let placed = texts.iter().zip(tiles);
    let placed = placed.filter_map(|(text, tile)| Some((text, tile?)));
    (placed.collect(), left_out)
}

fn write_text(out: &mut String, text: &Text<'_>, tile: &Tile) {
    let (x, y) = (tile.middle.x, tile.middle.y);
    let turned = match tile.angle == 0.0 {
        true => String::new(),
        false => format!(" rotate({:.1})", tile.angle.to_degrees()),
    };
    let weight = if text.is_strong {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "<text transform=\"translate({x:.1} {y:.1}){turned}\" y=\"4\" font-size=\"{LETTERS}\" \
         text-anchor=\"middle\" fill=\"{INK}\" stroke=\"#ffffff\" stroke-width=\"3.5\" \
         stroke-linejoin=\"round\" paint-order=\"stroke\"{weight}>{}</text>",
        Escaped(text.text)
    );
}
