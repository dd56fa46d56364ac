//! A client of the play: docs/protocol.md, "Time, repeats and loss", as plainly as it can be.

use super::*;

/// A client, which asks for all of a request with one HELLO.
pub(super) struct Player {
    spec: ClientSpec,
    request: usize,
    /// When it begins, if it has not.
    begins: Option<u64>,
    holders: BTreeMap<u16, Vec<usize>>,
    asked: BTreeMap<u16, Vec<usize>>,
    listed: Vec<u16>,
    hellos: u32,
    /// When the wait ends, and since when all are found.
    wait: Option<(u64, Option<u64>)>,
    /// For each holder what it owes with the GETs sent, and when its silence ends.
    owing: BTreeMap<usize, (Vec<(u16, u32)>, u64)>,
    pub(super) log: BTreeMap<u16, Option<usize>>,
}

impl Player {
    pub(super) fn new(spec: &ClientSpec) -> Self {
        Self {
            spec: spec.clone(),
            request: 0,
            begins: Some(nanos(spec.requests[0].after)),
            holders: BTreeMap::new(),
            asked: BTreeMap::new(),
            listed: Vec::new(),
            hellos: 0,
            wait: None,
            owing: BTreeMap::new(),
            log: BTreeMap::new(),
        }
    }

    fn request(&self) -> &Request {
        &self.spec.requests[self.request]
    }

    fn ids(&self) -> Vec<u16> {
        self.request().chunks.iter().map(|id| id.0).collect()
    }

    fn patience(&self) -> (u64, u32, u64) {
        let patience = self.request().patience;
        (
            nanos(patience.wait),
            u32::from(patience.repeats),
            nanos(patience.gather),
        )
    }

    pub(super) fn deadline(&self) -> Option<u64> {
        if self.begins.is_some() {
            return self.begins;
        }
        if self.ids().iter().all(|id| self.log.contains_key(id)) {
            return None;
        }
        let (_, _, gather) = self.patience();
        let search = self.wait.map(|(ends, complete)| match complete {
            Some(since) => ends.min(since + gather),
            None => ends,
        });
        let owing = self.owing.values().filter(|(owed, _)| !owed.is_empty());
        search.into_iter().chain(owing.map(|(_, ends)| *ends)).min()
    }

    /// What it sends when it wakes at `now`.
    pub(super) fn wake(&mut self, now: u64, fate: &mut dyn Fate) -> Vec<(usize, Mail)> {
        let mut out = Vec::new();
        let (wait, repeats, gather) = self.patience();
        if self.begins.is_some_and(|at| at <= now) {
            self.begins = None;
            self.listed = self.ids();
            self.hello(now, &mut out);
        }
        let due = |(ends, complete): (u64, Option<u64>)| {
            ends <= now || complete.is_some_and(|since| since + gather <= now)
        };
        let mut chosen: Vec<(usize, u16)> = Vec::new();
        if self.wait.is_some_and(due) {
            self.wait = None;
            for id in self.listed.clone() {
                if self.asked.contains_key(&id) || self.log.contains_key(&id) {
                    continue;
                }
                let is_found = self.holders.contains_key(&id);
                let is_chosen = is_found && self.choose(id, fate, &mut chosen);
                if !is_chosen && (is_found || self.hellos > repeats) {
                    self.log.insert(id, None);
                }
            }
            self.listed.retain(|id| !self.holders.contains_key(id));
            if self.hellos <= repeats && !self.listed.is_empty() {
                self.hello(now, &mut out);
            }
        }
        let mut given_up = Vec::new();
        for (peer, (owed, ends)) in &mut self.owing {
            if owed.is_empty() || *ends > now {
                continue;
            }
            *ends = now + wait;
            given_up.extend(
                owed.iter()
                    .filter(|(_, sent)| *sent > repeats)
                    .map(|(id, _)| *id),
            );
            owed.retain(|(_, sent)| *sent <= repeats);
            for (_, sent) in owed.iter_mut() {
                *sent += 1;
            }
            if !owed.is_empty() {
                out.push((*peer, Mail::Get(owed.iter().map(|(id, _)| *id).collect())));
            }
        }
        for id in given_up {
            if !self.choose(id, fate, &mut chosen) {
                self.log.insert(id, None);
            }
        }
        let mut gets: BTreeMap<usize, Vec<u16>> = BTreeMap::new();
        for (peer, id) in chosen {
            gets.entry(peer).or_default().push(id);
        }
        for (peer, ids) in gets {
            let owing = self.owing.entry(peer).or_default();
            owing.0.extend(ids.iter().map(|id| (*id, 1)));
            owing.1 = now + wait;
            out.push((peer, Mail::Get(ids)));
        }
        self.go_on(now);
        out
    }

    fn hello(&mut self, now: u64, out: &mut Vec<(usize, Mail)>) {
        let (wait, ..) = self.patience();
        self.hellos += 1;
        self.wait = Some((now + wait, None));
        out.push((self.spec.contact.index(), Mail::Hello(self.listed.clone())));
    }

    fn choose(&mut self, id: u16, fate: &mut dyn Fate, chosen: &mut Vec<(usize, u16)>) -> bool {
        if self.spec.gets == Gets::Never {
            return false;
        }
        let asked = self.asked.entry(id).or_default();
        let untried = self.holders[&id]
            .iter()
            .filter(|peer| !asked.contains(peer));
        let untried: Vec<usize> = untried.copied().collect();
        if untried.is_empty() {
            return false;
        }
        let peer = untried[fate.pick(untried.len())];
        asked.push(peer);
        chosen.push((peer, id));
        true
    }

    /// Begins the next request when this one is done.
    fn go_on(&mut self, now: u64) {
        let is_done = self.ids().iter().all(|id| self.log.contains_key(id));
        if is_done && self.begins.is_none() && self.request + 1 < self.spec.requests.len() {
            self.request += 1;
            self.begins = Some(now + nanos(self.request().after));
            (self.hellos, self.wait) = (0, None);
            self.owing.clear();
        }
    }

    /// What it sends when a peer's datagram reaches it.
    pub(super) fn hear(&mut self, now: u64, from: usize, mail: &Mail) -> Vec<(usize, Mail)> {
        let (wait, ..) = self.patience();
        if self.begins.is_some() {
            return Vec::new();
        }
        match mail {
            Mail::Info(ids) => {
                let wanted = self.ids();
                for id in ids.iter().filter(|id| wanted.contains(id)) {
                    let is_over = self.log.contains_key(id) && self.wait.is_none();
                    let known = self.holders.entry(*id).or_default();
                    if known.contains(&from) || is_over {
                        continue;
                    }
                    known.push(from);
                    let holders = &self.holders;
                    let complete = wanted.iter().all(|id| holders.contains_key(id));
                    if let Some((ends, since)) = &mut self.wait {
                        *ends = now + wait;
                        if complete && since.is_none() {
                            *since = Some(now);
                        }
                    }
                }
                self.holders.retain(|_, known| !known.is_empty());
            }
            Mail::Response(id) => {
                let was_asked = self.asked.get(id).is_some_and(|a| a.contains(&from));
                if was_asked && !self.log.contains_key(id) {
                    self.log.insert(*id, Some(from));
                    for (owed, _) in self.owing.values_mut() {
                        owed.retain(|(other, _)| other != id);
                    }
                    if let Some((_, ends)) = self.owing.get_mut(&from) {
                        *ends = now + wait;
                    }
                    self.go_on(now);
                }
            }
            Mail::Hello(_) | Mail::Query { .. } | Mail::Get(_) => {}
        }
        Vec::new()
    }
}
