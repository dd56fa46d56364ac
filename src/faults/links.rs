//! What links do to datagrams by chance. A link is an ordered pair of endpoints: what a client and
//! a peer say to each other crosses one too.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::roster::EndpointId;
use crate::rules::named_by_words;

/// What one link does to each datagram that crosses it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conditions {
    /// How long a datagram travels at least.
    pub delay: Duration,
    /// What comes on top of the delay, drawn for each datagram.
    pub jitter: Option<Jitter>,
    /// The probability that a datagram is lost, from 0 to 1.
    pub loss: f64,
    /// The probability that a datagram arrives twice, from 0 to 1. Both copies have their own jitter.
    pub duplication: f64,
    /// The probability that a datagram is held back, from 0 to 1, so that later ones overtake it.
    pub reordering: f64,
    /// How much longer than others a datagram takes that is held back.
    pub reorder_by: Duration,
    /// The probability that a bit of the datagram's type is flipped, from 0 to 1: its receiver
    /// takes it for no message at all. (In other bits an error would go unseen: the five messages
    /// have no checksum. On a real network UDP's own would catch it.)
    pub corruption: f64,
    /// How fast the link is; `None` for a link that sends any number of datagrams at once.
    pub rate: Option<Rate>,
}

/// The distribution of what comes on top of a delay. It is never negative, and never more than
/// [`Jitter::most`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jitter {
    /// Which distribution.
    pub shape: Shape,
    /// Its scale: the largest value of [`Shape::Uniform`], the standard deviation of
    /// [`Shape::Normal`], the mean of [`Shape::Exponential`] and of [`Shape::Pareto`].
    pub scale: Duration,
}

/// A distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// Each value from 0 to the scale is as likely as any other.
    Uniform,
    /// The absolute value of a normal distribution around 0, cut off at four standard deviations.
    Normal,
    /// Exponential, cut off at ten times its mean.
    Exponential,
    /// Pareto (Lomax) with shape 3, cut off at ten times its mean: a long tail.
    Pareto,
}

impl Shape {
    /// Every distribution with the word that scenarios use.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Uniform, "uniform"),
        (Self::Normal, "normal"),
        (Self::Exponential, "exponential"),
        (Self::Pareto, "pareto"),
    ];
}

named_by_words!(Shape);

impl Jitter {
    /// The largest value that is ever drawn.
    #[must_use]
    pub const fn most(self) -> Duration {
        self.scale.saturating_mul(match self.shape {
            Shape::Uniform => 1,
            Shape::Normal => 4,
            Shape::Exponential | Shape::Pareto => 10,
        })
    }
}

/// How fast a link is. Datagrams leave one after another; those that have to wait are in its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Bytes of payload that leave in a second; not zero.
    pub bytes_per_second: u64,
    /// How many datagrams may wait behind the one that is leaving; what comes then is dropped.
    pub queue: u32,
}

impl Rate {
    /// How long a datagram of `bytes` takes to leave.
    #[must_use]
    pub fn takes(self, bytes: usize) -> Duration {
        let nanos = bytes as u128 * 1_000_000_000 / u128::from(self.bytes_per_second);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

impl Conditions {
    /// Whether each datagram arrives exactly once and takes exactly the delay.
    #[must_use]
    pub fn are_faultless(&self) -> bool {
        let chances = [
            self.loss,
            self.duplication,
            self.reordering,
            self.corruption,
        ];
        self.jitter.is_none() && self.rate.is_none() && chances.iter().all(|chance| *chance == 0.0)
    }

    /// The longest that a datagram may take when it does not wait for others (see [`Rate`]).
    #[must_use]
    pub fn longest(&self) -> Duration {
        let jitter = self.jitter.map(Jitter::most).unwrap_or_default();
        let held_back = match self.reordering > 0.0 {
            true => self.reorder_by,
            false => Duration::ZERO,
        };
        self.delay.saturating_add(jitter).saturating_add(held_back)
    }
}

/// The conditions of every link of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Links {
    /// Of links from peer to neighbour, where `between` has no other.
    pub peers: Conditions,
    /// Of links between a client and a peer, where `between` has no other.
    pub clients: Conditions,
    /// Those of single links, from the first to the second.
    pub between: BTreeMap<(EndpointId, EndpointId), Conditions>,
    /// What the file says, for telling which of it was never met.
    pub entries: Vec<LinkEntry>,
}

/// One entry of the file about links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkEntry {
    /// Which links it is about.
    pub covers: Covers,
    /// What output calls it: `[[link]] in line 12`.
    pub label: String,
}

/// Which links an entry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Covers {
    /// All of them.
    All,
    /// Those from peer to neighbour.
    Peers,
    /// Those between a client and a peer.
    Clients,
    /// These, from the first to the second.
    These(Vec<(EndpointId, EndpointId)>),
}

impl Links {
    /// Links that all take `delay` and do nothing else.
    #[must_use]
    pub fn all_taking(delay: Duration) -> Self {
        let conditions = Conditions {
            delay,
            ..Conditions::default()
        };
        Self {
            peers: conditions.clone(),
            clients: conditions,
            ..Self::default()
        }
    }

    /// The conditions of the link from `from` to `to`, at one end of which there is a client or not.
    #[must_use]
    pub fn of(&self, from: EndpointId, to: EndpointId, has_client: bool) -> &Conditions {
        let general = match has_client {
            true => &self.clients,
            false => &self.peers,
        };
        match self.between.is_empty() {
            true => general,
            false => self.between.get(&(from, to)).unwrap_or(general),
        }
    }

    /// Every set of conditions that some link may have.
    pub fn conditions(&self) -> impl Iterator<Item = &Conditions> + '_ {
        [&self.peers, &self.clients]
            .into_iter()
            .chain(self.between.values())
    }

    /// Whether no link does anything but take its delay.
    #[must_use]
    pub fn are_faultless(&self) -> bool {
        self.conditions().all(Conditions::are_faultless)
    }

    /// The delay that all links have, if it is one and they do nothing else.
    #[must_use]
    pub fn common_delay(&self) -> Option<Duration> {
        let delay = self.peers.delay;
        let alike = |conditions: &Conditions| conditions.delay == delay;
        (self.are_faultless() && self.conditions().all(alike)).then_some(delay)
    }
}
