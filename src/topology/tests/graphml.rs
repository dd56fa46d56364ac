//! GraphML: what is read, and what is told.

use super::*;

/// The file with these lines in its graph, from line 3 on.
fn file(graph: &str, inside: &[&str]) -> String {
    let inside = inside.join("\n");
    format!(
        "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n{graph}\n{inside}\n</graph>\n</graphml>\n"
    )
}

/// A graph without directions.
fn undirected(inside: &[&str]) -> String {
    file("<graph id=\"g\" edgedefault=\"undirected\">", inside)
}

/// What is told: line, the text of its columns, sentence.
fn told(text: &str) -> Vec<(usize, String, String)> {
    let told = |problem: LineProblem| {
        let line = text.lines().nth(problem.line - 1).unwrap();
        let part = line[problem.columns].to_owned();
        (problem.line, part, problem.what)
    };
    graphml(text, None)
        .unwrap_err()
        .into_iter()
        .map(told)
        .collect()
}

fn one(line: usize, part: &str, what: &str) -> [(usize, String, String); 1] {
    [(line, part.to_owned(), what.to_owned())]
}

const AB: [&str; 3] = [
    "<node id=\"a\"/>",
    "<node id=\"b\"/>",
    "<edge source=\"b\" target=\"a\"/>",
];

#[test]
fn nodes_and_edges() {
    let text = undirected(&[
        "<!-- data, ports and descriptions are passed over -->",
        "<edge source=\"z\" target=\"y &amp; co\" sourceport=\"p\"><data key=\"d\">3</data></edge>",
        "<node id=\"z\"><data key=\"c\">red</data><port name=\"p\"/></node>",
        "<node id=\"y &amp; co\"/><node id=\"alone\"/>",
        "<edge source=\"y &amp; co\" target=\"z\"/><edge source=\"z\" target=\"z\"/>",
    ]);
    let graph = graphml(&text, None).unwrap();
    assert_eq!(graph.names, ["z", "y & co", "alone"]);
    assert_eq!((graph.nodes(), links(&graph)), (3, vec![(0, 1), (1, 0)]));
}

#[test]
fn directions() {
    let of = |text: &str, directed| links(&graphml(text, directed).unwrap());
    let both = [(0, 1), (1, 0)];
    let text = undirected(&AB);
    assert_eq!(of(&text, None), both);
    assert_eq!(of(&text, Some(true)), [(1, 0)]);
    let text = file("<graph edgedefault=\"directed\">", &AB);
    assert_eq!(of(&text, None), [(1, 0)]);
    assert_eq!(of(&text, Some(false)), both);
    let own = [
        AB[0],
        AB[1],
        "<edge source=\"b\" target=\"a\" directed=\"true\"/>",
    ];
    assert_eq!(of(&undirected(&own), None), [(1, 0)]);
    assert_eq!(of(&undirected(&own), Some(false)), both);
    let unsaid = file("<graph>", &AB);
    assert_eq!(of(&unsaid, Some(true)), [(1, 0)]);
    assert_eq!(
        told(&unsaid),
        one(2, "graph", "`<graph>` has no `edgedefault`")
    );
    let what = "`edgedefault` is directed or undirected, and not `both`";
    assert_eq!(
        told(&file("<graph edgedefault=\"both\">", &AB)),
        one(2, "both", what)
    );
    let own = [
        AB[0],
        AB[1],
        "<edge source=\"b\" target=\"a\" directed=\"si\"/>",
    ];
    let what = "`directed` is true or false, and not `si`";
    assert_eq!(told(&undirected(&own)), one(5, "si", what));
}

#[test]
fn a_document_type_is_passed_over() {
    let text = format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE graphml SYSTEM \"g.dtd\">\n{}",
        undirected(&AB)
    );
    assert_eq!(graphml(&text, None).unwrap().nodes(), 2);
}

#[test]
fn each_problem_of_a_graph_is_told() {
    let text = undirected(&[
        "<node/>",
        "<node id=\"a\"/><node id=\"a\"/>",
        "<edge source=\"a\" target=\"é\"/>",
        "<edge target=\"x\"/>",
        "<node id=\"b\"><graph edgedefault=\"directed\"><node id=\"c\"/></graph></node>",
        "<hyperedge/>",
    ]);
    let mut all: Vec<String> = told(&text)
        .iter()
        .map(|(line, part, what)| format!("{line} {part}: {what}"))
        .collect();
    all.sort();
    let expected = [
        "3 node: `<node>` has no `id`",
        "4 a: there is a node `a` already",
        "5 é: there is no node `é` in this graph",
        "6 edge: `<edge>` has no `source`",
        "6 x: there is no node `x` in this graph",
        "7 graph: nested graphs are not read",
        "8 hyperedge: hyperedges are not read",
    ];
    assert_eq!(all, expected);
    assert_eq!(
        told(&undirected(&[])),
        one(2, "graph", "there is no node in this graph")
    );
}

#[test]
fn one_graph_is_read() {
    let none = "<graphml>\n<key id=\"d\"/>\n</graphml>";
    assert_eq!(
        told(none),
        one(1, "graphml", "there is no `<graph>` in this file")
    );
    let graph = "<graph edgedefault=\"directed\"><node id=\"a\"/></graph>\n";
    let two = format!("<graphml>\n{graph}{graph}</graphml>");
    assert_eq!(
        told(&two),
        one(3, "graph", "there is more than one `<graph>`")
    );
    let what = "this is no GraphML: it begins with another element";
    assert_eq!(told("<svg/>"), one(1, "svg", what));
}

#[test]
fn what_is_no_xml_is_told_with_its_place() {
    let text = undirected(&["<node id=\"a\">"]);
    let what = "this is no XML: expected 'node' tag, not 'graph'";
    assert_eq!(told(&text), one(4, "<", what));
    let what = "this is no XML: the document does not have a root node";
    assert_eq!(told("\n\n").last().unwrap().2, what);
    // The column is counted in letters by the reader, in bytes by us.
    let twice = "<graphml>\n<é a=\"1\" a=\"2\"/></graphml>";
    let what = "this is no XML: attribute 'a' at 2:10 is already defined";
    assert_eq!(told(twice), one(2, "a", what));
    assert_eq!(told("digraph { a -> b }").len(), 1);
}

#[test]
fn entities_that_grow_are_refused() {
    let mut text = "<!DOCTYPE g [<!ENTITY e0 \"ha\">".to_owned();
    for level in 1..30 {
        let below = format!("&e{};", level - 1).repeat(10);
        text += &format!("<!ENTITY e{level} \"{below}\">");
    }
    text += "]>\n<graphml>&e29;</graphml>";
    assert!(graphml(&text, None).is_err());
}
