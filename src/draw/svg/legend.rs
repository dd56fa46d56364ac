//! What the marks of a drawing mean.

use std::fmt::Write as _;

use super::super::colours::paint;
use super::super::{Picture, Standing};
use super::{LETTER, MARGIN, letters};

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

/// What each mark means: a sample around the origin, and its words.
pub(super) fn legend(picture: &Picture) -> Vec<(String, String)> {
    let nodes = &picture.nodes;
    let count = |standing| {
        nodes
            .iter()
            .filter(|n| picture.standing(n) == standing)
            .count()
    };
    let reached = Look {
        is_reached: true,
        ..Look::default()
    };
    let numbered = |disc: String, fill: &str, number: &str| {
        format!(
            "{disc}<text y=\"6\" font-size=\"16\" font-weight=\"bold\" text-anchor=\"middle\" \
             fill=\"{fill}\">{number}</text>"
        )
    };
    let mut legend = Vec::new();
    for hop in 0..=picture.last_hop() {
        let standing = Standing::Reached(hop);
        let paint = paint(standing, picture.last_hop());
        let is_contact = hop == 0;
        let disc = Look {
            is_contact,
            ..reached
        }
        .disc(14.0, &paint.fill);
        let text = match hop {
            0 => "the contact".to_owned(),
            hop => format!("hop {hop}: {}", peers(count(standing))),
        };
        legend.push((numbered(disc, paint.text, &hop.to_string()), text));
    }
    let unreached = Look::default().disc(14.0, "#ffffff");
    for (standing, sign, what) in [
        (Standing::Beyond, "n", "beyond TTL"),
        (Standing::Unreachable, "–", "no way"),
    ] {
        if count(standing) > 0 {
            let text = format!("{what}: {}", peers(count(standing)));
            legend.push((numbered(unreached.clone(), "#404040", sign), text));
        }
    }
    if nodes.iter().any(|node| !node.chunks.is_empty()) {
        let holds = true;
        let disc = Look { holds, ..reached }.disc(14.0, "#ffffff");
        legend.push((disc, "holds chunks".to_owned()));
    }
    if picture.links.iter().any(|link| !link.both_ways) {
        let arrow = "<path d=\"M-16 0H16\" stroke=\"#404040\" stroke-width=\"2\" \
                     marker-end=\"url(#arrow)\"/>";
        legend.push((arrow.to_owned(), "one way".to_owned()));
    }
    legend
}

/// How wide the legend is, with its margins.
pub(super) fn legend_width(legend: &[(String, String)]) -> f64 {
    let widest = legend
        .iter()
        .map(|(_, text)| letters(text))
        .fold(0.0, f64::max);
    widest * 20.0 * LETTER + 2.0 * MARGIN + 46.0
}

fn peers(count: usize) -> String {
    format!("{count} {}", if count == 1 { "peer" } else { "peers" })
}
