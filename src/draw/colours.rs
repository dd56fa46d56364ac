//! Colours that colour-blind people tell apart too: of hops, of message types, of lines.
//!
//! Hops are light near the contact, dark far away. The scale is viridis, whose order is
//! seen without telling red from green, and in grey.

use std::fmt;

use super::Standing;

/// A colour: red, green and blue. Written as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(red, green, blue) = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

// The colours of Okabe and Ito.
const BLUE: Rgb = Rgb(0, 114, 178);
const VERMILION: Rgb = Rgb(213, 94, 0);
const GREEN: Rgb = Rgb(0, 158, 115);
const PINK: Rgb = Rgb(204, 121, 167);
const SKY: Rgb = Rgb(86, 180, 233);
const ORANGE: Rgb = Rgb(230, 159, 0);
const BLACK: Rgb = Rgb(0, 0, 0);
/// The colour of what is none of them.
const GREY: Rgb = Rgb(107, 107, 107);

/// The colours of the lines of a chart, in turn.
pub(super) const LINES: [Rgb; 7] = [BLUE, VERMILION, GREEN, PINK, SKY, ORANGE, BLACK];

/// The colour of the message type `name`, the same in every drawing.
pub(super) fn message(name: &str) -> Rgb {
    match name {
        "HELLO" => ORANGE,
        "QUERY" => BLUE,
        "CHUNKS_INFO" => GREEN,
        "GET" => PINK,
        "RESPONSE" => VERMILION,
        "ACK" => SKY,
        _ => GREY,
    }
}

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
        fill: Rgb(red, green, blue).to_string(),
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
