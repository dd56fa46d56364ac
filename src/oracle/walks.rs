//! The literal flood of one HELLO: every walk from the contact that never steps straight back.
//!
//! Without memory a peer forwards each copy to all its neighbours but the one it came from, so each
//! QUERY is such a walk of 1 to TTL links, and each walk is one QUERY, in whatever order they
//! arrive. With w_k(u→v) the walks of k links whose last is u→v: w_1(contact→v) = 1 and
//! w_(k+1)(u→v) = Σ over x≠v of w_k(x→u) = in_k(u) − w_k(v→u).

use std::ops::Sub;
use std::rc::Rc;

use super::overlay::Overlay;
use super::peers::Peers;

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
    pub(super) fn count(overlay: &Overlay, contact: usize, ttl: u16) -> Rc<Self> {
        match overlay.walks.get(contact) {
            Some((known, walks)) if known == ttl => walks,
            _ => {
                let walks = Self::count_anew(overlay, contact, ttl, None);
                overlay.walks.keep(contact, ttl, overlay.peers(), walks)
            }
        }
    }

    /// The same, unless there are `enough`: then those of the first hops may do that are as many.
    pub(super) fn count_to(overlay: &Overlay, contact: usize, ttl: u16, enough: u128) -> Rc<Self> {
        match overlay.walks.get(contact) {
            Some((known, walks)) if known == ttl => walks,
            _ => Rc::new(Self::count_anew(overlay, contact, ttl, Some(enough))),
        }
    }

    fn count_anew(overlay: &Overlay, contact: usize, ttl: u16, enough: Option<u128>) -> Self {
        let mut walks = Self {
            by_hop: None,
            arrivals: vec![0; overlay.peers()],
            latest: vec![0; overlay.peers()],
        };
        // Few floods are beyond 64 bits, and numbers of half the size take half the memory.
        walks.by_hop = walks.run::<u64>(overlay, contact, ttl, enough);
        if walks.by_hop.is_none() {
            walks.arrivals.fill(0);
            walks.by_hop = walks.run::<u128>(overlay, contact, ttl, enough);
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
    fn run<N: Copies>(
        &mut self,
        overlay: &Overlay,
        contact: usize,
        ttl: u16,
        enough: Option<u128>,
    ) -> Option<Vec<u128>> {
        let mut now = Hop::<N>::of(overlay);
        let mut next = Hop::<N>::of(overlay);
        let mut by_hop = Vec::new();
        let mut total: u128 = 0;
        for hop in 1..=u32::from(ttl) {
            let mut sent: u128 = 0;
            if hop == 1 {
                let links = overlay.links(contact);
                sent = overlay.strangers(contact) + links.len() as u128;
                for link in links {
                    next.add(overlay, link, N::from(1))?;
                }
            }
            let mut heard = std::mem::take(&mut now.heard);
            for peer in heard.iter() {
                let copies = std::mem::take(&mut now.arriving[peer]);
                self.add(peer, copies.into(), hop - 1);
                let to_strangers = copies.into().checked_mul(overlay.strangers(peer))?;
                sent = sent.checked_add(to_strangers)?;
                for link in overlay.links(peer) {
                    let forwarded = copies - std::mem::take(&mut now.came_from[link]);
                    if forwarded != N::default() {
                        next.add(overlay, link, forwarded)?;
                        sent = sent.checked_add(forwarded.into())?;
                    }
                }
            }
            heard.clear();
            now.heard = heard;
            if sent == 0 {
                break;
            }
            total = total.checked_add(sent).filter(|total| *total <= N::MOST)?;
            by_hop.push(sent);
            std::mem::swap(&mut now, &mut next);
            if enough.is_some_and(|enough| total >= enough) {
                break;
            }
        }
        for peer in now.heard.iter() {
            let hop = u32::try_from(by_hop.len()).expect("no more hops than a TTL has");
            self.add(peer, now.arriving[peer].into(), hop);
        }
        Some(by_hop)
    }

    /// Adds so many `copies` that arrive at `peer` on `hop`.
    fn add(&mut self, peer: usize, copies: u128, hop: u32) {
        self.arrivals[peer] += copies;
        self.latest[peer] = hop;
    }
}

/// What arrives on one hop. Zeros are not looked at, so a small flood on a large overlay stays cheap.
struct Hop<N> {
    /// At which peers copies arrive, and by their numbers how many.
    heard: Peers,
    arriving: Vec<N>,
    /// By each link the copies that come over the link back, so that they are at hand when they are
    /// forwarded.
    came_from: Vec<N>,
}

impl<N: Copies> Hop<N> {
    fn of(overlay: &Overlay) -> Self {
        Self {
            heard: Peers::none_of(overlay.peers()),
            arriving: vec![N::default(); overlay.peers()],
            came_from: vec![N::default(); overlay.link_count()],
        }
    }

    /// Adds so many `copies`, which go over `link`; `None` when there are more than `N` counts.
    fn add(&mut self, overlay: &Overlay, link: usize, copies: N) -> Option<()> {
        let target = overlay.target(link);
        if let Some(back) = overlay.back(link) {
            self.came_from[back] = copies;
        }
        self.heard.insert(target);
        self.arriving[target] = self.arriving[target].plus(copies)?;
        Some(())
    }
}

/// A number of copies.
trait Copies: Copy + Default + PartialEq + From<u8> + Into<u128> + Sub<Output = Self> {
    /// The largest number.
    const MOST: u128;

    /// The sum, if it is a number.
    fn plus(self, other: Self) -> Option<Self>;
}

impl Copies for u64 {
    const MOST: u128 = Self::MAX as u128;

    fn plus(self, other: Self) -> Option<Self> {
        self.checked_add(other)
    }
}

impl Copies for u128 {
    const MOST: Self = Self::MAX;

    fn plus(self, other: Self) -> Option<Self> {
        self.checked_add(other)
    }
}
