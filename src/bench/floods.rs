//! The floods that are measured, as scenarios that anybody could write.

use std::path::Path;

use super::{BenchError, Options};
use crate::rules::Duplicates;
use crate::scenario::Scenario;

/// How many neighbours each peer of a generated overlay has.
const DEGREE: u32 = 6;

/// What is flooded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overlay {
    /// `scenarios/mesh.toml`.
    Mesh,
    /// So many peers, random 6-regular.
    Regular(u32),
    /// As many as the options say, random 6-regular.
    Large,
    /// The snapshot of Gnutella.
    Gnutella,
}

/// By which rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rules {
    /// What peers do with copies.
    pub(super) duplicates: Duplicates,
    /// How far a search goes.
    pub(super) ttl: u16,
    /// How many clients search, one when the other's flood is long over.
    pub(super) clients: u32,
    /// Whether delays are random: 1 to 2 ms each, else all are 1 ms.
    pub(super) random: bool,
}

impl Rules {
    /// The flood that other simulators were measured with, too: on the snapshot, 705,068 QUERYs from
    /// 20 clients at peers 0 to 19.
    pub(super) const fn gnutella(clients: u32) -> Self {
        Self {
            duplicates: Duplicates::First,
            ttl: 7,
            ..Self::best(clients)
        }
    }

    /// All peers are reached, each answers the first or the best copy.
    pub(super) const fn best(clients: u32) -> Self {
        Self {
            duplicates: Duplicates::Best,
            ttl: 30,
            clients,
            random: false,
        }
    }

    /// As [`best`](Self::best), and each datagram takes another time.
    pub(super) const fn random(clients: u32) -> Self {
        Self {
            random: true,
            ..Self::best(clients)
        }
    }

    /// Every copy is forwarded, `ttl` hops far.
    pub(super) const fn literal(ttl: u16, clients: u32) -> Self {
        Self {
            duplicates: Duplicates::Literal,
            ttl,
            ..Self::best(clients)
        }
    }
}

/// The mesh of the assignment, which the program has in itself: it may be run anywhere.
pub(super) const MESH: &str = include_str!("../../scenarios/mesh.toml");

impl Overlay {
    /// The flood on this overlay by `rules`. The mesh has its own rules.
    pub(super) fn flood(self, rules: Rules, options: &Options) -> Result<Scenario, BenchError> {
        let text = self.text(rules, options)?;
        Ok(Scenario::read(
            Path::new(self.name()),
            text,
            options.net,
            None,
        )?)
    }

    /// The text of that scenario.
    pub(super) fn text(self, rules: Rules, options: &Options) -> Result<String, BenchError> {
        let (overlay, name, step) = match self {
            Self::Mesh => return Ok(MESH.to_owned()),
            Self::Regular(peers) => regular(peers, rules.clients),
            Self::Large => regular(options.peers, rules.clients),
            Self::Gnutella => (snapshot(options)?, 0, 1),
        };
        let policy = Duplicates::ALL
            .iter()
            .find(|(policy, _)| *policy == rules.duplicates);
        let policy = policy.map_or("literal", |(_, word)| word);
        let mut text = format!(
            "seed = 1\nttl = {}\nduplicates = \"{policy}\"\n{overlay}",
            rules.ttl
        );
        if rules.random {
            text += "[[link]]\nbetween = \"all\"\njitter = { uniform = \"1ms\" }\n";
        }
        // A client waits in vain; live, that takes as long as it says. Where peers remember searches
        // a wait must be longer than they do.
        let wait = match rules.duplicates {
            Duplicates::Literal => "100ms",
            Duplicates::First | Duplicates::Best => "5s",
        };
        for client in 0..rules.clients {
            // Nobody holds the chunk, so that there is nothing but the flood.
            text += &format!(
                "[[client]]\nname = \"client{client}\"\ncontact = \"p{}\"\nchunks = [1]\n\
                 start = \"{}s\"\nwait = \"{wait}\"\nrepeats = 0\n",
                name + client * step,
                client * 10
            );
        }
        Ok(text)
    }

    /// What the scenario is called.
    const fn name(self) -> &'static str {
        match self {
            Self::Mesh => "mesh.toml",
            Self::Regular(_) | Self::Large => "regular.toml",
            Self::Gnutella => "gnutella.toml",
        }
    }
}

/// The table of a random 6-regular overlay, its first contact, and how far contacts are apart.
fn regular(peers: u32, clients: u32) -> (String, u32, u32) {
    let table = format!("[overlay.regular]\npeers = {peers}\ndegree = {DEGREE}\n");
    (table, 1, (peers / clients.max(1)).max(1))
}

/// The table of the snapshot.
fn snapshot(options: &Options) -> Result<String, BenchError> {
    let Some(file) = &options.gnutella else {
        let why = "no snapshot; name one with `--gnutella FILE`";
        return Err(BenchError::Skip(why.to_owned()));
    };
    let path = std::path::absolute(file)
        .map_err(|error| BenchError::Machine("cannot tell where the snapshot is", error))?;
    // A string of JSON is one of TOML.
    let path = serde_json::Value::from(path.to_string_lossy());
    Ok(format!("[overlay.edge_list]\nfile = {path}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        Options {
            quick: true,
            peers: 40,
            gnutella: None,
            net: None,
            program: "p2p-sim".into(),
        }
    }

    #[test]
    fn each_is_a_scenario_with_its_clients_in_turn() {
        for overlay in [Overlay::Regular(100), Overlay::Large] {
            let scenario = overlay.flood(Rules::random(4), &options()).unwrap();
            let starts = scenario.clients.iter();
            let starts: Vec<u64> = starts.map(|c| c.requests[0].after.as_secs()).collect();
            assert_eq!(starts, [0, 10, 20, 30]);
            let contacts = scenario.clients.iter().map(|client| client.contact);
            let contacts: Vec<&str> = contacts.map(|c| scenario.roster.name(c)).collect();
            assert_eq!(contacts[0], "p1");
            assert!(
                contacts.is_sorted_by(|one, next| one != next),
                "{contacts:?}"
            );
        }
        assert!(Overlay::Mesh.flood(Rules::best(1), &options()).is_ok());
    }

    #[test]
    fn a_snapshot_that_is_not_named_is_skipped_and_one_that_is_not_there_is_told() {
        let flood = |options: &Options| {
            let flood = Overlay::Gnutella.flood(Rules::best(1), options);
            flood.unwrap_err().to_string()
        };
        let mut options = options();
        assert_eq!(
            flood(&options),
            "no snapshot; name one with `--gnutella FILE`"
        );
        options.gnutella = Some("not \"there\".txt".into());
        assert!(
            flood(&options).contains("there is no such file"),
            "{}",
            flood(&options)
        );
    }
}
