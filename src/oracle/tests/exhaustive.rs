//! Small overlays with links that lose: every run that there can be, against what must, may and
//! cannot come out.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::chaos::{Fate, Outcome, play};
use super::*;

/// The most runs of one scenario.
const RUNS: usize = 3_000;

/// Goes through all that luck can decide, one run after the other.
#[derive(Default)]
struct Every {
    /// What was decided so far in this run, and of how many.
    path: Vec<(usize, usize)>,
    place: usize,
}

impl Every {
    /// Moves on to the next run; `false` when there is none.
    fn advance(&mut self) -> bool {
        self.path.truncate(self.place);
        self.place = 0;
        while let Some((choice, of)) = self.path.pop() {
            if choice + 1 < of {
                self.path.push((choice + 1, of));
                return true;
            }
        }
        false
    }
}

impl Fate for Every {
    fn happens(&mut self, probability: f64) -> bool {
        match probability {
            p if p <= 0.0 => false,
            p if p >= 1.0 => true,
            _ => self.pick(2) == 1,
        }
    }

    fn pick(&mut self, of: usize) -> usize {
        if of == 1 {
            return 0;
        }
        if self.place == self.path.len() {
            self.path.push((0, of));
        }
        self.place += 1;
        self.path[self.place - 1].0
    }

    fn up_to(&mut self, _most: u64) -> u64 {
        0
    }
}

/// What luck can lose is lost, or nothing is; all else goes every way.
struct Extreme {
    loses: bool,
    rest: Every,
}

impl Fate for Extreme {
    fn happens(&mut self, probability: f64) -> bool {
        match probability {
            p if p <= 0.0 => false,
            p if p >= 1.0 => true,
            _ => self.loses,
        }
    }

    fn pick(&mut self, of: usize) -> usize {
        self.rest.pick(of)
    }

    fn up_to(&mut self, most: u64) -> u64 {
        self.rest.up_to(most)
    }
}

/// Holds `outcome` against `told`.
pub(super) fn assert_between(told: &Prediction, outcome: &Outcome, what: &str) {
    for (index, client) in told.clients.iter().enumerate() {
        for (count, got, of) in [
            (client.hello, outcome.hello[index], "HELLO"),
            (client.query, outcome.query[index], "QUERY"),
            (
                client.chunks_info,
                outcome.chunks_info[index],
                "CHUNKS_INFO",
            ),
        ] {
            assert!(count.contains(got), "{what}: {got} {of}, not {count}");
        }
        for heard in &outcome.heard[index] {
            for peer in heard {
                assert!(
                    client.reach.may_hear(endpoint(*peer)),
                    "{what}: e{peer} heard"
                );
            }
            for (peer, _) in client.reach.iter() {
                let must = client.reach.must_hear(peer);
                assert!(
                    !must || heard.contains(&peer.index()),
                    "{what}: e{peer} did not hear"
                );
            }
        }
        assert_eq!(
            client.sources.len(),
            outcome.logged[index].len(),
            "{what}: log"
        );
        for (id, source) in &outcome.logged[index] {
            let sources = &client.sources[&ChunkId(*id)];
            match source {
                Some(peer) => {
                    assert!(
                        sources.may_come_from(endpoint(*peer)),
                        "{what}: {id} from e{peer}"
                    );
                }
                None => assert!(sources.may_be_missing(), "{what}: {id} missing"),
            }
        }
    }
}

/// Plays every run of `scenario`; counts the chunks that may be missing, and those of them that were
/// found in some run and missing in another.
fn check(scenario: &Scenario, what: &str) -> (u32, u32) {
    let told = predict(scenario, Order::Lockstep);
    let mut seen: BTreeSet<(usize, u16, bool)> = BTreeSet::new();
    let mut look = |fate: &mut dyn Fate| {
        let outcome = play(scenario, fate);
        assert_between(&told, &outcome, what);
        for (client, log) in outcome.logged.iter().enumerate() {
            let log = log.iter();
            seen.extend(log.map(|(id, source)| (client, *id, source.is_some())));
        }
    };
    let mut every = Every::default();
    for _ in 0..RUNS {
        look(&mut every);
        if !every.advance() {
            break;
        }
    }
    // Where there are too many runs, the worst and the best are among those that are played.
    for loses in [true, false] {
        let rest = Every::default();
        let mut extreme = Extreme { loses, rest };
        for _ in 0..RUNS {
            look(&mut extreme);
            if !extreme.rest.advance() {
                break;
            }
        }
    }
    let (mut may, mut both) = (0, 0);
    for (index, client) in told.clients.iter().enumerate() {
        for (id, sources) in &client.sources {
            if sources.may_be_missing && !sources.holders.is_empty() {
                may += 1;
                let each = [true, false].map(|found| seen.contains(&(index, id.0, found)));
                both += u32::from(each == [true, true]);
            }
        }
    }
    (may, both)
}

#[test]
fn every_run_of_small_lossy_overlays_lies_between() {
    let (mut all, mut may, mut both) = (0, 0, 0);
    for seed in 0..500 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let peers = rng.random_range(2..=5);
        let mut net = Net::of(peers);
        for a in 0..peers {
            for b in 0..a {
                if rng.random_bool(0.5) {
                    net = net.link(a, b);
                }
            }
        }
        for peer in 0..peers {
            net = net.holds(peer, (1..=2).filter(|_| rng.random_bool(0.4)));
        }
        let contact = rng.random_range(0..peers);
        net = net.client(contact, 1..=2);
        let policy = POLICIES[rng.random_range(0..3)];
        let mut scenario = net.scenario(rng.random_range(1..=3), policy);
        let repeats = rng.random_range(0..=1);
        scenario.clients[0].requests[0].patience.repeats = repeats;
        for _ in 0..rng.random_range(1..=2) {
            // One between peers, or one of the client's.
            let (a, mut b) = (rng.random_range(0..peers), rng.random_range(0..=peers));
            if rng.random_bool(0.3) {
                b = peers;
            }
            let lossy = Conditions {
                loss: [0.5, 1.0][usize::from(rng.random_bool(0.2))],
                ..scenario.faults.links.peers.clone()
            };
            let links = &mut scenario.faults.links.between;
            let link = match rng.random_bool(0.5) {
                true => (endpoint(a), endpoint(b)),
                false => (endpoint(b), endpoint(a)),
            };
            links.insert(link, lossy);
        }
        let (might, did) = check(&scenario, &format!("seed {seed} {policy}"));
        all += 2;
        may += might;
        both += did;
    }
    // What may be missing was, in some run, and in another it was not.
    assert!(may > 100 && may < all / 2, "{may} of {all}");
    assert_eq!(both, may);
}
