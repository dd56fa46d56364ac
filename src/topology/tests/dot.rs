//! DOT: what is read, and what is told.

use super::*;

/// Names and links of a text that is read.
fn read(text: &str) -> (String, Vec<(u32, u32)>) {
    let graph = dot(text, None).unwrap();
    assert_eq!(graph.links.nodes(), graph.names.len());
    (graph.names.join(" "), links(&graph))
}

/// What is told: line, the text of its columns, sentence.
fn told(text: &str) -> Vec<String> {
    let told = |problem: LineProblem| {
        let line = text.lines().nth(problem.line - 1).unwrap_or("");
        let (line_number, part) = (problem.line, &line[problem.columns]);
        format!("{line_number} {part}: {}", problem.what)
    };
    dot(text, None).unwrap_err().into_iter().map(told).collect()
}

#[test]
fn a_graph_links_both_ways_and_a_digraph_one() {
    let both = vec![(0, 1), (1, 0), (1, 2), (2, 1)];
    let one = vec![(0, 1), (1, 2)];
    assert_eq!(
        read("graph { a -- b -- c }"),
        ("a b c".to_owned(), both.clone())
    );
    assert_eq!(
        read("digraph { a -> b -> c }"),
        ("a b c".to_owned(), one.clone())
    );
    assert_eq!(links(&dot("graph{a--b--c}", Some(true)).unwrap()), one);
    assert_eq!(links(&dot("digraph{a->b->c}", Some(false)).unwrap()), both);
}

#[test]
fn ids_of_all_kinds() {
    let text = "STRICT Graph \"my graph\" {\n\
        größe_1 -- -1.5--.5 -- 7.\n\
        \"say \\\"hi\\\"\" -- \"two \\\nlines\" -- \"a\" + \"b\"; \"node\"\n}";
    let names = [
        "größe_1",
        "-1.5",
        ".5",
        "7.",
        "say \"hi\"",
        "two lines",
        "ab",
        "node",
    ];
    let graph = dot(text, None).unwrap();
    assert_eq!(graph.names, names);
    assert_eq!(graph.links.links(), 2 * 5);
}

#[test]
fn what_says_nothing_of_links_is_passed_over() {
    let text = "/* a -- b */ // c\n# \"d\nstrict digraph G {\n\
        rankdir = LR; label = <<b>x</b> -- y>\n\
        graph [a=b, c=\"d\"; e] node[shape=box][x=1]; EDGE []\n\
        n1 [label=\"n1 -> n2\"]; n2:port:sw -> n1:p /**/ [weight=2]; ;\n}\n# end";
    assert_eq!(read(text), ("n1 n2".to_owned(), vec![(1, 0)]));
}

#[test]
fn links_to_oneself_and_repeated_ones_are_left_out() {
    let (_, links) = read("graph { a -- a -- b -- a; b -- c a -- b }");
    assert_eq!(links, [(0, 1), (1, 0), (1, 2), (2, 1)]);
    let (_, links) = read("digraph { a -> b -> a -> b }");
    assert_eq!(links, [(0, 1), (1, 0)]);
}

#[test]
fn the_other_kind_of_link_is_told_each_time() {
    let text = "graph {\n a -> b;\n b -- c -> d }";
    let what = "a graph has links with `--`";
    assert_eq!(
        told(text),
        [format!("2 ->: {what}"), format!("3 ->: {what}")]
    );
    let what = "a digraph has links with `->`";
    assert_eq!(told("digraph { a -- b }"), [format!("1 --: {what}")]);
}

#[test]
fn subgraphs_are_told_and_the_rest_is_read() {
    let text = "graph {\n a -- { b { c } } -- d\n subgraph x { \"}\" }\n a -> d\n subgraph {}}";
    let expected = [
        "2 {: subgraphs are not read",
        "3 subgraph: subgraphs are not read",
        "4 ->: a graph has links with `--`",
        "5 subgraph: subgraphs are not read",
    ];
    assert_eq!(told(text), expected);
    assert_eq!(
        told("graph {\n{ a"),
        [
            "2 {: subgraphs are not read",
            "2 {: this subgraph has no end"
        ]
    );
}

#[test]
fn reading_ends_where_it_is_no_dot() {
    let cases = [
        ("", "1 : a DOT file begins with `graph` or `digraph`"),
        ("{ a }", "1 {: a DOT file begins with `graph` or `digraph`"),
        ("graph\n g h", "2 h: `{` is missing here"),
        (
            "graph {\n",
            "2 : the file ends within the graph: `}` is missing",
        ),
        ("graph { }", "1 graph: there is no node in this graph"),
        ("graph { a -- }", "1 }: a node is expected here"),
        (
            "graph { a -- edge }",
            "1 edge: a keyword needs quotes to be a name",
        ),
        (
            "graph { <b> -- a }",
            "1 <b>: a text in angle brackets is no name of a node",
        ),
        (
            "graph { a }\nb",
            "2 b: there is something behind the graph, and one graph in a file is read",
        ),
        (
            "graph { node a }",
            "1 a: `[` is missing here, for attributes",
        ),
        (
            "graph { a = ; }",
            "1 ;: a name, a number or a quoted text is expected here",
        ),
        (
            "graph { a [x=1 }",
            "1 }: a name, a number or a quoted text is expected here",
        ),
        (
            "graph { \"a\" + b }",
            "1 b: only quoted texts are joined by `+`",
        ),
        (
            "graph { a.b }",
            "1 a.b: `a.b` is neither a name nor a number and needs quotes",
        ),
        (
            "graph { 1a }",
            "1 1a: `1a` is neither a name nor a number and needs quotes",
        ),
        ("graph { a - b }", "1 -: `-` has no meaning here"),
        ("graph { é & b }", "1 &: `&` has no meaning here"),
        ("graph {\n \"a }", "2 \": this quote has no end"),
        ("graph {\n a /*/ }", "2 /*: this comment has no end"),
        ("graph { a = <<b> }", "1 <: this angle bracket has no end"),
    ];
    for (text, expected) in cases {
        assert_eq!(told(text), [expected], "{text}");
    }
}
