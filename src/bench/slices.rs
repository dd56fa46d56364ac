//! What is measured of a flood, slice by slice.

use std::time::Duration;

/// What was measured of slices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slices {
    /// Of each slice that was replayed, raw's time by ours: our rate as a part of raw's.
    pub ratios: Vec<f64>,
    /// Datagrams of all slices, and the time that they took.
    pub ours: (u64, Duration),
    /// Datagrams that crossed raw, and the time that they took.
    pub raw: (u64, Duration),
    /// How many datagrams the kernel lost of ours.
    pub lost: u64,
}

impl Slices {
    /// Adds a slice of `datagrams` that took us `ours` and raw `raw`.
    pub fn add(&mut self, datagrams: u64, ours: Duration, raw: Duration) {
        self.ours.0 += datagrams;
        self.ours.1 += ours;
        self.raw.0 += datagrams;
        self.raw.1 += raw;
        let ratio = raw.as_secs_f64() / ours.as_secs_f64();
        self.ratios.push(ratio);
    }
}
