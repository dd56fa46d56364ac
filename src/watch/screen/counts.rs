//! Datagrams by type beside what was predicted, and what became of them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Paint, number, pane, shortened};
use crate::oracle::Count;
use crate::watch::{Kind, Model};
use crate::wire::Type;

/// The columns of the pane.
pub(super) const COLUMNS: u16 = 34;

/// Draws the pane.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, paint: &Paint) {
    let mut lines = vec![Line::styled(
        format!("{:<14}{:>7} {:>10}", "", "sent", "predicted"),
        paint.faint(),
    )];
    let mut kinds = Type::ALL.map(Kind::Message).to_vec();
    let others = [Kind::Ack, Kind::Other].into_iter();
    kinds.extend(others.filter(|kind| model.sent.contains_key(kind)));
    for kind in kinds {
        let sent = model.sent.get(&kind).copied().unwrap_or(0);
        let predicted = model.predicted.get(&kind).map(Count::to_string);
        lines.push(Line::from(vec![
            Span::styled(format!(" {} ", kind.letter()), paint.badge(kind)),
            Span::from(format!(" {:<11}{:>6} ", kind.name(), number(sent))),
            Span::from(format!(
                "{:>10}",
                shortened(&predicted.unwrap_or_default(), 10)
            )),
        ]));
    }
    lines.push(Line::default());
    let mut tell = |what: &str, count: u64, style: Style| {
        lines.push(Line::styled(
            format!("{what:<15}{:>6}", number(count)),
            style,
        ));
    };
    tell("on their way", model.in_flight() as u64, Style::new());
    tell("duplicates", model.duplicates, Style::new());
    for (how, count) in &model.touched {
        tell(how, *count, Style::new());
    }
    for (reason, count) in &model.lost {
        tell(&format!("× {reason}"), *count, paint.bad());
    }
    let title = format!(" {} events ", number(model.events as u64));
    frame.render_widget(Paragraph::new(lines).block(pane(title, paint)), area);
}
