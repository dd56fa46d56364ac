//! One figure: what it is, how it is measured, and what it should be.

use super::codec::{self, Way};
use super::floods::{Overlay, Rules};
use super::outcome::{Goal, Unit};
use super::room::{self, Part};
use super::written::{self, Form};
use super::{Bench, BenchError, FIGURES, Measured, Results, live, lockstep, processes, shares};
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
    pub(super) work: Work,
}

/// How a figure is measured.
#[derive(Clone, Copy, Debug)]
pub(super) enum Work {
    Sockets(Overlay, Rules),
    Memory(Overlay, Rules),
    Written(Overlay, Rules, Form),
    Live(Overlay, Rules),
    Bind(Overlay),
    Mesh,
    Whole(Overlay, Rules),
    /// What goes on around the flood of a million peers, by the flood.
    Around,
    Room(Part),
    Codec(Way, fn() -> Message),
    /// The cost of a datagram in the second of these figures, of that in the first.
    Growth(&'static Figure, &'static Figure),
}

impl Figure {
    pub(super) const fn of_ceiling(
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

    pub(super) const fn times(
        name: &'static str,
        about: &'static str,
        goal: Goal,
        work: Work,
    ) -> Self {
        Self {
            unit: Unit::Times,
            ..Self::of_ceiling(name, about, Some(goal), work)
        }
    }

    pub(super) const fn codec(
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
            Work::Around => shares::measure(bench),
            Work::Room(part) => room::measure(bench, part),
            Work::Codec(way, message) => codec::measure(bench, way, &message()),
            Work::Growth(small, large) => {
                let mut speed = |figure: &Self| -> Result<f64, BenchError> {
                    let speed = match results.measured(figure.name) {
                        Some(measured) => measured.of_ceiling(),
                        None => figure.measure(bench, results)?.of_ceiling(),
                    };
                    speed.ok_or(BenchError::Interrupted)
                };
                let (small, large) = (speed(small)?, speed(large)?);
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
