//! How many datagrams were sent on each link.

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::Ends;
use crate::roster::EndpointId;

/// The receivers of each sender that are kept beside it: most overlays have no more neighbours.
const FEW: usize = 8;

/// How many datagrams were sent on each link that does more than take its delay.
///
/// A sender's links lie together: who forwards to six neighbours misses the cache once and not six
/// times.
#[derive(Debug, Default)]
pub(super) struct Counters {
    /// By sender.
    few: Vec<Few>,
    /// Of senders with more receivers, the others.
    others: IndexMap<Ends, u32, RandomState>,
}

/// The first receivers that somebody has sent to: a line of the processor's cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Few {
    receivers: [EndpointId; FEW],
    /// How many datagrams each was sent; 0 where there is no receiver yet.
    sent: [u32; FEW],
}

impl Counters {
    /// The number of the next datagram on `link`: each has one, whatever becomes of it. They begin
    /// with 0.
    pub(super) fn next(&mut self, link: Ends) -> u32 {
        let (from, to) = link;
        if self.few.len() <= from.index() {
            self.few.resize(from.index() + 1, Few::NONE);
        }
        let sent = match self.few[from.index()].sent(to) {
            Some(sent) => sent,
            None => self.others.entry(link).or_default(),
        };
        let number = *sent;
        *sent = number.wrapping_add(1);
        number
    }
}

impl Counters {
    /// Reads something of what is kept of `from`.
    pub(super) fn look(&self, from: EndpointId) -> usize {
        let few = self.few.get(from.index());
        few.map_or(0, |few| few.sent[0] as usize)
    }
}

impl Few {
    const NONE: Self = Self {
        receivers: [EndpointId(0); FEW],
        sent: [0; FEW],
    };

    /// How many datagrams `to` was sent, unless it is one too many to be kept here. Who is sent 2^32
    /// begins with 0 again, where it is or at a free place.
    fn sent(&mut self, to: EndpointId) -> Option<&mut u32> {
        let mut places = self.receivers.iter().zip(&self.sent);
        let known = places.position(|(receiver, sent)| *receiver == to && *sent != 0);
        let place = known.or_else(|| self.sent.iter().position(|sent| *sent == 0))?;
        self.receivers[place] = to;
        Some(&mut self.sent[place])
    }
}

#[cfg(test)]
impl Counters {
    /// Whether nothing was ever counted.
    pub(super) fn is_empty(&self) -> bool {
        self.few.is_empty() && self.others.is_empty()
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
