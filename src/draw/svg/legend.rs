//! What the marks of a drawing mean: a sample beside its words.

use std::fmt::Write as _;

use super::page::MARGIN;
use super::text::{Escaped, width};

/// The height of a line of a column.
const LINE: f64 = 38.0;
/// The height of a column's letters.
const LETTERS: f64 = 20.0;
/// The room of a sample in a column, to its right edge from its middle.
const SAMPLE: f64 = 30.0;

/// One mark, drawn around the origin, and what it means.
pub(in crate::draw) struct Item {
    pub(in crate::draw) sample: String,
    pub(in crate::draw) text: String,
}

/// How wide `items` are below each other, with their margins.
pub(in crate::draw) fn column_width(items: &[Item]) -> f64 {
    let widths = items.iter().map(|item| width(&item.text, LETTERS));
    widths.fold(0.0, f64::max) + 2.0 * MARGIN + 46.0
}

/// How high `items` are below each other.
pub(in crate::draw) fn column_height(items: &[Item]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a legend has few lines")]
    let lines = items.len() as f64;
    lines * LINE
}

/// Draws `items` below each other, in the column that begins at `left` and below `top`.
pub(in crate::draw) fn column(out: &mut String, items: &[Item], left: f64, top: f64) {
    let x = left + MARGIN + 16.0;
    let mut y = top + LINE;
    for Item { sample, text } in items {
        let _ = writeln!(
            out,
            "<g transform=\"translate({x:.1} {y:.1})\">{sample}\n\
             <text x=\"{SAMPLE}\" y=\"7\" font-size=\"{LETTERS}\">{}</text></g>",
            Escaped(text)
        );
        y += LINE;
    }
}

/// The height of a line of a legend that lies flat.
const FLAT_LINE: f64 = 26.0;
/// The height of its letters.
const FLAT_LETTERS: f64 = 15.0;

/// Draws `items` beside each other, line by line within `across`, the first line at the height of
/// `top`. Returns how high they are.
pub(in crate::draw) fn flat(
    out: &mut String,
    items: &[Item],
    left: f64,
    top: f64,
    across: f64,
) -> f64 {
    let (mut x, mut y) = (0.0, 0.0);
    for Item { sample, text } in items {
        let room = width(text, FLAT_LETTERS) + 78.0;
        if x > 0.0 && x + room > across {
            (x, y) = (0.0, y + FLAT_LINE);
        }
        let _ = writeln!(
            out,
            "<g transform=\"translate({:.1} {:.1})\">{sample}\
             <text x=\"{SAMPLE}\" y=\"5\" font-size=\"{FLAT_LETTERS}\">{}</text></g>",
            left + x + 24.0,
            top + y + FLAT_LINE / 2.0,
            Escaped(text)
        );
        x += room;
    }
    y + FLAT_LINE
}
