//! Random scenarios with all kinds of faults at once: what happens always lies between, and most
//! chunks are told for sure.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::chaos::{Fate, play};
use super::exhaustive::assert_between;
use super::*;
use crate::faults::{
    Change, Cut, Effect, Fault, Jitter, Nth, Pattern, Rate, Scheduled, Shape, When,
};
use crate::wire::Type;

const SEEDS: u64 = 2_000;

struct Dice(ChaCha8Rng);

impl Fate for Dice {
    fn happens(&mut self, probability: f64) -> bool {
        self.0.random_bool(probability)
    }

    fn pick(&mut self, of: usize) -> usize {
        self.0.random_range(0..of)
    }

    fn up_to(&mut self, most: u64) -> u64 {
        self.0.random_range(0..=most)
    }
}

fn millis(rng: &mut ChaCha8Rng, most: u64) -> Duration {
    Duration::from_millis(rng.random_range(0..=most))
}

/// A time at which something is likely to be going on.
fn moment(rng: &mut ChaCha8Rng) -> Duration {
    match rng.random_range(0..3) {
        0 => millis(rng, 30),
        1 => millis(rng, 3_500),
        _ => Duration::from_secs(rng.random_range(0..20)),
    }
}

fn some(rng: &mut ChaCha8Rng, of: usize) -> Vec<EndpointId> {
    (0..of)
        .filter(|_| rng.random_bool(0.4))
        .map(endpoint)
        .collect()
}

fn conditions(rng: &mut ChaCha8Rng) -> Conditions {
    let delay = Duration::from_millis([1, 1, 5, 40, 900][rng.random_range(0..5)]);
    let mut conditions = Conditions {
        delay,
        ..Conditions::default()
    };
    match rng.random_range(0..9) {
        0 => conditions.loss = 0.5,
        1 => conditions.loss = 1.0,
        2 => conditions.duplication = 0.5,
        3 => {
            conditions.reordering = 0.5;
            conditions.reorder_by = delay * 3;
        }
        4 => conditions.corruption = 0.3,
        5 => {
            let shape = Shape::Uniform;
            conditions.jitter = Some(Jitter {
                shape,
                scale: delay * 4,
            });
        }
        6 => {
            conditions.rate = Some(Rate {
                bytes_per_second: rng.random_range(1..=20) * 1_000,
                queue: [0, 1, 300][rng.random_range(0..3)],
            });
        }
        _ => {}
    }
    conditions
}

fn pattern(rng: &mut ChaCha8Rng, ends: usize) -> Pattern {
    let types = [
        Type::Hello,
        Type::Query,
        Type::ChunksInfo,
        Type::Get,
        Type::Response,
    ];
    Pattern {
        message: rng.random_bool(0.85).then(|| types[rng.random_range(0..5)]),
        from: match rng.random_bool(0.3) {
            true => some(rng, ends),
            false => Vec::new(),
        },
        to: match rng.random_bool(0.3) {
            true => some(rng, ends),
            false => Vec::new(),
        },
        chunk: rng
            .random_bool(0.25)
            .then(|| ChunkId(rng.random_range(1..=4))),
    }
}

fn fault(rng: &mut ChaCha8Rng, ends: usize) -> Fault {
    let effects = [
        Effect::Drop,
        Effect::Drop,
        Effect::Delay(millis(rng, 6_000)),
        Effect::Duplicate,
        Effect::Corrupt,
    ];
    let since = [Duration::ZERO, moment(rng)][rng.random_range(0..2)];
    Fault {
        effect: effects[rng.random_range(0..5)],
        pattern: pattern(rng, ends),
        nth: match rng.random_bool(0.7) {
            true => Nth::These((1..=rng.random_range(1..=3)).collect()),
            false => Nth::Every,
        },
        since,
        until: rng.random_bool(0.5).then(|| since + moment(rng)),
        label: String::new(),
    }
}

fn change(rng: &mut ChaCha8Rng, peers: usize, ends: usize) -> Scheduled {
    let peer = endpoint(rng.random_range(0..peers));
    let id = ChunkId(rng.random_range(1..=4));
    let cut = Cut {
        from: some(rng, ends).into(),
        to: some(rng, ends).into(),
        both_ways: rng.random_bool(0.5),
    };
    let change = match rng.random_range(0..9) {
        0 => Change::Stop(peer),
        1 => Change::Crash(peer),
        2 => Change::Start(peer),
        3 => Change::Pause(peer, moment(rng)),
        4 => Change::Cut(cut),
        5 => Change::Heal(cut),
        6 => Change::HealAll,
        7 => Change::Gain(
            peer,
            Arc::new([(id, Chunk::default())].into_iter().collect()),
        ),
        _ => Change::Lose(peer, vec![id]),
    };
    Scheduled {
        when: match rng.random_bool(0.8) {
            true => When::At(moment(rng)),
            false => When::After {
                pattern: pattern(rng, ends),
                nth: rng.random_range(1..=2),
                by: [Duration::ZERO, moment(rng)][rng.random_range(0..2)],
            },
        },
        change,
        label: None,
    }
}

pub(super) fn storm(rng: &mut ChaCha8Rng) -> Scenario {
    let peers = rng.random_range(2..=7);
    let mut net = Net::of(peers);
    for _ in 0..rng.random_range(peers..=peers * 2) {
        let (a, b) = (rng.random_range(0..peers), rng.random_range(0..peers));
        net = match rng.random_bool(0.8) {
            true => net.link(a, b),
            false => net.one_way(a, b),
        };
    }
    for peer in 0..peers {
        net = net.holds(peer, (1..=4).filter(|_| rng.random_bool(0.3)));
    }
    let clients = rng.random_range(1..=2);
    for _ in 0..clients {
        net = net.client(rng.random_range(0..peers), 1..=rng.random_range(1..=4));
    }
    let ends = peers + clients;
    let mut scenario = net.scenario(rng.random_range(0..=4), POLICIES[rng.random_range(0..3)]);
    for client in &mut scenario.clients {
        let request = &mut client.requests[0];
        request.after = [Duration::ZERO, moment(rng)][rng.random_range(0..2)];
        request.patience.repeats = rng.random_range(0..=3);
        request.patience.wait = Duration::from_millis([2_600, 5_000][rng.random_range(0..2)]);
        if request.chunks.len() > 1 && rng.random_bool(0.4) {
            let mut second = request.clone();
            second.chunks = request.chunks.split_off(1);
            second.after = moment(rng);
            client.requests.push(second);
        }
    }
    let faults = &mut scenario.faults;
    if rng.random_bool(0.5) {
        for _ in 0..rng.random_range(1..=4) {
            let link = [0; 2].map(|_| endpoint(rng.random_range(0..ends)));
            faults.links.between.insert(link.into(), conditions(rng));
        }
    }
    if rng.random_bool(0.1) {
        faults.links.peers = conditions(rng);
    }
    if rng.random_bool(0.1) {
        faults.links.clients = conditions(rng);
    }
    if rng.random_bool(0.5) {
        let named = (0..rng.random_range(1..=2)).map(|_| fault(rng, ends));
        faults.named = named.collect();
    }
    if rng.random_bool(0.5) {
        let changes = (0..rng.random_range(1..=3)).map(|_| change(rng, peers, ends));
        faults.timeline = changes.collect();
    }
    scenario
}

#[test]
fn storms_lie_between() {
    let (mut sure, mut all) = (0, 0);
    for seed in 0..SEEDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let scenario = storm(&mut rng);
        let told = predict(&scenario, Order::Lockstep);
        let disturbed = told
            .clients
            .iter()
            .filter(|_| !scenario.faults.is_lossless());
        for sources in disturbed.flat_map(|client| client.sources.values()) {
            all += 1;
            sure += u32::from(!sources.may_be_missing || sources.holders.is_empty());
        }
        for round in 0..10 {
            let dice = ChaCha8Rng::seed_from_u64(seed * 100 + round);
            let outcome = play(&scenario, &mut Dice(dice));
            assert_between(&told, &outcome, &format!("seed {seed} round {round}"));
        }
    }
    assert!(sure * 100 >= all * 60, "{sure} of {all}");
}
