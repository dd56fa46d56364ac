//! The last events, one a line; after the end the verdict and the findings above them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Paint, pane, shortened};
use crate::report::FindingLine;
use crate::watch::{Ending, EventLine, Model};

/// Draws the pane.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, paint: &Paint) {
    let block = match &model.ending {
        Some(_) => pane(" the end ", paint),
        None => pane(" last events ", paint),
    };
    let inside = block.inner(area);
    let width = usize::from(inside.width);
    let rows = usize::from(inside.height);
    let mut lines = match &model.ending {
        Some(ending) => end(ending, width, rows, paint),
        None => Vec::new(),
    };
    let room = rows - lines.len();
    let skipped = model.lines.len().saturating_sub(room);
    let last = model.lines.iter().skip(skipped);
    lines.extend(last.map(|line| event(line, width, paint)));
    frame.render_widget(Paragraph::new(lines).block(block), area);
}

fn event(line: &EventLine, width: usize, paint: &Paint) -> Line<'static> {
    let text = shortened(&line.text, width.saturating_sub(4));
    let style = match line.is_loss {
        true => paint.bad(),
        false => Style::new(),
    };
    let badge = match line.kind {
        Some(kind) => Span::styled(format!(" {} ", kind.letter()), paint.badge(kind)),
        None => Span::from("   "),
    };
    Line::from(vec![badge, Span::from(" "), Span::styled(text, style)])
}

/// The verdict and as many findings as have room in `rows`, two lines each.
fn end(ending: &Ending, width: usize, rows: usize, paint: &Paint) -> Vec<Line<'static>> {
    let style = match ending.passed {
        true => paint.good(),
        false => paint.bad(),
    };
    let mut lines = vec![Line::styled(shortened(&ending.verdict, width), style)];
    let total = ending.findings.len();
    let room = match 2 * total < rows {
        true => total,
        // One line tells of those that have no room.
        false => rows.saturating_sub(2) / 2,
    };
    for finding in ending.findings.iter().take(room) {
        lines.push(Line::from(Span::styled(
            shortened(&format!("{}{}", finding.check, about(finding)), width),
            Style::new().add_modifier(Modifier::BOLD),
        )));
        let told = format!("  expected {}, got {}", finding.expected, finding.got);
        lines.push(Line::from(shortened(&told, width)));
    }
    if room < total {
        let more = total - room;
        lines.push(Line::styled(
            format!("{more} more; all are printed when you leave"),
            paint.faint(),
        ));
    }
    lines
}

fn about(finding: &FindingLine) -> String {
    let who = finding.client.as_ref().or(finding.peer.as_ref());
    let who = who.map(|who| format!(" {who}")).unwrap_or_default();
    let chunk = finding.chunk.map(|chunk| format!(", chunk {chunk}"));
    let entry = finding.entry.as_ref().map(|entry| format!(" {entry}"));
    who + &chunk.or(entry).unwrap_or_default()
}
