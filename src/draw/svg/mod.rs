//! What all drawings as SVG are made of: the page, texts on it, and a legend.

mod legend;
mod page;
mod text;

pub(super) use legend::{Item, column, column_height, column_width, flat};
pub(super) use page::{MARGIN, Page, TITLE, marker};
pub(super) use text::{Escaped, short, width};
