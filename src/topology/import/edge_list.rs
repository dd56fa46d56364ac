//! Edge lists as the Stanford Network Analysis Project publishes them.

use std::ops::Range;

use super::super::Graph;
use super::problems::{LineProblem, Problems};
use super::ways;

/// Reads an edge list as SNAP publishes it: in each line two ids, from and to, parted by tabs or
/// blanks. An id is any whole number up to 2^64 − 1; its name is that number in decimal, without
/// leading zeros, and nodes are in rising order of it. One id alone is a node without links, lines
/// that begin with `#` are comments, empty lines are passed over, and lines may end with CR LF.
///
/// If not `directed`, each link goes both ways. Links to the node itself and repeated ones are left
/// out; a link there and one back are the same unless `directed`.
///
/// # Errors
///
/// All lines that are something else, at most 20 of them told and the others counted; or that there
/// is no node at all.
pub fn edge_list(text: &str, directed: bool) -> Result<Graph, Vec<LineProblem>> {
    let mut problems = Problems::of(text);
    let mut ends: Vec<(u64, u64)> = Vec::new();
    for (start, line) in lines(text) {
        if !line.trim_start_matches(is_blank).starts_with('#') {
            ends.extend(link(start, line, &mut problems));
        }
    }
    if ends.is_empty() && problems.is_empty() {
        let help = "give two ids in each line, or one id for a node without links";
        problems.add(0..0, "there is no node in this file", Some(help));
    }
    if !problems.is_empty() {
        return Err(problems.end());
    }
    let mut ids: Vec<u64> = ends.iter().flat_map(|(from, to)| [*from, *to]).collect();
    ids.sort_unstable();
    ids.dedup();
    let number = |id: u64| {
        let place = ids.partition_point(|other| *other < id);
        u32::try_from(place).expect("a text has fewer than 2^32 names")
    };
    let links = ends
        .iter()
        .flat_map(|(from, to)| ways(number(*from), number(*to), directed));
    let names = ids.iter().map(u64::to_string).collect();
    Ok(Graph::simple(names, links.collect()))
}

/// Each line with the place where it begins, without its end and a byte order mark.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut next = text.len() - body.len();
    body.split_inclusive('\n').map(move |line| {
        let start = next;
        next += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

fn is_blank(letter: char) -> bool {
    letter == ' ' || letter == '\t'
}

/// The two ids in the line that begins at `start`; one alone twice, and nothing when it is empty or
/// a problem.
fn link(start: usize, line: &str, problems: &mut Problems<'_>) -> Option<(u64, u64)> {
    let mut next = start;
    let fields = line.split(is_blank).map(|field| {
        let at = next..next + field.len();
        next = at.end + 1;
        (at, field)
    });
    let mut fields = fields.filter(|(_, field)| !field.is_empty());
    let (first, second, third) = (fields.next()?, fields.next(), fields.next());
    if let Some((at, _)) = third {
        let rest = at.start..start + line.trim_end_matches(is_blank).len();
        let help = "an edge list has no weights or times: give two ids in each line";
        problems.add(rest, "there is something behind the two ids", Some(help));
        return None;
    }
    let mut id = |(at, field): (Range<usize>, &str)| match id(field) {
        Ok(id) => Some(id),
        Err(what) => {
            let help = "ids are whole numbers, parted by a tab or blanks";
            problems.add(at, what, Some(help));
            None
        }
    };
    let from = id(first);
    let to = second.map_or(from, id);
    from.zip(to)
}

fn id(field: &str) -> Result<u64, String> {
    if !field.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("`{field}` is no id"));
    }
    field
        .parse()
        .map_err(|_| format!("`{field}` is above 2^64 − 1"))
}
