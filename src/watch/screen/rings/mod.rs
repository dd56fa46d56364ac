//! Small overlays: the contact in the middle, a ring for each hop, datagrams on their way.

mod chart;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr;

use super::{View, number, pane, shortened};
use crate::roster::EndpointId;
use crate::watch::{Model, Pace, Sight};
use chart::Chart;

/// A sign for a peer is so wide.
const SIGN: u16 = 3;
/// Names are cut off behind so many columns.
const NAME: usize = 12;

/// Draws the pane.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    sight: &Sight,
    pace: &Pace,
    view: &View,
) {
    let block = pane(title(model, sight, area.width), &view.paint);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let chart = Chart::new(inside, sight);
    chart.lines(frame, &view.paint);
    let mut taken = Taken::new(inside);
    for (peer, cell) in chart.peers() {
        let (sign, style) = sign(model, sight, peer, view);
        let left = cell.x.saturating_sub(1).max(inside.x);
        let place = Rect::new(left, cell.y, SIGN, 1);
        taken.take(place);
        frame.buffer_mut().set_string(left, cell.y, sign, style);
    }
    let corner = chart.client();
    let client = shortened(model.roster.name(sight.client), NAME);
    let bold = plain().add_modifier(Modifier::BOLD);
    taken.take(Rect::new(corner.x, corner.y, columns(&client), 1));
    frame
        .buffer_mut()
        .set_string(corner.x, corner.y, client, bold);
    names(frame, model, &chart, &mut taken);
    let at = |address| {
        let endpoint = model.roster.at(address)?;
        match endpoint == sight.client {
            true => Some(corner),
            false => chart.peer(endpoint),
        }
    };
    // Neither end of the way is written over.
    for (journey, flight) in model.flights(sight.client) {
        if let (Some(from), Some(to)) = (at(journey.from), at(journey.to)) {
            let cell = between(from, to, 0.2 + 0.6 * flight.made(pace.clock()));
            let letter = flight.kind.letter().to_string();
            let style = view.paint.badge(flight.kind);
            frame.buffer_mut().set_string(cell.x, cell.y, letter, style);
        }
    }
    for journey in model.losses(sight.client) {
        if let (Some(from), Some(to)) = (at(journey.from), at(journey.to)) {
            let cell = between(from, to, 0.5);
            let style = view.paint.bad();
            frame.buffer_mut().set_string(cell.x, cell.y, "×", style);
        }
    }
}

/// `client1, HELLO 2: 3 of 5 heard`.
pub(super) fn title(model: &Model, sight: &Sight, width: u16) -> String {
    let client = shortened(model.roster.name(sight.client), NAME);
    let contact = shortened(model.roster.name(sight.contact), NAME);
    let standings = sight.by_hop(model.ttl);
    let heard: usize = standings.iter().map(|standing| standing.heard).sum();
    let peers: usize = standings.iter().map(|standing| standing.peers).sum();
    let title = match sight.searches {
        0 => format!("{client} asks {contact}"),
        search => {
            let (heard, peers) = (number(heard as u64), number(peers as u64));
            format!("{client}, HELLO {search}: {heard} of {peers} heard")
        }
    };
    let room = usize::from(width).saturating_sub(4);
    format!(" {} ", shortened(&title, room))
}

/// How a peer is shown.
fn sign(model: &Model, sight: &Sight, peer: EndpointId, view: &View) -> (String, Style) {
    let paint = view.paint;
    if model.absent.contains(&peer) {
        return ("(x)".to_owned(), paint.bad());
    }
    if model.still.contains(&peer) {
        return ("(=)".to_owned(), paint.loud());
    }
    let hop = sight.heard.get(peer.index()).copied().flatten();
    match hop {
        Some(hop) if model.flashing.contains(&peer) => (format!("!{}!", digit(hop)), paint.loud()),
        Some(hop) => (format!("({})", digit(hop)), paint.hop(hop)),
        None => ("( )".to_owned(), plain()),
    }
}

/// Letters that do not take the colour of the line that they are written over.
fn plain() -> Style {
    Style::new().fg(Color::Reset)
}

/// A hop in one column.
fn digit(hop: u32) -> char {
    char::from_digit(hop, 10).unwrap_or('+')
}

/// Writes each name right or left of its peer, where nothing else is.
fn names(frame: &mut Frame<'_>, model: &Model, chart: &Chart<'_>, taken: &mut Taken) {
    for (peer, cell) in chart.peers() {
        let name = shortened(model.roster.name(peer), NAME);
        let width = columns(&name);
        let right = Some(cell.x + 2);
        let left = cell.x.checked_sub(width + 1);
        let places = [right, left].into_iter().flatten();
        let mut places = places.map(|x| Rect::new(x, cell.y, width, 1));
        if let Some(place) = places.find(|place| taken.is_free(*place)) {
            taken.take(place);
            frame
                .buffer_mut()
                .set_string(place.x, place.y, name, plain());
        }
    }
}

fn columns(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// The cell between two at `share` of the way.
fn between(from: Position, to: Position, share: f64) -> Position {
    let on_the_way = |from: u16, to: u16| {
        let place = f64::from(from) + (f64::from(to) - f64::from(from)) * share;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is between the two"
        )]
        let place = place.round() as u16;
        place
    };
    Position::new(on_the_way(from.x, to.x), on_the_way(from.y, to.y))
}

/// Cells that have something on them.
struct Taken {
    area: Rect,
    places: Vec<Rect>,
}

impl Taken {
    fn new(area: Rect) -> Self {
        Self {
            area,
            places: Vec::new(),
        }
    }

    fn take(&mut self, place: Rect) {
        self.places.push(place);
    }

    fn is_free(&self, place: Rect) -> bool {
        let is_inside = self.area.intersection(place) == place;
        is_inside && !self.places.iter().any(|other| other.intersects(place))
    }
}
