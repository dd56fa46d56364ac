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

/// The frames of `trace`, first to last.
pub(crate) fn frames(trace: &Trace) -> Vec<Frame> {
    let mut frames: Vec<(EventId, Frame)> = Vec::new();
    let mut number: BTreeMap<EventId, usize> = BTreeMap::new();
    // Who is right about duplicates is told by the tests of journeys.
    let journeys = Journeys::read(&trace.recording, &trace.roster);
    let mut ends: BTreeMap<EventId, String> = BTreeMap::new();
    let mut delays: BTreeMap<EventId, String> = BTreeMap::new();
    let mut damages: BTreeMap<EventId, String> = BTreeMap::new();
    for (id, event) in trace.recording.iter() {
        // What the line of an event says behind the words that begin it.
        let line = trace.recording.line(id, &trace.roster);
        let line = line.split(" (by #").next().unwrap().to_owned();
        let behind = |words: &str| line.split_once(words).unwrap().1.to_owned();
        let mut born = |frame: Frame| {
            number.insert(id, frames.len());
            frames.push((id, frame));
        };
        let nanos = u128::from(event.time.as_nanos());
        match &event.what {
            What::Sent { from, to, payload } => {
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
                let frame = Frame {
                    nanos,
                    interface: entry.name.clone(),
                    description: format!("{role} at {}", entry.address),
                    comment,
                    original_len: 28 + payload.len(),
                    from: entry.address,
                    to: *to,
                    payload: payload[..fits].to_vec(),
                };
                born(frame);
            }
            What::Outside { at, from, payload } => {
                let entry = trace.roster.entry(*at);
                let name = trace.roster.name_of(*from);
                let frame = Frame {
                    nanos,
                    interface: "outside".to_owned(),
                    description: "all that is not of the run".to_owned(),
                    comment: format!("{name} -> {}; from outside the run", entry.name),
                    original_len: 28 + payload.len(),
                    from: *from,
                    to: entry.address,
                    payload: payload.to_vec(),
                };
                born(frame);
            }
            What::Duplicated { original, .. } => {
                let original_at = number[original];
                let (_, copied) = &frames[original_at];
                let names = copied.comment.split("; from outside").next().unwrap();
                let names = names.split("; copy made").next().unwrap();
                let frame = Frame {
                    nanos,
                    comment: format!(
                        "{}; copy made by the link, of frame {}",
                        names,
                        original_at + 1
                    ),
                    ..copied.clone()
                };
                if let Some(damage) = damages.get(original).cloned() {
                    damages.insert(id, damage);
                }
                number.insert(id, frames.len());
                frames.push((id, frame));
            }
            What::Corrupted { datagram, .. } => {
                let by = behind(&format!("corrupted {datagram} "));
                damages.insert(*datagram, format!("; damaged on the way {by}"));
            }
            What::Delayed { datagram, .. } => {
                let by = behind(&format!("delayed {datagram} "));
                delays.insert(*datagram, format!("; held back {by}"));
            }
            What::Delivered { datagram, .. } => {
                ends.insert(*datagram, String::new());
            }
            What::LostByKernel { datagram } => {
                ends.insert(*datagram, "; lost: in the kernel".to_owned());
            }
            What::Dropped { datagram, reason } => {
                let text = match reason {
                    DropReason::LeftTheRun => "; left the run".to_owned(),
                    DropReason::Fault(n) => format!("; lost: fault {}", n + 1),
                    _ => format!("; lost: {}", behind(": ")),
                };
                ends.insert(*datagram, text);
            }
            _ => {}
        }
    }
    let finished = frames.into_iter().map(|(id, mut frame)| {
        let happened = [damages.get(&id), delays.get(&id)];
        frame
            .comment
            .extend(happened.into_iter().flatten().cloned());
        let journey = journeys.datagrams[journeys.number(id).unwrap() as usize];
        if journey.is_duplicate {
            let who = trace.roster.name_of(frame.to);
            frame.comment += &format!("; duplicate: {who} had this search");
        }
        let in_flight = "; in flight when the run ended".to_owned();
        frame.comment += ends.get(&id).unwrap_or(&in_flight);
        frame
    });
    finished.collect()
}
