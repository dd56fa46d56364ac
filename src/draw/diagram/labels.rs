//! Where texts find room: never on each other, and where they cross the fewest lines.

use std::collections::BTreeMap;

use crate::draw::layout::Point;

/// The edge of a cell in which what lies near is looked up.
const CELL: f64 = 48.0;
/// A text that would cross more lines than this is not written.
const MOST_CROSSED: usize = 4;
/// Lines of one cell that are looked at: with more, there is no room anyway.
const CROWD: usize = 48;

/// The room of a text: a rectangle, turned by `angle` radians around its middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tile {
    pub(super) middle: Point,
    pub(super) half_width: f64,
    pub(super) half_height: f64,
    pub(super) angle: f64,
}

/// A text that wants room at one of several places, the best first.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) places: Vec<Tile>,
    /// The line that it stands at, which it may touch.
    pub(super) own: Option<usize>,
    /// Whether it is written even where it crosses many lines.
    pub(super) is_needed: bool,
}

/// A straight line that texts should not stand on.
pub(super) type Line = (Point, Point);

impl Tile {
    /// Its sides, as vectors from the middle.
    fn sides(&self) -> [(f64, f64); 2] {
        let (sin, cos) = self.angle.sin_cos();
        [
            (cos * self.half_width, sin * self.half_width),
            (-sin * self.half_height, cos * self.half_height),
        ]
    }

    /// How far it reaches from its middle, to either side and up and down.
    fn reach(&self) -> (f64, f64) {
        let [(ax, ay), (bx, by)] = self.sides();
        (ax.abs() + bx.abs(), ay.abs() + by.abs())
    }

    /// Whether both share any room: no line parts them along a side of either.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let gap = (
            other.middle.x - self.middle.x,
            other.middle.y - self.middle.y,
        );
        let axes = [self.angle, other.angle].into_iter().flat_map(|angle| {
            let (sin, cos) = angle.sin_cos();
            [(cos, sin), (-sin, cos)]
        });
        let along = |side: (f64, f64), axis: (f64, f64)| side.0 * axis.0 + side.1 * axis.1;
        for axis in axes {
            let sides = self.sides().into_iter().chain(other.sides());
            let both: f64 = sides.map(|side| along(side, axis).abs()).sum();
            if along(gap, axis).abs() >= both {
                return false;
            }
        }
        true
    }

    /// Whether `line` runs through it.
    fn is_crossed(&self, line: &Line) -> bool {
        let (sin, cos) = self.angle.sin_cos();
        let turned = |point: Point| {
            let (x, y) = (point.x - self.middle.x, point.y - self.middle.y);
            (x * cos + y * sin, y * cos - x * sin)
        };
        let (start, end) = (turned(line.0), turned(line.1));
        let (mut first, mut last) = (0.0_f64, 1.0_f64);
        for (from, to, half) in [
            (start.0, end.0, self.half_width),
            (start.1, end.1, self.half_height),
        ] {
            let step = to - from;
            if step == 0.0 {
                if from.abs() >= half {
                    return false;
                }
                continue;
            }
            let (one, other) = ((-half - from) / step, (half - from) / step);
            first = first.max(one.min(other));
            last = last.min(one.max(other));
        }
        first < last
    }
}

/// What lies in a cell.
#[derive(Debug, Default)]
struct Cell {
    lines: Vec<usize>,
    tiles: Vec<Tile>,
}

/// What lies where.
struct Board<'a> {
    lines: &'a [Line],
    cells: BTreeMap<(i64, i64), Cell>,
}

/// Finds a place for each of `wishes` in turn, or none where all are taken or too crowded.
/// Nothing is placed on `taken`.
pub(super) fn place<'a>(
    wishes: impl Iterator<Item = &'a Wish>,
    lines: &[Line],
    taken: &[Tile],
) -> Vec<Option<Tile>> {
    let mut board = Board {
        lines,
        cells: BTreeMap::new(),
    };
    for (index, (start, end)) in lines.iter().enumerate() {
        let steps = cell(start.distance(*end) * 2.0) + 1;
        for step in 0..=steps {
            #[expect(clippy::cast_precision_loss, reason = "a page is not so large")]
            let share = step as f64 / steps as f64;
            let x = start.x + (end.x - start.x) * share;
            let y = start.y + (end.y - start.y) * share;
            let lines = &mut board.cells.entry((cell(x), cell(y))).or_default().lines;
            if lines.last() != Some(&index) {
                lines.push(index);
            }
        }
    }
    for tile in taken {
        board.take(*tile);
    }
    wishes.map(|wish| board.grant(wish)).collect()
}

impl Board<'_> {
    fn grant(&mut self, wish: &Wish) -> Option<Tile> {
        let limit = if wish.is_needed {
            usize::MAX
        } else {
            MOST_CROSSED
        };
        let free = wish.places.iter().filter(|tile| self.is_free(tile));
        let rated = free.map(|tile| (self.crossed(tile, wish.own), *tile));
        let (crossed, tile) = rated.min_by_key(|(crossed, _)| *crossed)?;
        if crossed > limit {
            return None;
        }
        self.take(tile);
        Some(tile)
    }

    fn take(&mut self, tile: Tile) {
        for key in cells(&tile) {
            self.cells.entry(key).or_default().tiles.push(tile);
        }
    }

    fn is_free(&self, tile: &Tile) -> bool {
        let near = cells(tile).filter_map(|key| self.cells.get(&key));
        near.flat_map(|cell| &cell.tiles)
            .all(|other| !tile.overlaps(other))
    }

    /// How many lines run through `tile`. One that shares two of its cells counts twice: it runs
    /// along it.
    fn crossed(&self, tile: &Tile, own: Option<usize>) -> usize {
        let near = cells(tile).filter_map(|key| self.cells.get(&key));
        let lines = near.flat_map(|cell| cell.lines.iter().take(CROWD));
        lines
            .filter(|line| own != Some(**line) && tile.is_crossed(&self.lines[**line]))
            .count()
    }
}

fn cells(tile: &Tile) -> impl Iterator<Item = (i64, i64)> + use<> {
    let (x, y) = tile.reach();
    let middle = tile.middle;
    let rows = cell(middle.y - y)..=cell(middle.y + y);
    rows.flat_map(move |row| {
        (cell(middle.x - x)..=cell(middle.x + x)).map(move |column| (column, row))
    })
}

fn cell(place: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a page is not so large")]
    let cell = (place / CELL).floor() as i64;
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(x: f64, y: f64, angle: f64) -> Tile {
        Tile {
            middle: Point { x, y },
            half_width: 40.0,
            half_height: 6.0,
            angle,
        }
    }

    fn wish(places: Vec<Tile>) -> Wish {
        Wish {
            places,
            own: None,
            is_needed: false,
        }
    }

    #[test]
    fn turned_tiles_overlap_by_what_they_cover() {
        let flat = tile(0.0, 0.0, 0.0);
        assert!(flat.overlaps(&tile(79.0, 0.0, 0.0)));
        assert!(!flat.overlaps(&tile(80.0, 0.0, 0.0)));
        assert!(!flat.overlaps(&tile(0.0, 12.0, 0.0)));
        // Upright ones are narrow and high.
        let upright = std::f64::consts::FRAC_PI_2;
        assert!(!flat.overlaps(&tile(47.0, 0.0, upright)));
        assert!(flat.overlaps(&tile(0.0, 45.0, upright)));
        // Their boxes overlap, they don't.
        assert!(!tile(0.0, 0.0, 0.8).overlaps(&tile(25.0, -10.0, 0.8)));
    }

    #[test]
    fn lines_cross_what_they_run_through() {
        let at = |x, y| Point { x, y };
        let flat = tile(0.0, 0.0, 0.0);
        assert!(flat.is_crossed(&(at(-50.0, -50.0), at(50.0, 50.0))));
        assert!(flat.is_crossed(&(at(0.0, -50.0), at(0.0, 0.0))));
        assert!(!flat.is_crossed(&(at(0.0, -50.0), at(0.0, -6.0))));
        assert!(!flat.is_crossed(&(at(-50.0, 7.0), at(50.0, 7.0))));
    }

    #[test]
    fn each_text_has_the_first_place_that_crosses_least() {
        let lines = [(Point { x: 0.0, y: -90.0 }, Point { x: 0.0, y: 90.0 })];
        let (on, off) = (tile(0.0, 0.0, 0.0), tile(60.0, 0.0, 0.0));
        let wishes = || wish(vec![on, off]);
        assert_eq!(
            place([wishes(), wishes(), wish(vec![off])].iter(), &lines, &[]),
            [Some(off), None, None]
        );
        let own = Wish {
            own: Some(0),
            ..wishes()
        };
        assert_eq!(place([own].iter(), &lines, &[]), [Some(on)]);
        let only = [wish(vec![on])];
        assert_eq!(place(only.iter(), &lines, &[]), [Some(on)]);
        assert_eq!(place(only.iter(), &lines, &[tile(5.0, 5.0, 0.0)]), [None]);
    }

    #[test]
    fn where_it_is_too_crowded_nothing_is_written_unless_needed() {
        let line = |x: f64| (Point { x, y: -90.0 }, Point { x, y: 90.0 });
        let lines: Vec<Line> = (0..8).map(|n| line(f64::from(n))).collect();
        let needed = |is_needed| Wish {
            is_needed,
            ..wish(vec![tile(0.0, 0.0, 0.0)])
        };
        assert_eq!(place([needed(false)].iter(), &lines, &[]), [None]);
        assert!(place([needed(true)].iter(), &lines, &[])[0].is_some());
    }
}
