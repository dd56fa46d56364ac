//! What would come out of a scenario, without running it: the document of `p2p-sim check --format
//! json`, which docs/output.md describes; [`screen`] draws it for people.

mod clients;
mod floods;
pub mod screen;
mod warnings;

pub use clients::{ChunkOutlook, ClientOutlook, Found, HopOutlook};
pub use floods::FloodOutlook;

use serde::Serialize;

use super::{Predicted, Setting, bounds_because};
use crate::oracle::{Foresight, Order, Told};
use crate::scenario::Scenario;
use crate::shape::Shape;

/// The document of `p2p-sim check --format json`.
#[derive(Clone, Debug, Serialize)]
pub struct OutlookDocument<'a> {
    /// [`FORMAT_VERSION`](super::FORMAT_VERSION).
    pub format_version: u32,
    /// Each scenario without problems, in the order in which they were named.
    pub scenarios: &'a [Outlook],
    /// Each file that is no scenario.
    pub refused: &'a [Refused],
}

/// A file that is no scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Refused {
    /// The file, as it was named.
    pub file: String,
    /// What is wrong with it, a sentence each.
    pub problems: Vec<String>,
}

/// What would come out of a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Outlook {
    /// The file, as it was named.
    pub file: String,
    /// The scenario's name: its file's, without the ending.
    pub scenario: String,
    /// What it says of itself.
    pub description: String,
    /// The seed of a run.
    pub seed: u64,
    /// The rules and the size of the overlay.
    pub setting: Setting,
    /// With how many others peers are linked, whichever way.
    pub degree: Degree,
    /// How far the farthest two peers of the largest component are apart.
    pub diameter: Diameter,
    /// The sizes of the components, the largest first.
    pub components: Vec<u64>,
    /// What each client can find.
    pub clients: Vec<ClientOutlook>,
    /// HELLOs, QUERYs and CHUNKS_INFOs of a run in lockstep.
    pub predicted: Predicted,
    /// Why some of these are bounds; empty when all are exact.
    pub bounds_because: Vec<String>,
    /// The same for other TTLs and policies.
    pub floods: Vec<FloodOutlook>,
    /// What is worth a second look.
    pub warnings: Vec<String>,
}

/// With how many others peers are linked.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Degree {
    /// The fewest.
    pub min: u64,
    /// On average.
    pub mean: f64,
    /// The most.
    pub max: u64,
}

/// How far the farthest two peers are apart.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Diameter {
    /// In hops, whichever way links go.
    pub hops: u32,
    /// Whether it is the number itself, not a lower bound.
    pub is_exact: bool,
}

impl Outlook {
    /// Looks ahead at a run of `scenario` in lockstep. Tells how far it is, over the floods of all
    /// TTLs and policies.
    #[must_use]
    pub fn of(scenario: &Scenario, told: Told<'_>) -> Self {
        let shape = Shape::of(scenario);
        let components = shape.components();
        let degrees = shape.degrees();
        let diameter = shape.diameter(components.first().map_or(&[], Vec::as_slice));
        let foresight = Foresight::of(scenario, Order::Lockstep);
        let rules = floods::rules(scenario, &shape, &foresight);
        let all = 1 + rules.iter().filter(|rules| rules.are_predicted()).count() as u64;
        let mut before = 0;
        let mut predict = |ttl, policy| {
            let told = |floods, of| told(before * of + floods, all * of);
            let prediction = foresight.predict_telling(ttl, policy, &told);
            before += 1;
            prediction
        };
        let prediction = predict(scenario.ttl, scenario.duplicates);
        let predicted = Predicted::of(&prediction);
        let floods = floods::of(&rules, predicted, |ttl, policy| {
            Predicted::of(&predict(ttl, policy))
        });
        let clients = scenario.clients.iter().zip(&prediction.clients);
        Self {
            file: scenario.file.display().to_string(),
            scenario: scenario.name.clone(),
            description: scenario.description.clone(),
            seed: scenario.seed,
            setting: Setting::of(scenario),
            degree: Degree {
                min: degrees.min,
                mean: degrees.mean,
                max: degrees.max,
            },
            diameter: Diameter {
                hops: diameter.hops,
                is_exact: diameter.is_exact,
            },
            components: components.iter().map(|peers| peers.len() as u64).collect(),
            clients: clients
                .map(|(spec, predicted)| ClientOutlook::of(&scenario.roster, spec, predicted))
                .collect(),
            predicted,
            bounds_because: bounds_because(&prediction),
            floods,
            warnings: warnings::of(scenario, &prediction),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::path::Path;

    use super::*;

    /// All that is told while it is looked ahead at two clients with these `rules`, and how many
    /// floods are foretold.
    fn told(rules: &str) -> (Vec<(u64, u64)>, usize) {
        let text = format!(
            "{rules}\n[overlay.ring]\npeers = 8\n\
             [[client]]\nname = \"c\"\ncount = 2\ncontact = \"p1\"\nchunks = [1]\nwait = \"5s\"\n"
        );
        let scenario = Scenario::read(Path::new("ring.toml"), text, None, None);
        let scenario = scenario.unwrap_or_else(|rejected| panic!("{rejected}"));
        let told = RefCell::new(Vec::new());
        let tell = |floods, all| told.borrow_mut().push((floods, all));
        let outlook = Outlook::of(&scenario, &tell);
        (told.into_inner(), outlook.floods.len())
    }

    #[test]
    fn how_far_it_is_rises_to_the_end_over_all_ttls_and_policies() {
        // `best` comes to the same as `first` here, so of three policies two are predicted; where
        // `best` is the scenario's own it is predicted, too.
        for (rules, predicted) in [
            ("ttl = 3", 14),
            ("ttl = 3\nduplicates = \"first\"", 14),
            ("ttl = 3\nduplicates = \"best\"", 15),
            ("ttl = 9", 18),
        ] {
            let (told, floods) = told(rules);
            let ttls = if rules.contains('9') { 9 } else { 7 };
            assert_eq!(floods, 3 * ttls, "{rules}");
            assert!(
                told.iter().all(|(_, all)| *all == 2 * predicted),
                "{told:?}"
            );
            assert!(told.is_sorted());
            assert_eq!(told.last(), Some(&(2 * predicted, 2 * predicted)));
        }
    }
}
