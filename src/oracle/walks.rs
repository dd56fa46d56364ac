//! The literal flood of one HELLO: every walk from the contact that never steps straight back.
//!
//! Without memory a peer forwards each copy to all its neighbours but the one it came from, so each
//! QUERY is such a walk of 1 to TTL links, and each walk is one QUERY, in whatever order they
//! arrive. With w_k(u→v) the walks of k links whose last is u→v: w_1(contact→v) = 1 and
//! w_(k+1)(u→v) = Σ over x≠v of w_k(x→u) = in_k(u) − w_k(v→u).

use std::ops::{Add, Sub};

use super::overlay::Overlay;

/// How often each peer is reached, and over how many hops.
pub(super) struct Walks {
    /// QUERYs sent on hop 1, 2, …, without zeros at the end; `None` when all together are more
    /// than a u128 counts.
    pub(super) by_hop: Option<Vec<u128>>,
    /// Copies that arrive at each peer; only those of the first hops when `by_hop` is `None`.
    pub(super) arrivals: Vec<u128>,
    /// The most hops after which a copy arrives at each peer; 0 where none does.
    latest: Vec<u32>,
}

impl Walks {
    /// Counts the walks of 1 to `ttl` links from `contact`.
    pub(super) fn count(overlay: &Overlay, contact: usize, ttl: u16) -> Self {
        let mut walks = Self {
            by_hop: None,
            arrivals: vec![0; overlay.peers()],
            latest: vec![0; overlay.peers()],
        };
        // Few floods are beyond 64 bits, and numbers of half the size take half the memory.
        walks.by_hop = walks.run::<u64>(overlay, contact, ttl);
        if walks.by_hop.is_none() {
            walks.arrivals.fill(0);
            walks.by_hop = walks.run::<u128>(overlay, contact, ttl);
        }
        walks
    }

    /// All QUERYs together; [`u128::MAX`] when they can't be counted.
    pub(super) fn total(&self) -> u128 {
        self.by_hop
            .as_ref()
            .map_or(u128::MAX, |hops| hops.iter().sum())
    }

    /// The most hops that a copy may have made when it arrives at `peer`, if it is known.
    pub(super) fn latest(&self, peer: usize) -> Option<u32> {
        self.by_hop.as_ref().map(|_| self.latest[peer])
    }

    /// Goes hop by hop over the links that carry copies; ends early when none does, or when there
    /// are more than `N` counts.
    fn run<N: Copies>(&mut self, overlay: &Overlay, contact: usize, ttl: u16) -> Option<Vec<u128>> {
        // By each link the copies that have come over the link back, so that they are at hand when
        // they are forwarded; and links with the copies that go over them. Zeros are not listed, so a
        // small flood on a large overlay stays cheap.
        let mut came_from = vec![N::default(); overlay.link_count()];
        let mut next: Vec<(usize, N)> = Vec::new();
        let mut arriving = vec![N::default(); overlay.peers()];
        let mut heard: Vec<usize> = Vec::new();
        let mut by_hop = Vec::new();
        let mut total: u128 = 0;
        for hop in 1..=u32::from(ttl) {
            next.clear();
            let mut sent: u128 = 0;
            if hop == 1 {
                next.extend(overlay.links(contact).map(|link| (link, N::from(1))));
                sent = overlay.strangers(contact) + next.len() as u128;
            }
            for peer in &heard {
                let copies = arriving[*peer];
                let to_strangers = copies.into().checked_mul(overlay.strangers(*peer))?;
                sent = sent.checked_add(to_strangers)?;
                for link in overlay.links(*peer) {
                    let forwarded = copies - std::mem::take(&mut came_from[link]);
                    if forwarded != N::default() {
                        next.push((link, forwarded));
                        sent = sent.checked_add(forwarded.into())?;
                    }
                }
            }
            if sent == 0 {
                break;
            }
            total = total.checked_add(sent).filter(|total| *total <= N::MOST)?;
            by_hop.push(sent);

            for peer in heard.drain(..) {
                arriving[peer] = N::default();
            }
            for (link, copies) in next.iter().copied() {
                let target = overlay.target(link);
                if let Some(back) = overlay.back(link) {
                    came_from[back] = copies;
                }
                if arriving[target] == N::default() {
                    heard.push(target);
                }
                // No sum exceeds `total`.
                arriving[target] = arriving[target] + copies;
                self.arrivals[target] += copies.into();
                self.latest[target] = hop;
            }
            // Who is near in memory is looked at together.
            heard.sort_unstable();
        }
        Some(by_hop)
    }
}

/// A number of copies.
trait Copies:
    Copy + Default + PartialEq + From<u8> + Into<u128> + Add<Output = Self> + Sub<Output = Self>
{
    /// The largest number.
    const MOST: u128;
}

impl Copies for u64 {
    const MOST: u128 = Self::MAX as u128;
}

impl Copies for u128 {
    const MOST: Self = Self::MAX;
}
