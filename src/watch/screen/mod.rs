//! Draws a run into a frame: who has heard, datagrams by type, the last events, the end.
//!
//! | file | what |
//! |---|---|
//! | `paint` | colours and shapes, the same everywhere |
//! | `heading` | the first line and the last |
//! | `rings` | small overlays: the contact, rings around it, datagrams on their way |
//! | `bars` | large overlays: a bar for each hop |
//! | `counts` | datagrams by type, and what became of them |
//! | `events` | the last events; the verdict and the findings |
//! | `help` | what the keys do, and what the signs mean |

mod bars;
mod counts;
mod events;
mod heading;
mod help;
mod paint;
mod rings;

use ratatui::Frame;
use ratatui::layout::{Alignment, Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, BorderType, Paragraph};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub use paint::Paint;

use super::{Model, Pace};
use crate::oracle::Count;

/// The screen needs so many columns.
pub const COLUMNS: u16 = 80;
/// The screen needs so many rows.
pub const ROWS: u16 = 24;

/// What somebody has chosen to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The client whose searches are shown, by its place among the clients.
    pub client: usize,
    /// Whether the keys are explained instead of the run shown.
    pub help: bool,
    /// Whether somebody has asked to leave before the end.
    pub is_leaving: bool,
    /// Colours, or none.
    pub paint: Paint,
}

/// Whether all of the screen fits into `area`.
#[must_use]
pub const fn fits(area: Rect) -> bool {
    area.width >= COLUMNS && area.height >= ROWS
}

/// Draws `model`, at the pace that `pace` keeps, as `view` says.
pub fn draw(frame: &mut Frame<'_>, model: &Model, pace: &Pace, view: &View) {
    let area = frame.area();
    if !fits(area) {
        return too_small(frame, area);
    }
    let rows = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(rows_of_events(area.height, model)),
        Constraint::Length(1),
    ]);
    let [head, middle, below, foot] = rows.areas(area);
    let columns = Layout::horizontal([Constraint::Fill(1), Constraint::Length(counts::COLUMNS)]);
    let [left, right] = columns.areas(middle);
    heading::draw(frame, head, model, pace, view);
    match model.sights.get(view.client) {
        _ if view.help => help::draw(frame, left, &view.paint),
        Some(sight) if sight.places.is_empty() => bars::draw(frame, left, model, sight, view),
        Some(sight) => rings::draw(frame, left, model, sight, pace, view),
        None => {}
    }
    counts::draw(frame, right, model, &view.paint);
    events::draw(frame, below, model, &view.paint);
    heading::keys(frame, foot, model, view);
}

/// A third of the screen; a little more when there are findings to be read.
fn rows_of_events(height: u16, model: &Model) -> u16 {
    let has_findings = model
        .ending
        .as_ref()
        .is_some_and(|ending| !ending.findings.is_empty());
    match has_findings {
        true => height * 2 / 5,
        false => height / 3,
    }
}

/// A frame with a title.
fn pane(title: impl Into<Line<'static>>, paint: &Paint) -> Block<'static> {
    Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(paint.faint())
        .title_style(Style::new().fg(Color::Reset).add_modifier(Modifier::BOLD))
        .title(title)
}

fn too_small(frame: &mut Frame<'_>, area: Rect) {
    let (columns, rows) = (area.width, area.height);
    let text = Text::from(vec![
        Line::from("Too small a window."),
        Line::from(format!("It has {columns} × {rows},")),
        Line::from(format!("{COLUMNS} × {ROWS} are needed.")),
        Line::from("The run waits. q quits."),
    ]);
    let top = rows.saturating_sub(4) / 2;
    let middle = Rect {
        y: area.y + top,
        height: rows - top,
        ..area
    };
    frame.render_widget(Paragraph::new(text).alignment(Alignment::Center), middle);
}

/// `1,234`, as predictions are written.
fn number(count: u64) -> String {
    Count::exact(u128::from(count)).to_string()
}

/// `text` in at most `width` columns, with a sign where something was left out.
fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut taken = 1;
    for letter in text.chars() {
        taken += letter.width().unwrap_or(0);
        if taken > width {
            break;
        }
        short.push(letter);
    }
    short + "…"
}
