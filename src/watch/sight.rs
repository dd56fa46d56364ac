//! What one client sees of the overlay, and who has heard its latest search.

use crate::draw::{Picture, layout};
use crate::roster::EndpointId;
use crate::scenario::{ClientSpec, Scenario};
use crate::shape::Shape;
use crate::trace::Hop;

/// Overlays with more peers are shown as bars, and need no places.
const MOST_PLACED: usize = 60;

/// The overlay as one client sees it.
#[derive(Clone, Debug)]
pub struct Sight {
    /// The client.
    pub client: EndpointId,
    /// The peer that it asks.
    pub contact: EndpointId,
    /// How many hops each peer is away from the contact, whatever the TTL; none without any way.
    pub hops: Vec<Option<u32>>,
    /// Where each peer is; empty when there are too many to draw.
    pub places: Vec<Place>,
    /// The radius of each ring around the contact.
    pub rings: Vec<f64>,
    /// Pairs of peers that are linked, by their places in the roster; empty as `places` is.
    pub links: Vec<(u32, u32)>,
    /// Its searches that have reached its contact.
    pub searches: u32,
    /// On which hop each peer has heard the latest of them, if it has.
    pub heard: Vec<Option<u32>>,
    /// Its latest search, by its number.
    latest: Option<u32>,
}

/// Where a peer is drawn: from the contact to the right and down, the whole picture within ±1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// How many of the peers at one distance have heard a search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Peers that have heard it.
    pub heard: usize,
    /// All peers there.
    pub peers: usize,
}

impl Sight {
    /// What the client of `spec` sees of `scenario`, before anything has happened.
    pub(super) fn of(scenario: &Scenario, spec: &ClientSpec) -> Self {
        let peers = scenario.peers.len();
        let mut sight = Self {
            client: spec.endpoint,
            contact: spec.contact,
            hops: Vec::new(),
            places: Vec::new(),
            rings: Vec::new(),
            links: Vec::new(),
            searches: 0,
            heard: vec![None; peers],
            latest: None,
        };
        if peers > MOST_PLACED {
            sight.hops = Shape::of(scenario).hops_from(spec.contact.0);
            return sight;
        }
        let picture = Picture::of(scenario, spec);
        let layout = layout(&picture, 1.0);
        let radii = layout.places.iter().map(|point| point.x.hypot(point.y));
        let whole = radii.fold(1.0, f64::max);
        sight.hops = picture.nodes.iter().map(|node| node.hops).collect();
        sight.places = layout
            .places
            .iter()
            .map(|point| Place {
                x: point.x / whole,
                y: point.y / whole,
            })
            .collect();
        sight.rings = layout.rings.iter().map(|radius| radius / whole).collect();
        sight.links = picture
            .links
            .iter()
            .map(|link| (link.from, link.to))
            .collect();
        sight
    }

    /// Notes that a peer has heard a search of this client where `hop` says.
    pub(super) fn hear(&mut self, peer: EndpointId, hop: Hop) {
        if self.latest.is_none_or(|latest| latest < hop.search) {
            self.latest = Some(hop.search);
            self.searches += 1;
            self.heard.fill(None);
        }
        if self.latest == Some(hop.search)
            && let Some(heard) = self.heard.get_mut(peer.index())
        {
            heard.get_or_insert(hop.number);
        }
    }

    /// Of the peers within `ttl` hops, how many have heard the latest search: one for each distance,
    /// the contact's first.
    #[must_use]
    pub fn by_hop(&self, ttl: u32) -> Vec<Standing> {
        let mut standings: Vec<Standing> = Vec::new();
        for (hops, heard) in self.hops.iter().zip(&self.heard) {
            let Some(hops) = hops.filter(|hops| *hops <= ttl) else {
                continue;
            };
            let place = hops as usize;
            if standings.len() <= place {
                standings.resize(place + 1, Standing::default());
            }
            standings[place].peers += 1;
            standings[place].heard += usize::from(heard.is_some());
        }
        standings
    }
}
