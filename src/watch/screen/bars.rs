//! Overlays of more peers than can be drawn: a bar for each hop.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::rings::title;
use super::{View, number, pane};
use crate::watch::{Model, Sight, Standing};

/// The columns beside a bar: `hop 12 ` before it, ` 1,234 of 5,678` behind it.
const BESIDE: usize = 8 + 16;

/// Draws the pane.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, sight: &Sight, view: &View) {
    let block = pane(title(model, sight, area.width), &view.paint);
    let inside = block.inner(area);
    let width = usize::from(inside.width).saturating_sub(BESIDE);
    let standings = sight.by_hop(model.ttl);
    let rows = usize::from(inside.height);
    let room = match standings.len() <= rows {
        true => rows,
        // One line tells of those that have no room.
        false => rows - 1,
    };
    let shown = (0..).zip(&standings).take(room);
    let mut lines: Vec<Line<'_>> = shown
        .map(|(hop, standing)| bar(hop, standing, width, view))
        .collect();
    if room < standings.len() {
        let rest = &standings[room..];
        let sum = Standing {
            heard: rest.iter().map(|standing| standing.heard).sum(),
            peers: rest.iter().map(|standing| standing.peers).sum(),
        };
        let mut line = bar(u32::try_from(room).unwrap_or(u32::MAX), &sum, width, view);
        line.spans[0] = Span::from(format!("{:<8}", format!("hop {room}+")));
        lines.push(line);
    }
    frame.render_widget(Paragraph::new(lines).block(block), area);
}

/// `hop 3  ████░░ 120 of 400`.
fn bar(hop: u32, standing: &Standing, width: usize, view: &View) -> Line<'static> {
    let filled = match standing.peers {
        0 => 0,
        peers => (width * standing.heard).div_ceil(peers),
    };
    Line::from(vec![
        Span::from(format!("{:<8}", format!("hop {hop}"))),
        Span::styled("█".repeat(filled), view.paint.bar(hop)),
        Span::styled("░".repeat(width - filled), view.paint.faint()),
        Span::from(format!(
            " {} of {}",
            number(standing.heard as u64),
            number(standing.peers as u64)
        )),
    ])
}
