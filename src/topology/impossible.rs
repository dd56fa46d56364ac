//! Which numbers have no overlay, and why.

use super::generator::{Generator, pairs};

/// The most peers that a [`Graph`](super::Graph) can number.
const MOST_PEERS: u128 = u32::MAX as u128;

/// Why there is no such overlay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impossible {
    /// The number that it is about, as scenarios call it.
    pub parameter: &'static str,
    /// What is wrong with it, in one sentence without its full stop.
    pub why: String,
    /// What would be possible.
    pub help: Option<String>,
}

impl Impossible {
    fn new(parameter: &'static str, why: String, help: impl Into<String>) -> Self {
        Self {
            parameter,
            why,
            help: Some(help.into()),
        }
    }
}

impl Generator {
    /// All that keeps the overlay from being; empty if it can be made, as long as memory lasts
    /// ([`size`](Self::size)). Allocates and draws nothing.
    #[must_use]
    pub fn check(&self) -> Vec<Impossible> {
        let rules = match *self {
            Self::Line { peers } | Self::Star { peers } | Self::Complete { peers } => {
                vec![some_peers(peers)]
            }
            Self::Ring { peers } => vec![round("peers", "a ring", peers, "a line for fewer")],
            Self::Tree { arity, .. } => vec![from_one("arity", arity)],
            Self::Grid { rows, columns } => {
                vec![from_one("rows", rows), from_one("columns", columns)]
            }
            Self::Torus { rows, columns } => vec![
                round("rows", "a column of a torus", rows, "a grid for fewer"),
                round("columns", "a row of a torus", columns, "a grid for fewer"),
            ],
            Self::Gnp { peers, p } => vec![some_peers(peers), probability(p)],
            Self::Gnm { peers, links } => vec![some_peers(peers), room(peers, links)],
            Self::Regular { peers, degree } => vec![
                some_peers(peers),
                below_peers("degree", degree, peers),
                even_ends(peers, degree),
            ],
            Self::WattsStrogatz { peers, k, p } => vec![
                some_peers(peers),
                below_peers("k", k, peers),
                halves(k),
                probability(p),
            ],
            Self::BarabasiAlbert { peers, m } => vec![
                some_peers(peers),
                from_one("m", m),
                below_peers("m", m, peers),
            ],
            Self::PowerLaw {
                peers,
                exponent,
                min_degree,
            } => vec![
                some_peers(peers),
                steep(exponent),
                from_one("min_degree", min_degree),
                below_peers("min_degree", min_degree, peers),
            ],
        };
        rules.into_iter().flatten().chain(self.numbers()).collect()
    }

    /// Whether the peers can be numbered at all.
    fn numbers(&self) -> Option<Impossible> {
        let parameter = match self {
            Self::Tree { .. } => "depth",
            Self::Grid { .. } | Self::Torus { .. } => "rows",
            _ => "peers",
        };
        let (peers, _) = self.size();
        let are = match peers {
            u128::MAX => "more than 10^38 peers are".to_owned(),
            _ => format!("{peers} peers are"),
        };
        let why = format!("{are} more than can be numbered");
        let help = format!("make it smaller; {MOST_PEERS} peers can be numbered");
        (peers > MOST_PEERS).then(|| Impossible::new(parameter, why, help))
    }
}

fn some_peers(peers: u64) -> Option<Impossible> {
    let why = "an overlay needs at least one peer".to_owned();
    (peers == 0).then(|| Impossible::new("peers", why, "give 1 or more"))
}

fn from_one(parameter: &'static str, number: u64) -> Option<Impossible> {
    let why = format!("`{parameter}` must be at least 1, and this is 0");
    (number == 0).then(|| Impossible::new(parameter, why, "give 1 or more"))
}

/// What goes round takes three: with two, there and back would be one link.
fn round(parameter: &'static str, what: &str, number: u64, instead: &str) -> Option<Impossible> {
    let why = format!("{what} takes at least 3 peers to go round, and this is {number}");
    let help = format!("give 3 or more, or take {instead}");
    (number < 3).then(|| Impossible::new(parameter, why, help))
}

fn probability(p: f64) -> Option<Impossible> {
    let why = format!("`p` is a probability, and {p} is not between 0 and 1");
    (!(0.0..=1.0).contains(&p)).then(|| Impossible::new("p", why, "give a number from 0 to 1"))
}

fn room(peers: u64, links: u64) -> Option<Impossible> {
    let most = pairs(peers);
    let why = format!("{peers} peers have room for {most} links, and this is {links}");
    let help = format!("give at most {most}, or more peers");
    (peers > 0 && u128::from(links) > most).then(|| Impossible::new("links", why, help))
}

fn below_peers(parameter: &'static str, number: u64, peers: u64) -> Option<Impossible> {
    let most = peers.saturating_sub(1);
    let why = format!(
        "`{parameter}` must be below the number of peers: each of {peers} has {most} others to be \
         linked with, and this is {number}"
    );
    let help = format!("give at most {most}, or more peers");
    (peers > 0 && number >= peers).then(|| Impossible::new(parameter, why, help))
}

fn even_ends(peers: u64, degree: u64) -> Option<Impossible> {
    let why = format!(
        "each link has two ends, and {peers} peers with {degree} neighbours each have an odd \
         number of ends"
    );
    let help = "make `degree` or `peers` even";
    (peers % 2 == 1 && degree % 2 == 1).then(|| Impossible::new("degree", why, help))
}

fn halves(k: u64) -> Option<Impossible> {
    let why = format!("half of the `k` neighbours stand on each side, and {k} is odd");
    let help = format!("give {} or {}", k - k % 2, k.saturating_add(1));
    (k % 2 == 1).then(|| Impossible::new("k", why, help))
}

fn steep(exponent: f64) -> Option<Impossible> {
    let why = format!("the exponent of a power law is above 1, and this is {exponent}");
    let help = "give a number above 1; in most networks it is from 2 to 3";
    let is_steep = exponent.is_finite() && exponent > 1.0;
    (!is_steep).then(|| Impossible::new("exponent", why, help))
}
