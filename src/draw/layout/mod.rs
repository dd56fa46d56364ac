//! Where peers stand: the contact in the middle, each hop on a ring around it, and whom no way
//! leads to outside.
//!
//! A ring with more peers than it has room for becomes a band of several. On its ring a peer stands
//! as near as there is room to the peers that its copies come from; two are never nearer to each
//! other than asked for.

mod circle;

use std::collections::BTreeMap;
use std::f64::consts::{PI, TAU};

use super::Picture;
use circle::{band, by_ring, evenly, spread, step};

/// A point, from the contact: x to the right, y down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Point {
    fn polar(radius: f64, angle: f64) -> Self {
        Self {
            x: radius * angle.cos(),
            y: radius * angle.sin(),
        }
    }

    pub(super) fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// Where everything is.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Each peer, in the order of the picture.
    pub(crate) places: Vec<Point>,
    /// The radius of each ring.
    pub(crate) rings: Vec<f64>,
}

/// A peer on its way to its place.
#[derive(Clone, Debug, Default)]
struct Spot {
    /// The peers one hop nearer that it hears from.
    parents: Vec<usize>,
    /// Those that it is the first parent of.
    children: Vec<usize>,
    /// How many leaves of the tree of first parents are below it.
    leaves: u32,
    /// The middle of its share of the circle.
    share: f64,
    angle: f64,
}

/// Places the peers of `picture`, at least `apart` from each other.
pub(crate) fn layout(picture: &Picture, apart: f64) -> Layout {
    let levels = levels(picture);
    let mut spots = spots(picture, &levels);
    share_out(&mut spots, &levels);
    let mut places = vec![Point { x: 0.0, y: 0.0 }; spots.len()];
    let mut rings = Vec::new();
    let mut outermost = 0.0;
    for (hop, level) in levels.iter().enumerate().skip(1) {
        if level.is_empty() {
            continue;
        }
        for member in level {
            let wish = wish(&spots, *member);
            spots[*member].angle = (wish + PI).rem_euclid(TAU) - PI;
        }
        let mut order = level.clone();
        if hop + 1 < levels.len() {
            order.sort_by(|a, b| spots[*a].angle.total_cmp(&spots[*b].angle));
        }
        let band = band(outermost + apart, order.len(), apart);
        let mut angles: Vec<f64> = order.iter().map(|member| spots[*member].angle).collect();
        if let [radius] = band[..] {
            spread(&mut angles, step(radius, apart));
        } else {
            evenly(&mut angles);
        }
        for (place, member, angle) in by_ring(&band, apart, &order, &angles) {
            spots[member].angle = angle;
            places[member] = Point::polar(band[place], angle);
        }
        outermost = band.last().copied().unwrap_or(outermost);
        rings.extend(band);
    }
    Layout { places, rings }
}

/// The peers by hop, and in the last level those that no way leads to, part by part.
fn levels(picture: &Picture) -> Vec<Vec<usize>> {
    let last = picture.nodes.iter().filter_map(|node| node.hops).max();
    let mut levels = vec![Vec::new(); last.unwrap_or(0) as usize + 2];
    let outside = levels.len() - 1;
    for (index, node) in picture.nodes.iter().enumerate() {
        let level = node.hops.map_or(outside, |hops| hops as usize);
        levels[level].push(index);
    }
    let mut parts: BTreeMap<usize, usize> = levels[outside].iter().map(|i| (*i, *i)).collect();
    // Each link lowers the two to the lesser mark, until all of a part have one.
    let mut changed = true;
    while changed {
        changed = false;
        for link in &picture.links {
            let (a, b) = (link.from as usize, link.to as usize);
            if let (Some(one), Some(other)) = (parts.get(&a).copied(), parts.get(&b).copied())
                && one != other
            {
                parts.insert(a, one.min(other));
                parts.insert(b, one.min(other));
                changed = true;
            }
        }
    }
    levels[outside].sort_by_key(|index| (parts[index], *index));
    levels
}

/// Who hears from whom, and the tree that the first of these make.
fn spots(picture: &Picture, levels: &[Vec<usize>]) -> Vec<Spot> {
    let mut spots = vec![Spot::default(); picture.nodes.len()];
    let hops = |index: usize| picture.nodes[index].hops;
    for link in &picture.links {
        let (from, to) = (link.from as usize, link.to as usize);
        for (near, far, leads) in [(from, to, true), (to, from, link.both_ways)] {
            if let (Some(one), Some(other), true) = (hops(near), hops(far), leads)
                && one + 1 == other
            {
                spots[far].parents.push(near);
            }
        }
    }
    for level in levels {
        for member in level {
            // The parent with the fewest so far, so that the tree is broad.
            let parents = spots[*member].parents.iter().copied();
            let parent = parents.min_by_key(|parent| spots[*parent].children.len());
            if let Some(parent) = parent {
                spots[parent].children.push(*member);
            }
        }
    }
    for member in levels.iter().rev().flatten() {
        let below = spots[*member]
            .children
            .iter()
            .map(|child| spots[*child].leaves);
        spots[*member].leaves = below.sum::<u32>().max(1);
    }
    spots
}

/// Gives each peer a share of its first parent's share of the circle, by its leaves. The largest
/// share of all lies to the right.
fn share_out(spots: &mut [Spot], levels: &[Vec<usize>]) {
    let mut starts = vec![0.0; spots.len()];
    let whole = levels[0]
        .first()
        .map_or(1, |contact| spots[*contact].leaves);
    let per_leaf = TAU / f64::from(whole);
    for member in levels.iter().flatten() {
        let mut start = starts[*member];
        for child in spots[*member].children.clone() {
            let width = f64::from(spots[child].leaves) * per_leaf;
            starts[child] = start;
            spots[child].share = start + width / 2.0;
            start += width;
        }
    }
    let Some(first) = levels.get(1) else { return };
    let heaviest = first
        .iter()
        .rev()
        .max_by_key(|member| spots[**member].leaves);
    let turn = heaviest.map_or(0.0, |member| spots[*member].share);
    for spot in spots {
        spot.share -= turn;
    }
}

/// Where on its ring the peer `member` would like to stand, when those nearer stand.
fn wish(spots: &[Spot], member: usize) -> f64 {
    let spot = &spots[member];
    match spot.parents[..] {
        [] => 0.0,
        // Its share, as far as its parent got its own.
        [parent] if spots[parent].parents.is_empty() => spot.share,
        [parent] => spot.share + spots[parent].angle - spots[parent].share,
        _ => {
            let angles = spot.parents.iter().map(|parent| spots[*parent].angle);
            let x: f64 = angles.clone().map(f64::cos).sum();
            let y: f64 = angles.clone().map(f64::sin).sum();
            #[expect(clippy::cast_precision_loss, reason = "a few neighbours")]
            let count = spot.parents.len() as f64;
            match x.hypot(y) > 0.2 * count {
                true => y.atan2(x),
                // They stand all around: a quarter off the first is off them all.
                false => spots[spot.parents[0]].angle + PI / 2.0,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::picture;
    use super::*;

    fn nearest(layout: &Layout) -> f64 {
        let places = &layout.places;
        let pairs = (0..places.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
        let distances = pairs.map(|(a, b)| places[a].distance(places[b]));
        distances.fold(f64::INFINITY, f64::min)
    }

    /// Links both ways, from a generator that is simple and the same everywhere.
    fn random(peers: u32, links: u32, mut state: u64) -> Vec<(u32, u32)> {
        let mut next = |below: u32| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            u32::try_from((state >> 33) % u64::from(below)).unwrap()
        };
        let pairs = (0..links).map(|_| (next(peers), next(peers)));
        let pairs: Vec<_> = pairs.filter(|(a, b)| a != b).collect();
        pairs
            .into_iter()
            .flat_map(|(a, b)| [(a, b), (b, a)])
            .collect()
    }

    #[test]
    fn nobody_is_too_near() {
        for (peers, links) in [(2, 1), (5, 6), (20, 30), (50, 75), (50, 400), (300, 500)] {
            for seed in 0..10 {
                let layout = layout(&picture(peers, 3, random(peers, links, seed)), 100.0);
                let nearest = nearest(&layout);
                assert!(nearest > 99.9, "{peers} {links} {seed}: {nearest}");
            }
        }
    }

    #[test]
    fn a_star_is_no_larger_than_it_must_be() {
        let star = (1..50).flat_map(|leaf| [(0, leaf), (leaf, 0)]).collect();
        let layout = layout(&picture(50, 3, star), 100.0);
        assert!(nearest(&layout) > 99.9);
        assert_eq!(layout.rings, [100.0, 200.0, 300.0, 400.0]);
    }

    #[test]
    fn a_chain_goes_to_the_right() {
        let chain = (1..5).flat_map(|peer| [(peer - 1, peer), (peer, peer - 1)]);
        let layout = layout(&picture(5, 3, chain.collect()), 100.0);
        for (place, x) in layout.places.iter().zip([0.0, 100.0, 200.0, 300.0, 400.0]) {
            assert!(place.distance(Point { x, y: 0.0 }) < 1e-6, "{place:?}");
        }
    }
}
