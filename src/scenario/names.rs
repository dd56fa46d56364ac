//! Names of peers and clients: what can be one, that each is there once, and who is meant by one.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use toml::Spanned;

use super::file::File;
use super::problem::{Problems, Span};
use super::words::{did_you_mean, listed, quoted};

/// With how many peers an unknown name is compared: where there are more, a program named them.
const COMPARED: usize = 1_000;

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NameFault {
    #[error("a name can't be empty")]
    Empty,
    #[error("a name has at most 64 characters")]
    TooLong,
    #[error("a name can't look like an address")]
    Address,
    #[error("a name can't begin with a dot")]
    Dot,
    #[error("a name has single blanks only, and only inside")]
    Blank,
    #[error("{0:?} can't be in a name")]
    Character(char),
}

/// Passes what can name a peer or a client, and the folder of a client.
pub(super) fn check_name(name: &str) -> Result<(), NameFault> {
    if name.is_empty() {
        return Err(NameFault::Empty);
    }
    let host = name.split(':').next().unwrap_or_default();
    if host.parse::<Ipv4Addr>().is_ok() {
        return Err(NameFault::Address);
    }
    let allowed = |c: char| c.is_alphanumeric() || "-_. ".contains(c);
    if let Some(c) = name.chars().find(|c| !allowed(*c)) {
        return Err(NameFault::Character(c));
    }
    if name.chars().count() > 64 {
        return Err(NameFault::TooLong);
    }
    if name.starts_with('.') {
        return Err(NameFault::Dot);
    }
    if name.starts_with(' ') || name.ends_with(' ') || name.contains("  ") {
        return Err(NameFault::Blank);
    }
    Ok(())
}

/// The names of a scenario; endpoints are numbered, peers first.
pub(super) struct Names {
    /// The endpoint with a name, by the name in lower case: names become folders, and some file
    /// systems do not tell `A` from `a`.
    by_name: BTreeMap<String, usize>,
    /// The names as written; where there is none, that has been noted.
    written: Vec<Option<Spanned<String>>>,
    peers: usize,
}

impl Names {
    /// Gathers the names of `file` and notes what is wrong with them.
    pub(super) fn gather(file: &File, problems: &mut Problems) -> Self {
        let of_peers = file.peers.iter().map(|peer| peer.name.clone());
        let of_clients = file.clients.iter().map(|client| client.name.clone());
        let mut names = Self {
            by_name: BTreeMap::new(),
            written: of_peers.chain(of_clients).collect(),
            peers: file.peers.len(),
        };
        for (endpoint, name) in names.written.iter().enumerate() {
            let Some(name) = name else { continue };
            if let Err(fault) = check_name(name.get_ref()) {
                let title = format!("{} can't be a name", quoted(name.get_ref()));
                let problem = problems.add(name.span(), title, fault.to_string());
                match fault {
                    NameFault::Address => {
                        problem.help("a peer's `address` and a client's `bind` give addresses");
                    }
                    NameFault::Empty | NameFault::TooLong => {}
                    NameFault::Dot | NameFault::Blank | NameFault::Character(_) => {
                        problem.help("use letters, digits, `-`, `_`, `.` and single blanks");
                    }
                }
            }
            let folded = name.get_ref().to_lowercase();
            let first = *names.by_name.entry(folded).or_insert(endpoint);
            if let (true, Some(first)) = (first < endpoint, &names.written[first]) {
                note_repeated(name, first, problems);
            }
        }
        names
    }

    /// The name of `endpoint`, where it has one.
    pub(super) fn of(&self, endpoint: usize) -> Option<&Spanned<String>> {
        self.written.get(endpoint)?.as_ref()
    }

    /// The endpoint with exactly this name.
    fn find(&self, name: &Spanned<String>) -> Option<usize> {
        let endpoint = self.by_name.get(&name.get_ref().to_lowercase()).copied();
        let exactly = |endpoint: &usize| {
            let written = self.of(*endpoint);
            written.is_some_and(|written| written.get_ref() == name.get_ref())
        };
        endpoint.filter(exactly)
    }

    /// The peer or client that `name` names; notes when there is none.
    pub(super) fn endpoint(
        &self,
        name: &Spanned<String>,
        problems: &mut Problems,
    ) -> Option<usize> {
        let endpoint = self.find(name);
        if endpoint.is_none() {
            let title = format!("nobody is called {}", quoted(name.get_ref()));
            let label = "neither a peer nor a client of this scenario";
            let problem = problems.add(name.span(), title, label);
            let written = || {
                self.written
                    .iter()
                    .flatten()
                    .map(|name| name.get_ref().as_str())
            };
            let clients = written().rev().take(COMPARED);
            let compared = written().take(COMPARED).chain(clients);
            let compared: BTreeSet<&str> = compared.collect();
            if let Some(near) = did_you_mean(name.get_ref(), compared) {
                problem.help(format!("did you mean `{near}`?"));
            } else if written().count() <= 6 {
                problem.help(format!("there are {}", listed(written(), "and")));
            }
        }
        endpoint
    }

    /// The peer that `name` names; notes when there is none.
    pub(super) fn peer(&self, name: &Spanned<String>, problems: &mut Problems) -> Option<usize> {
        match self.find(name) {
            Some(endpoint) if endpoint < self.peers => Some(endpoint),
            Some(client) => {
                let written = self.of(client).map(Spanned::span);
                note_client(name, written, problems);
                None
            }
            None => {
                self.note_unknown(name, problems);
                None
            }
        }
    }

    fn note_unknown(&self, name: &Spanned<String>, problems: &mut Problems) {
        let is_first = |written: &str, index: usize| {
            let known = self.by_name.get(&written.to_lowercase());
            known == Some(&index)
        };
        let peers = || {
            let written = self.written.iter().take(self.peers).enumerate();
            let written =
                written.filter_map(|(index, name)| Some((index, name.as_ref()?.get_ref())));
            written.filter_map(|(index, name)| is_first(name, index).then_some(name.as_str()))
        };
        let Some(first) = peers().next() else {
            // That there is no peer has been noted.
            return;
        };
        let title = format!("no peer is called {}", quoted(name.get_ref()));
        let problem = problems.add(name.span(), title, "not a peer of this scenario");
        if name.get_ref().contains(':') {
            problem.help("name a peer; only `neighbours` takes addresses");
        } else if let Some(near) = did_you_mean(name.get_ref(), peers().take(COMPARED)) {
            problem.help(format!("did you mean `{near}`?"));
        } else if peers().count() == 1 {
            problem.help(format!("the only peer is {}", quoted(first)));
        } else if peers().count() <= 6 {
            problem.help(format!("the peers are {}", listed(peers(), "and")));
        } else {
            let (count, last) = (peers().count(), peers().next_back().unwrap_or(first));
            problem.help(format!("there are {count} peers, `{first}` to `{last}`"));
        }
    }
}

fn note_repeated(name: &Spanned<String>, first: &Spanned<String>, problems: &mut Problems) {
    let source = problems.source().clone();
    let shown = quoted(name.get_ref());
    let same = name.get_ref() == first.get_ref();
    let title = match same {
        true => format!("the name {shown} is there twice"),
        false => format!(
            "the names {} and {shown} differ only in case",
            quoted(first.get_ref())
        ),
    };
    let problem = problems.add(name.span(), title, "used again here");
    problem
        .label(&source, first.span(), "first used here")
        .help("peers and clients share one set of names, each of which names a folder");
}

fn note_client(name: &Spanned<String>, client: Option<Span>, problems: &mut Problems) {
    let source = problems.source().clone();
    let title = format!("{} is a client, not a peer", quoted(name.get_ref()));
    let problem = problems.add(name.span(), title, "only a peer can be here");
    if let Some(client) = client {
        problem.label(&source, client, "the client of that name");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_plain_words() {
        for name in [
            "p1",
            "Peer 1",
            "hub_a.2-x",
            "Straße",
            "五",
            &"x".repeat(64),
            "a b c",
            "1.2.3",
        ] {
            assert_eq!(check_name(name), Ok(()), "{name:?}");
        }
        for (name, fault) in [
            ("", NameFault::Empty),
            (&*"x".repeat(65), NameFault::TooLong),
            (".", NameFault::Dot),
            ("..", NameFault::Dot),
            (".hidden", NameFault::Dot),
            (" a", NameFault::Blank),
            ("a ", NameFault::Blank),
            ("a  b", NameFault::Blank),
            ("a/b", NameFault::Character('/')),
            ("a\tb", NameFault::Character('\t')),
            ("a\u{0}", NameFault::Character('\u{0}')),
            ("a\u{a0}b", NameFault::Character('\u{a0}')),
            ("peer:1", NameFault::Character(':')),
            ("127.0.0.1", NameFault::Address),
            ("127.0.0.1:5001", NameFault::Address),
        ] {
            assert_eq!(check_name(name), Err(fault), "{name:?}");
        }
    }
}
