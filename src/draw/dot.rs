//! The language of Graphviz.

use std::fmt::Write as _;

use super::colours::paint;
use super::{Picture, Standing};

/// Writes `picture` as a DOT digraph.
#[must_use]
pub fn dot(picture: &Picture) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "digraph {} {{", quoted(&picture.title));
    let contact = &picture.nodes[picture.contact as usize].name;
    let label = format!(
        "{}: {} asks {contact}, TTL {}",
        picture.title, picture.client, picture.ttl
    );
    let _ = writeln!(out, "  graph [label={}, overlap=false];", quoted(&label));
    out += "  node [shape=circle, style=filled, fontname=\"sans-serif\"];\n  edge [dir=none];\n";
    for (index, node) in picture.nodes.iter().enumerate() {
        let standing = picture.standing(node);
        let paint = paint(standing, picture.last_hop());
        let mut label = format!("{}\n{}", node.name, far(picture, index));
        if !node.chunks.is_empty() {
            let _ = write!(label, "\nholds {}", node.chunks);
        }
        let style = match (picture.is_contact(index), standing) {
            (true, _) => ", shape=doublecircle",
            (_, Standing::Reached(_)) => "",
            (_, Standing::Beyond | Standing::Unreachable) => ", style=dashed",
        };
        let _ = writeln!(
            out,
            "  n{index} [label={}, fillcolor=\"{}\", fontcolor=\"{}\"{style}];",
            quoted(&label),
            paint.fill,
            paint.text
        );
    }
    for link in &picture.links {
        let arrow = if link.both_ways { "" } else { " [dir=forward]" };
        let _ = writeln!(out, "  n{} -> n{}{arrow};", link.from, link.to);
    }
    out + "}\n"
}

/// `contact`, `hop 2`, `hop 4, beyond the TTL` or `unreachable`.
pub(super) fn far(picture: &Picture, index: usize) -> String {
    let node = &picture.nodes[index];
    match (picture.standing(node), node.hops) {
        _ if picture.is_contact(index) => "contact".to_owned(),
        (Standing::Beyond, Some(hops)) => format!("hop {hops}, beyond the TTL"),
        (_, Some(hops)) => format!("hop {hops}"),
        (_, None) => "unreachable".to_owned(),
    }
}

/// `text` as a string of DOT: quotes and backslashes escaped, lines centred.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::picture;
    use super::*;

    #[test]
    fn peers_links_and_their_directions() {
        let mut picture = picture(4, 1, vec![(0, 1), (1, 0), (1, 2)]);
        picture.nodes[1].chunks = "5-8".to_owned();
        let text = dot(&picture);
        for line in [
            "digraph \"overlay\" {",
            "  graph [label=\"overlay: viewer asks p1, TTL 1\", overlap=false];",
            "  n1 [label=\"p2\\nhop 1\\nholds 5-8\", fillcolor=\"#5cc863\", fontcolor=\"#000000\"];",
            "  n0 -> n1;",
            "  n1 -> n2 [dir=forward];",
        ] {
            assert!(text.lines().any(|l| l == line), "no {line} in\n{text}");
        }
        assert!(text.contains("label=\"p1\\ncontact\""), "{text}");
        assert!(
            text.contains("label=\"p3\\nhop 2, beyond the TTL\""),
            "{text}"
        );
        assert!(text.contains("label=\"p4\\nunreachable\""), "{text}");
    }

    #[test]
    fn names_stay_inside_their_quotes() {
        assert_eq!(quoted("a\"];x\\"), "\"a\\\"];x\\\\\"");
    }
}
