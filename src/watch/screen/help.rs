//! What the keys do, and what the signs mean.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Paint, pane};

const KEYS: [(&str, &str); 7] = [
    ("space", "pause, go on"),
    (". →", "until a datagram is sent or ends"),
    ("n ↓", "until all on their way have ended"),
    ("+ -", "twice as fast, half as fast"),
    ("f End", "to the end, as fast as it can"),
    ("Tab", "the next client"),
    ("q Esc", "leave; twice, at once"),
];

/// Draws the pane.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, paint: &Paint) {
    let mut lines: Vec<Line<'_>> = KEYS
        .iter()
        .map(|(key, does)| Line::from(format!(" {key:<7}{does}")))
        .collect();
    let signs = [
        ("( )", Style::new(), "a peer that has not heard the search"),
        ("(2)", paint.hop(2), "one that heard it on hop 2"),
        ("!2!", paint.loud(), "has just got a duplicate"),
        ("(x)", paint.bad(), "is not there; (=) stands still"),
        (" × ", paint.bad(), "here a datagram was just lost"),
    ];
    lines.extend(signs.into_iter().map(|(sign, style, means)| {
        Line::from(vec![
            Span::from(" "),
            Span::styled(sign, style),
            Span::from(format!("    {means}")),
        ])
    }));
    frame.render_widget(Paragraph::new(lines).block(pane(" help ", paint)), area);
}
