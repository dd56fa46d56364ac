//! What would come out of a scenario, without running it: the document of `p2p-sim check --format
//! json`, which docs/output.md describes; [`screen`] draws it for people.

pub mod screen;

use serde::Serialize;

use super::{Predicted, Setting, bounds_because};
use crate::oracle::{ClientPrediction, Count, Foresight, Order, Prediction, Sources};
use crate::roster::{EndpointId, Roster};
use crate::rules::{Duplicates, MEMORY, Ttl};
use crate::scenario::{ClientSpec, Expect, Scenario};
use crate::shape::Shape;

/// The floods of every TTL up to this one are foretold, beside that of the scenario's own.
const FORETOLD_TTL: u16 = 7;
/// A scenario with a TTL up to this has those of all below foretold, too.
const MOST_TTLS: u16 = 12;
/// When a foretold flood takes more steps than this, only those with the scenario's TTL are.
const MOST_STEPS: usize = 30_000_000;

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

/// What a client can find.
#[derive(Clone, Debug, Serialize)]
pub struct ClientOutlook {
    /// Its name.
    pub name: String,
    /// The name of its contact.
    pub contact: String,
    /// Peers that its searches reach, the contact included.
    pub peers_reached: u64,
    /// Whether each of them must be reached.
    pub is_certain: bool,
    /// The peers that are reached, hop by hop from 0.
    pub hops: Vec<HopOutlook>,
    /// Each wanted chunk.
    pub chunks: Vec<ChunkOutlook>,
}

/// The peers that are so far away from a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct HopOutlook {
    /// How many hops from the contact.
    pub hop: u32,
    /// How many peers.
    pub peers: u64,
    /// The QUERYs that one HELLO causes on the way to this hop, where they are certain.
    pub queries: Option<Count>,
}

/// Where a chunk can come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChunkOutlook {
    /// The chunk.
    pub id: u16,
    /// Whether it is found.
    pub found: Found,
    /// The peers that it may come from.
    pub sources: Vec<String>,
}

/// Whether a chunk is found: `must`, `may` or `cannot`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// In every run.
    Must,
    /// In some runs.
    May,
    /// In none.
    Cannot,
}

/// The datagrams of the scenario with another TTL or policy.
#[derive(Clone, Debug, Serialize)]
pub struct FloodOutlook {
    /// The TTL.
    pub ttl: u16,
    /// The policy.
    pub duplicates: &'static str,
    /// Whether these are the scenario's own.
    pub is_own: bool,
    /// HELLOs.
    pub hello: Count,
    /// QUERYs.
    pub query: Count,
    /// CHUNKS_INFOs.
    pub chunks_info: Count,
    /// All of them together.
    pub total: Count,
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
            floods: floods(scenario, ttls(scenario, &shape), &foresight, &prediction),
            warnings: warnings(scenario, &prediction),
        }
    }
}

impl ClientOutlook {
    fn of(roster: &Roster, spec: &ClientSpec, predicted: &ClientPrediction) -> Self {
        let mut hops: Vec<HopOutlook> = Vec::new();
        for (_, distance) in predicted.reach.iter() {
            while hops.len() <= distance as usize {
                let hop = u32::try_from(hops.len()).unwrap_or(u32::MAX);
                let before = hop.checked_sub(1).map(|index| index as usize);
                let by_hop = predicted.queries_by_hop.as_ref();
                let queries = before
                    .and_then(|index| by_hop?.get(index))
                    .map(|queries| Count::exact(*queries));
                hops.push(HopOutlook {
                    hop,
                    peers: 0,
                    queries,
                });
            }
            hops[distance as usize].peers += 1;
        }
        let chunk = |id| {
            let nowhere = Sources::default();
            let sources = predicted.sources.get(id).unwrap_or(&nowhere);
            ChunkOutlook {
                id: id.0,
                found: Found::of(sources),
                sources: names(roster, &sources.holders),
            }
        };
        Self {
            name: roster.name(spec.endpoint).to_owned(),
            contact: roster.name(spec.contact).to_owned(),
            peers_reached: predicted.reach.len() as u64,
            is_certain: predicted.reach.is_certain(),
            hops,
            chunks: spec.chunks.iter().map(chunk).collect(),
        }
    }
}

impl Found {
    fn of(sources: &Sources) -> Self {
        match (sources.holders.is_empty(), sources.may_be_missing()) {
            (true, _) => Self::Cannot,
            (false, true) => Self::May,
            (false, false) => Self::Must,
        }
    }
}

fn names(roster: &Roster, peers: &[EndpointId]) -> Vec<String> {
    let names = peers.iter().map(|peer| roster.name(*peer).to_owned());
    names.collect()
}

/// Whether some client repeats its HELLO while peers that remember would still suppress it.
fn is_impatient(scenario: &Scenario) -> bool {
    let clients = scenario.clients.iter();
    let mut requests = clients.flat_map(|client| &client.requests);
    requests.any(|request| request.patience.wait <= MEMORY)
}

/// The floods of other TTLs and policies. With `first` and `best`, an impatient client would make
/// the file no scenario.
fn floods(
    scenario: &Scenario,
    ttls: Vec<u16>,
    foresight: &Foresight<'_>,
    prediction: &Prediction,
) -> Vec<FloodOutlook> {
    let own = (scenario.ttl, scenario.duplicates);
    let mut floods = Vec::new();
    for ttl in ttls {
        let mut of_first = None;
        for (policy, word) in Duplicates::ALL {
            let is_own = (Ttl(ttl), policy) == own;
            if policy != Duplicates::Literal && !is_own && is_impatient(scenario) {
                continue;
            }
            let known = match policy {
                _ if is_own => Some(Predicted::of(prediction)),
                Duplicates::Best if foresight.first_is_best(Ttl(ttl)) => of_first,
                _ => None,
            };
            let predict = || Predicted::of(&foresight.predict(Ttl(ttl), policy));
            let predicted = known.unwrap_or_else(predict);
            if policy == Duplicates::First {
                of_first = Some(predicted);
            }
            let Predicted {
                hello,
                query,
                chunks_info,
            } = predicted;
            floods.push(FloodOutlook {
                ttl,
                duplicates: word,
                is_own,
                hello,
                query,
                chunks_info,
                total: hello + query + chunks_info,
            });
        }
    }
    floods
}

/// The TTLs whose floods are foretold.
fn ttls(scenario: &Scenario, shape: &Shape) -> Vec<u16> {
    let own = scenario.ttl.0;
    let contacts = scenario.clients.len().min(scenario.peers.len());
    let steps = (shape.links().len() + shape.peers()).saturating_mul(contacts);
    if steps > MOST_STEPS / usize::from(FORETOLD_TTL) {
        return vec![own];
    }
    let last = match own <= MOST_TTLS {
        true => own.max(FORETOLD_TTL),
        false => FORETOLD_TTL,
    };
    let mut ttls: Vec<u16> = (1..=last).chain([own]).collect();
    ttls.sort_unstable();
    ttls.dedup();
    ttls
}

/// What is worth a second look: no problem, but seldom meant.
fn warnings(scenario: &Scenario, prediction: &Prediction) -> Vec<String> {
    let roster = &scenario.roster;
    let mut warnings = Vec::new();
    for outside in &scenario.outside {
        warnings.push(format!(
            "{} has a neighbour at {}, which only a run with --real-time reaches",
            roster.name(outside.peer),
            outside.address,
        ));
    }
    if scenario.duplicates == Duplicates::Literal {
        let impatient = scenario.clients.iter().filter_map(|client| {
            let waits = client.requests.iter().map(|request| request.patience.wait);
            let least = waits.min().filter(|wait| *wait <= MEMORY)?;
            Some((roster.name(client.endpoint), least))
        });
        let mut impatient = impatient.collect::<Vec<_>>();
        let count = impatient.len();
        if let Some((name, wait)) = impatient.drain(..).next() {
            let more = match count {
                1 => String::new(),
                count => format!(" (and {} more)", count - 1),
            };
            warnings.push(format!(
                "{name}{more} waits {wait:?}, and peers with `first` or `best` remember a search \
                 for {MEMORY:?}: this scenario can't have them"
            ));
        }
    }
    for (client, predicted) in scenario.clients.iter().zip(&prediction.clients) {
        for (id, expect) in &client.expect {
            let sources = predicted.sources.get(id).cloned().unwrap_or_default();
            let name = roster.name(client.endpoint);
            match expect {
                Expect::Missing if !sources.may_be_missing() => warnings.push(format!(
                    "{name} expects chunk {id} to be missing, and it must be found: a run will fail"
                )),
                Expect::From(peers) if !peers.iter().any(|p| sources.may_come_from(*p)) => {
                    let peers = names(roster, peers).join(" or ");
                    warnings.push(format!(
                        "{name} expects chunk {id} from {peers}, and it can't come from there: a \
                         run will fail"
                    ));
                }
                _ => {}
            }
        }
    }
    warnings
}
