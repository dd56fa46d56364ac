//! The page: what is drawn where, from the ground up.

use std::fmt::Write as _;

use super::choice::MOST_ARROWS;
use super::legend::legend;
use super::looks::{INK, heads};
use super::scale::{NAMES, Scale, said, usual};
use super::scene::{End, Scene, Sign, Spot};
use super::ways::Way;
use super::{arrows, lifelines, texts};
use crate::draw::layout::Point;
use crate::draw::svg::{Escaped, MARGIN, Page, TITLE, flat, short, width};
use crate::trace::Trace;

/// The room at the left, with the times.
const AXIS: f64 = 128.0;
/// The room at the right, with the hops.
const HOPS: f64 = 96.0;
/// How far lifelines are apart: at least, at most, and how wide many are together.
const NEAREST: f64 = 92.0;
const FARTHEST: f64 = 160.0;
const TOGETHER: f64 = 1_500.0;
/// The height of the letters of names.
pub(super) const NAME: f64 = 15.0;
/// The height of the letters of a line below the title or the diagram.
const LINE: f64 = 15.0;
/// What stands between two datagrams in time grows with the lifelines, up to this.
const STEEPEST: f64 = 110.0;

/// Where everything is.
pub(super) struct Sheet {
    /// Where each lifeline stands.
    pub(super) xs: Vec<f64>,
    pub(super) scale: Scale,
    /// The way of each arrow.
    pub(super) ways: Vec<Way>,
    /// The left and right edge of what lies between the axis and the hops.
    pub(super) left: f64,
    pub(super) right: f64,
    /// Where the lifelines begin.
    pub(super) top: f64,
}

impl Sheet {
    /// Lays out `scene` from `top` on, with the lifelines at `xs`.
    fn new(scene: &Scene, xs: Vec<f64>, right: f64, top: f64) -> Self {
        let lanes = xs.iter().fold(0.0_f64, |lanes, _| lanes + 1.0);
        let slope = (46.0 + 5.0 * lanes).min(STEEPEST);
        let time = |moment: u32| scene.moments[moment as usize].time;
        let flights = scene.arrows.iter().filter_map(|arrow| match &arrow.end {
            End::Landed(end) | End::Refused(end, _) => {
                Some(time(end.moment).since(time(arrow.from.moment)))
            }
            End::Lost(_) | End::InFlight => None,
        });
        let scale = Scale::new(&scene.moments, usual(flights), slope, top + NAMES);
        let ways = scene.arrows.iter();
        let ways = ways.map(|arrow| Way::of(arrow, &xs, &scale, slope));
        Self {
            ways: ways.collect(),
            left: AXIS,
            xs,
            scale,
            right,
            top,
        }
    }

    /// Lays out `scene` from the upper edge on.
    #[cfg(test)]
    pub(super) fn of(trace: &Trace, scene: &Scene) -> Self {
        let (xs, right) = columns(trace, scene);
        Self::new(scene, xs, right, 0.0)
    }

    /// Where `spot` is.
    pub(super) fn at(&self, spot: Spot) -> Point {
        Point {
            x: self.xs[spot.lane as usize],
            y: self.scale.y(spot.moment, spot.place),
        }
    }

    /// Where the names stand: above, again where it is long, and below.
    pub(super) fn names(&self) -> impl Iterator<Item = f64> + '_ {
        let again = self.scale.names.iter().map(|y| y + 4.0);
        let below = self.scale.bottom + 4.0;
        std::iter::once(self.top).chain(again).chain([below])
    }
}

/// Where the lifelines stand, and where the last column ends.
fn columns(trace: &Trace, scene: &Scene) -> (Vec<f64>, f64) {
    let lanes = u32::try_from(scene.lanes.len()).expect("fewer lanes than endpoints");
    let names = scene.lanes.iter().map(|lane| {
        let (name, _) = lifelines::named(trace, *lane);
        width(&short(&name), NAME) + 22.0
    });
    let apart = (TOGETHER / f64::from(lanes.max(1))).clamp(NEAREST, FARTHEST);
    let apart = names.fold(apart, f64::max);
    let xs = (0..lanes).map(|lane| AXIS + apart * (f64::from(lane) + 0.5));
    (xs.collect(), AXIS + apart * f64::from(lanes.max(1)))
}

/// Draws `scene` as a stand-alone SVG.
pub(super) fn draw(trace: &Trace, scene: &Scene) -> String {
    let title = match trace.about.scenario.is_empty() {
        true => "a run".to_owned(),
        false => trace.about.scenario.clone(),
    };
    let rules = rules(trace);
    let (xs, right) = columns(trace, scene);
    let across = [(&title, TITLE), (&rules, LINE)]
        .into_iter()
        .map(|(text, height)| width(text, height) + 2.0 * MARGIN)
        .fold(right + HOPS, f64::max);

    let mut drawn = String::new();
    line(&mut drawn, MARGIN + TITLE + 24.0, &rules);
    let top = MARGIN + TITLE + 38.0;
    let legend = legend(scene);
    let top = top + flat(&mut drawn, &legend, MARGIN, top, across - 2.0 * MARGIN) + 8.0;
    let sheet = Sheet::new(scene, xs, right, top);

    ground(&mut drawn, scene, &sheet);
    lifelines::draw(&mut drawn, scene, &sheet);
    arrows::draw(&mut drawn, scene, &sheet);
    lifelines::names(&mut drawn, trace, scene, &sheet);
    let unlabelled = texts::draw(&mut drawn, scene, &sheet);
    let mut y = sheet.scale.bottom + NAMES + LINE;
    for note in notes(scene, unlabelled) {
        line(&mut drawn, y, &note);
        y += LINE + 6.0;
    }
    let page = Page {
        left: 0.0,
        top: 0.0,
        width: across,
        height: y + MARGIN - LINE,
    };
    page.document(&title, &heads(), &drawn)
}

/// A line of text at the left edge.
fn line(out: &mut String, y: f64, text: &str) {
    let _ = writeln!(
        out,
        "<text x=\"{MARGIN}\" y=\"{y:.1}\" font-size=\"{LINE}\" fill=\"#404040\">{}</text>",
        Escaped(text)
    );
}

/// By which rules it was run.
fn rules(trace: &Trace) -> String {
    let about = &trace.about;
    let reliable = if about.reliable {
        ", reliable flood"
    } else {
        ""
    };
    format!(
        "TTL {}, {}{reliable}; seed {}, {}",
        about.ttl, about.duplicates, about.seed, about.mode
    )
}

/// What a reader has to know of what is not there.
fn notes(scene: &Scene, unlabelled: usize) -> Vec<String> {
    let mut notes = Vec::new();
    let datagrams = |count: usize| match count {
        1 => "1 datagram".to_owned(),
        _ => format!("{count} datagrams"),
    };
    if scene.arrows.is_empty() {
        notes.push("No datagram to show.".to_owned());
    }
    if scene.unpicked > 0 {
        notes.push(format!("Not picked: {}.", datagrams(scene.unpicked)));
    }
    if scene.beyond > 0 {
        notes.push(format!(
            "Ends after {MOST_ARROWS} arrows; left out: {}.",
            datagrams(scene.beyond)
        ));
        notes.push("Pick fewer with --diagram-peers and --diagram-types.".to_owned());
    }
    if unlabelled > 0 {
        notes.push(format!(
            "No room for {unlabelled} of the texts: point at the arrow to read it."
        ));
    }
    notes
}

/// Moments with their times, waits, hops, and what changes on links.
fn ground(out: &mut String, scene: &Scene, sheet: &Sheet) {
    let (left, right) = (sheet.left, sheet.right);
    for ((top, bottom), moment) in sheet.scale.bands.iter().zip(&scene.moments) {
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" \
             fill=\"#f2f2f2\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"13\" text-anchor=\"end\" \
             fill=\"{INK}\">{} s</text>",
            right - left,
            bottom - top,
            left - 8.0,
            top + 12.0,
            moment.time
        );
    }
    for (top, bottom, wait) in &sheet.scale.waits {
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"15\" font-style=\"italic\" \
             text-anchor=\"end\" fill=\"#404040\">… {} …</text>",
            left - 8.0,
            (top + bottom) / 2.0 + 5.0,
            said(*wait)
        );
    }
    for hop in &scene.hops {
        let (above, below) = (
            sheet.scale.bands[hop.from as usize],
            sheet.scale.bands[hop.to as usize],
        );
        let (top, bottom) = (
            (above.0 + above.1) / 2.0 + 3.0,
            (below.0 + below.1) / 2.0 - 3.0,
        );
        let _ = writeln!(
            out,
            "<path d=\"M{:.1} {top:.1}h8V{bottom:.1}h-8\" fill=\"none\" stroke=\"#404040\" \
             stroke-width=\"1.5\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"16\" fill=\"{INK}\">hop {}</text>",
            right + 4.0,
            right + 18.0,
            (top + bottom) / 2.0 + 6.0,
            hop.number
        );
    }
    for mark in scene.marks.iter().filter(|mark| mark.sign == Sign::Links) {
        let y = sheet.scale.y(mark.spot.moment, mark.spot.place);
        let _ = writeln!(
            out,
            "<path d=\"M{left:.1} {y:.1}H{right:.1}\" stroke=\"#000000\" stroke-width=\"1.2\" \
             stroke-dasharray=\"8 5\"/>"
        );
    }
}
