//! Where in a search each event stands.

use std::num::NonZeroU32;

use crate::event::EventId;

/// For each event so far, where in a search it stands, if in one.
pub(super) struct Steps {
    of: Vec<Option<Step>>,
    stages: Vec<Stage>,
}

/// Where in a search an event stands: the number of a [`Stage`], counted from 1. One is kept for each
/// event, in four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step(NonZeroU32);

/// What is so many hops from the contact of a search.
#[derive(Clone, Copy)]
struct Stage {
    /// The place of its search among all.
    search: usize,
    /// Hops made so far: 0 at the contact.
    hop: usize,
    /// One hop farther, once somebody has gone there.
    next: Option<Step>,
}

impl Steps {
    /// None yet, and room for those of so many events.
    pub(super) fn with_capacity(events: usize) -> Self {
        Self {
            of: Vec::with_capacity(events),
            stages: Vec::new(),
        }
    }

    /// Adds where the next event stands.
    pub(super) fn push(&mut self, step: Option<Step>) {
        self.of.push(step);
    }

    /// Where `event` stands, if it is in a search, and not of those to come.
    pub(super) fn of(&self, event: EventId) -> Option<Step> {
        *self.of.get(event.0 as usize)?
    }

    /// The contact of the next search, which has this place among all.
    pub(super) fn begin(&mut self, search: usize) -> Step {
        self.add(search, 0)
    }

    /// The place of the search in which `step` is.
    pub(super) fn search(&self, step: Step) -> usize {
        self.stage(step).search
    }

    /// How many hops `step` is from the contact.
    pub(super) fn hop(&self, step: Step) -> usize {
        self.stage(step).hop
    }

    /// One hop farther than `step`.
    pub(super) fn next_hop(&mut self, step: Step) -> Step {
        let Stage { search, hop, next } = *self.stage(step);
        next.unwrap_or_else(|| {
            let next = self.add(search, hop + 1);
            self.stages[step.place()].next = Some(next);
            next
        })
    }

    fn stage(&self, step: Step) -> &Stage {
        &self.stages[step.place()]
    }

    fn add(&mut self, search: usize, hop: usize) -> Step {
        self.stages.push(Stage {
            search,
            hop,
            next: None,
        });
        let number = u32::try_from(self.stages.len()).ok();
        let number = number.and_then(NonZeroU32::new);
        Step(number.expect("there are fewer stages than events"))
    }
}

impl Step {
    /// The place of its stage.
    const fn place(self) -> usize {
        self.0.get() as usize - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops_are_counted_for_each_search_and_kept_once() {
        let mut steps = Steps::with_capacity(4);
        let first = steps.begin(0);
        let second = steps.begin(1);
        let farther = steps.next_hop(second);
        for step in [Some(first), None, Some(farther)] {
            steps.push(step);
        }
        assert_eq!(steps.of(EventId(0)), Some(first));
        assert_eq!(steps.of(EventId(1)), None);
        assert_eq!(steps.of(EventId(3)), None);
        let told = [first, second, farther].map(|step| (steps.search(step), steps.hop(step)));
        assert_eq!(told, [(0, 0), (1, 0), (1, 1)]);
        assert_eq!(steps.next_hop(second), farther);
        let farthest = steps.next_hop(farther);
        assert_eq!((steps.search(farthest), steps.hop(farthest)), (1, 2));
        assert_eq!(steps.stages.len(), 4);
        assert_eq!(size_of::<Option<Step>>(), 4);
    }
}
