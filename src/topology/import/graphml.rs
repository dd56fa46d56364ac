//! GraphML, as far as it says who is linked with whom.

use std::ops::Range;

use roxmltree::{Document, Node, ParsingOptions};

use super::super::Graph;
use super::nodes::Nodes;
use super::problems::{LineProblem, Problems};
use super::ways;

/// Reads a GraphML file with one graph. Nodes are called by their `id` and stand in the order of
/// the file. An edge goes one way or both as its own `directed` or the graph's `edgedefault` says;
/// `directed`, when given, goes before both. Data, keys and ports are passed over. Links to the node
/// itself and repeated ones are left out.
///
/// # Errors
///
/// That it is no XML or no GraphML; or all that is wrong in it, at most 20 places told and the
/// others counted: nested graphs and hyperedges, which are not read, edges to nodes that are not
/// there, repeated nodes, missing attributes, no node at all.
pub fn graphml(text: &str, directed: Option<bool>) -> Result<Graph, Vec<LineProblem>> {
    let mut problems = Problems::of(text);
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    let document = match Document::parse_with_options(text, options) {
        Ok(document) => document,
        Err(error) => {
            let what = error.to_string();
            let place = error.pos();
            let what = what.strip_suffix(&format!(" at {place}")).unwrap_or(&what);
            let at = offset(text, place.row as usize, place.col as usize);
            problems.add(at, format!("this is no XML: {what}"), None);
            return Err(problems.end());
        }
    };
    let read = only_graph(&document, &mut problems)
        .map(|graph| Reader::new(directed, &mut problems).read(graph));
    match read {
        Some(graph) if problems.is_empty() => Ok(graph),
        _ => Err(problems.end()),
    }
}

/// The letter at a row and column, both counted from 1.
fn offset(text: &str, row: usize, column: usize) -> Range<usize> {
    let before: usize = text.split_inclusive('\n').take(row - 1).map(str::len).sum();
    let mut letters = text[before..].char_indices().skip(column - 1);
    match letters.next() {
        Some((at, letter)) => before + at..before + at + letter.len_utf8(),
        None => text.len()..text.len(),
    }
}

fn elements<'a, 'input>(parent: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    parent.children().filter(Node::is_element)
}

/// The element's name in its tag.
fn tag(element: Node<'_, '_>) -> Range<usize> {
    let start = element.range().start + 1;
    start..start + element.tag_name().name().len()
}

fn only_graph<'a>(document: &'a Document<'a>, problems: &mut Problems<'_>) -> Option<Node<'a, 'a>> {
    let root = document.root_element();
    if root.tag_name().name() != "graphml" {
        problems.add(
            tag(root),
            "this is no GraphML: it begins with another element",
            None,
        );
        return None;
    }
    let mut graphs = elements(root).filter(|element| element.tag_name().name() == "graph");
    let first = graphs.next();
    if first.is_none() {
        problems.add(tag(root), "there is no `<graph>` in this file", None);
    }
    for other in graphs {
        let help = "leave one of them in the file";
        problems.add(tag(other), "there is more than one `<graph>`", Some(help));
    }
    first
}

/// A graph that is being read.
struct Reader<'p, 'text> {
    directed: Option<bool>,
    nodes: Nodes,
    links: Vec<(u32, u32)>,
    problems: &'p mut Problems<'text>,
}

impl<'p, 'text> Reader<'p, 'text> {
    fn new(directed: Option<bool>, problems: &'p mut Problems<'text>) -> Self {
        Self {
            directed,
            nodes: Nodes::default(),
            links: Vec::new(),
            problems,
        }
    }

    fn read(mut self, graph: Node<'_, '_>) -> Graph {
        // An edge may stand before its nodes.
        for element in elements(graph) {
            match element.tag_name().name() {
                "node" => self.node(element),
                "hyperedge" => self.refuse(element, "hyperedges are not read"),
                _ => {}
            }
        }
        if self.nodes.is_empty() {
            self.refuse(graph, "there is no node in this graph");
        }
        let by_default = self.edge_default(graph);
        for element in elements(graph).filter(|element| element.tag_name().name() == "edge") {
            self.edge(element, by_default);
        }
        Graph::simple(self.nodes.into_names(), self.links)
    }

    fn refuse(&mut self, element: Node<'_, '_>, what: &str) {
        self.problems.add(tag(element), what, None);
    }

    fn refuse_nested(&mut self, element: Node<'_, '_>) {
        for inner in elements(element).filter(|inner| inner.tag_name().name() == "graph") {
            let help = "move its nodes and edges into the outer graph";
            self.problems
                .add(tag(inner), "nested graphs are not read", Some(help));
        }
    }

    /// The value of an attribute that must be there, and its place.
    fn needed<'a>(&mut self, element: Node<'a, '_>, name: &str) -> Option<(&'a str, Range<usize>)> {
        let Some(attribute) = element.attribute_node(name) else {
            let what = format!("`<{}>` has no `{name}`", element.tag_name().name());
            self.problems.add(tag(element), what, None);
            return None;
        };
        Some((attribute.value(), attribute.range_value()))
    }

    fn node(&mut self, element: Node<'_, '_>) {
        self.refuse_nested(element);
        let Some((id, at)) = self.needed(element, "id") else {
            return;
        };
        match self.nodes.find(id) {
            None => {
                self.nodes.number(id.to_owned());
            }
            Some(_) => {
                let what = format!("there is a node `{id}` already");
                self.problems.add(at, what, None);
            }
        }
    }

    /// Whether edges go one way if they don't say so themselves.
    fn edge_default(&mut self, graph: Node<'_, '_>) -> bool {
        if let Some(directed) = self.directed {
            return directed;
        }
        let Some((value, at)) = self.needed(graph, "edgedefault") else {
            return false;
        };
        if value != "directed" && value != "undirected" {
            let what = format!("`edgedefault` is directed or undirected, and not `{value}`");
            self.problems.add(at, what, None);
        }
        value == "directed"
    }

    fn edge(&mut self, element: Node<'_, '_>, by_default: bool) {
        self.refuse_nested(element);
        let (from, to) = (self.end(element, "source"), self.end(element, "target"));
        let directed = match element.attribute_node("directed") {
            Some(_) if self.directed.is_some() => by_default,
            None => by_default,
            Some(own) => match own.value() {
                "true" | "1" => true,
                "false" | "0" => false,
                other => {
                    let what = format!("`directed` is true or false, and not `{other}`");
                    self.problems.add(own.range_value(), what, None);
                    return;
                }
            },
        };
        if let (Some(from), Some(to)) = (from, to) {
            self.links.extend(ways(from, to, directed));
        }
    }

    /// The node that an edge begins or ends at.
    fn end(&mut self, edge: Node<'_, '_>, name: &str) -> Option<u32> {
        let (id, at) = self.needed(edge, name)?;
        let number = self.nodes.find(id);
        if number.is_none() {
            let what = format!("there is no node `{id}` in this graph");
            self.problems.add(at, what, None);
        }
        number
    }
}
