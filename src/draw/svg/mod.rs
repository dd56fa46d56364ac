//! A stand-alone SVG: hops as rings around the contact, with a legend, for a projector.

mod legend;

use std::fmt::{self, Write as _};

use legend::{Look, legend, legend_width};

use super::colours::paint;
use super::layout::{Layout, Point, layout};
use super::{Node, Picture, Standing};

/// Up to so many peers have their names and chunks written below them.
const MOST_LABELLED: usize = 50;
/// Up to so many peers, links go round the peers that stand in their way.
const MOST_CURVED: usize = 120;
/// Letters of a name that are written.
const LONGEST_NAME: usize = 12;
/// Letters of a name that fit into a peer.
const LONGEST_INSIDE: usize = 5;
/// What a letter is wide, in parts of its height.
const LETTER: f64 = 0.6;
const MARGIN: f64 = 24.0;
const TITLE: f64 = 28.0;
/// The height of a line of the legend.
const LINE: f64 = 38.0;

/// How large peers and their labels are.
struct Sizes {
    radius: f64,
    /// The box around a peer and its label: to either side, and below its middle.
    half_width: f64,
    below: f64,
    is_labelled: bool,
}

impl Sizes {
    fn of(picture: &Picture) -> Self {
        if picture.nodes.len() > MOST_LABELLED {
            return Self {
                radius: 22.0,
                half_width: 22.0,
                below: 22.0,
                is_labelled: false,
            };
        }
        let widths = picture.nodes.iter().map(|node| {
            let name = letters(&short(&node.name)) * 18.0;
            name.max(letters(&node.chunks) * 16.0) * LETTER
        });
        let width = widths.fold(0.0, f64::max) + 6.0;
        let lines = f64::from(u8::from(picture.nodes.iter().any(|n| !n.chunks.is_empty())));
        Self {
            radius: 26.0,
            half_width: (width / 2.0).max(30.0),
            below: 26.0 + 24.0 + 18.0 * lines,
            is_labelled: true,
        }
    }

    /// How far two peers must be apart so that nothing overlaps.
    fn apart(&self) -> f64 {
        match self.is_labelled {
            true => (2.0 * self.half_width).hypot(self.radius + 4.0 + self.below),
            false => 2.0 * self.radius + 8.0,
        }
    }
}

/// Draws `picture` as a stand-alone SVG.
#[must_use]
pub fn svg(picture: &Picture) -> String {
    let sizes = Sizes::of(picture);
    let layout = layout(picture, sizes.apart());
    let xs = || layout.places.iter().map(|place| place.x);
    let ys = || layout.places.iter().map(|place| place.y);
    let left = xs().fold(0.0, f64::min) - sizes.half_width - 8.0 - MARGIN;
    let right = xs().fold(0.0, f64::max) + sizes.half_width + 8.0 + MARGIN;
    let top = ys().fold(0.0, f64::min) - sizes.radius - 8.0 - MARGIN - 2.0 * TITLE;
    let bottom = ys().fold(0.0, f64::max) + sizes.below + MARGIN;
    let title = format!(
        "{}: {} asks {}, TTL {}",
        picture.title, picture.client, picture.nodes[picture.contact as usize].name, picture.ttl
    );
    let legend = legend(picture);
    #[expect(clippy::cast_precision_loss, reason = "a legend has few lines")]
    let legend_height = legend.len() as f64 * LINE + 2.0 * MARGIN + 2.0 * TITLE;
    let beside = legend_width(&legend);
    let width = (right - left + beside).max(letters(&title) * TITLE * LETTER + 2.0 * MARGIN);
    let height = (bottom - top).max(legend_height);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"{left:.1} {top:.1} {width:.1} {height:.1}\" font-family=\"sans-serif\">"
    );
    let _ = writeln!(out, "<title>{}</title>", Escaped(&title));
    let _ = writeln!(
        out,
        "<defs><marker id=\"arrow\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"13\" \
         markerHeight=\"13\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">\
         <path d=\"M0 0 10 5 0 10z\" fill=\"#404040\"/></marker></defs>\n\
         <rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" \
         fill=\"#ffffff\"/>\n\
         <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{TITLE}\" font-weight=\"bold\">{}</text>",
        left + MARGIN,
        top + MARGIN + TITLE,
        Escaped(&title)
    );
    // A drawing that is lower than its legend stands in the middle beside it.
    let _ = writeln!(
        out,
        "<g transform=\"translate(0 {:.1})\">",
        (height - (bottom - top)) / 2.0
    );
    rings(&mut out, &layout, right);
    links(&mut out, picture, &layout, &sizes);
    for (index, place) in layout.places.iter().enumerate() {
        peer(&mut out, picture, index, *place, &sizes);
    }
    out += "</g>\n";
    let mut y = top + MARGIN + 2.0 * TITLE + LINE;
    for (sample, text) in legend {
        let x = left + width - beside + MARGIN + 16.0;
        let _ = writeln!(out, "<g transform=\"translate({x:.1} {y:.1})\">{sample}");
        let _ = writeln!(
            out,
            "<text x=\"30\" y=\"7\" font-size=\"20\">{}</text></g>",
            Escaped(&text)
        );
        y += LINE;
    }
    out + "</svg>\n"
}

/// The rings, as far as they are not under the legend.
fn rings(out: &mut String, layout: &Layout, right: f64) {
    for radius in &layout.rings {
        // Cut at the right edge: from there to there the long way round.
        let _ = match *radius <= right {
            true => writeln!(
                out,
                "<circle r=\"{radius:.1}\" fill=\"none\" stroke=\"#e4e4e4\"/>"
            ),
            false => {
                let y = (radius * radius - right * right).sqrt();
                writeln!(
                    out,
                    "<path d=\"M{right:.1} {y:.1}A{radius:.1} {radius:.1} 0 1 1 {right:.1} \
                     {:.1}\" fill=\"none\" stroke=\"#e4e4e4\"/>",
                    -y
                )
            }
        };
    }
}

fn links(out: &mut String, picture: &Picture, layout: &Layout, sizes: &Sizes) {
    let crowded = picture.nodes.len() > MOST_LABELLED;
    let (colour, width) = match crowded {
        true => ("#a8a8a8", 1.2),
        false => ("#787878", 2.0),
    };
    let _ = writeln!(
        out,
        "<g fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\">"
    );
    for link in &picture.links {
        let (from, to) = (link.from as usize, link.to as usize);
        let (start, end) = (layout.places[from], layout.places[to]);
        let bend = match picture.nodes.len() <= MOST_CURVED {
            true => free_way(layout, from, to, sizes.radius + 3.0),
            false => middle(start, end),
        };
        let arrow = if link.both_ways {
            ""
        } else {
            " marker-end=\"url(#arrow)\""
        };
        let end = match link.both_ways {
            true => end,
            false => {
                let edge = sizes.radius + if picture.is_contact(to) { 7.0 } else { 2.0 };
                toward(end, bend, edge)
            }
        };
        let _ = writeln!(
            out,
            "<path d=\"M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}\"{arrow}/>",
            start.x, start.y, bend.x, bend.y, end.x, end.y
        );
    }
    *out += "</g>\n";
}

fn middle(start: Point, end: Point) -> Point {
    Point {
        x: (start.x + end.x) / 2.0,
        y: (start.y + end.y) / 2.0,
    }
}

/// The point `far` from `point` on the way to `other`.
fn toward(point: Point, other: Point, far: f64) -> Point {
    let share = far / point.distance(other).max(1.0);
    Point {
        x: point.x + (other.x - point.x) * share,
        y: point.y + (other.y - point.y) * share,
    }
}

/// Where a link between two peers bends so that it meets the fewest others: the middle of the
/// straight line where that meets none.
fn free_way(layout: &Layout, from: usize, to: usize, near: f64) -> Point {
    let (start, end) = (layout.places[from], layout.places[to]);
    let straight = middle(start, end);
    let bends = [0.0, 0.15, -0.15, 0.3, -0.3, 0.5, -0.5].map(|bend| Point {
        x: straight.x - (end.y - start.y) * bend,
        y: straight.y + (end.x - start.x) * bend,
    });
    let meets = |bend: &Point| {
        let others = layout.places.iter().enumerate();
        let others = others.filter(|(index, _)| *index != from && *index != to);
        let met = others.filter(|(_, place)| {
            (1..24).any(|step| {
                let at = f64::from(step) / 24.0;
                let along = |start: f64, bend: f64, end: f64| {
                    start * (1.0 - at) * (1.0 - at) + 2.0 * bend * at * (1.0 - at) + end * at * at
                };
                let x = along(start.x, bend.x, end.x);
                let y = along(start.y, bend.y, end.y);
                place.distance(Point { x, y }) < near
            })
        });
        met.count()
    };
    bends.into_iter().min_by_key(meets).unwrap_or(straight)
}

fn peer(out: &mut String, picture: &Picture, index: usize, place: Point, sizes: &Sizes) {
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
    format!(
        "{}: {}, {holds}",
        node.name,
        super::dot::far(picture, index)
    )
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

/// A name as it is written below a peer.
fn short(name: &str) -> String {
    match name.chars().count() > LONGEST_NAME {
        true => name.chars().take(LONGEST_NAME - 1).chain(['…']).collect(),
        false => name.to_owned(),
    }
}

fn letters(text: &str) -> f64 {
    use unicode_width::UnicodeWidthStr;
    #[expect(clippy::cast_precision_loss, reason = "a text has few letters")]
    let letters = text.width() as f64;
    letters
}

/// A text within XML: what XML can't say at all is left out.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::picture;
    use super::*;

    #[test]
    fn it_is_xml_with_a_disc_for_each_peer() {
        let mut picture = picture(4, 1, vec![(0, 1), (1, 0), (1, 2)]);
        picture.nodes[1].chunks = "5-8".to_owned();
        picture.nodes[2].name = "<b>&\"\u{1}é".to_owned();
        let drawn = svg(&picture);
        let document = roxmltree::Document::parse(&drawn).unwrap();
        let titles = document
            .descendants()
            .filter(|node| node.has_tag_name("title"));
        let titles: Vec<&str> = titles.filter_map(|title| title.text()).collect();
        assert_eq!(
            titles,
            [
                "overlay: viewer asks p1, TTL 1",
                "p1: contact, holds nothing",
                "p2: hop 1, holds 5-8",
                "<b>&\"é: hop 2, beyond the TTL, holds nothing",
                "p4: unreachable, holds nothing",
            ]
        );
        let texts = document
            .descendants()
            .filter(|node| node.has_tag_name("text"));
        let texts: Vec<&str> = texts.filter_map(|text| text.text()).collect();
        for text in [
            "hop 1: 1 peer",
            "beyond TTL: 1 peer",
            "no way: 1 peer",
            "one way",
        ] {
            assert!(texts.contains(&text), "no {text} in {texts:?}");
        }
    }

    #[test]
    fn links_go_round_the_peers_in_their_way() {
        let places = [0.0, 100.0, 200.0].map(|x| Point { x, y: 0.0 });
        let layout = Layout {
            places: places.to_vec(),
            rings: Vec::new(),
        };
        assert_eq!(free_way(&layout, 0, 1, 20.0), Point { x: 50.0, y: 0.0 });
        assert_ne!(free_way(&layout, 0, 2, 20.0), Point { x: 100.0, y: 0.0 });
    }

    #[test]
    fn long_names_are_shortened_by_letters() {
        assert_eq!(short("abcdefghijkl"), "abcdefghijkl");
        assert_eq!(short("äbcdefghijklm"), "äbcdefghijk…");
    }
}
