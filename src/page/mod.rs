//! A run as one page that needs no network.

mod data;
mod datagrams;
mod events;
mod numbers;
mod payloads;
mod words;

use data::Data;

use crate::trace::Trace;

/// The page of `trace`, whole.
#[must_use]
pub fn page(trace: &Trace) -> String {
    json(trace)
}

/// What the page knows of `trace`, as text that may stand in a script element: no `<` is in it, so
/// nothing that a scenario says can end the element.
fn json(trace: &Trace) -> String {
    let json = serde_json::to_string(&Data::of(trace)).expect("keys are strings");
    json.replace('<', "\\u003c")
}
