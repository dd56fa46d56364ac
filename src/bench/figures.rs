//! All figures, with what they are, what is compared, and what they should be.

use super::codec::{self, Way, query, response};
use super::floods::{Overlay, Rules};
use super::outcome::{Goal, Unit};
use super::room::{self, Part};
use super::written::{self, Form};
use super::{Bench, BenchError, Measured, Results, live, lockstep, processes};
use crate::wire::Message;

/// One figure.
#[derive(Debug)]
pub struct Figure {
    /// What it is called.
    pub name: &'static str,
    /// What it is, and what it stands beside.
    pub about: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// What it should be, where somebody said so.
    pub goal: Option<Goal>,
    work: Work,
}

/// How a figure is measured.
#[derive(Clone, Copy, Debug)]
enum Work {
    Sockets(Overlay, Rules),
    Memory(Overlay, Rules),
    Written(Overlay, Rules, Form),
    Live(Overlay, Rules),
    Bind(Overlay),
    Mesh,
    Whole(Overlay, Rules),
    Room(Part),
    Codec(Way, fn() -> Message),
    /// The cost of a datagram in the second of these figures, of that in the first.
    Growth(&'static Figure, &'static Figure),
}

/// 10,000 peers in memory: small beside [`LARGE`].
static SMALL: Figure = Figure::of_ceiling(
    "memory-10000",
    "10,000 peers in memory, best, of raw over two sockets",
    None,
    Work::Memory(Overlay::Regular(10_000), Rules::best(20)),
);

/// A million peers in memory.
static LARGE: Figure = Figure::of_ceiling(
    "memory-large",
    "a million peers in memory, best, of raw over two sockets",
    Some(Goal::AtLeast(8.0)),
    Work::Memory(Overlay::Large, Rules::best(1)),
);

/// All figures, in the order in which they are measured.
pub static FIGURES: &[&Figure] = &[
    &Figure::of_ceiling(
        "mesh",
        "scenarios/mesh.toml again and again, logs and chunks written",
        None,
        Work::Sockets(Overlay::Mesh, Rules::best(0)),
    ),
    &Figure::of_ceiling(
        "sockets-1000-best",
        "1,000 peers on sockets, best, of raw over the same pairs",
        Some(Goal::AtLeast(0.9)),
        Work::Sockets(Overlay::Regular(1_000), Rules::best(50)),
    ),
    &Figure::of_ceiling(
        "sockets-1000-literal",
        "1,000 peers on sockets, literal, TTL 7",
        Some(Goal::AtLeast(0.9)),
        Work::Sockets(Overlay::Regular(1_000), Rules::literal(7, 5)),
    ),
    &Figure::of_ceiling(
        "sockets-gnutella-first",
        "Gnutella on sockets, first, TTL 7, from peers 0 to 19",
        Some(Goal::AtLeast(0.85)),
        Work::Sockets(Overlay::Gnutella, Rules::GNUTELLA),
    ),
    &Figure::of_ceiling(
        "sockets-gnutella-best",
        "Gnutella on sockets, best, all reached",
        Some(Goal::AtLeast(0.85)),
        Work::Sockets(Overlay::Gnutella, Rules::best(20)),
    ),
    &Figure::of_ceiling(
        "sockets-gnutella-literal",
        "Gnutella on sockets, literal, TTL 4",
        Some(Goal::AtLeast(0.85)),
        Work::Sockets(Overlay::Gnutella, Rules::literal(4, 3)),
    ),
    &Figure::of_ceiling(
        "sockets-15000-best",
        "15,000 peers on 15,000 sockets, best",
        Some(Goal::AtLeast(0.85)),
        Work::Sockets(Overlay::Regular(15_000), Rules::best(10)),
    ),
    &Figure::of_ceiling(
        "sockets-15000-literal",
        "15,000 peers on 15,000 sockets, literal, TTL 7",
        Some(Goal::AtLeast(0.85)),
        Work::Sockets(Overlay::Regular(15_000), Rules::literal(7, 5)),
    ),
    &Figure::of_ceiling(
        "written-1000-trace",
        "1,000 peers, best, on sockets, and the trace is written",
        Some(Goal::AtLeast(0.8)),
        Work::Written(Overlay::Regular(1_000), Rules::best(50), Form::Trace),
    ),
    &Figure::of_ceiling(
        "written-1000-capture",
        "1,000 peers, best, on sockets, and the capture is written",
        Some(Goal::AtLeast(0.85)),
        Work::Written(Overlay::Regular(1_000), Rules::best(50), Form::Capture),
    ),
    &Figure::of_ceiling(
        "written-gnutella-trace",
        "Gnutella, first, on sockets, and the trace is written",
        Some(Goal::AtLeast(0.8)),
        Work::Written(Overlay::Gnutella, Rules::GNUTELLA, Form::Trace),
    ),
    &Figure::of_ceiling(
        "written-gnutella-capture",
        "Gnutella, first, on sockets, and the capture is written",
        Some(Goal::AtLeast(0.85)),
        Work::Written(Overlay::Gnutella, Rules::GNUTELLA, Form::Capture),
    ),
    &Figure::of_ceiling(
        "written-15000-trace",
        "15,000 peers, best, on sockets, and the trace is written",
        Some(Goal::AtLeast(0.8)),
        Work::Written(Overlay::Regular(15_000), Rules::best(5), Form::Trace),
    ),
    &Figure::of_ceiling(
        "written-15000-capture",
        "15,000 peers, best, on sockets, and the capture is written",
        Some(Goal::AtLeast(0.85)),
        Work::Written(Overlay::Regular(15_000), Rules::best(5), Form::Capture),
    ),
    &Figure::of_ceiling(
        "live-1000",
        "1,000 peers live, literal, TTL 7, two threads, of raw on one",
        Some(Goal::AtLeast(0.8)),
        Work::Live(Overlay::Regular(1_000), Rules::literal(7, 1)),
    ),
    &Figure::of_ceiling(
        "memory-gnutella-first",
        "Gnutella in memory, first, TTL 7, from peers 0 to 19",
        Some(Goal::AtLeast(8.0)),
        Work::Memory(Overlay::Gnutella, Rules::GNUTELLA),
    ),
    &SMALL,
    &Figure::of_ceiling(
        "memory-10000-random",
        "10,000 peers in memory, best, random delays",
        None,
        Work::Memory(Overlay::Regular(10_000), Rules::random(20)),
    ),
    &LARGE,
    &Figure::of_ceiling(
        "memory-large-random",
        "a million peers in memory, best, random delays",
        Some(Goal::AtLeast(5.0)),
        Work::Memory(Overlay::Large, Rules::random(1)),
    ),
    &Figure::times(
        "growth",
        "a datagram's cost in memory-large, by that in memory-10000",
        Goal::AtMost(2.5),
        Work::Growth(&SMALL, &LARGE),
    ),
    &Figure::of_ceiling(
        "bind",
        "15,000 sockets are bound, of as many bare ones",
        None,
        Work::Bind(Overlay::Regular(15_000)),
    ),
    &Figure::times(
        "process-mesh",
        "run scenarios/mesh.toml, by p2p-sim --version",
        Goal::AtMost(8.0),
        Work::Mesh,
    ),
    &Figure::times(
        "process-15000",
        "run 15,000 peers, by a bare program that binds and carries",
        Goal::AtMost(1.6),
        Work::Whole(Overlay::Regular(15_000), Rules::best(10)),
    ),
    &Figure {
        name: "room-peer",
        about: "resident memory of a peer that has heard nothing",
        unit: Unit::Bytes,
        goal: Some(Goal::AtMost(64.0)),
        work: Work::Room(|room| room.peer),
    },
    &Figure {
        name: "room-event",
        about: "resident memory of an event, all of its run that is kept",
        unit: Unit::Bytes,
        goal: Some(Goal::AtMost(32.0)),
        work: Work::Room(|room| room.event),
    },
    &Figure::codec("encode-query", "a QUERY of five ids", Way::Encode, query),
    &Figure::codec(
        "encode-response",
        "the longest RESPONSE",
        Way::Encode,
        response,
    ),
    &Figure::codec("decode-query", "a QUERY of five ids", Way::Decode, query),
    &Figure::codec(
        "decode-response",
        "the longest RESPONSE",
        Way::Decode,
        response,
    ),
];

impl Figure {
    const fn of_ceiling(
        name: &'static str,
        about: &'static str,
        goal: Option<Goal>,
        work: Work,
    ) -> Self {
        Self {
            name,
            about,
            unit: Unit::OfCeiling,
            goal,
            work,
        }
    }

    const fn times(name: &'static str, about: &'static str, goal: Goal, work: Work) -> Self {
        Self {
            unit: Unit::Times,
            ..Self::of_ceiling(name, about, Some(goal), work)
        }
    }

    const fn codec(
        name: &'static str,
        about: &'static str,
        way: Way,
        message: fn() -> Message,
    ) -> Self {
        Self {
            unit: Unit::Nanoseconds,
            ..Self::of_ceiling(name, about, None, Work::Codec(way, message))
        }
    }

    /// Measures it; some of the figures before may be in `results`.
    pub(super) fn measure(
        &self,
        bench: &mut Bench<'_>,
        results: &Results,
    ) -> Result<Measured, BenchError> {
        match self.work {
            Work::Sockets(overlay, rules) => lockstep::on_sockets(bench, overlay, rules),
            Work::Memory(overlay, rules) => lockstep::in_memory(bench, overlay, rules),
            Work::Written(overlay, rules, form) => written::on_sockets(bench, overlay, rules, form),
            Work::Live(overlay, rules) => live::flood(bench, overlay, rules),
            Work::Bind(overlay) => processes::bind(bench, overlay),
            Work::Mesh => processes::mesh(bench),
            Work::Whole(overlay, rules) => processes::whole(bench, overlay, rules),
            Work::Room(part) => room::measure(bench, part),
            Work::Codec(way, message) => codec::measure(bench, way, &message()),
            Work::Growth(small, large) => {
                let mut median = |figure: &Self| -> Result<f64, BenchError> {
                    match results.median(figure.name) {
                        Some(median) => Ok(median),
                        None => Ok(figure.measure(bench, results)?.value.median),
                    }
                };
                let (small, large) = (median(small)?, median(large)?);
                Measured::of(&[small / large]).ok_or(BenchError::Interrupted)
            }
        }
    }
}

/// The figures called one of `names`, or with such a beginning up to a `-`; all of them without
/// names. The first name that none has is an error.
pub fn picked(names: &[String]) -> Result<Vec<&'static Figure>, String> {
    let is_meant = |figure: &Figure, name: &str| {
        let rest = figure.name.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    for name in names {
        if !FIGURES.iter().any(|figure| is_meant(figure, name)) {
            return Err(name.clone());
        }
    }
    let figures = FIGURES.iter().copied();
    let asked =
        |figure: &&Figure| names.is_empty() || names.iter().any(|name| is_meant(figure, name));
    Ok(figures.filter(asked).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn names(asked: &[&str]) -> Result<Vec<&'static str>, String> {
        let asked: Vec<String> = asked.iter().map(|&name| name.to_owned()).collect();
        Ok(picked(&asked)?.iter().map(|figure| figure.name).collect())
    }

    #[test]
    fn no_two_have_one_name() {
        let names: BTreeSet<&str> = FIGURES.iter().map(|figure| figure.name).collect();
        assert_eq!(names.len(), FIGURES.len());
    }

    #[test]
    fn names_and_their_beginnings_pick_figures_in_their_order() {
        assert_eq!(
            names(&["memory-large", "sockets-1000"]).unwrap(),
            [
                "sockets-1000-best",
                "sockets-1000-literal",
                "memory-large",
                "memory-large-random"
            ]
        );
        assert_eq!(names(&[]).unwrap().len(), FIGURES.len());
        assert_eq!(names(&["mesh", "sock"]), Err("sock".to_owned()));
    }
}
