//! The files that the page is put together from, as they are in `web/`.

/// The page itself, with a mark for each part that is put in.
pub(super) const TEMPLATE: &str = include_str!("web/page.html");

/// Style sheets: what one says goes before what those above it say.
pub(super) const STYLES: &[&str] = &[include_str!("web/page.css")];

/// Our own scripts, by the name under which they import each other: `#page/NAME`.
pub(super) const MODULES: &[(&str, &str)] = &[
    ("cursor", include_str!("web/cursor.js")),
    ("main", include_str!("web/main.js")),
    ("marks", include_str!("web/marks.js")),
    ("pace", include_str!("web/pace.js")),
    ("run", include_str!("web/run.js")),
    ("selection", include_str!("web/selection.js")),
];

/// The library that draws (docs/page.md says which version).
pub(super) const D3: &str = include_str!("web/vendor/d3.min.js");

/// Its licence, which goes with every copy.
pub(super) const D3_LICENCE: &str = include_str!("web/vendor/d3-LICENSE");
