//! The first line, which says what runs, where it stands and how fast it goes; the last, which says
//! which keys there are.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{View, shortened};
use crate::watch::{Model, Pace};

/// The columns for the name of the scenario.
const NAME: usize = 20;

/// Draws the first line.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, pace: &Pace, view: &View) {
    let name = shortened(&model.scenario, NAME);
    let rules = format!(
        " TTL {}, {}, seed {}",
        model.ttl, model.duplicate_policy, model.seed
    );
    let left = Line::from(vec![
        Span::styled(
            format!(" {name} "),
            Style::new().add_modifier(Modifier::BOLD),
        ),
        Span::styled(shortened(&rules, 32), view.paint.faint()),
    ]);
    let right = Line::from(vec![
        Span::from(format!("{} s ", clock(pace))),
        state(model, pace, view),
    ]);
    frame.render_widget(Paragraph::new(left), area);
    frame.render_widget(Paragraph::new(right).alignment(Alignment::Right), area);
}

/// The run's clock in as many digits as change at a speed that can be watched.
fn clock(pace: &Pace) -> String {
    let micros = pace.clock().as_nanos() / 1_000;
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// What the run does.
fn state(model: &Model, pace: &Pace, view: &View) -> Span<'static> {
    let paint = view.paint;
    if let Some(ending) = &model.ending {
        return match ending.passed {
            true => Span::styled(" PASS ", paint.good().add_modifier(Modifier::REVERSED)),
            false => Span::styled(" FAIL ", paint.bad().add_modifier(Modifier::REVERSED)),
        };
    }
    if view.is_leaving {
        return Span::styled(" STOPPING ", paint.loud());
    }
    if pace.is_paused() {
        return Span::styled(" PAUSED ", paint.loud());
    }
    if pace.is_at_full_speed() {
        return Span::from("» to the end ");
    }
    if let Some(wait) = pace.shortened_wait() {
        return Span::styled(format!("… {} of waiting ", spoken(wait)), paint.loud());
    }
    Span::from(format!("▶ {} a second ", spoken(pace.per_second())))
}

/// `1 ms`, `2.5 s`: a duration in its largest unit.
fn spoken(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    let units = [
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "µs"),
        (1, "ns"),
    ];
    let unit = units.into_iter().find(|(size, _)| nanos >= *size);
    let (size, name) = unit.unwrap_or((1, "ns"));
    let tenths = nanos * 10 / size;
    match tenths % 10 {
        0 => format!("{} {name}", tenths / 10),
        rest => format!("{}.{rest} {name}", tenths / 10),
    }
}

/// Draws the last line.
pub(super) fn keys(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &View) {
    let has_ended = model.ending.is_some();
    let mut keys = Vec::new();
    if !has_ended {
        keys.extend([
            ("space", "pause"),
            (".", "datagram"),
            ("n", "hop"),
            ("+-", "speed"),
            ("f", "end"),
        ]);
    }
    if model.sights.len() > 1 {
        keys.push(("Tab", "client"));
    }
    keys.extend([("?", "help"), ("q", "quit")]);
    let spans = keys.into_iter().flat_map(|(key, does)| {
        [
            Span::styled(
                format!(" {key} "),
                Style::new().add_modifier(Modifier::BOLD),
            ),
            Span::styled(format!("{does} "), view.paint.faint()),
        ]
    });
    frame.render_widget(Paragraph::new(Line::from_iter(spans)), area);
}
