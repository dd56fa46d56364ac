//! From `[overlay]` to named peers and their links, without those that are removed.

use std::collections::BTreeMap;
use std::path::Path;

use toml::Spanned;

use super::super::names::COMPARED;
use super::super::problem::{Problems, Span};
use super::super::register::Register;
use super::super::words::{did_you_mean, listed, quoted};
use super::{Maker, OverlayTable};
use crate::adjacency::Adjacency;
use crate::roster::NameList;
use crate::threads;

/// What a peer's name begins with when nothing is said.
pub(super) const PREFIX: &str = "p";

/// Named peers and who of them is whose neighbour.
#[derive(Debug, Default)]
pub(in super::super) struct Network {
    pub(in super::super) names: NameList,
    /// Finds them.
    pub(in super::super) register: Register,
    /// Where the scenario says that there are such peers.
    pub(in super::super) place: Span,
    /// The neighbours of each peer, by number, in their order.
    pub(in super::super) links: Adjacency,
}

impl OverlayTable {
    /// Makes the overlay; `seed` is that of the scenario, whose folder is `folder`. Nothing when it
    /// can't be made, which is noted.
    pub(in super::super) fn make(
        &self,
        seed: u64,
        folder: &Path,
        problems: &mut Problems,
    ) -> Option<Network> {
        let given = self.prefix.as_ref();
        let given_or = |usual| given.map_or(usual, |given| given.get_ref().as_str());
        let (links, names, place) = match self.maker.as_ref()? {
            Maker::Generator(generator) => {
                let (peers, _) = generator.get_ref().size();
                let nodes = u32::try_from(peers).unwrap_or(u32::MAX);
                let name = || Named::of(&[], nodes, given_or(PREFIX));
                let generate = || generator.get_ref().generate(self.seed.unwrap_or(seed));
                let (names, graph) = threads::both(nodes >= WORTH_A_THREAD, name, generate);
                (graph.links, names, generator.span())
            }
            Maker::Import(import) => {
                let graph = import.load(folder, problems)?;
                let prefix = match import.format {
                    super::Format::EdgeList => PREFIX,
                    _ => "",
                };
                let names = Named::of(&graph.names, graph.nodes(), given_or(prefix));
                (graph.links, names, import.file.span())
            }
        };
        let mut network = Network {
            names: names.list,
            register: names.register,
            place: given.map_or(place, Spanned::span),
            links,
        };
        self.remove_from(&mut network, problems);
        if network.names.len() == 0 {
            let title = "the overlay has no peer left";
            problems.add(self.header.clone(), title, "all are removed");
            return None;
        }
        Some(network)
    }

    /// Takes out of `network` what is to be removed, and notes what isn't there.
    fn remove_from(&self, network: &mut Network, problems: &mut Problems) {
        if self.remove.is_empty() && self.remove_links.is_empty() {
            return;
        }
        let finder = Finder {
            names: &network.names,
            register: &network.register,
        };
        let mut cut: BTreeMap<(u32, u32), Cut<'_>> = BTreeMap::new();
        for [one, other] in &self.remove_links {
            let (a, b) = (finder.find(one, problems), finder.find(other, problems));
            if let (Some(a), Some(b)) = (a, b) {
                cut.entry((a.min(b), a.max(b))).or_insert(Cut {
                    ends: [one, other],
                    found: false,
                });
            }
        }
        let mut removed = vec![false; network.names.len()];
        for name in &self.remove {
            if let Some(peer) = finder.find(name, problems) {
                removed[peer as usize] = true;
            }
        }
        let mut is_cut = |from: u32, to: u32| {
            let cut = cut.get_mut(&(from.min(to), from.max(to)));
            cut.map(|cut| cut.found = true).is_some()
        };
        let mut links = Adjacency::default();
        for (from, list) in network.links.lists() {
            let list = list.iter().copied();
            links.push(list.filter(|to| !is_cut(from, *to)));
        }
        network.links = links;
        for ((a, b), cut) in cut.iter().filter(|(_, cut)| !cut.found) {
            cut.note_absent(*a, *b, network, problems);
        }
        network.keep(&removed);
    }
}

/// A link to remove.
struct Cut<'a> {
    ends: [&'a Spanned<String>; 2],
    found: bool,
}

impl Cut<'_> {
    /// Notes that the overlay has no link between its peers `a` and `b`.
    fn note_absent(&self, a: u32, b: u32, network: &Network, problems: &mut Problems) {
        let [one, other] = self.ends;
        let title = format!(
            "the overlay has no link between {} and {}",
            quoted(one.get_ref()),
            quoted(other.get_ref())
        );
        let span = one.span().start..other.span().end;
        let links = network.links.pairs();
        let near = links.filter_map(|(from, to)| match [from, to] {
            _ if a == b => None,
            [from, to] if from == a => Some(to),
            [from, to] if to == a => Some(from),
            _ => None,
        });
        let mut near: Vec<u32> = near.collect();
        near.sort_unstable();
        near.dedup();
        let names = near.iter().map(|peer| network.names.name(*peer as usize));
        let problem = problems.add(span, title, "nothing to remove");
        if (1..=6).contains(&near.len()) {
            let name = network.names.name(a as usize);
            let near = listed(names, "and");
            problem.help(format!("{} is linked with {near}", quoted(name)));
        }
    }
}

impl Network {
    /// Keeps the peers that are not `removed`, and the links between them.
    fn keep(&mut self, removed: &[bool]) {
        let mut next = 0;
        let numbers: Vec<Option<u32>> = removed
            .iter()
            .map(|removed| {
                let number = (!removed).then_some(next);
                next += u32::from(!removed);
                number
            })
            .collect();
        let new = |peer: u32| numbers[peer as usize];
        let mut links = Adjacency::default();
        for (_, list) in self.links.lists().filter(|(peer, _)| new(*peer).is_some()) {
            links.push(list.iter().filter_map(|other| new(*other)));
        }
        self.links = links;
        let mut names = NameList::default();
        for (name, number) in self.names.iter().zip(&numbers) {
            if number.is_some() {
                names.push(name);
            }
        }
        self.register = Register::of(&names);
        self.names = names;
    }
}

/// With so many peers their names are worth a thread.
const WORTH_A_THREAD: u32 = 50_000;

/// The names of peers, and where each is.
struct Named {
    list: NameList,
    register: Register,
}

impl Named {
    /// `prefix` and the name in the overlay's file, or else the number.
    fn of(names: &[String], nodes: u32, prefix: &str) -> Self {
        let mut list = NameList::default();
        match names.is_empty() {
            true => (1..=nodes).for_each(|number| list.push_numbered(prefix, number)),
            false => names.iter().for_each(|name| list.push_behind(prefix, name)),
        }
        let register = Register::of(&list);
        Self { list, register }
    }
}

/// Finds peers of the overlay by name.
struct Finder<'a> {
    names: &'a NameList,
    register: &'a Register,
}

impl Finder<'_> {
    /// The number of the peer `name`; notes when there is none.
    fn find(&self, name: &Spanned<String>, problems: &mut Problems) -> Option<u32> {
        if let Some(peer) = self.register.find(name.get_ref(), self.names) {
            return u32::try_from(peer).ok();
        }
        let title = format!("the overlay has no peer {}", quoted(name.get_ref()));
        let problem = problems.add(name.span(), title, "nothing to remove");
        let known = self.names.iter().take(COMPARED);
        match (did_you_mean(name.get_ref(), known), self.names.len()) {
            (Some(near), _) => problem.help(format!("did you mean `{near}`?")),
            (None, 0 | 1) => problem,
            (None, count) => problem.help(format!(
                "it has {count} peers, {} to {}",
                quoted(self.names.name(0)),
                quoted(self.names.name(count - 1))
            )),
        };
        None
    }
}
