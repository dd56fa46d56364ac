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
use crate::oracle::{Foresight, Order};
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
    /// Looks ahead at a run of `scenario` in lockstep.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let shape = Shape::of(scenario);
        let components = shape.components();
        let degrees = shape.degrees();
        let diameter = shape.diameter(components.first().map_or(&[], Vec::as_slice));
        let foresight = Foresight::of(scenario, Order::Lockstep);
        let prediction = foresight.predict(scenario.ttl, scenario.duplicates);
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
            predicted: Predicted::of(&prediction),
            bounds_because: bounds_because(&prediction),
            floods: floods::of(scenario, &shape, (&foresight, &prediction)),
            warnings: warnings::of(scenario, &prediction),
        }
    }
}
