//! `[churn]`: peers that come and go by luck.
//!
//! Lifetimes and absences are exponential, drawn from a stream of its own for each peer. The
//! logarithm is one that is alike on every platform, and times are whole microseconds.

use std::collections::BTreeSet;
use std::time::Duration;

use rand::Rng;
use rand::rngs::ChaCha8Rng;
use toml::Spanned;

use super::fault_leaves::Name;
use super::fault_tables::window;
use super::layout::{Key, Kind, Layout};
use super::problem::{Problems, Span};
use super::reader::{Reader, Value};
use super::schema::written;
use super::world::World;
use crate::faults::{Change, Scheduled, When};
use crate::luck;
use crate::roster::EndpointId;

pub(super) const CHURN: Layout = Layout {
    what: "`[churn]`",
    keys: &[
        Key::new(
            "lifetime",
            Kind::SomeTime,
            "how long a peer stays, on average; not zero",
        )
        .required(),
        Key::new(
            "absence",
            Kind::SomeTime,
            "how long it is away, on average; not zero",
        )
        .required(),
        Key::new("from", Kind::Duration, "when the first lifetimes begin")
            .or(|| written(Duration::ZERO)),
        Key::new(
            "until",
            Kind::SomeTime,
            "nobody leaves then or later; who is away still comes back",
        )
        .required(),
        Key::new("except", Kind::NAMES, "peers that never leave"),
        Key::new(
            "contacts",
            Kind::Boolean,
            "whether peers that are some client's contact leave too",
        )
        .or(|| false.into()),
    ],
    rules: &[],
};

/// How often peers may come and go in one run.
const MOST: usize = 1_000_000;

/// The `[churn]` of a file.
#[derive(Debug)]
pub(super) struct ChurnTable {
    header: Span,
    lifetime: Option<Duration>,
    absence: Option<Duration>,
    from: Option<Spanned<Duration>>,
    until: Option<Duration>,
    except: Vec<Name>,
    contacts: bool,
}

impl ChurnTable {
    pub(super) fn read(
        value: Value<'_>,
        elsewhere: &[&Layout],
        reader: &mut Reader,
    ) -> Option<Self> {
        let mut table = reader.one_table(value, "churn", &CHURN)?;
        for (key, example) in [
            ("lifetime", "\"30s\""),
            ("absence", "\"10s\""),
            ("until", "\"60s\""),
        ] {
            if !table.has(key) {
                table.require(key, example, &mut reader.problems);
            }
        }
        let why = "no time at all, as a mean";
        let lifetime = reader.some_time(&mut table, "lifetime", why);
        let absence = reader.some_time(&mut table, "absence", why);
        let (from, until) = window(&mut table, ["from", "until"], reader);
        let churn = Self {
            header: table.header.clone(),
            lifetime: lifetime.map(Spanned::into_inner),
            absence: absence.map(Spanned::into_inner),
            from,
            until: until.map(Spanned::into_inner),
            except: reader.names_of(&mut table, "except"),
            contacts: reader
                .flag(&mut table, "contacts")
                .is_some_and(|(_, contacts)| contacts),
        };
        table.finish(elsewhere, &mut reader.problems);
        Some(churn)
    }

    /// When it begins, with its place, if it says so.
    pub(super) const fn from(&self) -> Option<&Spanned<Duration>> {
        self.from.as_ref()
    }

    /// All comings and goings, peer by peer. Those of `told` peers are told by events, so luck
    /// leaves them alone.
    pub(super) fn resolve(
        &self,
        world: &World<'_>,
        told: &BTreeSet<EndpointId>,
        problems: &mut Problems,
    ) -> Vec<Scheduled> {
        let except = self.except.iter();
        let mut stay: BTreeSet<EndpointId> = except
            .filter_map(|name| world.peer(name, problems))
            .collect();
        if !self.contacts {
            stay.extend(world.contacts());
        }
        stay.extend(told);
        let peers = world.peers.iter().map(|peer| peer.endpoint);
        let peers: Vec<EndpointId> = peers.filter(|peer| !stay.contains(peer)).collect();
        if peers.is_empty() && !world.peers.is_empty() && world.has_all_clients {
            let title = "nobody may leave";
            let label = "every peer stays";
            let problem = problems.add(self.header.clone(), title, label);
            problem.help(
                "contacts stay unless `contacts = true`, and so do peers in `except`\n\
                 and those that events stop or start",
            );
        }
        let (Some(lifetime), Some(absence), Some(until)) =
            (self.lifetime, self.absence, self.until)
        else {
            return Vec::new();
        };
        let from = self
            .from
            .as_ref()
            .map_or(Duration::ZERO, |from| *from.get_ref());
        let mut changes = Vec::new();
        for peer in peers {
            let mut luck = luck::stream(world.seed, &format!("churn {}", world.roster.name(peer)));
            let mut now = from + exponential(lifetime, &mut luck);
            while now < until {
                changes.push(unlabelled(now, Change::Crash(peer)));
                now += exponential(absence, &mut luck);
                changes.push(unlabelled(now, Change::Start(peer)));
                now += exponential(lifetime, &mut luck);
                if changes.len() > MOST {
                    let title = "the churn makes peers come and go more than 1,000,000 times";
                    let problem = problems.add(self.header.clone(), title, "too much of it");
                    problem.help("lengthen `lifetime` and `absence`, or let `until` come earlier");
                    return Vec::new();
                }
            }
        }
        changes
    }
}

fn unlabelled(at: Duration, change: Change) -> Scheduled {
    Scheduled {
        when: When::At(at),
        change,
        label: None,
    }
}

/// Draws from the exponential distribution with `mean`: whole microseconds, at least one.
fn exponential(mean: Duration, luck: &mut ChaCha8Rng) -> Duration {
    const BITS: u32 = 53;
    // From above 0 up to 1, each value exact.
    let number = (luck.next_u64() >> (u64::BITS - BITS)) + 1;
    let fraction = exact(number) / exact(1 << BITS);
    let drawn = mean.mul_f64(-libm::log(fraction));
    let below = Duration::from_nanos(u64::from(drawn.subsec_nanos() % 1_000));
    (drawn - below).max(Duration::from_micros(1))
}

/// `number`, which is at most 2^53, as a float.
const fn exact(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_their_mean_and_are_the_same_everywhere() {
        let mut luck = luck::stream(1, "churn p1");
        let mean = Duration::from_secs(10);
        let first: Vec<_> = (0..3).map(|_| exponential(mean, &mut luck)).collect();
        assert_eq!(format!("{first:?}"), "[1.512027s, 8.789427s, 1.358172s]");
        let many = 10_000;
        let sum: Duration = (0..many).map(|_| exponential(mean, &mut luck)).sum();
        let of_one = sum / many;
        assert!(
            of_one.abs_diff(mean) < Duration::from_millis(300),
            "{of_one:?}"
        );
    }
}
