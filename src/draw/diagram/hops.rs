//! When each hop of a search was on its way, where that is clean.

use std::collections::{BTreeMap, BTreeSet};

use super::kinds::Kind;
use super::scene::{Arrow, End};
use crate::trace::Journeys;

/// From the moment at which the first QUERY of a hop was sent to that at which its last arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HopSpan {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) number: u32,
}

/// The hops of the searches of `arrows`, those that overlap with others left out. Searches that go
/// hand in hand, as those of clients that begin at once, share theirs.
pub(super) fn hops(arrows: &[Arrow], journeys: &Journeys) -> Vec<HopSpan> {
    let mut spans: BTreeMap<(u32, u32), HopSpan> = BTreeMap::new();
    for arrow in arrows {
        let hop = journeys.datagrams.get(arrow.number).hop;
        let (Kind::Query, Some(hop), End::Landed(end)) = (arrow.kind, hop, &arrow.end) else {
            continue;
        };
        let (from, to, number) = (arrow.from.moment, end.moment, hop.number);
        let span = spans.entry((hop.search, number));
        let span = span.or_insert(HopSpan { from, to, number });
        span.from = span.from.min(from);
        span.to = span.to.max(to);
    }
    apart(spans.into_values().collect())
}

/// Those of `spans` that no other overlaps.
fn apart(spans: BTreeSet<HopSpan>) -> Vec<HopSpan> {
    let spans: Vec<HopSpan> = spans.into_iter().collect();
    let mut clean = Vec::new();
    // The farthest end of all before: they begin in rising order.
    let mut far = 0;
    for (index, span) in spans.iter().enumerate() {
        let next = spans.get(index + 1);
        if span.from < span.to && span.from >= far && next.is_none_or(|next| next.from >= span.to) {
            clean.push(*span);
        }
        far = far.max(span.to);
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: u32, to: u32, number: u32) -> HopSpan {
        HopSpan { from, to, number }
    }

    #[test]
    fn hops_that_overlap_are_not_named() {
        let one_by_one = [span(1, 2, 1), span(2, 3, 2), span(7, 9, 1)];
        assert_eq!(apart(one_by_one.into()), one_by_one);
        let mixed = [span(1, 4, 1), span(2, 3, 1), span(3, 5, 2), span(5, 6, 3)];
        assert_eq!(apart(mixed.into()), [span(5, 6, 3)]);
        let hand_in_hand = [span(1, 2, 1), span(1, 2, 1)];
        assert_eq!(apart(hand_in_hand.into()), [span(1, 2, 1)]);
        assert_eq!(apart([span(1, 1, 1)].into()), []);
    }
}
