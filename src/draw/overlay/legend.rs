//! What the marks of an overlay mean.

use super::super::colours::paint;
use super::super::svg::Item;
use super::super::{Picture, Standing};
use super::peers::Look;

/// What each mark means.
pub(super) fn legend(picture: &Picture) -> Vec<Item> {
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
        legend.push(Item {
            sample: numbered(disc, paint.text, &hop.to_string()),
            text,
        });
    }
    let unreached = Look::default().disc(14.0, "#ffffff");
    for (standing, sign, what) in [
        (Standing::Beyond, "n", "beyond TTL"),
        (Standing::Unreachable, "–", "no way"),
    ] {
        if count(standing) > 0 {
            let text = format!("{what}: {}", peers(count(standing)));
            legend.push(Item {
                sample: numbered(unreached.clone(), "#404040", sign),
                text,
            });
        }
    }
    if nodes.iter().any(|node| !node.chunks.is_empty()) {
        let holds = true;
        let disc = Look { holds, ..reached }.disc(14.0, "#ffffff");
        legend.push(Item {
            sample: disc,
            text: "holds chunks".to_owned(),
        });
    }
    if picture.links.iter().any(|link| !link.both_ways) {
        let arrow = "<path d=\"M-16 0H16\" stroke=\"#404040\" stroke-width=\"2\" \
                     marker-end=\"url(#arrow)\"/>";
        legend.push(Item {
            sample: arrow.to_owned(),
            text: "one way".to_owned(),
        });
    }
    legend
}

fn peers(count: usize) -> String {
    format!("{count} {}", if count == 1 { "peer" } else { "peers" })
}
