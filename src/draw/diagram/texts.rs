//! The texts beside arrows and marks.

use std::fmt::Write as _;

use super::labels::{Line, Tile, Wish, place};
use super::lifelines::HEIGHT;
use super::looks::INK;
use super::scene::{End, Scene, Sign};
use super::sheet::Sheet;
use super::ways::Way;
use crate::draw::layout::Point;
use crate::draw::svg::{Escaped, width};

/// The height of the letters.
const LETTERS: f64 = 12.0;
/// How far from its arrow the middle of a text is.
const BESIDE: f64 = 8.5;
/// Where along its arrow a text may stand: shares of the way, the best first.
const SHARES: [f64; 9] = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];

/// A text that wants room.
struct Text<'a> {
    text: &'a str,
    wish: Wish,
    is_strong: bool,
}

/// Writes all texts that have room. Returns how many have none.
pub(super) fn draw(out: &mut String, scene: &Scene, sheet: &Sheet) -> usize {
    let texts = texts(scene, sheet);
    let tiles = tiles(&texts, sheet);
    for (text, tile) in texts.iter().zip(&tiles) {
        if let Some(tile) = tile {
            write(out, text, tile);
        }
    }
    tiles.iter().filter(|tile| tile.is_none()).count()
}

/// The rooms of all texts that have one, and how many have none.
#[cfg(test)]
pub(super) fn rooms(scene: &Scene, sheet: &Sheet) -> (Vec<Tile>, usize) {
    let tiles = tiles(&texts(scene, sheet), sheet);
    let left_out = tiles.iter().filter(|tile| tile.is_none()).count();
    (tiles.into_iter().flatten().collect(), left_out)
}

/// All texts, those first that matter most.
fn texts<'a>(scene: &'a Scene, sheet: &Sheet) -> Vec<Text<'a>> {
    let mut texts = Vec::new();
    for mark in &scene.marks {
        let point = sheet.at(mark.spot);
        let wish = match mark.sign {
            Sign::Links => {
                let x = sheet.right;
                beside(Point { x, ..point }, &mark.text, &[-10.0])
            }
            Sign::Done => beside(point, &mark.text, &[15.0, -15.0]),
            _ => beside(point, &mark.text, &[10.0, -10.0]),
        };
        texts.push(Text {
            text: &mark.text,
            wish,
            is_strong: true,
        });
    }
    for (arrow, way) in scene.arrows.iter().zip(&sheet.ways) {
        let reason = match &arrow.end {
            End::Lost(reason) | End::Refused(_, reason) => reason,
            End::InFlight | End::Landed(_) => continue,
        };
        let side = 10.0_f64.copysign(way.end.x - way.start.x);
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

/// The room beside `point`, so far off to the right or, if negative, to the left; then above and
/// below.
fn beside(point: Point, text: &str, offs: &[f64]) -> Wish {
    let half = half_width(text);
    let tile = |off: f64, y: f64| Tile {
        middle: Point {
            x: point.x + off + half.copysign(off),
            y: point.y + y,
        },
        half_width: half,
        half_height: LETTERS * 0.6,
        angle: 0.0,
    };
    let heights = [0.0, 14.0, -14.0, 28.0, -28.0].into_iter();
    let places = heights.flat_map(|y| offs.iter().map(move |off| tile(*off, y)));
    Wish {
        places: places.collect(),
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

/// The room of each of `texts`, off the names.
fn tiles(texts: &[Text<'_>], sheet: &Sheet) -> Vec<Option<Tile>> {
    let mut lines: Vec<Line> = sheet.ways.iter().map(|way| (way.start, way.end)).collect();
    lines.extend(sheet.xs.iter().map(|x| {
        let at = |y| Point { x: *x, y };
        (at(sheet.top), at(sheet.scale.bottom))
    }));
    let middle = (sheet.left + sheet.right) / 2.0;
    let names = sheet.names().map(|y| Tile {
        middle: Point {
            x: middle,
            y: y + HEIGHT / 2.0,
        },
        half_width: middle - sheet.left,
        half_height: HEIGHT / 2.0,
        angle: 0.0,
    });
    let names: Vec<Tile> = names.collect();
    place(texts.iter().map(|text| &text.wish), &lines, &names)
}

fn write(out: &mut String, text: &Text<'_>, tile: &Tile) {
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
