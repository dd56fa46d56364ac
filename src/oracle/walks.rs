//! The literal flood of one HELLO: every walk from the contact that never steps straight back.
//!
//! Without memory a peer forwards each copy to all its neighbours but the one it came from, so each
//! QUERY is such a walk of 1 to TTL links, and each walk is one QUERY, in whatever order they
//! arrive. With w_k(u→v) the walks of k links whose last is u→v: w_1(contact→v) = 1 and
//! w_(k+1)(u→v) = Σ over x≠v of w_k(x→u) = in_k(u) − w_k(v→u).

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
        walks.by_hop = walks.run(overlay, contact, ttl);
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
    /// are too many.
    fn run(&mut self, overlay: &Overlay, contact: usize, ttl: u16) -> Option<Vec<u128>> {
        // Copies on each link on the present hop, and on the next one. Those that are not zero are
        // listed, so a small flood on a large overlay stays cheap.
        let mut on_link = vec![0; overlay.link_count()];
        let mut carrying: Vec<(usize, u128)> = Vec::new();
        let mut arriving = vec![0; overlay.peers()];
        let mut heard: Vec<usize> = Vec::new();
        let mut by_hop = Vec::new();
        let mut total: u128 = 0;
        for hop in 1..=u32::from(ttl) {
            let mut next = Vec::new();
            let mut sent: u128 = 0;
            if hop == 1 {
                next.extend(overlay.links(contact).map(|link| (link, 1)));
                sent = overlay.strangers(contact);
            }
            for peer in &heard {
                let copies: u128 = arriving[*peer];
                let to_strangers = copies.checked_mul(overlay.strangers(*peer))?;
                sent = sent.checked_add(to_strangers)?;
                for link in overlay.links(*peer) {
                    let forwarded = copies - overlay.back(link).map_or(0, |back| on_link[back]);
                    if forwarded > 0 {
                        next.push((link, forwarded));
                    }
                }
            }
            for (_, copies) in &next {
                sent = sent.checked_add(*copies)?;
            }
            if sent == 0 {
                break;
            }
            total = total.checked_add(sent)?;
            by_hop.push(sent);

            for (link, _) in carrying {
                on_link[link] = 0;
            }
            for peer in heard.drain(..) {
                arriving[peer] = 0;
            }
            for (link, copies) in &next {
                on_link[*link] = *copies;
                let target = overlay.target(*link);
                if arriving[target] == 0 {
                    heard.push(target);
                }
                // No sum exceeds `total`.
                arriving[target] += copies;
                self.arrivals[target] += copies;
                self.latest[target] = hop;
            }
            carrying = next;
        }
        Some(by_hop)
    }
}
