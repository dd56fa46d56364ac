//! What one HELLO causes: QUERYs, and how often each peer that is reached would answer.
//!
//! | policy | order | QUERYs and answers |
//! |---|---|---|
//! | `literal` | any | exact: a QUERY for each walk, an answer for each arrival |
//! | `first`, `best` | lockstep | exact: the first copy at a peer took the shortest way, so no later one has more TTL left; each peer forwards once |
//! | `best` | live | each peer forwards at least once, and at most once for each TTL that a copy can have left |
//! | `first` | live | each peer forwards at most once; who does at least once is worked out below |
//! | `first`, `best` | a flood that outlives the memory | at least as above, at most as `literal` |

use std::rc::Rc;

use super::overlay::{Ball, Member, Overlay};
use super::walks::Walks;
use super::{Count, Order};
use crate::rules::Duplicates;

/// The rules that a flood goes by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// What the contact puts into its QUERYs.
    pub(super) ttl: u16,
    pub(super) duplicates: Duplicates,
    pub(super) order: Order,
    /// Whether a copy may still be on its way when a peer forgets the search. Never with
    /// `literal`, which has nothing to forget.
    pub(super) forgets: bool,
}

/// What one HELLO at one contact causes.
pub(super) struct Flood {
    /// QUERYs sent.
    pub(super) queries: Count,
    /// QUERYs sent on hop 1, 2, …, where they are certain.
    pub(super) by_hop: Option<Vec<u128>>,
    /// QUERYs that the contact sends.
    pub(super) from_contact: u128,
    ball: Rc<Ball>,
    answers: Answers,
}

/// How often each peer answers if it holds what is searched for.
enum Answers {
    /// All within TTL hops once.
    Once,
    /// As often as copies arrive, and the contact once more, for the HELLO.
    EachCopy(Rc<Walks>),
    /// All within TTL hops at least once, and nobody can count how often.
    Uncounted,
    /// So often, by the numbers of all peers of the overlay; whoever is beyond never.
    Each(Vec<Count>),
}

impl Answers {
    fn of(&self, peer: usize, hops: u32) -> Count {
        match self {
            Self::Once => Count::exact(1),
            Self::EachCopy(walks) => Count::exact(walks.arrivals[peer] + u128::from(hops == 0)),
            Self::Uncounted => Count::between(1, u128::MAX),
            Self::Each(answers) => answers[peer],
        }
    }
}

/// A peer within TTL hops of the contact, or the contact.
#[derive(Clone, Copy)]
pub(super) struct Heard {
    /// Which one.
    pub(super) peer: usize,
    /// Its distance from the contact.
    pub(super) hops: u32,
    /// How often it answers if it holds what is searched for. A `min` of 0: it may not be reached.
    pub(super) answers: Count,
}

impl Flood {
    /// What a HELLO at `contact` causes.
    pub(super) fn of(overlay: &Overlay, contact: usize, rules: Rules) -> Self {
        let ball = overlay.ball(contact, rules.ttl);
        let walks = needs_walks(rules).then(|| Walks::count(overlay, contact, rules.ttl));
        match (walks, rules.duplicates) {
            (Some(walks), Duplicates::Literal) => literal(overlay, ball, walks, rules),
            (Some(walks), _) => bounded(overlay, ball, &walks, rules),
            (None, _) => first_copies(overlay, ball, rules.ttl),
        }
    }

    /// Everybody within TTL hops, in the order of their numbers.
    pub(super) fn heard(&self) -> impl Iterator<Item = Heard> + '_ {
        let heard = self.ball.everybody();
        heard.map(|(peer, hops)| Heard {
            peer,
            hops,
            answers: self.answers.of(peer, hops),
        })
    }

    /// Whether everybody within TTL hops answers for sure, who holds what is searched for.
    pub(super) fn all_answer(&self) -> bool {
        match self.answers {
            Answers::Once | Answers::EachCopy(_) | Answers::Uncounted => true,
            Answers::Each(_) => self.heard().all(|heard| heard.answers.min > 0),
        }
    }

    /// The distance of each peer of the overlay from the contact; [`BEYOND`](super::overlay::BEYOND) is beyond TTL hops.
    pub(super) fn distances(&self) -> &[u32] {
        self.ball.distances()
    }

    /// What is known of `peer`, if it is within TTL hops.
    pub(super) fn of_peer(&self, peer: usize) -> Option<Heard> {
        let hops = self.ball.hops(peer)?;
        let answers = self.answers.of(peer, hops);
        Some(Heard {
            peer,
            hops,
            answers,
        })
    }
}

/// Whether the first copies alone do not tell everything.
fn needs_walks(rules: Rules) -> bool {
    match (rules.duplicates, rules.order) {
        (Duplicates::Literal, _) | (_, Order::Live) => true,
        (_, Order::Lockstep) => rules.forgets,
    }
}

/// Every copy is answered and forwarded, whatever the order.
fn literal(overlay: &Overlay, ball: Rc<Ball>, walks: Rc<Walks>, rules: Rules) -> Flood {
    Flood {
        queries: Count::exact(walks.total()),
        from_contact: from_contact(overlay, &ball, rules.ttl),
        by_hop: walks.by_hop.clone(),
        answers: match walks.by_hop {
            Some(_) => Answers::EachCopy(walks),
            None => Answers::Uncounted,
        },
        ball,
    }
}

/// How often `peer` answers under `literal`: once for each copy, and the contact once for the HELLO.
fn literal_answers(ball: &Ball, walks: &Walks, peer: usize) -> u128 {
    match walks.by_hop {
        Some(_) => walks.arrivals[peer] + u128::from(ball.hops(peer) == Some(0)),
        None => u128::MAX,
    }
}

/// Each peer closer than TTL hops forwards its first copy, to all but the one it came from.
fn first_copies(overlay: &Overlay, ball: Rc<Ball>, ttl: u16) -> Flood {
    let by_hop = first_copies_by_hop(overlay, &ball, ttl);
    Flood {
        queries: Count::exact(by_hop.iter().sum()),
        by_hop: Some(by_hop),
        from_contact: from_contact(overlay, &ball, ttl),
        answers: Answers::Once,
        ball,
    }
}

fn first_copies_by_hop(overlay: &Overlay, ball: &Ball, ttl: u16) -> Vec<u128> {
    let mut by_hop = Vec::new();
    for member in ball.forwarding(ttl) {
        let sent = overlay.degree(member.peer()) - u128::from(member.spares);
        if sent > 0 {
            by_hop.resize(member.hops as usize + 1, 0);
            by_hop[member.hops as usize] += sent;
        }
    }
    by_hop
}

/// Bounds for `first` and `best` where copies may come in another order, or be forgotten.
fn bounded(overlay: &Overlay, ball: Rc<Ball>, walks: &Walks, rules: Rules) -> Flood {
    let reached = match (rules.order, rules.duplicates) {
        (Order::Live, Duplicates::First) => Some(surely_reached(overlay, &ball, walks, rules.ttl)),
        // Lockstep: the first copy ever at a peer took the shortest way, also when peers forget,
        // since whoever sent it had its own first copy that instant. `best`: the copy that took the
        // shortest way is forwarded unless one with as much TTL left was before it.
        _ => None,
    };
    let sure = |peer: usize| reached.as_ref().is_none_or(|reached| reached[peer]);
    let surely_forwards = |member: &Member| {
        let in_time = || never_too_late(walks, member.peer(), rules.ttl);
        sure(member.peer()) && (reached.is_none() || member.is_contact() || in_time())
    };

    let mut least: u128 = 0;
    let mut most: u128 = 0;
    for member in ball.forwarding(rules.ttl) {
        let once = sent_at_once(overlay, &ball, *member, rules);
        if surely_forwards(member) {
            least = least.saturating_add(once.min);
        }
        // Each time with more TTL left than before: at most TTL − hops, at least 1.
        let times = match (member.is_contact(), rules.duplicates) {
            (false, Duplicates::Best) => u128::from(u32::from(rules.ttl) - member.hops),
            // The contact counts as having had TTL + 1.
            _ => 1,
        };
        most = most.saturating_add(once.max.saturating_mul(times));
    }
    // Whatever a peer forwards or answers, it would under `literal` too.
    let most = match rules.forgets {
        true => walks.total(),
        false => most.min(walks.total()),
    };
    Flood {
        queries: Count::between(least, most),
        by_hop: None,
        from_contact: from_contact(overlay, &ball, rules.ttl),
        answers: each(&ball, |peer| {
            let most = match rules.forgets {
                true => literal_answers(&ball, walks, peer),
                false => 1,
            };
            Count::between(u128::from(sure(peer)), most)
        }),
        ball,
    }
}

/// How many QUERYs `member` sends when it forwards once: its neighbours, less the one that the
/// copy came from if that is one of them.
fn sent_at_once(overlay: &Overlay, ball: &Ball, member: Member, rules: Rules) -> Count {
    let all = overlay.degree(member.peer());
    if member.is_contact() || rules.order == Order::Lockstep {
        return Count::exact(all - u128::from(member.spares));
    }
    // Whoever is two hops or more from the edge may send a copy that is forwarded.
    let sends = |link: &usize| {
        let hops = ball.hops(overlay.source(*link));
        hops.is_some_and(|hops| hops + 2 <= u32::from(rules.ttl))
    };
    let (mut any_spared, mut all_spared) = (false, true);
    for link in overlay.arriving(member.peer()).filter(sends) {
        let spared = overlay.back(link).is_some();
        any_spared |= spared;
        all_spared &= spared;
    }
    Count::between(all - u128::from(any_spared), all - u128::from(all_spared))
}

/// The peers that a search reaches under `first`, whichever copies come first.
///
/// A peer that is reached sends its first copy on, if that has TTL left; and all its neighbours
/// then have had the search, the one that the copy came from included. The first copy has TTL left
/// for sure when no walk of exactly TTL links ends at that peer.
fn surely_reached(overlay: &Overlay, ball: &Ball, walks: &Walks, ttl: u16) -> Vec<bool> {
    let mut reached = vec![false; overlay.peers()];
    // Not in the order of the ball: the way that is sure may be longer than the shortest.
    let mut forwarding: Vec<usize> = ball.members.iter().take(1).map(Member::peer).collect();
    for contact in &forwarding {
        reached[*contact] = true;
    }
    if ttl == 0 {
        return reached;
    }
    while let Some(peer) = forwarding.pop() {
        for link in overlay.links(peer) {
            let neighbour = overlay.target(link);
            if !reached[neighbour] {
                reached[neighbour] = true;
                if never_too_late(walks, neighbour, ttl) {
                    forwarding.push(neighbour);
                }
            }
        }
    }
    reached
}

/// Whether every copy that may ever come to `peer` has TTL left to be forwarded. The contact never
/// waits for one.
fn never_too_late(walks: &Walks, peer: usize, ttl: u16) -> bool {
    let latest = walks.latest(peer);
    latest.is_some_and(|hops| hops < u32::from(ttl))
}

/// The contact sends to all its neighbours, unless the TTL is 0.
fn from_contact(overlay: &Overlay, ball: &Ball, ttl: u16) -> u128 {
    let contact = ball.forwarding(ttl).take(1);
    contact.map(|member| overlay.degree(member.peer())).sum()
}

fn each(ball: &Ball, answers: impl Fn(usize) -> Count) -> Answers {
    let mut each = vec![Count::ZERO; ball.peers()];
    for (peer, _) in ball.everybody() {
        each[peer] = answers(peer);
    }
    Answers::Each(each)
}
