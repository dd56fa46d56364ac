//! The peers of an overlay: discs with what is written in and below them.

use std::fmt::Write as _;

use super::super::colours::paint;
use super::super::dot::far;
use super::super::layout::Point;
use super::super::svg::{Escaped, short};
use super::super::{Node, Picture, Standing};
use super::Sizes;

/// Letters of a name that fit into a peer.
const LONGEST_INSIDE: usize = 5;

/// How the edge of a disc looks.
#[derive(Clone, Copy, Default)]
pub(super) struct Look {
    pub(super) is_contact: bool,
    pub(super) holds: bool,
    pub(super) is_reached: bool,
}

impl Look {
    /// A disc around the origin.
    pub(super) fn disc(self, radius: f64, fill: &str) -> String {
        let mut out = String::new();
        if self.is_contact {
            let outer = radius + 5.0;
            let _ = write!(
                out,
                "<circle r=\"{outer}\" fill=\"#ffffff\" stroke=\"#000000\" stroke-width=\"2\"/>"
            );
        }
        let (width, radius) = match self.holds {
            true => (4.5, radius - 1.5),
            false => (1.5, radius),
        };
        let stroke = if self.is_reached {
            "#000000"
        } else {
            "#707070"
        };
        let dashes = if self.is_reached {
            ""
        } else {
            " stroke-dasharray=\"5 4\""
        };
        let _ = writeln!(
            out,
            "<circle r=\"{radius}\" fill=\"{fill}\" stroke=\"{stroke}\" \
             stroke-width=\"{width}\"{dashes}/>"
        );
        out
    }
}

/// The peer at `index` of `picture`, standing at `place`.
pub(super) fn peer(out: &mut String, picture: &Picture, index: usize, place: Point, sizes: &Sizes) {
    let node = &picture.nodes[index];
    let _ = writeln!(
        out,
        "<g transform=\"translate({:.1} {:.1})\">",
        place.x, place.y
    );
    let _ = writeln!(out, "<title>{}</title>", Escaped(&told(picture, index)));
    disc(out, picture, node, picture.is_contact(index), sizes.radius);
    let text = paint(picture.standing(node), picture.last_hop()).text;
    let hops = node
        .hops
        .map_or_else(|| "–".to_owned(), |hops| hops.to_string());
    if sizes.is_labelled {
        let _ = write!(
            out,
            "<g text-anchor=\"middle\"><text y=\"8\" font-size=\"24\" font-weight=\"bold\" \
             fill=\"{text}\">{hops}</text>"
        );
        let name = short(&node.name);
        label(out, sizes.radius + 20.0, "font-size=\"18\"", &name);
        if !node.chunks.is_empty() {
            let style = "font-size=\"16\" font-style=\"italic\"";
            label(out, sizes.radius + 38.0, style, &node.chunks);
        }
    } else {
        let is_short = node.name.chars().count() <= LONGEST_INSIDE;
        let y = if is_short { 2 } else { 6 };
        let _ = write!(
            out,
            "<g text-anchor=\"middle\" fill=\"{text}\"><text y=\"{y}\" font-size=\"17\" \
             font-weight=\"bold\">{hops}</text>"
        );
        if is_short {
            let name = Escaped(&node.name);
            let _ = write!(out, "<text y=\"14\" font-size=\"11\">{name}</text>");
        }
    }
    *out += "</g></g>\n";
}

/// A text below a peer, on a white edge that keeps links off it.
fn label(out: &mut String, y: f64, style: &str, text: &str) {
    let text = Escaped(text);
    let _ = write!(
        out,
        "\n<text y=\"{y:.0}\" {style} stroke=\"#ffffff\" stroke-width=\"5\" \
         stroke-linejoin=\"round\" aria-hidden=\"true\">{text}</text>\
         <text y=\"{y:.0}\" {style}>{text}</text>"
    );
}

/// What is told of a peer when one points at it.
fn told(picture: &Picture, index: usize) -> String {
    let node = &picture.nodes[index];
    let holds = match node.chunks.is_empty() {
        true => "holds nothing".to_owned(),
        false => format!("holds {}", node.chunks),
    };
    format!("{}: {}, {holds}", node.name, far(picture, index))
}

/// The disc of a peer: a second ring round the contact, a thick edge round holders.
fn disc(out: &mut String, picture: &Picture, node: &Node, is_contact: bool, radius: f64) {
    let standing = picture.standing(node);
    let fill = paint(standing, picture.last_hop()).fill;
    let holds = !node.chunks.is_empty();
    let look = Look {
        is_contact,
        holds,
        is_reached: matches!(standing, Standing::Reached(_)),
    };
    *out += &look.disc(radius, &fill);
}
