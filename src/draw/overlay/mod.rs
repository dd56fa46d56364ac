//! An overlay as a stand-alone SVG: hops as rings around the contact, with a legend, for a projector.

mod legend;
mod links;
mod peers;

use legend::legend;
use links::{links, rings};
use peers::peer;

use super::Picture;
use super::layout::layout;
use super::svg::{MARGIN, Page, TITLE, column, column_height, column_width, marker, short, width};

/// Up to so many peers have their names and chunks written below them.
const MOST_LABELLED: usize = 50;

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
            let name = width(&short(&node.name), 18.0);
            name.max(width(&node.chunks, 16.0))
        });
        let widest = widths.fold(0.0, f64::max) + 6.0;
        let lines = f64::from(u8::from(picture.nodes.iter().any(|n| !n.chunks.is_empty())));
        Self {
            radius: 26.0,
            half_width: (widest / 2.0).max(30.0),
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
    let legend_height = column_height(&legend) + 2.0 * MARGIN + 2.0 * TITLE;
    let beside = column_width(&legend);
    let page = Page {
        left,
        top,
        width: (right - left + beside).max(width(&title, TITLE) + 2.0 * MARGIN),
        height: (bottom - top).max(legend_height),
    };
    // A drawing that is lower than its legend stands in the middle beside it.
    let lower = (page.height - (bottom - top)) / 2.0;
    let mut drawn = format!("<g transform=\"translate(0 {lower:.1})\">\n");
    rings(&mut drawn, &layout, right);
    links(&mut drawn, picture, &layout, &sizes);
    for (index, place) in layout.places.iter().enumerate() {
        peer(&mut drawn, picture, index, *place, &sizes);
    }
    drawn += "</g>\n";
    let beside = left + page.width - beside;
    column(&mut drawn, &legend, beside, top + MARGIN + 2.0 * TITLE);
    let arrow = "<path d=\"M0 0 10 5 0 10z\" fill=\"#404040\"/>";
    page.document(&title, &marker("arrow", 13.0, 9.0, arrow), &drawn)
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
}
