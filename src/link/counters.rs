//! How many datagrams were sent on each link.

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::Ends;
use crate::roster::EndpointId;

/// So many receivers of one sender are looked for one after the other.
const FEW: usize = 32;
/// Room for the receivers of a sender, to begin with: most overlays have no more neighbours.
const USUAL: usize = 8;

/// How many datagrams were sent on each link that does more than take its delay.
///
/// A sender's links lie together: who forwards to six neighbours misses the cache once and not six
/// times.
#[derive(Debug, Default)]
pub(super) struct Counters {
    /// By sender; the first receivers that it has sent to.
    first: Vec<Vec<(EndpointId, u32)>>,
    /// Of senders with very many receivers, the others.
    others: IndexMap<Ends, u32, RandomState>,
}

impl Counters {
    /// The number of the next datagram on `link`: each has one, whatever becomes of it. They begin
    /// with 0.
    pub(super) fn next(&mut self, link: Ends) -> u32 {
        let (from, to) = link;
        if self.first.len() <= from.index() {
            self.first.resize_with(from.index() + 1, Vec::new);
        }
        let first = &mut self.first[from.index()];
        let next = match first.iter().position(|(receiver, _)| *receiver == to) {
            Some(place) => &mut first[place].1,
            None if first.len() < FEW => {
                if first.is_empty() {
                    first.reserve(USUAL);
                }
                first.push((to, 0));
                &mut first.last_mut().expect("it was just put there").1
            }
            None => self.others.entry(link).or_default(),
        };
        let number = *next;
        *next = number.wrapping_add(1);
        number
    }
}

#[cfg(test)]
impl Counters {
    /// Whether nothing was ever counted.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty() && self.others.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_link_counts_for_itself() {
        let mut counters = Counters::default();
        let many = u32::try_from(3 * FEW).unwrap();
        for round in 0..3 {
            for from in [5, 0] {
                for to in 0..many {
                    let number = counters.next((EndpointId(from), EndpointId(to)));
                    assert_eq!(number, round, "{from} to {to}");
                }
            }
        }
    }
}
