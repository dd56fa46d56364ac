//! The columns of a page's data, and what must hold for all of them.

use p2p_sim::event::{EventId, What};
use p2p_sim::roster::EndpointId;
use serde_json::Value;

use crate::support::stage::Played;

/// The columns of events, and how many of something each points into.
const OF_EVENTS: [&str; 6] = ["time", "cause", "kind", "who", "datagram", "text"];
/// The columns of datagrams.
const OF_DATAGRAMS: [&str; 12] = [
    "born",
    "end",
    "from",
    "to",
    "payload",
    "arrived",
    "fate",
    "reason",
    "search",
    "hop",
    "duplicate",
    "copyOf",
];

/// What a page knows, to be asked by column.
pub(super) struct Columns<'a> {
    data: &'a Value,
}

impl<'a> Columns<'a> {
    pub(super) const fn of(data: &'a Value) -> Self {
        Self { data }
    }

    fn column(&self, table: &str, column: &str) -> &'a Vec<Value> {
        self.data[table][column].as_array().expect("a column")
    }

    fn list(&self, list: &str) -> &'a Vec<Value> {
        self.data[list].as_array().expect("a list")
    }

    /// How many events there are.
    fn events(&self) -> usize {
        self.column("events", "time").len()
    }

    /// How many datagrams there are.
    pub(super) fn datagrams(&self) -> usize {
        self.column("datagrams", "born").len()
    }

    fn event(&self, column: &str, event: usize) -> i64 {
        self.column("events", column)[event]
            .as_i64()
            .expect("a number")
    }

    pub(super) fn datagram(&self, column: &str, datagram: usize) -> i64 {
        self.column("datagrams", column)[datagram]
            .as_i64()
            .expect("a number")
    }

    /// The entry of `list` at a place that a column gives; nothing for -1.
    fn entry(&self, list: &str, place: i64) -> Option<&'a Value> {
        let place = usize::try_from(place).ok()?;
        Some(&self.list(list)[place])
    }

    /// The datagrams that endpoints of the run sent.
    pub(super) fn sent(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.datagrams()).filter(|datagram| {
            let born = usize::try_from(self.datagram("born", *datagram)).expect("an event");
            self.kind(born) == "sent"
        })
    }

    fn kind(&self, event: usize) -> &'a str {
        let kind = self.entry("kinds", self.event("kind", event));
        kind.and_then(Value::as_str).expect("a kind")
    }

    /// The name of the message that a datagram is, or nothing.
    pub(super) fn type_of(&self, datagram: usize) -> &'a str {
        let payload = self.entry("payloads", self.datagram("payload", datagram));
        payload
            .and_then(|payload| payload["type"].as_str())
            .unwrap_or_default()
    }

    /// The hop of the datagram that an event is about.
    pub(super) fn hop_of_event(&self, event: u64) -> u64 {
        let event = usize::try_from(event).expect("a place");
        let datagram = usize::try_from(self.event("datagram", event)).expect("a datagram");
        u64::try_from(self.datagram("hop", datagram)).expect("a hop")
    }

    /// Why a datagram was dropped.
    pub(super) fn reason(&self, datagram: usize) -> &'a str {
        let reason = self.entry("reasons", self.datagram("reason", datagram));
        reason.and_then(Value::as_str).expect("a reason")
    }

    /// Asserts that columns are equally long and that what points somewhere points at something.
    pub(super) fn assert_in_range(&self, name: &str) {
        let (events, datagrams) = (self.events(), self.datagrams());
        let lengths = |list: &str| self.list(list).len();
        for column in OF_EVENTS {
            assert_eq!(
                self.column("events", column).len(),
                events,
                "{name}: {column}"
            );
        }
        for column in OF_DATAGRAMS {
            assert_eq!(
                self.column("datagrams", column).len(),
                datagrams,
                "{name}: {column}"
            );
        }
        let pointing = [
            ("events", "cause", events),
            ("events", "kind", lengths("kinds")),
            ("events", "who", lengths("endpoints")),
            ("events", "datagram", datagrams),
            ("events", "text", lengths("texts")),
            ("datagrams", "born", events),
            ("datagrams", "end", events),
            ("datagrams", "from", lengths("endpoints")),
            ("datagrams", "to", lengths("endpoints")),
            ("datagrams", "payload", lengths("payloads")),
            ("datagrams", "arrived", lengths("payloads")),
            ("datagrams", "fate", 4),
            ("datagrams", "reason", lengths("reasons")),
            ("datagrams", "search", lengths("searches")),
            ("datagrams", "duplicate", 2),
            ("datagrams", "copyOf", datagrams),
        ];
        for (table, column, length) in pointing {
            let length = i64::try_from(length).expect("of the right kind");
            for value in self.column(table, column) {
                let value = value.as_i64().expect("of the right kind");
                assert!(
                    (-1..length).contains(&value),
                    "{name}: {table}.{column}: {value}"
                );
            }
        }
    }

    /// Asserts that every event and datagram is as it was recorded.
    pub(super) fn assert_recorded(&self, played: &Played) {
        let (recording, name) = (&played.ran.recording, &played.scenario.name);
        assert_eq!(self.events(), recording.len(), "{name}");
        for (id, event) in recording.iter() {
            let place = id.0 as usize;
            let nanos = i64::try_from(event.time.as_nanos()).expect("of the right kind");
            assert_eq!(self.event("time", place), nanos, "{name} {id}");
            let cause = event.cause.map_or(-1, |cause| i64::from(cause.0));
            assert_eq!(self.event("cause", place), cause, "{name} {id}");
            let line = recording.line(id, &played.scenario.roster);
            let text = self.entry("texts", self.event("text", place));
            let text = text.and_then(Value::as_str);
            assert!(
                line.contains(text.unwrap_or_default()),
                "{name}: {line}: {text:?}"
            );
            self.assert_known(played, id, &event.what);
        }
    }

    /// Asserts that kind, endpoint and bytes of an event are as recorded.
    fn assert_known(&self, played: &Played, id: EventId, what: &What) {
        let place = id.0 as usize;
        let known = (self.kind(place), self.event("who", place));
        let number = |endpoint: &EndpointId| i64::from(endpoint.0);
        let (kind, who) = match what {
            What::Woke { endpoint } => ("woke", number(endpoint)),
            What::Sent { from, .. } => ("sent", number(from)),
            What::Duplicated { .. } => ("duplicated", -1),
            What::Delayed { .. } => ("delayed", -1),
            What::Corrupted { .. } => ("corrupted", -1),
            What::Changed { change, .. } => {
                ("changed", change.peer().map_or(-1, |peer| number(&peer)))
            }
            What::Outside { at, .. } => ("outside", number(at)),
            What::Delivered { to, .. } => ("delivered", number(to)),
            What::Dropped { .. } => ("dropped", -1),
            What::LostByKernel { .. } => ("lost-by-kernel", -1),
            What::Logged { client, .. } => ("logged", number(client)),
            What::Done { client } => ("done", number(client)),
        };
        let name = &played.scenario.name;
        assert_eq!(known, (kind, who), "{name} {id}");
        let recording = &played.ran.recording;
        let Ok(datagram) = usize::try_from(self.event("datagram", place)) else {
            assert_eq!(recording.payload(id), None, "{name} {id}");
            return;
        };
        let born = self.datagram("born", datagram);
        if let Some(sent) = recording.payload(id) {
            assert_eq!(born, i64::from(id.0), "{name} {id}");
            assert_eq!(
                self.bytes("payload", datagram).as_deref(),
                Some(sent),
                "{name} {id}"
            );
            let now = recording.arrived(id).filter(|now| *now != sent);
            let told = self.bytes("arrived", datagram);
            assert_eq!(told.as_deref(), now, "{name} {id}");
        } else {
            let about = match what {
                What::Delayed { datagram, .. }
                | What::Corrupted { datagram, .. }
                | What::Delivered { datagram, .. }
                | What::Dropped { datagram, .. }
                | What::LostByKernel { datagram } => Some(i64::from(datagram.0)),
                _ => None,
            };
            assert_eq!(Some(born), about, "{name} {id}");
        }
    }

    /// The bytes that `column` says a datagram has, if it says any.
    fn bytes(&self, column: &str, datagram: usize) -> Option<Vec<u8>> {
        let payload = self.entry("payloads", self.datagram(column, datagram))?;
        let hex = payload["hex"].as_str().expect("text");
        let pairs = (0..hex.len()).step_by(2).map(|at| &hex[at..at + 2]);
        let bytes = pairs.map(|pair| u8::from_str_radix(pair, 16).expect("two digits"));
        Some(bytes.collect())
    }

    /// Asserts that these are the first `length` events of `whole`, and what they say of datagrams.
    pub(super) fn assert_beginning_of(&self, whole: &Self, length: usize) {
        assert_eq!(self.events(), length);
        for column in OF_EVENTS {
            let told = self.column("events", column);
            assert_eq!(
                told[..],
                whole.column("events", column)[..length],
                "{column}"
            );
        }
        let ends_later = |datagram: usize| whole.datagram("end", datagram) >= length as i64;
        for datagram in 0..self.datagrams() {
            for column in ["born", "from", "to", "payload", "copyOf"] {
                let whole = whole.datagram(column, datagram);
                assert_eq!(
                    self.datagram(column, datagram),
                    whole,
                    "{column} of {datagram}"
                );
            }
            for (column, open) in [("end", -1), ("fate", 0), ("reason", -1)] {
                let expected = match ends_later(datagram) {
                    true => open,
                    false => whole.datagram(column, datagram),
                };
                assert_eq!(
                    self.datagram(column, datagram),
                    expected,
                    "{column} of {datagram}"
                );
            }
        }
    }
}
