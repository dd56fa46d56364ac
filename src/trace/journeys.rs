//! Each datagram's life, read off the events: where it came from, what became of it, and where in a
//! search it stands.
//!
//! A datagram has the number of its place here: the first that came into the run is 0. A capture
//! has them in the same order, so datagram 0 is its frame 1.

use std::net::SocketAddrV4;
use std::ops::ControlFlow;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::datagrams::Datagrams;
use super::following::Follower;
use crate::event::{DropReason, EventId, Recording};
use crate::roster::{EndpointId, Roster};

/// The life of every datagram of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journeys {
    /// Each datagram, in the order in which they came into the run.
    pub datagrams: Datagrams,
    /// Each HELLO that reached a peer, in the order in which they did.
    pub searches: Vec<Search>,
}

/// The life of one datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Journey {
    /// The event that brought it into the run: it was sent, copied by a link, or came from outside.
    pub born: EventId,
    /// The address that it says it comes from.
    pub from: SocketAddrV4,
    /// The address that it goes to.
    pub to: SocketAddrV4,
    /// The datagram of which a link made it a copy, if one did.
    pub copy_of: Option<u32>,
    /// The event that damaged it, if a link did.
    pub damaged: Option<EventId>,
    /// The event that held it back, if a link did.
    pub delayed: Option<EventId>,
    /// What became of it.
    pub fate: Fate,
    /// Where in a search it stands; none when it is no HELLO, QUERY or CHUNKS_INFO of one.
    pub hop: Option<Hop>,
    /// Whether it is a QUERY that reached a peer which had that search before.
    pub is_duplicate: bool,
}

/// What became of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was on its way when the events end.
    InFlight,
    /// It reached its endpoint with this event.
    Delivered(EventId),
    /// It ended on its way with this event, for this reason.
    Dropped(EventId, DropReason),
    /// The kernel lost it, as this event says.
    LostByKernel(EventId),
}

/// Where in a search a datagram stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The search, by its number.
    pub search: u32,
    /// A HELLO is hop 0, what the contact floods hop 1, and so on; a CHUNKS_INFO has the hop of the
    /// datagram that it answers.
    pub number: u32,
}

/// A search: a HELLO that reached a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Who sent the HELLO, if it is one of the run.
    pub client: Option<EndpointId>,
    /// The peer that it reached.
    pub contact: EndpointId,
    /// The number of the HELLO among the datagrams.
    pub hello: u32,
    /// The peers that had the HELLO or a QUERY of it, each with the event that first delivered one, in
    /// the order in which they did.
    pub reached: IndexMap<EndpointId, EventId, RandomState>,
}

/// After how many events journeys are told.
const BLOCK: u32 = 4_096;

impl Fate {
    /// The event that ended the datagram, if one did.
    #[must_use]
    pub const fn event(self) -> Option<EventId> {
        match self {
            Self::InFlight => None,
            Self::Delivered(event) | Self::Dropped(event, _) | Self::LostByKernel(event) => {
                Some(event)
            }
        }
    }
}

impl Journeys {
    /// Reads what happened among those of `roster`.
    #[must_use]
    pub fn read(recording: &Recording, roster: &Roster) -> Self {
        let mut follower = Follower::with_room(recording);
        for (id, _) in recording.iter() {
            follower.read(recording, roster, id);
        }
        follower.into_journeys()
    }

    /// Reads each journey of what happened among those of `roster`, and tells them in blocks, in their
    /// order: as soon as a datagram and all before it have ended, and the others at the end. So what
    /// is made of them need not wait for all. Stops when `tell` says that nobody listens.
    pub(crate) fn tell_each(
        recording: &Recording,
        roster: &Roster,
        mut tell: impl FnMut(Vec<Journey>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut follower = Follower::with_room(recording);
        let mut told = 0;
        for (id, _) in recording.iter() {
            follower.read(recording, roster, id);
            if id.0 % BLOCK == BLOCK - 1 {
                let left = follower.journeys().datagrams.behind(told);
                let ended = left.take_while(|journey| journey.fate != Fate::InFlight);
                let ended: Vec<_> = ended.collect();
                told += ended.len();
                tell(ended)?;
            }
        }
        let datagrams = &follower.journeys().datagrams;
        while told < datagrams.len() {
            let block: Vec<_> = datagrams.behind(told).take(BLOCK as usize).collect();
            told += block.len();
            tell(block)?;
        }
        ControlFlow::Continue(())
    }

    /// The number of the datagram that came into the run with `event`, if one did.
    #[must_use]
    pub fn number(&self, event: EventId) -> Option<u32> {
        self.datagrams.born_with(event)
    }
}

impl Journey {
    /// A datagram that has just come into the run.
    pub(super) const fn new(
        born: EventId,
        from: SocketAddrV4,
        to: SocketAddrV4,
        hop: Option<Hop>,
    ) -> Self {
        Self {
            born,
            from,
            to,
            copy_of: None,
            damaged: None,
            delayed: None,
            fate: Fate::InFlight,
            hop,
            is_duplicate: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::endpoint::Receipt;
    use crate::scenario::Scenario;
    use crate::time::Time;

    /// 5,000 datagrams from p1 to p2, each of which arrives when ten more were sent; but one never
    /// does.
    fn run(never: u32) -> (Recording, Roster) {
        let text = concat!(
            "[overlay.line]
peers = 2
",
            "[[client]]
name = \"viewer\"
contact = \"p1\"
chunks = [1]
"
        );
        let read = Scenario::read(Path::new("two.toml"), text.to_owned(), None, None);
        let Ok(scenario) = read else {
            panic!("two peers and a client are a scenario");
        };
        let [from, to] = [EndpointId(0), EndpointId(1)];
        let address = scenario.roster.address(to);
        let mut recording = Recording::default();
        let payload = recording.intern(b"any");
        let mut under_way = std::collections::VecDeque::new();
        for number in 0..5_000 {
            let sent = recording.sent(Time::ZERO, EventId(0), from, address, payload);
            under_way.push_back((number, sent));
            if under_way.len() > 10
                && let Some((number, sent)) = under_way.pop_front()
                && number != never
            {
                recording.delivered(Time::ZERO, sent, to, Receipt::default());
            }
        }
        (recording, scenario.roster)
    }

    #[test]
    fn each_is_told_as_it_is_read_of_all_and_before_all_are_read() {
        for (never, first_block) in [(5_000, 2_043), (1_000, 1_000), (0, 0)] {
            let (recording, roster) = run(never);
            let mut blocks = Vec::new();
            let told = Journeys::tell_each(&recording, &roster, |block| {
                blocks.push(block);
                ControlFlow::Continue(())
            });
            assert!(told.is_continue());
            assert_eq!(blocks[0].len(), first_block);
            let all = Journeys::read(&recording, &roster);
            assert_eq!(all.datagrams.len(), 5_000);
            assert!(blocks.into_iter().flatten().eq(all.datagrams.iter()));
        }
    }

    #[test]
    fn nobody_is_told_who_does_not_listen() {
        let (recording, roster) = run(5_000);
        let mut blocks = 0;
        let told = Journeys::tell_each(&recording, &roster, |_| {
            blocks += 1;
            ControlFlow::Break(())
        });
        assert!(told.is_break());
        assert_eq!(blocks, 1);
    }
}
