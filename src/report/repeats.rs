//! What many runs of one scenario, each with its own seed, come to.

use std::fmt::Write as _;

use comfy_table::CellAlignment;

use super::Report;
use super::screen::{BAD, BOLD, GOOD, number, plural, seconds, table};

/// Seeds of runs that failed that are told.
const MAX_SEEDS: usize = 10;

/// What the runs of a scenario add up to.
#[derive(Clone, Debug, Default)]
pub struct Repeats {
    scenario: String,
    runs: u64,
    first_seed: u64,
    last_seed: u64,
    passed: u64,
    interrupted: bool,
    failed: Vec<u64>,
    wanted: u64,
    /// Each measure in the order of [`MEASURES`].
    spreads: [Spread; MEASURES.len()],
}

/// What is measured of each run, with how it is written.
const MEASURES: [(&str, Unit); 8] = [
    ("HELLO", Unit::Number),
    ("QUERY", Unit::Number),
    ("CHUNKS_INFO", Unit::Number),
    ("GET", Unit::Number),
    ("RESPONSE", Unit::Number),
    ("duplicate QUERYs", Unit::Number),
    ("chunks found", Unit::Number),
    ("run's clock", Unit::Millis),
];

/// How a measure is written.
#[derive(Clone, Copy, Debug)]
enum Unit {
    Number,
    Millis,
}

/// The smallest, the largest and the sum of some numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// How many.
    pub count: u64,
    /// The smallest; 0 of none.
    pub min: f64,
    /// The largest; 0 of none.
    pub max: f64,
    /// Their sum.
    pub sum: f64,
}

impl Spread {
    /// Takes one more.
    pub fn add(&mut self, value: f64) {
        self.min = if self.count == 0 {
            value
        } else {
            self.min.min(value)
        };
        self.max = if self.count == 0 {
            value
        } else {
            self.max.max(value)
        };
        self.sum += value;
        self.count += 1;
    }

    /// Their mean; 0 of none.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sum / precise(self.count.max(1))
    }
}

#[expect(clippy::cast_precision_loss, reason = "means of counts, for people")]
fn precise(n: u64) -> f64 {
    n as f64
}

impl Repeats {
    /// Whether there was no run.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.runs == 0
    }

    /// Takes one more run of the scenario.
    pub fn add(&mut self, report: &Report) {
        if self.runs == 0 {
            self.scenario.clone_from(&report.scenario);
            self.first_seed = report.seed;
        }
        self.runs += 1;
        self.last_seed = report.seed;
        if report.was_interrupted() {
            self.interrupted = true;
        } else if report.passed() {
            self.passed += 1;
        } else {
            self.failed.push(report.seed);
        }
        let chunks = || report.clients.iter().flat_map(|client| &client.chunks);
        self.wanted = self.wanted.max(chunks().count() as u64);
        let found = chunks().filter(|chunk| chunk.source.is_some()).count() as u64;
        let sent = &report.datagrams;
        let counts = [
            sent.hello,
            sent.query,
            sent.chunks_info,
            sent.get,
            sent.response,
            report.duplicates,
            found,
        ];
        let values = counts.into_iter().map(precise).chain([report.clock_ms]);
        for (spread, value) in self.spreads.iter_mut().zip(values) {
            spread.add(value);
        }
    }

    /// Draws the summary; `rerun` gives the command that runs a seed alone.
    #[must_use]
    pub fn draw(&self, rerun: impl Fn(u64) -> String) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{BOLD}{}{BOLD:#}", self.scenario);
        let _ = writeln!(
            out,
            "  {}, seeds {} to {}; {} wanted in each",
            plural(self.runs, "run"),
            self.first_seed,
            self.last_seed,
            plural(self.wanted, "chunk"),
        );
        let mut table = table();
        table.set_header(["", "min", "mean", "max"]);
        for ((name, unit), spread) in MEASURES.into_iter().zip(&self.spreads) {
            table.add_row([
                name.to_owned(),
                unit.whole(spread.min),
                unit.mean(spread.mean()),
                unit.whole(spread.max),
            ]);
        }
        for index in 1..4 {
            if let Some(column) = table.column_mut(index) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let _ = writeln!(out, "{}\n\n{}", table.trim_fmt(), self.verdict_line());
        if let Some(seed) = self.failed.first() {
            let shown = self.failed.iter().take(MAX_SEEDS).map(u64::to_string);
            let more = match self.failed.len().saturating_sub(MAX_SEEDS) {
                0 => String::new(),
                more => format!(" and {} more", number(more as u64)),
            };
            let seeds = if self.failed.len() == 1 {
                "seed"
            } else {
                "seeds"
            };
            let shown: Vec<String> = shown.collect();
            let _ = writeln!(out, "  {seeds} {}{more}; one alone:", shown.join(", "));
            let _ = writeln!(out, "  {}", rerun(*seed));
        }
        out
    }

    /// The last line: how many runs passed.
    #[must_use]
    pub fn verdict_line(&self) -> String {
        let name = &self.scenario;
        let failed = self.failed.len() as u64;
        let interrupted = if self.interrupted {
            ", interrupted"
        } else {
            ""
        };
        match failed == 0 && !self.interrupted {
            true => format!(
                "{GOOD}PASS{GOOD:#} {name}: {} passed",
                plural(self.runs, "run")
            ),
            false => format!(
                "{BAD}FAIL{BAD:#} {name}: {} passed, {} failed{interrupted}",
                plural(self.passed, "run"),
                number(failed)
            ),
        }
    }
}

impl Unit {
    /// The least and the most.
    fn whole(self, value: f64) -> String {
        match self {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a count"
            )]
            Self::Number => number(value as u64),
            Self::Millis => seconds(value),
        }
    }

    fn mean(self, value: f64) -> String {
        match self {
            Self::Number => format!("{value:.1}"),
            Self::Millis => seconds(value),
        }
    }
}
