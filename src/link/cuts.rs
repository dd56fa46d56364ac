//! Which links are cut: of a link, the latest cut or healing that is about it counts.
//!
//! Small changes are kept link by link, large ones (a partition) as the sets that they are. The
//! invariant: a link that stands in `single` was changed after every large change that is about it.
//! What a later change covers whole is forgotten, so that cutting and healing the same links over
//! and over leaves nothing behind.

use std::collections::BTreeMap;

use super::Ends;
use crate::faults::Cut;
use crate::roster::EndpointId;

/// A change about more links than this is kept as sets.
const FEW: usize = 64;

/// The links that are cut.
#[derive(Debug, Default)]
pub(super) struct Cuts {
    /// Whether these are cut.
    single: BTreeMap<Ends, bool>,
    /// Whether those are cut, the latest change last.
    large: Vec<(Cut, bool)>,
}

impl Cuts {
    /// Whether no link is cut, as far as that is known without looking at each.
    pub(super) fn are_none(&self) -> bool {
        self.single.is_empty() && self.large.is_empty()
    }

    /// Whether the link from `from` to `to` is cut.
    pub(super) fn cover(&self, from: EndpointId, to: EndpointId) -> bool {
        match self.single.get(&(from, to)) {
            Some(is_cut) => *is_cut,
            None => self.large_cover(from, to),
        }
    }

    fn large_cover(&self, from: EndpointId, to: EndpointId) -> bool {
        let mut latest = self.large.iter().rev();
        let found = latest.find(|(cut, _)| cut.covers(from, to));
        found.is_some_and(|(_, is_cut)| *is_cut)
    }

    /// Cuts the links of `cut`, or heals them.
    pub(super) fn change(&mut self, cut: &Cut, is_cut: bool) {
        if cut.from.len().saturating_mul(cut.to.len()) <= FEW {
            for (from, to) in links(cut) {
                // What is open without being told so need not be told.
                match is_cut || self.large_cover(from, to) {
                    true => self.single.insert((from, to), is_cut),
                    false => self.single.remove(&(from, to)),
                };
            }
            return;
        }
        self.single.retain(|(from, to), _| !cut.covers(*from, *to));
        self.large.retain(|(old, _)| !covers_all_of(cut, old));
        self.large.push((cut.clone(), is_cut));
        let first_cut = self.large.iter().position(|(_, is_cut)| *is_cut);
        self.large.drain(..first_cut.unwrap_or(self.large.len()));
    }
}

/// The links of `cut`, one by one.
fn links(cut: &Cut) -> impl Iterator<Item = Ends> + '_ {
    let pairs = cut.from.iter();
    let pairs = pairs.flat_map(|from| cut.to.iter().map(move |to| (*from, *to)));
    pairs.flat_map(|(from, to)| {
        let back = cut.both_ways.then_some((to, from));
        [Some((from, to)), back].into_iter().flatten()
    })
}

/// Whether each link of `old` is one of `new`, as far as the sets alone say.
fn covers_all_of(new: &Cut, old: &Cut) -> bool {
    let within = |some: &[EndpointId], all: &[EndpointId]| {
        some.len() <= all.len() && some.iter().all(|one| all.binary_search(one).is_ok())
    };
    let straight = within(&old.from, &new.from) && within(&old.to, &new.to);
    let crossed = within(&old.from, &new.to) && within(&old.to, &new.from);
    match (new.both_ways, old.both_ways) {
        (true, _) => straight || crossed,
        (false, false) => straight,
        (false, true) => straight && crossed,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(from: &[u32], to: &[u32], both_ways: bool) -> Cut {
        let ends = |ends: &[u32]| ends.iter().copied().map(EndpointId).collect();
        let (from, to) = (ends(from), ends(to));
        Cut {
            from,
            to,
            both_ways,
        }
    }

    fn range(from: u32, to: u32) -> Vec<u32> {
        (from..to).collect()
    }

    #[test]
    fn cutting_and_healing_over_and_over_leaves_nothing() {
        let mut cuts = Cuts::default();
        let partition = cut(&range(0, 50), &range(50, 100), true);
        for link in 0..1_000 {
            let link = cut(&[link], &[link + 1], link % 2 == 0);
            cuts.change(&link, true);
            cuts.change(&partition, true);
            assert!(cuts.cover(EndpointId(3), EndpointId(70)));
            cuts.change(&link, false);
            cuts.change(&partition, false);
            assert!(cuts.are_none());
        }
    }

    #[test]
    fn one_link_of_a_partition_may_heal_alone() {
        let mut cuts = Cuts::default();
        let partition = cut(&range(0, 50), &range(50, 100), true);
        cuts.change(&partition, true);
        cuts.change(&cut(&[3], &[70], false), false);
        assert!(!cuts.cover(EndpointId(3), EndpointId(70)));
        assert!(cuts.cover(EndpointId(70), EndpointId(3)));
        cuts.change(&partition, true);
        assert!(cuts.cover(EndpointId(3), EndpointId(70)));
    }

    fn some_cut() -> impl Strategy<Value = (Cut, bool)> {
        let some = || (0_u32..20, 1_u32..20).prop_map(|(from, many)| range(from, from + many));
        (some(), some(), any::<bool>(), any::<bool>())
            .prop_map(|(from, to, both_ways, is_cut)| (cut(&from, &to, both_ways), is_cut))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_latest_change_about_a_link_counts(
            changes in proptest::collection::vec(some_cut(), 0..12),
        ) {
            let mut cuts = Cuts::default();
            for (change, is_cut) in &changes {
                cuts.change(change, *is_cut);
            }
            for from in (0..40).map(EndpointId) {
                for to in (0..40).map(EndpointId) {
                    let latest = changes.iter().rev().find(|(cut, _)| cut.covers(from, to));
                    let is_cut = latest.is_some_and(|(_, is_cut)| *is_cut);
                    prop_assert_eq!(cuts.cover(from, to), is_cut);
                }
            }
        }
    }
}
