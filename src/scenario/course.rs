//! What happens to each peer, one thing after another: whether it can happen in that order.
//!
//! Only `at` says when something happens. A peer to which something happens `after` a datagram is
//! held to less: what can't happen in any order.

use std::collections::BTreeMap;
use std::time::Duration;

use super::problem::{Problems, Span};
use super::requests::named;
use super::world::World;
use crate::roster::EndpointId;
use crate::wire::ChunkId;

/// What to do about the start of a peer that is there.
const START: &str = "`start` brings back who was stopped or has crashed;\n\
                     for one who is not there from the beginning write `join`";

/// A coming or going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Stop,
    Crash,
    Start,
    Join,
    Pause(Duration),
}

impl Move {
    /// What the peer does, behind "can".
    const fn verb(self) -> &'static str {
        match self {
            Self::Stop => "be stopped",
            Self::Crash => "crash",
            Self::Start => "start",
            Self::Join => "join",
            Self::Pause(_) => "be paused",
        }
    }
}

/// A change of what a peer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trade {
    Gain,
    Lose,
}

/// What happens to which chunks.
type TradeOf = (Trade, Vec<ChunkId>);

/// Something with its time, if that is known, and its place in the file.
#[derive(Clone, Debug)]
struct Event<T> {
    at: Option<Duration>,
    what: T,
    span: Span,
}

/// The moves and trades of each peer, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Course {
    moves: BTreeMap<EndpointId, Vec<Event<Move>>>,
    trades: BTreeMap<EndpointId, Vec<Event<TradeOf>>>,
}

impl Course {
    pub(super) fn moves(&mut self, peer: EndpointId, at: Option<Duration>, what: Move, span: Span) {
        let moves = self.moves.entry(peer).or_default();
        moves.push(Event { at, what, span });
    }

    pub(super) fn trades(
        &mut self,
        peer: EndpointId,
        at: Option<Duration>,
        what: Trade,
        ids: &[ChunkId],
        span: Span,
    ) {
        let what = (what, ids.to_vec());
        let trades = self.trades.entry(peer).or_default();
        trades.push(Event { at, what, span });
    }

    /// Notes what can't happen.
    pub(super) fn check(&self, world: &World<'_>, problems: &mut Problems) {
        for (peer, moves) in &self.moves {
            note_second_join(*peer, moves, world, problems);
            match in_time(moves) {
                Some(moves) => check_moves(*peer, &moves, world, problems),
                None => note_idle_start(*peer, moves, world, problems),
            }
        }
        if !world.knows_peers {
            return;
        }
        for (peer, trades) in &self.trades {
            match in_time(trades) {
                Some(trades) => check_trades(*peer, &trades, world, problems),
                None => check_loose_trades(*peer, trades, world, problems),
            }
        }
    }
}

/// `events` in the order of time, if all their times are known.
fn in_time<T>(events: &[Event<T>]) -> Option<Vec<(Duration, &Event<T>)>> {
    let timed = events.iter().map(|event| Some((event.at?, event)));
    let mut timed: Vec<_> = timed.collect::<Option<_>>()?;
    timed.sort_by_key(|(at, _)| *at);
    Some(timed)
}

fn note_second_join(
    peer: EndpointId,
    moves: &[Event<Move>],
    world: &World<'_>,
    problems: &mut Problems,
) {
    let mut joins = moves.iter().filter(|event| event.what == Move::Join);
    let Some(first) = joins.next() else { return };
    for join in joins {
        let source = problems.source().clone();
        let title = format!("{} joins twice", world.shown(peer));
        let problem = problems.add(join.span.clone(), title, "the second time");
        problem
            .label(&source, first.span.clone(), "the first time")
            .help("a peer that was there before and left comes back with `start`");
    }
}

/// Where a peer is between two moves, and the place of the move that brought it there.
enum State<'a> {
    There(Option<&'a Span>),
    Away(&'a Span),
    NotYet(&'a Span),
    Still { until: Duration, since: &'a Span },
}

fn check_moves(
    peer: EndpointId,
    moves: &[(Duration, &Event<Move>)],
    world: &World<'_>,
    problems: &mut Problems,
) {
    let join = moves.iter().find(|(_, event)| event.what == Move::Join);
    let mut state = match join {
        Some((_, join)) => State::NotYet(&join.span),
        None => State::There(None),
    };
    let mut has_joined = false;
    for (at, event) in moves {
        if matches!(state, State::Still { until, .. } if until <= *at) {
            state = State::There(None);
        }
        let impossible = match (event.what, &state) {
            (Move::Join, _) if has_joined => continue,
            (Move::Join, State::NotYet(_)) => {
                has_joined = true;
                None
            }
            (Move::Start, State::There(came)) => Some(("it is there already", *came)),
            (Move::Start, State::Away(_)) | (_, State::There(_)) => None,
            (_, State::Away(went)) => Some(("it is away", Some(*went))),
            (_, State::NotYet(joins)) => Some(("it has not joined", Some(*joins))),
            (_, State::Still { since, .. }) => Some(("it stands still", Some(*since))),
        };
        if let Some((why, because)) = impossible {
            let shown = world.shown(peer);
            let verb = event.what.verb();
            let time = humantime::format_duration(*at);
            let title = format!("{shown} can't {verb} at {time}: {why}");
            let source = problems.source().clone();
            let problem = problems.add(event.span.clone(), title, "not possible then");
            match because {
                Some(place) => problem.label(&source, place.clone(), "because of this"),
                None => problem.help(START),
            };
            continue;
        }
        state = match event.what {
            Move::Stop | Move::Crash => State::Away(&event.span),
            Move::Start | Move::Join => State::There(Some(&event.span)),
            Move::Pause(length) => State::Still {
                until: at.saturating_add(length),
                since: &event.span,
            },
        };
    }
}

/// Notes each start of a peer that nothing ever stops.
fn note_idle_start(
    peer: EndpointId,
    moves: &[Event<Move>],
    world: &World<'_>,
    problems: &mut Problems,
) {
    let leaves = |event: &Event<Move>| matches!(event.what, Move::Stop | Move::Crash | Move::Join);
    if moves.iter().any(leaves) {
        return;
    }
    for start in moves.iter().filter(|event| event.what == Move::Start) {
        let title = format!("{} is started, and is never away", world.shown(peer));
        let problem = problems.add(start.span.clone(), title, "it is there already");
        problem.help(START);
    }
}

fn check_trades(
    peer: EndpointId,
    trades: &[(Duration, &Event<TradeOf>)],
    world: &World<'_>,
    problems: &mut Problems,
) {
    let store = &world.peers[peer.index()].chunks;
    let mut changed: BTreeMap<ChunkId, bool> = BTreeMap::new();
    for (_, event) in trades {
        let (trade, ids) = &event.what;
        let mut wrong = ids.clone();
        wrong.retain(|id| {
            let held = changed.get(id).copied();
            held.unwrap_or_else(|| store.holds(*id)) == (*trade == Trade::Gain)
        });
        note_trade(peer, *trade, &wrong, &event.span, world, problems);
        changed.extend(ids.iter().map(|id| (*id, *trade == Trade::Gain)));
    }
}

/// Holds trades to what holds in any order: who loses a chunk has it at first or gains it, and who
/// gains it has it not at first or loses it.
fn check_loose_trades(
    peer: EndpointId,
    trades: &[Event<TradeOf>],
    world: &World<'_>,
    problems: &mut Problems,
) {
    let store = &world.peers[peer.index()].chunks;
    for event in trades {
        let (trade, ids) = &event.what;
        let is_undone = |id: &ChunkId| {
            let mut others = trades.iter().map(|other| &other.what);
            others.any(|(other, ids)| other != trade && ids.contains(id))
        };
        let mut wrong = ids.clone();
        wrong.retain(|id| store.holds(*id) == (*trade == Trade::Gain) && !is_undone(id));
        note_trade(peer, *trade, &wrong, &event.span, world, problems);
    }
}

/// Notes that `peer` holds `ids` already, or not.
fn note_trade(
    peer: EndpointId,
    trade: Trade,
    ids: &[ChunkId],
    span: &Span,
    world: &World<'_>,
    problems: &mut Problems,
) {
    if ids.is_empty() {
        return;
    }
    let them = match ids {
        [_] => "it",
        _ => "them",
    };
    let (shown, ids) = (world.shown(peer), named(ids));
    let (title, label) = match trade {
        Trade::Gain => {
            let title = format!("{shown} can't gain {ids}: it holds {them} already");
            (title, "held already")
        }
        Trade::Lose => {
            let title = format!("{shown} can't lose {ids}: it does not hold {them}");
            (title, "not held")
        }
    };
    problems.add(span.clone(), title, label);
}
