//! How each type of messages is drawn: colour, dashes and the head of its arrow, so that each is
//! told from the others without colours too.

use super::kinds::Kind;
use super::scene::Sign;
use crate::draw::colours::{Rgb, message};
use crate::draw::layout::Point;
use crate::draw::svg::marker;

pub(super) const KINDS: [Kind; 7] = [
    Kind::Hello,
    Kind::Query,
    Kind::ChunksInfo,
    Kind::Get,
    Kind::Response,
    Kind::Ack,
    Kind::Other,
];
/// The colour of what is no datagram.
pub(super) const INK: &str = "#222222";

pub(super) fn colour(kind: Kind) -> Rgb {
    message(kind.name())
}

/// Width and dashes of a line, as attributes.
pub(super) const fn stroke(kind: Kind) -> &'static str {
    match kind {
        Kind::Hello => "stroke-width=\"2\" stroke-dasharray=\"12 4\"",
        Kind::Query => "stroke-width=\"1.6\"",
        Kind::ChunksInfo => "stroke-width=\"1.8\" stroke-dasharray=\"9 3 2 3\"",
        Kind::Get => "stroke-width=\"2\" stroke-dasharray=\"2.5 3\"",
        Kind::Response => "stroke-width=\"3\"",
        Kind::Ack => "stroke-width=\"1.3\" stroke-dasharray=\"5 3\"",
        Kind::Other => "stroke-width=\"1.3\" stroke-dasharray=\"1.5 4\"",
    }
}

/// The name of the head of its arrows.
pub(super) const fn head(kind: Kind) -> &'static str {
    match kind {
        Kind::Hello => "hello",
        Kind::Query => "query",
        Kind::ChunksInfo => "chunks-info",
        Kind::Get => "get",
        Kind::Response => "response",
        Kind::Ack => "ack",
        Kind::Other => "other",
    }
}

/// All heads of arrows.
pub(super) fn heads() -> String {
    let heads = KINDS.map(|kind| {
        let colour = colour(kind);
        let filled = |path: &str| format!("<path d=\"{path}\" fill=\"{colour}\"/>");
        let open = |path: &str| {
            format!("<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>")
        };
        let (size, tip, shape) = match kind {
            Kind::Hello => (13.0, 9.0, open("M1 1 9 5 1 9")),
            Kind::Query => (11.0, 10.0, filled("M0 0 10 5 0 10z")),
            Kind::ChunksInfo => (14.0, 10.0, filled("M0 5 5 1.5 10 5 5 8.5z")),
            Kind::Get => (12.0, 9.0, open("M1 1 9 5 1 9z")),
            Kind::Response => (15.0, 10.0, filled("M0 0 10 5 0 10 3 5z")),
            Kind::Ack => (9.0, 9.0, filled("M5 1a4 4 0 1 0 .001 0z")),
            Kind::Other => (9.0, 9.0, open("M1 1 9 5 1 9")),
        };
        marker(head(kind), size, tip, &shape)
    });
    heads.concat()
}

/// The line along `path` of a datagram of this kind: a double one for a copy, with a head unless it
/// lands nowhere.
pub(super) fn line(kind: Kind, path: &str, is_copy: bool, has_head: bool) -> String {
    let (colour, stroke) = (colour(kind), stroke(kind));
    let end = match has_head {
        true => format!(" marker-end=\"url(#{})\"", head(kind)),
        false => String::new(),
    };
    match is_copy {
        false => format!("<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" {stroke}{end}/>"),
        true => format!(
            "<path class=\"copy\" d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"5\"/>\
             <path d=\"{path}\" fill=\"none\" stroke=\"#ffffff\" stroke-width=\"2.2\"{end}/>"
        ),
    }
}

/// A cross: here a datagram ended.
pub(super) fn cross(at: Point) -> String {
    format!(
        "<path class=\"lost\" d=\"M{:.1} {:.1}l10 10m0 -10l-10 10\" stroke=\"#000000\" stroke-width=\"2.4\"/>",
        at.x - 5.0,
        at.y - 5.0
    )
}

/// An open end: when the events end, a datagram was still on its way.
pub(super) fn open_end(at: Point, kind: Kind) -> String {
    let colour = colour(kind);
    format!(
        "<circle class=\"in-flight\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"#ffffff\" stroke=\"{colour}\" \
         stroke-width=\"1.5\" stroke-dasharray=\"2 2\"/>",
        at.x, at.y
    )
}

/// A ring: a QUERY whose search the peer had.
pub(super) fn ring(at: Point) -> String {
    let colour = colour(Kind::Query);
    format!(
        "<circle class=\"duplicate\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"5\" fill=\"#ffffff\" stroke=\"{colour}\" \
         stroke-width=\"2\"/>",
        at.x, at.y
    )
}

/// A flash: a link damaged the datagram.
pub(super) fn flash(at: Point) -> String {
    format!(
        "<path class=\"damaged\" d=\"M{:.1} {:.1}l-6 10h5l-3 8 9 -11h-5l4 -7z\" fill=\"#f0e442\" stroke=\"#000000\" \
         stroke-linejoin=\"round\"/>",
        at.x + 1.0,
        at.y - 9.0
    )
}

/// A clock: a link held the datagram back.
pub(super) fn clock(at: Point) -> String {
    format!(
        "<g class=\"held-back\" transform=\"translate({:.1} {:.1})\"><circle r=\"7\" fill=\"#ffffff\" \
         stroke=\"#000000\" stroke-width=\"1.3\"/><path d=\"M0 -4.5V0H3.5\" fill=\"none\" \
         stroke=\"#000000\" stroke-width=\"1.3\"/></g>",
        at.x, at.y
    )
}

/// A mark on a lifeline.
pub(super) fn mark(at: Point, sign: Sign) -> String {
    let shape = match sign {
        Sign::Logged => "<rect x=\"-5\" y=\"-5\" width=\"10\" height=\"10\" fill=\"#000000\"/>",
        Sign::Missing => {
            "<rect x=\"-5\" y=\"-5\" width=\"10\" height=\"10\" fill=\"#ffffff\" \
             stroke=\"#000000\" stroke-width=\"2\"/>"
        }
        Sign::Done => "<path d=\"M-12 0H12M-9 4H9\" stroke=\"#000000\" stroke-width=\"2.4\"/>",
        Sign::Down => "<path d=\"M-9 0H9\" stroke=\"#000000\" stroke-width=\"3\"/>",
        Sign::Paused => "<path d=\"M-3 -6V6M3 -6V6\" stroke=\"#000000\" stroke-width=\"3\"/>",
        Sign::Up => "<path d=\"M-6 5H6L0 -6z\" fill=\"#000000\"/>",
        Sign::Holds => {
            "<path d=\"M-6 0 0 -6 6 0 0 6z\" fill=\"#ffffff\" stroke=\"#000000\" \
             stroke-width=\"1.6\"/>"
        }
        Sign::Links => "",
    };
    format!(
        "<g transform=\"translate({:.1} {:.1})\">{shape}</g>",
        at.x, at.y
    )
}
