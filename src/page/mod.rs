//! A run as one page that needs no network (docs/page.md).
//!
//! The page is plain HTML, CSS and JavaScript in `web/`, each file as it is, with d3 for the
//! drawing. [`page`] puts the files and what the page knows of the run into one file: modules
//! become `data:` URLs in an import map, so there is no bundler, and a script that runs in the page
//! is the script that its unit tests read.

mod assets;
mod data;
mod datagrams;
mod events;
mod html;
mod numbers;
mod payloads;
mod words;

use assets::{D3, D3_LICENCE, MODULES, STYLES, TEMPLATE};
use data::Data;

use crate::trace::Trace;

/// The page of `trace`, whole: an HTML document that loads nothing.
#[must_use]
pub fn page(trace: &Trace) -> String {
    let d3 = format!("/*\n{D3_LICENCE}*/\n{D3}");
    let parts = [
        ("title", html::escaped(&trace.about.scenario)),
        ("styles", STYLES.concat()),
        ("d3", d3),
        ("import_map", html::import_map(MODULES)),
        ("data", html::json(&Data::of(trace))),
    ];
    html::fill(TEMPLATE, &parts)
}

#[cfg(test)]
mod tests;
