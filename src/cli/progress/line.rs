//! The line: what goes on, how far it is, how fast, and how long it will take, in 80 columns.

use std::fmt::{self, Write};
use std::time::Duration;

use indicatif::{DecimalBytes, ProgressStyle};
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState};
use unicode_width::UnicodeWidthChar;

/// The most columns of what goes on.
const COLUMNS: usize = 26;
/// Of what is too long, the columns of its end that stay: it may say what is done.
const END: usize = 14;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Unit {
    /// Things, by their name for many.
    Things(&'static str),
    /// Bytes of a file.
    Bytes,
}

/// A line for work of which nothing is counted.
pub(super) fn uncounted() -> ProgressBar {
    bar(None, style("{spinner} {msg}, {elapsed}"))
}

/// A line for work of which `unit`s are counted.
pub(super) fn counted(unit: Unit, total: Option<u64>) -> ProgressBar {
    let template = match total {
        Some(_) => "{msg} {wide_bar} {percent}% of {total}{rate}{left}",
        None => "{spinner} {msg}: {done}{rate}",
    };
    let amount = move |count: u64| match unit {
        Unit::Things(things) => format!("{} {things}", HumanCount(count)),
        Unit::Bytes => DecimalBytes(count).to_string(),
    };
    let style = style(template)
        .with_key("done", move |state: &ProgressState, out: &mut dyn Write| {
            put(out, format_args!("{}", amount(state.pos())));
        })
        .with_key(
            "total",
            move |state: &ProgressState, out: &mut dyn Write| {
                let total = state.len().unwrap_or_default();
                put(out, format_args!("{}", amount(total)));
            },
        )
        .with_key("rate", move |state: &ProgressState, out: &mut dyn Write| {
            if state.pos() > 0 {
                put(out, format_args!(", {}", rate(unit, state.per_sec())));
            }
        })
        .with_key("left", |state: &ProgressState, out: &mut dyn Write| {
            if state.pos() > 0 {
                put(out, format_args!(", {} left", time(state.eta())));
            }
        });
    bar(total, style)
}

fn bar(total: Option<u64>, style: ProgressStyle) -> ProgressBar {
    let hidden = ProgressDrawTarget::hidden();
    ProgressBar::with_draw_target(total, hidden).with_style(style)
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is well-formed")
}

fn put(out: &mut dyn Write, text: fmt::Arguments<'_>) {
    // The line is made in memory, which takes all.
    let _unused = out.write_fmt(text);
}

/// `450,123/s`, `2.5/s`, `12M/s`; bytes as `12.30 MB/s`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no rate is negative, and a larger one than fits is shown as the largest that does"
)]
fn rate(unit: Unit, per_second: f64) -> String {
    let whole = per_second as u64;
    match unit {
        Unit::Bytes => format!("{}/s", DecimalBytes(whole)),
        Unit::Things(_) if per_second < 10.0 => format!("{per_second:.1}/s"),
        Unit::Things(_) if whole < 10_000_000 => format!("{}/s", HumanCount(whole)),
        Unit::Things(_) => format!("{}M/s", whole / 1_000_000),
    }
}

/// `12s`, `3m`.
fn time(left: Duration) -> String {
    format!("{:#}", HumanDuration(left))
}

/// `what`, its middle left out where it is too long; nothing of it acts on the terminal.
pub(super) fn shortened(what: &str) -> String {
    let letters: Vec<char> = what.chars().filter(|letter| !letter.is_control()).collect();
    let width = |letter: &char| letter.width().unwrap_or_default();
    if letters.iter().map(width).sum::<usize>() <= COLUMNS {
        return letters.into_iter().collect();
    }
    let fitting = |letters: &mut dyn Iterator<Item = &char>, columns: usize| {
        let mut taken = 0;
        letters
            .take_while(|letter| {
                taken += width(letter);
                taken <= columns
            })
            .count()
    };
    let begin = fitting(&mut letters.iter(), COLUMNS - 1 - END);
    let end = letters.len() - fitting(&mut letters.iter().rev(), END);
    let (begin, end) = (&letters[..begin], &letters[end..]);
    begin.iter().chain(&['…']).chain(end).collect()
}
