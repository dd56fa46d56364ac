//! Keeping distance on circles.

use std::f64::consts::{PI, TAU};

/// The radii of as many rings as `count` peers need, the first at `radius` or a little farther out.
pub(super) fn band(radius: f64, count: usize, apart: f64) -> Vec<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a drawing has few peers")]
    let needed = match count {
        0 | 1 => radius,
        // At even steps, and a little room to move.
        count => 1.02 * apart / (2.0 * (PI / count as f64).sin()),
    };
    if needed <= radius + 2.0 * apart {
        return vec![radius.max(needed)];
    }
    let mut rings = vec![radius];
    while rings
        .iter()
        .map(|radius| room(*radius, apart))
        .sum::<usize>()
        < count
    {
        rings.push(rings[rings.len() - 1] + apart);
    }
    rings
}

/// The angle between two that are `apart` on a ring.
pub(super) fn step(radius: f64, apart: f64) -> f64 {
    2.0 * (apart / (2.0 * radius)).min(1.0).asin()
}

/// How many peers have room on a ring.
fn room(radius: f64, apart: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small"
    )]
    let room = (TAU / step(radius, apart)).floor() as usize;
    room
}

/// Deals `order` out to the rings of a band, each as full as the others: ring, peer and angle.
pub(super) fn by_ring(
    band: &[f64],
    apart: f64,
    order: &[usize],
    angles: &[f64],
) -> Vec<(usize, usize, f64)> {
    let mut members: Vec<Vec<(usize, f64)>> = vec![Vec::new(); band.len()];
    for (member, angle) in order.iter().zip(angles) {
        let emptiest = (0..band.len()).min_by(|a, b| {
            #[expect(clippy::cast_precision_loss, reason = "a drawing has few peers")]
            let share =
                |ring: usize| (members[ring].len() + 1) as f64 / room(band[ring], apart) as f64;
            share(*a).total_cmp(&share(*b))
        });
        members[emptiest.unwrap_or(0)].push((*member, *angle));
    }
    let mut dealt = Vec::with_capacity(order.len());
    for (ring, members) in members.into_iter().enumerate() {
        let mut angles: Vec<f64> = members.iter().map(|(_, angle)| *angle).collect();
        if band.len() > 1 {
            spread(&mut angles, step(band[ring], apart));
        }
        let members = members.into_iter().map(|(member, _)| member);
        dealt.extend(
            members
                .zip(angles)
                .map(|(member, angle)| (ring, member, angle)),
        );
    }
    dealt
}

/// Puts `angles` at even steps all around, beginning near the first.
pub(super) fn evenly(angles: &mut [f64]) {
    #[expect(clippy::cast_precision_loss, reason = "a drawing has few peers")]
    let step = TAU / angles.len().max(1) as f64;
    let mut next = angles.first().copied().unwrap_or(0.0);
    for angle in angles {
        *angle = next;
        next += step;
    }
}

/// Moves `angles` as little as makes each at least `apart` from the next, all around, in their
/// order. Where there is no room for that they stand at even steps.
pub(super) fn spread(angles: &mut [f64], apart: f64) {
    let count = angles.len();
    #[expect(clippy::cast_precision_loss, reason = "a drawing has few peers")]
    if count < 2 || count as f64 * apart > TAU * 0.98 {
        return evenly(angles);
    }
    // The circle is cut where it is emptiest.
    let gap = |index: usize| (angles[(index + 1) % count] - angles[index]).rem_euclid(TAU);
    let cut = (0..count)
        .max_by(|a, b| gap(*a).total_cmp(&gap(*b)))
        .unwrap_or(0);
    let order: Vec<usize> = (1..=count).map(|step| (cut + step) % count).collect();
    let mut unrolled: Vec<f64> = Vec::with_capacity(count);
    for index in &order {
        let last = unrolled.last().copied().unwrap_or(angles[*index]);
        let step = (angles[*index] - last).rem_euclid(TAU);
        // Rounding must not make a whole turn of no step at all.
        unrolled.push(last + if step > TAU - 1e-6 { 0.0 } else { step });
    }
    separate(&mut unrolled, apart);
    let width = unrolled[count - 1] - unrolled[0];
    if width > TAU - apart {
        return evenly(angles);
    }
    for (index, angle) in order.into_iter().zip(unrolled) {
        angles[index] = angle;
    }
}

/// The nearest places to `wishes`, which rise, that are `apart` from each other: neighbours that
/// are too near join a block, which stands where its members would like to on average.
fn separate(wishes: &mut [f64], apart: f64) {
    // A block: its first place, how many it has, and the sum of where they want it to begin.
    let mut blocks: Vec<(f64, f64)> = Vec::new();
    let begin = |(sum, count): (f64, f64)| sum / count;
    let mut before = 0.0;
    for wish in &*wishes {
        let mut block = (*wish - before * apart, 1.0);
        before += 1.0;
        while let Some(last) = blocks.last().copied()
            && begin(last) > begin(block)
        {
            blocks.pop();
            block = (block.0 + last.0, block.1 + last.1);
        }
        blocks.push(block);
    }
    let mut places = wishes.iter_mut();
    let mut before = 0.0;
    for block in blocks {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count"
        )]
        let count = block.1 as usize;
        for place in places.by_ref().take(count) {
            *place = begin(block) + before * apart;
            before += 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_where_their_members_want_to() {
        let mut wishes = [0.0, 10.0, 10.0, 10.0, 30.0];
        separate(&mut wishes, 4.0);
        assert_eq!(wishes, [0.0, 6.0, 10.0, 14.0, 30.0]);
    }
}
