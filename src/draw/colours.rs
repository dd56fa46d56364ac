//! The colours of hops: light near the contact, dark far away. The scale is viridis, whose order is
//! seen without telling red from green, and in grey.

use super::Standing;

/// Viridis at even steps, from its light end.
const SCALE: [[u8; 3]; 9] = [
    [253, 231, 37],
    [170, 220, 50],
    [92, 200, 99],
    [39, 173, 129],
    [33, 145, 140],
    [44, 114, 142],
    [59, 82, 139],
    [72, 40, 120],
    [68, 1, 84],
];

/// How a peer is filled and what is written on it, as `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Paint {
    pub(super) fill: String,
    pub(super) text: &'static str,
}

/// The paint of a peer with `standing`, where the farthest that are reached are on `last_hop`.
pub(super) fn paint(standing: Standing, last_hop: u32) -> Paint {
    let Standing::Reached(hop) = standing else {
        return Paint {
            fill: "#ffffff".to_owned(),
            text: "#404040",
        };
    };
    let [red, green, blue] = on_scale(f64::from(hop) / f64::from(last_hop.max(4)));
    let light = 0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue);
    Paint {
        fill: format!("#{red:02x}{green:02x}{blue:02x}"),
        text: if light > 125.0 { "#000000" } else { "#ffffff" },
    }
}

/// The colour at `place`, from 0 to 1.
fn on_scale(place: f64) -> [u8; 3] {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 7"
    )]
    let index = ((place * 8.0).floor().clamp(0.0, 7.0)) as usize;
    #[expect(clippy::cast_precision_loss, reason = "0 to 7")]
    let share = (place * 8.0 - index as f64).clamp(0.0, 1.0);
    let (low, high) = (SCALE[index], SCALE[index + 1]);
    std::array::from_fn(|part| {
        let mixed = f64::from(low[part]) * (1.0 - share) + f64::from(high[part]) * share;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 255"
        )]
        let mixed = mixed.round() as u8;
        mixed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops_go_from_light_to_dark() {
        let fills: Vec<Paint> = (0..=8)
            .map(|hop| paint(Standing::Reached(hop), 8))
            .collect();
        assert_eq!((&*fills[0].fill, fills[0].text), ("#fde725", "#000000"));
        assert_eq!((&*fills[8].fill, fills[8].text), ("#440154", "#ffffff"));
        assert_eq!(paint(Standing::Beyond, 3).fill, "#ffffff");
        // With few hops the scale is not stretched to its dark end.
        assert_eq!(paint(Standing::Reached(1), 1).fill, "#5cc863");
    }
}
