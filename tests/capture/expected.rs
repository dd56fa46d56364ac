//! What must be in each frame, read off the events of a trace.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use p2p_sim::event::{DropReason, EventId, What};
use p2p_sim::roster::Role;
use p2p_sim::trace::{Journeys, Trace};

/// A frame of a capture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frame {
    pub(crate) nanos: u128,
    pub(crate) interface: String,
    pub(crate) description: String,
    pub(crate) comment: String,
    /// The bytes of the packet, had it not been cut.
    pub(crate) original_len: usize,
    pub(crate) from: SocketAddrV4,
    pub(crate) to: SocketAddrV4,
    pub(crate) payload: Vec<u8>,
}

/// What the comments of datagrams say behind their names, by the events that they came with.
#[derive(Default)]
struct Notes {
    damages: BTreeMap<EventId, String>,
    delays: BTreeMap<EventId, String>,
    ends: BTreeMap<EventId, String>,
}

/// What happened to the datagrams of `trace`. The words are those of the lines of events.
fn notes(trace: &Trace) -> Notes {
    let mut notes = Notes::default();
    for (id, event) in trace.recording.iter() {
        let line = trace.recording.line(id, &trace.roster);
        let line = line.split(" (by #").next().unwrap();
        let behind = |words: &str| line.split_once(words).unwrap().1.to_owned();
        match &event.what {
            What::Corrupted { datagram, .. } => {
                let by = behind(&format!("corrupted {datagram} "));
                let note = format!("; damaged on the way {by}");
                notes.damages.insert(*datagram, note);
            }
            What::Duplicated { original, .. } => {
                if let Some(damage) = notes.damages.get(original).cloned() {
                    notes.damages.insert(id, damage);
                }
            }
            What::Delayed { datagram, .. } => {
                let by = behind(&format!("delayed {datagram} "));
                notes.delays.insert(*datagram, format!("; held back {by}"));
            }
            What::Delivered { datagram, .. } => {
                notes.ends.insert(*datagram, String::new());
            }
            What::LostByKernel { datagram } => {
                let note = "; lost: in the kernel".to_owned();
                notes.ends.insert(*datagram, note);
            }
            What::Dropped { datagram, reason } => {
                let note = match reason {
                    DropReason::LeftTheRun => "; left the run".to_owned(),
                    DropReason::Fault(n) => format!("; lost: fault {}", n + 1),
                    _ => format!("; lost: {}", behind(": ")),
                };
                notes.ends.insert(*datagram, note);
            }
            _ => {}
        }
    }
    notes
}

/// The frames of `trace`, first to last.
pub(crate) fn frames(trace: &Trace) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut numbers: BTreeMap<EventId, usize> = BTreeMap::new();
    for (id, event) in trace.recording.iter() {
        let nanos = u128::from(event.time.as_nanos());
        let frame = match &event.what {
            What::Sent { from, to, payload } => {
                let payload = trace.recording.bytes(*payload);
                let entry = trace.roster.entry(*from);
                let role = match entry.role {
                    Role::Peer => "peer",
                    Role::Client => "client",
                    Role::Nobody => unreachable!(),
                };
                let fits = payload.len().min(65_507);
                let mut comment = format!("{} -> {}", entry.name, trace.roster.name_of(*to));
                if fits < payload.len() {
                    comment += "; too long for a packet: the first 65507 of its ";
                    comment += &format!("{} bytes", payload.len());
                }
                Frame {
                    nanos,
                    interface: entry.name.to_owned(),
                    description: format!("{role} at {}", entry.address),
                    comment,
                    original_len: 28 + payload.len(),
                    from: entry.address,
                    to: *to,
                    payload: payload[..fits].to_vec(),
                }
            }
            What::Outside { at, from, payload } => {
                let payload = trace.recording.bytes(*payload);
                let entry = trace.roster.entry(*at);
                let name = trace.roster.name_of(*from);
                Frame {
                    nanos,
                    interface: "outside".to_owned(),
                    description: "all that is not of the run".to_owned(),
                    comment: format!("{name} -> {}; from outside the run", entry.name),
                    original_len: 28 + payload.len(),
                    from: *from,
                    to: entry.address,
                    payload: payload.to_vec(),
                }
            }
            What::Duplicated { original, .. } => {
                let original = numbers[original];
                let copied: &Frame = &frames[original];
                let names = copied.comment.split("; ").next().unwrap();
                let frame = original + 1;
                Frame {
                    nanos,
                    comment: format!("{names}; copy made by the link, of frame {frame}"),
                    ..copied.clone()
                }
            }
            _ => continue,
        };
        numbers.insert(id, frames.len());
        frames.push(frame);
    }
    // Who is right about duplicates is told by the tests of journeys.
    let journeys = Journeys::read(&trace.recording, &trace.roster);
    let notes = notes(trace);
    for (id, number) in numbers {
        let frame = &mut frames[number];
        let happened = [notes.damages.get(&id), notes.delays.get(&id)];
        let happened = happened.into_iter().flatten().cloned();
        frame.comment.extend(happened);
        if journeys
            .datagrams
            .get(u32::try_from(number).unwrap())
            .is_duplicate
        {
            let who = trace.roster.name_of(frame.to);
            frame.comment += &format!("; duplicate: {who} had this search");
        }
        let in_flight = "; in flight when the run ended".to_owned();
        frame.comment += notes.ends.get(&id).unwrap_or(&in_flight);
    }
    frames
}
