//! DOT, the language of Graphviz, as far as it says who is linked with whom.
//!
//! The reader is our own: dot-parser, which petgraph uses too, is under the GPL, and what
//! graphviz-rust has read tells no places.

mod parser;
mod token;

use super::super::Graph;
use super::problems::{LineProblem, Problems};

/// Reads a DOT file with one `graph` or `digraph`. Nodes are called by their id and stand in the
/// order in which they are first named. Links of a graph go both ways, of a digraph one way, unless
/// `directed` says otherwise.
///
/// Read are node statements, chains (`a -- b -- c`), ids as names, numbers and quoted, with `+`
/// between quoted parts, and all three kinds of comments. Passed over are attributes, `strict` and
/// ports. Links to the node itself and repeated ones are left out.
///
/// # Errors
///
/// All that is wrong, at most 20 places told and the others counted: subgraphs, which are not read,
/// links with the other kind's arrow, no node at all. Nothing is read behind the first place that is
/// no DOT.
pub fn dot(text: &str, directed: Option<bool>) -> Result<Graph, Vec<LineProblem>> {
    let mut problems = Problems::of(text);
    match parser::read(text, directed, &mut problems) {
        Some(graph) if problems.is_empty() => Ok(graph),
        _ => Err(problems.end()),
    }
}
