//! The lives of the run's datagrams, in columns: one list for each thing that is told of all.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use serde::Serialize;

use super::numbers::{Number, or_nothing};
use super::payloads::Payloads;
use super::words::Words;
use crate::event::{Culprit, DropReason};
use crate::roster::Roster;
use crate::trace::{Fate, Journey, Journeys, Trace};

/// Each datagram, in the order in which they came into the run.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Datagrams {
    /// The event that brought it into the run.
    born: Vec<u32>,
    /// The event that ended it.
    end: Vec<Number>,
    /// The endpoint that it comes from.
    from: Vec<Number>,
    /// The endpoint that it goes to.
    to: Vec<Number>,
    /// The addresses of senders outside the run, by datagram.
    from_address: BTreeMap<usize, SocketAddrV4>,
    /// The addresses of receivers outside the run, by datagram.
    to_address: BTreeMap<usize, SocketAddrV4>,
    /// Its bytes as it was sent.
    payload: Vec<Number>,
    /// Its bytes at the end of its link, when it was damaged.
    arrived: Vec<Number>,
    /// What became of it: 0 on its way, 1 delivered, 2 dropped, 3 lost by the kernel.
    fate: Vec<u8>,
    /// Why it was dropped.
    reason: Vec<Number>,
    /// The search that it belongs to.
    search: Vec<Number>,
    /// Its hop in that search.
    hop: Vec<Number>,
    /// 1 for a QUERY that reached a peer which knew the search, else 0.
    duplicate: Vec<u8>,
    /// The datagram of which a link made it a copy.
    copy_of: Vec<Number>,
}

impl Datagrams {
    /// The datagrams of `trace`. Their bytes go into `payloads`, why they were dropped into
    /// `reasons`.
    pub(super) fn of<'a>(
        trace: &'a Trace,
        journeys: &Journeys,
        payloads: &mut Payloads<'a>,
        reasons: &mut Words,
    ) -> Self {
        let recording = &trace.recording;
        let mut columns = Self::default();
        for journey in journeys.datagrams.iter() {
            let sent = recording.payload(journey.born);
            let arrived = journey
                .damaged
                .and_then(|_| recording.arrived(journey.born));
            let mut place =
                |bytes: Option<&'a [u8]>| or_nothing(bytes.map(|bytes| payloads.place(bytes)));
            columns.payload.push(place(sent));
            columns.arrived.push(place(arrived));
            columns.add_ends(&journey, &trace.roster);
            columns.add_fate(journey.fate, reasons);
            columns.add_rest(&journey);
        }
        columns
    }

    /// Where a datagram comes from and where it goes.
    fn add_ends(&mut self, journey: &Journey, roster: &Roster) {
        let datagram = self.from.len();
        let (from, to) = (roster.at(journey.from), roster.at(journey.to));
        if from.is_none() {
            self.from_address.insert(datagram, journey.from);
        }
        if to.is_none() {
            self.to_address.insert(datagram, journey.to);
        }
        self.from.push(or_nothing(from.map(|endpoint| endpoint.0)));
        self.to.push(or_nothing(to.map(|endpoint| endpoint.0)));
    }

    /// What became of a datagram.
    fn add_fate(&mut self, fate: Fate, reasons: &mut Words) {
        let (code, reason) = match fate {
            Fate::InFlight => (0, None),
            Fate::Delivered(_) => (1, None),
            Fate::Dropped(_, reason) => (2, Some(why(reason))),
            Fate::LostByKernel(_) => (3, None),
        };
        self.fate.push(code);
        self.reason
            .push(or_nothing(reason.map(|why| reasons.place(why))));
        self.end.push(or_nothing(fate.event().map(|event| event.0)));
    }

    /// All else of a datagram.
    fn add_rest(&mut self, journey: &Journey) {
        self.born.push(journey.born.0);
        self.search
            .push(or_nothing(journey.hop.map(|hop| hop.search)));
        self.hop.push(or_nothing(journey.hop.map(|hop| hop.number)));
        self.duplicate.push(u8::from(journey.is_duplicate));
        self.copy_of.push(or_nothing(journey.copy_of));
    }
}

/// Why a datagram ended on its way: a fault by its number, all else in one word.
fn why(reason: DropReason) -> String {
    match reason {
        DropReason::Fault(number) => Culprit::Fault(number).to_string(),
        _ => reason.name().to_owned(),
    }
}
