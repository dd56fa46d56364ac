//! Edge lists: what is read, and what is told of each malformed line.

use std::fs;
use std::path::Path;

use super::*;

fn names(graph: &Graph) -> Vec<&str> {
    graph.names.iter().map(String::as_str).collect()
}

/// Line, columns and sentence of each problem.
fn problems(text: &str) -> Vec<(usize, std::ops::Range<usize>, String)> {
    let problems = edge_list(text, false).unwrap_err();
    let parts = problems.into_iter().map(|p| (p.line, p.columns, p.what));
    parts.collect()
}

#[test]
fn as_snap_publishes_them() {
    let text =
        "# Directed graph\r\n# FromNodeId\tToNodeId\r\n30\t007\r\n\r\n  7   8 \t\r\n \t# end\r\n";
    let graph = edge_list(text, true).unwrap();
    assert_eq!(names(&graph), ["7", "8", "30"]);
    assert_eq!((graph.nodes(), links(&graph)), (3, vec![(0, 1), (2, 0)]));
    let graph = edge_list(text, false).unwrap();
    // The first node's in the order of the file.
    assert_eq!(links(&graph), [(0, 2), (0, 1), (1, 0), (2, 0)]);
}

#[test]
fn a_file_need_not_end_its_last_line_and_may_have_a_mark() {
    let graph = edge_list("\u{feff}1 2", true).unwrap();
    assert_eq!((names(&graph), graph.links.links()), (vec!["1", "2"], 1));
}

#[test]
fn ids_are_as_large_as_64_bits() {
    let graph = edge_list("18446744073709551615 0\n", true).unwrap();
    assert_eq!(names(&graph), ["0", "18446744073709551615"]);
}

#[test]
fn an_id_alone_is_a_node_without_links() {
    let graph = edge_list("1 2\n9\n", false).unwrap();
    assert_eq!(names(&graph), ["1", "2", "9"]);
    assert_eq!(graph.links.links(), 2);
    assert_eq!(graph.components(), [2, 1]);
}

#[test]
fn links_to_oneself_and_repeated_ones_are_left_out() {
    let text = "3 3\n2 1\n1 2\n2 1\n1 4\n";
    let directed = edge_list(text, true).unwrap();
    assert_eq!(names(&directed), ["1", "2", "3", "4"]);
    assert_eq!(links(&directed), [(0, 1), (0, 3), (1, 0)]);
    let undirected = edge_list(text, false).unwrap();
    assert_eq!(links(&undirected), [(0, 1), (0, 3), (1, 0), (3, 0)]);
}

#[test]
fn each_malformed_line_is_told() {
    let text = "1 2\n1,2\n-1\t2\n1 x\n1 18446744073709551616\n1 2 0.5 7 \n+1 2\n1 2 # c\n";
    let id = |text: &str| format!("`{text}` is no id");
    let behind = || "there is something behind the two ids".to_owned();
    let expected = [
        (2, 0..3, id("1,2")),
        (3, 0..2, id("-1")),
        (4, 2..3, id("x")),
        (
            5,
            2..22,
            "`18446744073709551616` is above 2^64 − 1".to_owned(),
        ),
        (6, 4..9, behind()),
        (7, 0..2, id("+1")),
        (8, 4..7, behind()),
    ];
    assert_eq!(problems(text), expected);
    let help = edge_list("1,2", false).unwrap_err().remove(0).help;
    let expected = "ids are whole numbers, parted by a tab or blanks";
    assert_eq!(help.as_deref(), Some(expected));
}

#[test]
fn lines_end_before_a_carriage_return() {
    let expected = [(2, 2..4, "`é` is no id".to_owned())];
    assert_eq!(problems("1 2\r\n3 é\r\n"), expected);
}

#[test]
fn a_file_without_nodes_is_a_problem() {
    let expected = [(1, 0..0, "there is no node in this file".to_owned())];
    assert_eq!(problems(""), expected);
    assert_eq!(problems("# nothing\n\n"), expected);
}

#[test]
fn twenty_problems_are_told_and_the_others_counted() {
    let all = |lines| problems(&"a 1\n".repeat(lines));
    assert_eq!(all(20).len(), 20);
    assert_eq!(all(21)[20], (21, 0..1, "1 more problem".to_owned()));
    let last = all(500).pop().unwrap();
    assert_eq!(
        last,
        (21, 0..1, "480 more problems from here on".to_owned())
    );
}

#[test]
fn a_gnutella_snapshot() {
    let file = "../shared/data/p2p-Gnutella08.txt";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let Ok(text) = fs::read_to_string(&file) else {
        #[expect(clippy::print_stderr, reason = "says which test did not run")]
        {
            eprintln!("skipped: there is no {}", file.display());
        }
        return;
    };
    let directed = edge_list(&text, true).unwrap();
    assert_eq!((directed.nodes(), directed.links.links()), (6_301, 20_777));
    assert_eq!(directed.names[0], "0");
    // "Nodes in largest WCC: 6299", says SNAP.
    assert_eq!(directed.components(), [6_299, 2]);
    let undirected = edge_list(&text, false).unwrap();
    assert_eq!(undirected.links.links(), 2 * 20_777);
}
