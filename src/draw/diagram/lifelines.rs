//! The lifelines, with the names above and what becomes of their peers.

use std::fmt::Write as _;

use super::lanes::Lane;
use super::looks::INK;
use super::scene::{Mark, Scene, Sign};
use super::sheet::{NAME, Sheet};
use crate::draw::chunks;
use crate::draw::svg::{Escaped, short, width};
use crate::roster::Role;
use crate::trace::Trace;

/// The height of the letters below a name.
const BELOW: f64 = 12.0;
/// How high names are, with what stands below them.
pub(super) const HEIGHT: f64 = 46.0;

/// What a lifeline looks like below a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Up,
    Down,
    Paused,
}

/// Draws all lifelines.
pub(super) fn draw(out: &mut String, scene: &Scene, sheet: &Sheet) {
    let bottom = sheet.scale.bottom;
    let mut marks: Vec<Vec<&Mark>> = vec![Vec::new(); scene.lanes.len()];
    for mark in scene.marks.iter().filter(|mark| mark.sign != Sign::Links) {
        if let Some(marks) = marks.get_mut(mark.spot.lane as usize) {
            marks.push(mark);
        }
    }
    for (x, marks) in sheet.xs.iter().zip(&marks) {
        let start = sheet.top + 38.0;
        let mut from = (start, first(marks));
        for mark in marks {
            let Some(life) = life(mark.sign) else {
                continue;
            };
            let y = sheet.scale.y(mark.spot.moment, mark.spot.place);
            piece(out, *x, from.0, y, from.1);
            from = (y, life);
        }
        piece(out, *x, from.0, bottom, from.1);
    }
    for (top, bottom, _) in &sheet.scale.waits {
        let (top, bottom) = (top + 8.0, bottom - 8.0);
        let _ = writeln!(
            out,
            "<rect x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"#ffffff\"/>",
            sheet.left,
            sheet.right - sheet.left,
            bottom - top
        );
        let dots: String = sheet
            .xs
            .iter()
            .map(|x| format!("M{x:.1} {:.1}V{bottom:.1}", top + 2.0))
            .collect();
        let _ = writeln!(
            out,
            "<path d=\"{dots}\" stroke=\"#808080\" stroke-width=\"3\" stroke-linecap=\"round\" \
             stroke-dasharray=\"0 8\"/>"
        );
    }
}

/// Writes the names of the lifelines.
pub(super) fn names(out: &mut String, trace: &Trace, scene: &Scene, sheet: &Sheet) {
    for y in sheet.names() {
        for (lane, x) in scene.lanes.iter().zip(&sheet.xs) {
            head(out, trace, *lane, *x, y);
        }
    }
}

/// What a peer is before the first of its marks: one that comes first must have been away.
fn first(marks: &[&Mark]) -> Life {
    match marks.iter().find(|mark| life(mark.sign).is_some()) {
        Some(mark) if mark.sign == Sign::Up => Life::Down,
        _ => Life::Up,
    }
}

const fn life(sign: Sign) -> Option<Life> {
    match sign {
        Sign::Down => Some(Life::Down),
        Sign::Paused => Some(Life::Paused),
        Sign::Up => Some(Life::Up),
        Sign::Logged | Sign::Missing | Sign::Done | Sign::Holds | Sign::Links => None,
    }
}

fn piece(out: &mut String, x: f64, from: f64, to: f64, life: Life) {
    let stroke = match life {
        Life::Up => "stroke=\"#606060\" stroke-width=\"1.5\"",
        Life::Down => "stroke=\"#a0a0a0\" stroke-width=\"1.5\" stroke-dasharray=\"3 7\"",
        Life::Paused => "stroke=\"#b0b0b0\" stroke-width=\"8\"",
    };
    let _ = writeln!(out, "<path d=\"M{x:.1} {from:.1}V{to:.1}\" {stroke}/>");
}

/// The name of a lifeline, and what stands below it.
pub(super) fn named(trace: &Trace, lane: Lane) -> (String, String) {
    let Lane::Of(endpoint) = lane else {
        return ("outside".to_owned(), "not of the run".to_owned());
    };
    let name = trace.roster.name(endpoint).to_owned();
    let below = match trace.roster.role(endpoint) {
        Role::Nobody => "nobody".to_owned(),
        Role::Client => "client".to_owned(),
        Role::Peer => match trace.peers.get(endpoint.index()) {
            Some(peer) if !peer.chunks.is_empty() => format!("has {}", chunks(&peer.chunks)),
            _ => String::new(),
        },
    };
    (name, below)
}

/// The name in its box: black for clients, with a double edge for contacts.
fn head(out: &mut String, trace: &Trace, lane: Lane, x: f64, y: f64) {
    let (name, below) = named(trace, lane);
    let (role, is_contact) = match lane {
        Lane::Of(endpoint) => (
            trace.roster.role(endpoint),
            trace
                .clients
                .iter()
                .any(|client| client.contact == endpoint),
        ),
        Lane::Outside => (Role::Nobody, false),
    };
    let (fill, ink, edge) = match role {
        Role::Client => (INK, "#ffffff", ""),
        Role::Peer => ("#ffffff", INK, ""),
        Role::Nobody => ("#ffffff", "#606060", " stroke-dasharray=\"4 3\""),
    };
    let cut = short(&name);
    let half = (width(&cut, NAME) / 2.0 + 7.0).max(24.0);
    let frame = |out: &mut String, grown: f64, fill: &str| {
        let _ = write!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"4\" \
             fill=\"{fill}\" stroke=\"{INK}\" stroke-width=\"1.3\"{edge}/>",
            x - half - grown,
            y + 3.0 - grown,
            2.0 * (half + grown),
            22.0 + 2.0 * grown
        );
    };
    let _ = write!(out, "<g><title>{}</title>", Escaped(&name));
    if is_contact {
        frame(out, 3.0, "#ffffff");
    }
    frame(out, 0.0, fill);
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{:.1}\" font-size=\"{NAME}\" font-weight=\"bold\" \
         text-anchor=\"middle\" fill=\"{ink}\">{}</text>",
        y + 19.0,
        Escaped(&cut)
    );
    if !below.is_empty() {
        let half = width(&below, BELOW) / 2.0;
        let _ = writeln!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"14\" fill=\"#ffffff\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" font-size=\"{BELOW}\" text-anchor=\"middle\" \
             fill=\"#404040\">{}</text>",
            x - half,
            y + 31.0,
            2.0 * half,
            y + 42.0,
            Escaped(&below)
        );
    }
    *out += "</g>\n";
}
