//! Holds what each client sends against docs/protocol.md: HELLOs to its contact and GETs, nothing
//! else; one GET for each chunk unless its holder stays silent, and only for what that holder
//! announced.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddrV4;

use super::conduct;
use super::finding::{Check, Finding, Findings};
use crate::event::{EventId, Recording, What};
use crate::roster::{EndpointId, Role};
use crate::rules::Patience;
use crate::scenario::{ClientSpec, Scenario};
use crate::time::Time;
use crate::wire::{ChunkId, Message};

/// Finds what no client may send; `of_clients` are the events that are about clients.
pub(super) fn check(
    scenario: &Scenario,
    recording: &Recording,
    of_clients: &[EventId],
    findings: &mut Findings,
) {
    let mut askers: Vec<Asker<'_>> = scenario.clients.iter().map(Asker::new).collect();
    let first = scenario.peers.len();
    for id in of_clients.iter().copied() {
        let event = recording.event(id);
        match &event.what {
            What::Sent { from, to, payload } if scenario.roster.role(*from) == Role::Client => {
                let asker = &mut askers[from.index() - first];
                let decoded = Message::decode(recording.bytes(*payload));
                let has_tail = decoded.as_ref().is_ok_and(|decoded| decoded.tail > 0);
                let contact = asker.spec.contact;
                let is_request = match decoded.map(|decoded| decoded.message) {
                    Ok(Message::Hello(_)) => *to == scenario.roster.address(contact),
                    Ok(Message::Get(ids)) => {
                        for chunk in ids.iter() {
                            asker.ask(event.time, id, *to, chunk, findings);
                        }
                        true
                    }
                    _ => false,
                };
                if has_tail || !is_request {
                    let contact = scenario.roster.name(contact);
                    let expected = format!("nothing but HELLOs to {contact} and GETs");
                    let said = conduct::said(recording, id);
                    let got = format!("{said} to {}", scenario.roster.name_of(*to));
                    let finding = Finding::new(Check::Stray, expected, got);
                    findings.add(finding.about(*from).shown_by(id));
                }
            }
            What::Delivered { datagram, to, .. } if scenario.roster.role(*to) == Role::Client => {
                let asker = &mut askers[to.index() - first];
                let payload = recording.arrived(*datagram).map(Message::decode);
                let source = recording.sender(*datagram, &scenario.roster);
                if let (Some(Ok(decoded)), Some(source)) = (payload, source) {
                    asker.hear(event.time, source, &decoded.message);
                }
            }
            What::Logged {
                client,
                id: chunk,
                source: None,
            } => {
                askers[client.index() - first].given_up.insert(*chunk);
            }
            _ => {}
        }
    }
}

/// What a client has asked and heard so far.
struct Asker<'a> {
    spec: &'a ClientSpec,
    /// How long it waits and how often it repeats, for each chunk that it wants.
    patience: BTreeMap<ChunkId, Patience>,
    announced: BTreeSet<(SocketAddrV4, ChunkId)>,
    /// How often each holder was asked for each chunk, and when last.
    asked: BTreeMap<(ChunkId, SocketAddrV4), (u32, Time)>,
    last_holder: BTreeMap<ChunkId, SocketAddrV4>,
    last_response: BTreeMap<SocketAddrV4, Time>,
    arrived: BTreeSet<ChunkId>,
    given_up: BTreeSet<ChunkId>,
}

impl<'a> Asker<'a> {
    fn new(spec: &'a ClientSpec) -> Self {
        let requests = spec.requests.iter();
        let patience = requests.flat_map(|r| r.chunks.iter().map(|id| (*id, r.patience)));
        Self {
            spec,
            patience: patience.collect(),
            announced: BTreeSet::new(),
            asked: BTreeMap::new(),
            last_holder: BTreeMap::new(),
            last_response: BTreeMap::new(),
            arrived: BTreeSet::new(),
            given_up: BTreeSet::new(),
        }
    }

    fn client(&self) -> EndpointId {
        self.spec.endpoint
    }

    fn hear(&mut self, now: Time, source: SocketAddrV4, message: &Message) {
        match message {
            Message::ChunksInfo(ids) => self.announced.extend(ids.iter().map(|id| (source, id))),
            Message::Response { id, .. } => {
                let is_asked = self.asked.contains_key(&(*id, source));
                // What nobody asked it for, or no longer waits for, is no sign of life to wait for.
                if is_asked && !self.given_up.contains(id) && self.arrived.insert(*id) {
                    self.last_response.insert(source, now);
                }
            }
            _ => {}
        }
    }

    fn ask(
        &mut self,
        now: Time,
        event: EventId,
        holder: SocketAddrV4,
        id: ChunkId,
        findings: &mut Findings,
    ) {
        if !self.announced.contains(&(holder, id)) {
            let got = format!("a GET to {holder}, which had not announced it");
            let finding = Finding::new(Check::Announced, "a GET to one that announced it", got);
            findings.add(finding.about(self.client()).chunk(id).shown_by(event));
        }
        if let Err(why) = self.may_ask_again(now, holder, id) {
            let finding = Finding::new(Check::OneGet, "one GET for it", why);
            findings.add(finding.about(self.client()).chunk(id).shown_by(event));
        }
        let (times, last) = self.asked.entry((id, holder)).or_insert((0, now));
        *times += 1;
        *last = now;
        self.last_holder.insert(id, holder);
    }

    /// The patience of the request that has chunk `id`; that of the first for what none has.
    fn patience_for(&self, id: ChunkId) -> Patience {
        let own = self.patience.get(&id).copied();
        own.unwrap_or(self.spec.requests[0].patience)
    }

    /// Whether a GET for `id` may go to `holder` now, or why not (docs/protocol.md, "GET repeats").
    fn may_ask_again(
        &self,
        now: Time,
        holder: SocketAddrV4,
        id: ChunkId,
    ) -> Result<(), &'static str> {
        let Some(before) = self.last_holder.get(&id) else {
            return Ok(());
        };
        if self.arrived.contains(&id) {
            return Err("another GET after it had arrived");
        }
        let (times, last) = self.asked[&(id, *before)];
        let patience = self.patience_for(id);
        let heard = self.last_response.get(before).copied().unwrap_or(last);
        if now < last.max(heard) + patience.wait {
            return Err("another GET before its holder had been silent for the wait");
        }
        let all = 1 + u32::from(patience.repeats);
        match *before == holder {
            true if times >= all => Err("more GETs than the repeats allow"),
            false if times < all => Err("another holder asked before the repeats were over"),
            _ => Ok(()),
        }
    }
}
