//! A flowchart of Mermaid, as code hosts draw it within Markdown.

use std::fmt::Write as _;

use super::colours::paint;
use super::dot::far;
use super::{Picture, Standing};

/// Writes `picture` as a Mermaid flowchart.
#[must_use]
pub fn mermaid(picture: &Picture) -> String {
    let mut out = String::from("flowchart LR\n");
    for (index, node) in picture.nodes.iter().enumerate() {
        let mut label = format!("{}<br/>{}", escaped(&node.name), far(picture, index));
        if !node.chunks.is_empty() {
            let _ = write!(label, "<br/>holds {}", node.chunks);
        }
        let (open, close) = match picture.is_contact(index) {
            true => ("(((", ")))"),
            false => ("((", "))"),
        };
        let class = class(picture.standing(node));
        let _ = writeln!(out, "    n{index}{open}\"{label}\"{close}:::{class}");
    }
    for link in &picture.links {
        let line = if link.both_ways { "---" } else { "-->" };
        let _ = writeln!(out, "    n{} {line} n{}", link.from, link.to);
    }
    for hop in 0..=picture.last_hop() {
        let standing = Standing::Reached(hop);
        let paint = paint(standing, picture.last_hop());
        let _ = writeln!(
            out,
            "    classDef {} fill:{},color:{},stroke:#404040",
            class(standing),
            paint.fill,
            paint.text
        );
    }
    for standing in [Standing::Beyond, Standing::Unreachable] {
        let class = class(standing);
        let _ = writeln!(
            out,
            "    classDef {class} fill:#ffffff,color:#404040,stroke:#808080,stroke-dasharray:4"
        );
    }
    out
}

fn class(standing: Standing) -> String {
    match standing {
        Standing::Reached(hop) => format!("hop{hop}"),
        Standing::Beyond => "beyond".to_owned(),
        Standing::Unreachable => "unreachable".to_owned(),
    }
}

/// `text` for a label in quotes: whatever Mermaid, Markdown or HTML might read is an entity.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            letter if letter.is_alphanumeric() || " .-".contains(letter) => out.push(letter),
            letter => {
                let _ = write!(out, "#{};", u32::from(letter));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::picture;
    use super::*;

    #[test]
    fn peers_links_and_their_directions() {
        let mut picture = picture(3, 1, vec![(0, 1), (1, 0), (1, 2)]);
        picture.nodes[1].chunks = "5-8".to_owned();
        let text = mermaid(&picture);
        for line in [
            "flowchart LR",
            "    n0(((\"p1<br/>contact\"))):::hop0",
            "    n1((\"p2<br/>hop 1<br/>holds 5-8\")):::hop1",
            "    n2((\"p3<br/>hop 2, beyond the TTL\")):::beyond",
            "    n0 --- n1",
            "    n1 --> n2",
            "    classDef hop1 fill:#5cc863,color:#000000,stroke:#404040",
        ] {
            assert!(text.lines().any(|l| l == line), "no {line} in\n{text}");
        }
    }

    #[test]
    fn names_stay_inside_their_quotes() {
        assert_eq!(escaped("a\"<b>#_é"), "a#34;#60;b#62;#35;#95;é");
    }
}
