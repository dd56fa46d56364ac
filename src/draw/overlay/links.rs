//! The rings of an overlay and the links between its peers.

use std::fmt::Write as _;

use super::super::Picture;
use super::super::layout::{Layout, Point};
use super::{MOST_LABELLED, Sizes};

/// Up to so many peers, links go round the peers that stand in their way.
const MOST_CURVED: usize = 120;

/// The rings, as far as they are not under the legend.
pub(super) fn rings(out: &mut String, layout: &Layout, right: f64) {
    for radius in &layout.rings {
        // Cut at the right edge: from there to there the long way round.
        let _ = match *radius <= right {
            true => writeln!(
                out,
                "<circle r=\"{radius:.1}\" fill=\"none\" stroke=\"#e4e4e4\"/>"
            ),
            false => {
                let y = (radius * radius - right * right).sqrt();
                writeln!(
                    out,
                    "<path d=\"M{right:.1} {y:.1}A{radius:.1} {radius:.1} 0 1 1 {right:.1} \
                     {:.1}\" fill=\"none\" stroke=\"#e4e4e4\"/>",
                    -y
                )
            }
        };
    }
}

/// The links, those that lead one way only with an arrow.
pub(super) fn links(out: &mut String, picture: &Picture, layout: &Layout, sizes: &Sizes) {
    let crowded = picture.nodes.len() > MOST_LABELLED;
    let (colour, width) = match crowded {
        true => ("#a8a8a8", 1.2),
        false => ("#787878", 2.0),
    };
    let _ = writeln!(
        out,
        "<g fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\">"
    );
    for link in &picture.links {
        let (from, to) = (link.from as usize, link.to as usize);
        let (start, end) = (layout.places[from], layout.places[to]);
        let bend = match picture.nodes.len() <= MOST_CURVED {
            true => free_way(layout, from, to, sizes.radius + 3.0),
            false => middle(start, end),
        };
        let arrow = if link.both_ways {
            ""
        } else {
            " marker-end=\"url(#arrow)\""
        };
        let end = match link.both_ways {
            true => end,
            false => {
                let edge = sizes.radius + if picture.is_contact(to) { 7.0 } else { 2.0 };
                toward(end, bend, edge)
            }
        };
        let _ = writeln!(
            out,
            "<path d=\"M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}\"{arrow}/>",
            start.x, start.y, bend.x, bend.y, end.x, end.y
        );
    }
    *out += "</g>\n";
}

fn middle(start: Point, end: Point) -> Point {
    Point {
        x: (start.x + end.x) / 2.0,
        y: (start.y + end.y) / 2.0,
    }
}

/// The point `far` from `point` on the way to `other`.
fn toward(point: Point, other: Point, far: f64) -> Point {
    let share = far / point.distance(other).max(1.0);
    Point {
        x: point.x + (other.x - point.x) * share,
        y: point.y + (other.y - point.y) * share,
    }
}

/// Where a link between two peers bends so that it meets the fewest others: the middle of the
/// straight line where that meets none.
fn free_way(layout: &Layout, from: usize, to: usize, near: f64) -> Point {
    let (start, end) = (layout.places[from], layout.places[to]);
    let straight = middle(start, end);
    let bends = [0.0, 0.15, -0.15, 0.3, -0.3, 0.5, -0.5].map(|bend| Point {
        x: straight.x - (end.y - start.y) * bend,
        y: straight.y + (end.x - start.x) * bend,
    });
    let meets = |bend: &Point| {
        let others = layout.places.iter().enumerate();
        let others = others.filter(|(index, _)| *index != from && *index != to);
        let met = others.filter(|(_, place)| {
            (1..24).any(|step| {
                let at = f64::from(step) / 24.0;
                let along = |start: f64, bend: f64, end: f64| {
                    start * (1.0 - at) * (1.0 - at) + 2.0 * bend * at * (1.0 - at) + end * at * at
                };
                let x = along(start.x, bend.x, end.x);
                let y = along(start.y, bend.y, end.y);
                place.distance(Point { x, y }) < near
            })
        });
        met.count()
    };
    bends.into_iter().min_by_key(meets).unwrap_or(straight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_go_round_the_peers_in_their_way() {
        let places = [0.0, 100.0, 200.0].map(|x| Point { x, y: 0.0 });
        let layout = Layout {
            places: places.to_vec(),
            rings: Vec::new(),
        };
        assert_eq!(free_way(&layout, 0, 1, 20.0), Point { x: 50.0, y: 0.0 });
        assert_ne!(free_way(&layout, 0, 2, 20.0), Point { x: 100.0, y: 0.0 });
    }
}
