//! The lines that a flood has millions of, put together by hand.
//!
//! What a line has, and in which order, says [`line`](crate::trace::line): a test holds each of these
//! against it. Here is only what makes them cheap: names and what depends on a payload alone are
//! rendered once and copied from then on.

use std::io;
use std::ops::Range;

use super::events;
use crate::endpoint::Receipt;
use crate::event::{DropReason, Event, EventId, PayloadId, Recording, What};
use crate::roster::{EndpointId, Roster};
use crate::time::Time;

/// How many bytes of rendered payloads are kept at most.
const MAX_RENDERED: usize = 64 << 20;

/// Writes the lines of frequent events.
pub(super) struct Hot<'a> {
    roster: &'a Roster,
    recording: &'a Recording,
    names: Names,
    payloads: Payloads,
    /// The time that was written last, and how.
    time: Option<Time>,
    time_rendered: Vec<u8>,
}

impl<'a> Hot<'a> {
    pub(super) fn new(roster: &'a Roster, recording: &'a Recording) -> io::Result<Self> {
        Self::with_room(roster, recording, MAX_RENDERED)
    }

    /// Keeps at most `room` bytes of rendered payloads.
    pub(super) fn with_room(
        roster: &'a Roster,
        recording: &'a Recording,
        room: usize,
    ) -> io::Result<Self> {
        Ok(Self {
            roster,
            recording,
            names: Names::of(roster)?,
            payloads: Payloads {
                places: vec![0..0; recording.payloads().len()],
                rendered: Vec::new(),
                room,
            },
            time: None,
            time_rendered: Vec::new(),
        })
    }

    /// Writes the line of `event` if it is one of those that are written here, and says whether.
    pub(super) fn put(
        &mut self,
        out: &mut Vec<u8>,
        id: EventId,
        event: &Event,
    ) -> io::Result<bool> {
        match &event.what {
            What::Sent { from, to, payload } => {
                let Some(to) = self.roster.at(*to) else {
                    return Ok(false);
                };
                self.head(out, b"{\"kind\":\"sent\",\"event\":", id, event);
                out.extend_from_slice(b",\"from\":");
                out.extend_from_slice(self.names.get(*from));
                out.extend_from_slice(b",\"to\":");
                out.extend_from_slice(self.names.get(to));
                self.payloads.put(out, *payload, self.recording)?;
            }
            What::Delivered {
                datagram,
                to,
                receipt: Receipt { tail, ignored },
            } => {
                self.head(out, b"{\"kind\":\"delivered\",\"event\":", id, event);
                number(out, b",\"datagram\":", datagram.0);
                out.extend_from_slice(b",\"to\":");
                out.extend_from_slice(self.names.get(*to));
                if *tail != 0 {
                    number(out, b",\"tail\":", *tail);
                }
                if let Some(reason) = ignored {
                    out.extend_from_slice(b",\"ignored\":\"");
                    out.extend_from_slice(reason.name().as_bytes());
                    out.push(b'"');
                }
            }
            What::Dropped { datagram, reason } if !matches!(reason, DropReason::Fault(_)) => {
                self.head(out, b"{\"kind\":\"dropped\",\"event\":", id, event);
                number(out, b",\"datagram\":", datagram.0);
                out.extend_from_slice(b",\"reason\":\"");
                out.extend_from_slice(reason.name().as_bytes());
                out.push(b'"');
            }
            _ => return Ok(false),
        }
        out.extend_from_slice(b"}\n");
        Ok(true)
    }

    /// Writes what all lines of events begin with; `start` has all that is before the event's number.
    #[inline]
    fn head<const N: usize>(
        &mut self,
        out: &mut Vec<u8>,
        start: &[u8; N],
        id: EventId,
        event: &Event,
    ) {
        number(out, start, id.0);
        // Much happens at one time.
        if self.time != Some(event.time) {
            self.time = Some(event.time);
            self.time_rendered.clear();
            number(
                &mut self.time_rendered,
                b",\"time_ns\":",
                event.time.as_nanos(),
            );
        }
        out.extend_from_slice(&self.time_rendered);
        if let Some(cause) = event.cause {
            number(out, b",\"cause\":", cause.0);
        }
    }
}

/// Writes a field that is a number; `key` has all that is before it.
#[inline]
fn number<const N: usize>(out: &mut Vec<u8>, key: &[u8; N], number: impl itoa::Integer) {
    out.extend_from_slice(key);
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// All names as JSON has them, in quotes.
struct Names {
    rendered: Vec<u8>,
    /// Where each begins, and at last where they end.
    starts: Vec<usize>,
}

impl Names {
    fn of(roster: &Roster) -> io::Result<Self> {
        let mut names = Self {
            rendered: Vec::new(),
            starts: vec![0],
        };
        for (_, member) in roster.iter() {
            serde_json::to_writer(&mut names.rendered, member.name)?;
            names.starts.push(names.rendered.len());
        }
        Ok(names)
    }

    fn get(&self, endpoint: EndpointId) -> &[u8] {
        let index = endpoint.index();
        &self.rendered[self.starts[index]..self.starts[index + 1]]
    }
}

/// What the lines of datagrams have of their payloads.
struct Payloads {
    rendered: Vec<u8>,
    /// By payload, where in `rendered` it is; empty where it is not yet, or never will be.
    places: Vec<Range<usize>>,
    /// For how many more bytes there is room.
    room: usize,
}

impl Payloads {
    fn put(
        &mut self,
        out: &mut Vec<u8>,
        payload: PayloadId,
        recording: &Recording,
    ) -> io::Result<()> {
        let place = &mut self.places[payload.index()];
        if place.end == 0 {
            let start = out.len();
            out.extend_from_slice(b",\"message\":");
            serde_json::to_writer(&mut *out, &events::text(recording, payload))?;
            out.extend_from_slice(b",\"bytes\":");
            serde_json::to_writer(&mut *out, &events::hex(recording, payload))?;
            let rendered = &out[start..];
            if let Some(left) = self.room.checked_sub(rendered.len()) {
                self.room = left;
                *place = self.rendered.len()..self.rendered.len() + rendered.len();
                self.rendered.extend_from_slice(rendered);
            }
            return Ok(());
        }
        out.extend_from_slice(&self.rendered[place.clone()]);
        Ok(())
    }
}
