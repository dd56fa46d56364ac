//! Names of peers and clients: what can be one, that each is there once, and who is meant by one.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use toml::Spanned;

use super::people::{NamedBy, Origin, People};
use super::problem::{Problems, Span};
use super::words::{did_you_mean, listed, quoted};

/// With how many peers an unknown name is compared: where there are more, a program named them.
pub(super) const COMPARED: usize = 1_000;

/// How many characters a name may have.
pub(super) const LONGEST_NAME: usize = 64;

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
    // Nearly all names are plain words, and there may be a million of them.
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric();
    if name.len() <= LONGEST_NAME
        && name.as_bytes().first().is_some_and(is_letter)
        && name.bytes().all(is_plain)
    {
        return Ok(());
    }
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
    if name.chars().count() > LONGEST_NAME {
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
    people: People,
    /// How many names of peers there are that differ.
    peers: usize,
}

impl Names {
    /// Gathers the names of `people` and notes what is wrong with them.
    pub(super) fn gather(people: People, problems: &mut Problems) -> Self {
        let mut told = None;
        let mut peers = 0;
        for person in 0..people.count() {
            let Some(name) = people.name(person) else {
                continue;
            };
            peers += usize::from(person < people.peers());
            let Err(fault) = check_name(name) else {
                continue;
            };
            // One place in the file may name many.
            let place = &people.origin_of(person).named_at;
            if let Some(place) = place
                && told.replace(place) != Some(place)
            {
                note_fault(name, place.clone(), &fault, problems);
            }
        }
        let mut told = BTreeSet::new();
        for (first, second) in people.repeated() {
            peers -= usize::from(second < people.peers());
            let named = |person| Some((named(&people, person)?, people.origin_of(person)));
            if let (Some(first), Some(second)) = (named(first), named(second))
                && told.insert((first.0.span().start, second.0.span().start))
            {
                note_repeated(second, first, problems);
            }
        }
        Self { people, peers }
    }

    /// Whose names they are.
    pub(super) fn people(&self) -> &People {
        &self.people
    }

    /// The name of `endpoint`, where it has one.
    pub(super) fn of(&self, endpoint: usize) -> Option<Spanned<&str>> {
        named(&self.people, endpoint)
    }

    /// The endpoint with exactly this name.
    fn find(&self, name: &Spanned<String>) -> Option<usize> {
        self.people.find(name.get_ref())
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
                let people = 0..self.people.count();
                people.filter_map(|person| self.people.name(person))
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
            Some(endpoint) if endpoint < self.people.peers() => Some(endpoint),
            Some(client) => {
                let written = self.of(client).map(|name| name.span());
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
        let peers = || (0..self.people.peers()).filter_map(|peer| self.people.name(peer));
        let (Some(first), Some(last)) = (peers().next(), peers().next_back()) else {
            // That there is no peer has been noted.
            return;
        };
        let title = format!("no peer is called {}", quoted(name.get_ref()));
        let problem = problems.add(name.span(), title, "not a peer of this scenario");
        // Each name once: what is near to two of them is near to none.
        let compared: BTreeSet<&str> = peers().take(COMPARED).collect();
        if name.get_ref().contains(':') {
            problem.help("name a peer; only `neighbours` takes addresses");
        } else if let Some(near) = did_you_mean(name.get_ref(), compared) {
            problem.help(format!("did you mean `{near}`?"));
        } else if self.peers == 1 {
            problem.help(format!("the only peer is {}", quoted(first)));
        } else if self.peers <= 6 {
            problem.help(format!("the peers are {}", listed(peers(), "and")));
        } else {
            let count = self.peers;
            problem.help(format!("there are {count} peers, `{first}` to `{last}`"));
        }
    }
}

/// The name of `person`, with the place that gives it.
fn named(people: &People, person: usize) -> Option<Spanned<&str>> {
    let name = people.name(person)?;
    let place = people.origin_of(person).named_at.clone()?;
    Some(Spanned::new(place, name))
}

fn note_fault(name: &str, place: Span, fault: &NameFault, problems: &mut Problems) {
    let title = format!("{} can't be a name", quoted(name));
    let problem = problems.add(place, title, fault.to_string());
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

/// Notes that `name`, of somebody of the origin `person`, is `first`, the name of somebody before,
/// but for case.
fn note_repeated(
    (name, person): (Spanned<&str>, &Origin),
    (first, before): (Spanned<&str>, &Origin),
    problems: &mut Problems,
) {
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
    if name.span() == first.span() {
        let problem = problems.add(name.span(), title, "both come from here");
        problem.help("names become folders, and some systems do not tell `A` from `a`");
        return;
    }
    let how = |by: NamedBy, single: &str, many: &str| match by {
        NamedBy::Overlay => "the overlay has it".to_owned(),
        NamedBy::Table => single.to_owned(),
        NamedBy::Count | NamedBy::CountAgain => format!("{many} by the `count`"),
    };
    let again = how(person.named_by, "used again here", "used again");
    let problem = problems.add(name.span(), title, again);
    let used = how(before.named_by, "first used here", "first used");
    problem.label(&source, first.span(), used);
    match before.named_by {
        NamedBy::Overlay if person.named_by != NamedBy::Table => problem.help(
            "only a `[[peer]]` without `count` says more about a peer of the overlay;\n\
             give these another name",
        ),
        NamedBy::Overlay if !same => problem.help(format!(
            "write {} to say more about that peer, or choose another name",
            quoted(first.get_ref())
        )),
        _ => problem.help("peers and clients share one set of names, each of which names a folder"),
    };
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
