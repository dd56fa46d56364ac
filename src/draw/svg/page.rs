//! The page of a drawing: the document around it, its white ground and its title.

use std::fmt::Write as _;

use super::text::Escaped;

/// How far everything stays away from the edges.
pub(in crate::draw) const MARGIN: f64 = 24.0;
/// The height of the title's letters.
pub(in crate::draw) const TITLE: f64 = 28.0;

/// Where a page begins, and how large it is.
pub(in crate::draw) struct Page {
    pub(in crate::draw) left: f64,
    pub(in crate::draw) top: f64,
    pub(in crate::draw) width: f64,
    pub(in crate::draw) height: f64,
}

impl Page {
    /// The page with what `draw` puts on it, as a document of its own; `markers` are those that its
    /// lines end in.
    pub(in crate::draw) fn document(&self, title: &str, markers: &str, drawn: &str) -> String {
        let Self {
            left,
            top,
            width,
            height,
        } = self;
        let title = Escaped(title);
        let mut out = String::new();
        let _ = writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"{left:.1} {top:.1} {width:.1} {height:.1}\" font-family=\"sans-serif\">\n\
             <title>{title}</title>\n\
             <defs>{markers}</defs>\n\
             <rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" \
             fill=\"#ffffff\"/>\n\
             <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{TITLE}\" font-weight=\"bold\">{title}</text>",
            left + MARGIN,
            top + MARGIN + TITLE,
        );
        out + drawn + "</svg>\n"
    }
}

/// What lines can end in: `shape` lies in a square of 10 by 10, is drawn `size` large and touches
/// the end of the line with `tip`, a place on the middle of its height.
pub(in crate::draw) fn marker(id: &str, size: f64, tip: f64, shape: &str) -> String {
    format!(
        "<marker id=\"{id}\" viewBox=\"0 0 10 10\" refX=\"{tip}\" refY=\"5\" \
         markerWidth=\"{size}\" markerHeight=\"{size}\" markerUnits=\"userSpaceOnUse\" \
         orient=\"auto\">{shape}</marker>"
    )
}
