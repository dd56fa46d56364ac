//! A run as one page that needs no network.

use crate::trace::Trace;

/// The page of `trace`, whole.
#[must_use]
pub fn page(_trace: &Trace) -> String {
    String::new()
}
