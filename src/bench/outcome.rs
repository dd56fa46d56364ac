//! What was measured, as people and programs read it.

use std::time::Duration;

use serde::Serialize;

use super::{Figure, Options, Quartiles, Slices};

/// The number of this form of the document; it grows when a field changes its meaning.
const FORMAT_VERSION: u32 = 1;

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Our rate as a part of the ceiling's: the more the better.
    OfCeiling,
    /// Our time by that of what it is compared with: the less the better.
    Times,
    /// Bytes.
    Bytes,
    /// Nanoseconds.
    Nanoseconds,
}

/// What a figure should be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

/// A figure that was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// Median and quartiles.
    #[serde(flatten)]
    pub value: Quartiles,
    /// How many measurements that is of.
    pub measurements: usize,
    /// How many there were in a second of ours; what is counted is the figure's.
    pub ours_per_s: Option<f64>,
    /// How many there were in a second of what it stands beside.
    pub beside_per_s: Option<f64>,
    /// Datagrams that the kernel lost.
    pub lost: u64,
}

impl Measured {
    /// What `values` come to, without rates; none if there are none.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        Some(Self {
            value: Quartiles::of(values)?,
            measurements: values.len(),
            ours_per_s: None,
            beside_per_s: None,
            lost: 0,
        })
    }

    /// What slices come to. Rates are of all slices together, so that what only some of them have,
    /// a vector that grows, is in them.
    #[must_use]
    pub fn of_slices(slices: &Slices) -> Option<Self> {
        Some(Self {
            ours_per_s: rate(slices.ours),
            beside_per_s: rate(slices.raw),
            lost: slices.lost,
            ..Self::of(&slices.ratios)?
        })
    }
}

impl Measured {
    /// Our rate by that of the ceiling, over all slices.
    pub(super) fn of_ceiling(&self) -> Option<f64> {
        Some(self.ours_per_s? / self.beside_per_s?)
    }
}

/// So many in a second.
pub(super) fn rate((count, time): (u64, Duration)) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a rate need not be exact beyond 2^53 datagrams"
    )]
    let count = count as f64;
    Some(count / time.as_secs_f64()).filter(|rate| rate.is_finite())
}

/// What came of a figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was measured.
    Measured(Measured),
    /// It can't be measured here, and why.
    Skipped(String),
}

/// A figure with what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// What it is called.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// What it should be.
    pub goal: Option<Goal>,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What came of all figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Results {
    /// The form of this document.
    pub format_version: u32,
    /// Whether nobody stopped it.
    pub complete: bool,
    /// Whether there were fewer ratios and smaller floods.
    pub quick: bool,
    /// How many peers the largest floods had.
    pub peers: u32,
    /// A row for each figure.
    pub figures: Vec<Row>,
}

impl Results {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            complete: false,
            quick: options.quick,
            peers: options.peers,
            figures: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, figure: &Figure, outcome: Outcome) {
        self.figures.push(Row {
            name: figure.name,
            about: figure.about,
            unit: figure.unit,
            goal: figure.goal,
            outcome,
        });
    }

    /// What the figure called `name` came to, if it has been measured.
    pub(super) fn measured(&self, name: &str) -> Option<&Measured> {
        let row = self.figures.iter().find(|row| row.name == name)?;
        match &row.outcome {
            Outcome::Measured(measured) => Some(measured),
            Outcome::Skipped(_) => None,
        }
    }
}
