//! Where things are on the pane, in cells, and the fine lines below them.

use std::f64::consts::TAU;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::symbols::Marker;
use ratatui::widgets::canvas::{Canvas, Line, Points};

use crate::roster::EndpointId;
use crate::watch::screen::Paint;
use crate::watch::{Place, Sight};

/// Of overlays with more peers the links would hide the rings.
const MOST_LINKED: usize = 30;
/// A cell is twice as high as wide; rings may be so much wider than round to use the pane.
const STRETCH: f64 = 1.5;
/// The columns left for a name beside the outermost peer.
const BESIDE: f64 = 8.0;
/// The points of a ring.
const POINTS: u32 = 400;

/// Where things are.
pub(super) struct Chart<'a> {
    area: Rect,
    sight: &'a Sight,
    /// From the middle to the outermost ring, in columns and rows.
    reach: (f64, f64),
}

impl<'a> Chart<'a> {
    /// The chart of `sight` in `area`.
    pub(super) fn new(area: Rect, sight: &'a Sight) -> Self {
        let rows = (f64::from(area.height) - 1.0) / 2.0;
        let columns = (f64::from(area.width) / 2.0 - BESIDE).max(2.0);
        Self {
            area,
            sight,
            reach: (columns.min(2.0 * STRETCH * rows), rows),
        }
    }

    /// The corner where the client is.
    pub(super) fn client(&self) -> Position {
        Position::new(self.area.x + 1, self.area.y)
    }

    /// All peers with their cells.
    pub(super) fn peers(&self) -> impl Iterator<Item = (EndpointId, Position)> + '_ {
        let peers = (0..).map(EndpointId).zip(&self.sight.places);
        peers.map(|(peer, place)| (peer, self.cell(*place)))
    }

    /// The cell of `peer`, if it is one.
    pub(super) fn peer(&self, peer: EndpointId) -> Option<Position> {
        let place = self.sight.places.get(peer.index())?;
        Some(self.cell(*place))
    }

    /// The rings, and the links between peers.
    pub(super) fn lines(&self, frame: &mut Frame<'_>, paint: &Paint) {
        let canvas = Canvas::default()
            .marker(Marker::Braille)
            .x_bounds([0.0, f64::from(self.area.width)])
            .y_bounds([0.0, f64::from(self.area.height)])
            .paint(|context| {
                for radius in &self.sight.rings {
                    let steps = (0..POINTS).map(|step| f64::from(step) / f64::from(POINTS) * TAU);
                    let points: Vec<(f64, f64)> = steps
                        .map(|angle| {
                            self.point(Place {
                                x: radius * angle.cos(),
                                y: radius * angle.sin(),
                            })
                        })
                        .collect();
                    context.draw(&Points {
                        coords: &points,
                        color: paint.ring_colour(),
                    });
                }
                if self.sight.places.len() > MOST_LINKED {
                    return;
                }
                for (from, to) in &self.sight.links {
                    let (x1, y1) = self.point(self.sight.places[*from as usize]);
                    let (x2, y2) = self.point(self.sight.places[*to as usize]);
                    context.draw(&Line::new(x1, y1, x2, y2, paint.link_colour()));
                }
            });
        frame.render_widget(canvas, self.area);
    }

    /// A place on the canvas, which has a unit a cell and goes up.
    fn point(&self, place: Place) -> (f64, f64) {
        let x = f64::from(self.area.width) / 2.0 + place.x * self.reach.0;
        let y = f64::from(self.area.height) / 2.0 - place.y * self.reach.1;
        (x, y)
    }

    fn cell(&self, place: Place) -> Position {
        let (x, y) = self.point(place);
        let y = f64::from(self.area.height) - y;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is in the area"
        )]
        let on = |place: f64, size: u16| place.floor().clamp(0.0, f64::from(size - 1)) as u16;
        Position::new(
            self.area.x + on(x, self.area.width),
            self.area.y + on(y, self.area.height),
        )
    }
}
