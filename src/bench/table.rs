//! The results as people read them, within 80 columns.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::{Figure, Goal, Measured, Outcome, Results, Row, Unit};

/// Draws the table, and below it what was skipped.
#[must_use]
pub fn draw(results: &Results) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header([
        "figure",
        "median",
        "quartiles",
        "ours/s",
        "beside/s",
        "goal",
    ]);
    let mut skipped = String::new();
    for row in &results.figures {
        match &row.outcome {
            Outcome::Measured(measured) => {
                table.add_row(cells(row, measured));
                if measured.lost > 0 {
                    let _ = writeln!(skipped, "{}: the kernel lost {}", row.name, measured.lost);
                }
            }
            Outcome::Skipped(why) => {
                let _ = writeln!(skipped, "{} skipped: {why}", row.name);
            }
        }
    }
    for index in 1..=5 {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut out = String::new();
    if table.row_count() > 0 {
        let _ = writeln!(out, "{}", table.trim_fmt());
    }
    out + &skipped
}

/// The names of `figures` with what they are, a line each.
#[must_use]
pub fn list(figures: &[&Figure]) -> String {
    let mut out = String::new();
    for figure in figures {
        let _ = writeln!(out, "{:24} {}", figure.name, figure.about);
    }
    out
}

fn cells(row: &Row, measured: &Measured) -> [String; 6] {
    let value = |value: f64| match row.unit {
        Unit::OfCeiling | Unit::Times if value < 100.0 => format!("{value:.2}"),
        Unit::OfCeiling | Unit::Times | Unit::Bytes | Unit::Nanoseconds => format!("{value:.0}"),
    };
    let unit = match row.unit {
        Unit::OfCeiling => "",
        Unit::Times => " ×",
        Unit::Bytes => " B",
        Unit::Nanoseconds => " ns",
    };
    let quartiles = measured.value;
    let rate = |rate: Option<f64>| rate.map_or("-".to_owned(), short);
    [
        row.name.to_owned(),
        format!("{}{unit}", value(quartiles.median)),
        format!("{} to {}", value(quartiles.lower), value(quartiles.upper)),
        rate(measured.ours_per_s),
        rate(measured.beside_per_s),
        match row.goal {
            Some(Goal::AtLeast(goal)) => format!("≥ {}", value(goal)),
            Some(Goal::AtMost(goal)) => format!("≤ {}", value(goal)),
            None => "-".to_owned(),
        },
    ]
}

/// Three digits of a rate: `412k`, `4.12M`.
fn short(rate: f64) -> String {
    let (rate, unit) = match rate {
        _ if rate >= 999_500.0 => (rate / 1e6, "M"),
        _ if rate >= 999.5 => (rate / 1e3, "k"),
        _ => (rate, ""),
    };
    match rate {
        _ if rate >= 99.95 => format!("{rate:.0}{unit}"),
        _ if rate >= 9.995 => format!("{rate:.1}{unit}"),
        _ => format!("{rate:.2}{unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FIGURES, Quartiles};
    use super::*;

    fn row(name: &'static str, unit: Unit, goal: Option<Goal>, median: f64) -> Row {
        let value = Quartiles {
            lower: median * 0.95,
            median,
            upper: median * 1.05,
        };
        let measured = Measured {
            value,
            measurements: 100,
            ours_per_s: Some(412_345.0),
            beside_per_s: Some(4_501_234.0),
            lost: 2,
        };
        Row {
            name,
            about: "what it is",
            unit,
            goal,
            outcome: Outcome::Measured(measured),
        }
    }

    #[test]
    fn it_fits_80_columns_and_tells_what_was_skipped() {
        let longest = FIGURES.iter().max_by_key(|figure| figure.name.len());
        let longest = longest.unwrap().name;
        let mut skipped = row("growth", Unit::Times, None, 1.0);
        skipped.outcome = Outcome::Skipped("there is no such file".to_owned());
        let results = Results {
            format_version: 1,
            complete: true,
            quick: false,
            peers: 1_000_000,
            figures: vec![
                row(
                    longest,
                    Unit::Nanoseconds,
                    Some(Goal::AtMost(123_456.0)),
                    12_345.6,
                ),
                row(
                    "memory-large",
                    Unit::OfCeiling,
                    Some(Goal::AtLeast(8.0)),
                    9.871,
                ),
                skipped,
            ],
        };
        let drawn = draw(&results);
        assert!(
            drawn.lines().all(|line| line.chars().count() <= 80),
            "{drawn}"
        );
        let words = |name: &str| {
            let line = drawn
                .lines()
                .find(|line| line.trim_start().starts_with(name));
            let line = line.unwrap().split_whitespace();
            line.map(str::to_owned).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            words("memory-large"),
            "memory-large 9.87 9.38 to 10.36 412k 4.50M ≥ 8.00"
        );
        assert_eq!(words("growth"), "growth skipped: there is no such file");
        assert!(
            drawn.contains("memory-large: the kernel lost 2\n"),
            "{drawn}"
        );
    }

    #[test]
    fn the_list_fits_80_columns() {
        let list = list(FIGURES);
        assert!(
            list.lines().all(|line| line.chars().count() <= 80),
            "{list}"
        );
        assert_eq!(list.lines().count(), FIGURES.len());
    }

    #[test]
    fn rates_have_three_digits() {
        let rates = [
            0.5,
            9.999,
            99.99,
            999.9,
            1_234.0,
            99_990.0,
            999_600.0,
            12_345_678.0,
        ];
        assert_eq!(
            rates.map(short),
            [
                "0.50", "10.0", "100", "1.00k", "1.23k", "100k", "1.00M", "12.3M"
            ]
        );
    }
}
