//! Colours and shapes. What a colour says, a letter or a shape says too: some can't see colours, and
//! some terminals are told to show none.
//!
//! The colours of datagrams are those of Okabe and Ito, which people with any sort of colour vision
//! can tell apart, those of hops viridis; both as the nearest of the 256 that every terminal has.

use ratatui::style::{Color, Modifier, Style};

use crate::watch::Kind;
use crate::wire::Type;

/// Viridis from its light end, a step a hop, and whether dark letters are read on it.
const HOPS: [(u8, bool); 7] = [
    (227, true),
    (113, true),
    (36, true),
    (30, false),
    (25, false),
    (60, false),
    (54, false),
];

/// Whether colours are used; without them the shapes and letters say all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    /// Whether there are colours.
    pub has_colours: bool,
}

impl Default for Paint {
    fn default() -> Self {
        Self { has_colours: true }
    }
}

impl Paint {
    /// The colour of datagrams of `kind`, as letters have it.
    pub(super) fn kind(self, kind: Kind) -> Color {
        self.colour(match kind {
            Kind::Message(Type::Hello) => 214,
            Kind::Message(Type::Query) => 32,
            Kind::Message(Type::ChunksInfo) => 36,
            Kind::Message(Type::Get) => 175,
            Kind::Message(Type::Response) => 166,
            Kind::Ack => 74,
            Kind::Other => 244,
        })
    }

    /// The letter of a datagram of `kind` on its colour.
    pub(super) fn badge(self, kind: Kind) -> Style {
        self.on(self.kind(kind), true)
    }

    /// A peer that has heard on `hop`.
    pub(super) fn hop(self, hop: u32) -> Style {
        let place = usize::try_from(hop).unwrap_or(usize::MAX);
        let (colour, has_dark_letters) = HOPS[place.min(HOPS.len() - 1)];
        self.on(self.colour(colour), has_dark_letters)
    }

    /// The bar of `hop`.
    pub(super) fn bar(self, hop: u32) -> Style {
        let place = usize::try_from(hop).unwrap_or(usize::MAX);
        Style::new().fg(self.colour(HOPS[place.min(HOPS.len() - 1)].0))
    }

    /// What is wrong, or lost.
    pub(super) fn bad(self) -> Style {
        Style::new()
            .fg(self.colour(196))
            .add_modifier(Modifier::BOLD)
    }

    /// What is well.
    pub(super) fn good(self) -> Style {
        Style::new()
            .fg(self.colour(36))
            .add_modifier(Modifier::BOLD)
    }

    /// What asks to be seen: a pause, a duplicate.
    pub(super) fn loud(self) -> Style {
        self.on(self.colour(214), true)
    }

    /// What is only there to hold things together: frames, names of columns.
    pub(super) fn faint(self) -> Style {
        Style::new().fg(self.colour(245))
    }

    /// The colour of links.
    pub(super) fn link_colour(self) -> Color {
        self.colour(248)
    }

    /// The colour of rings, fainter than links.
    pub(super) fn ring_colour(self) -> Color {
        self.colour(242)
    }

    /// Bold letters on `colour`, or the other way round where there are no colours.
    fn on(self, colour: Color, has_dark_letters: bool) -> Style {
        if !self.has_colours {
            return Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD);
        }
        let letters = if has_dark_letters { 16 } else { 231 };
        Style::new()
            .fg(Color::Indexed(letters))
            .bg(colour)
            .add_modifier(Modifier::BOLD)
    }

    /// A colour of the 256, if there are colours.
    fn colour(self, index: u8) -> Color {
        match self.has_colours {
            true => Color::Indexed(index),
            false => Color::Reset,
        }
    }
}
