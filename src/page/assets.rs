//! The files that the page is put together from, as they are in `web/`.

/// The page itself, with a mark for each part that is put in.
pub(super) const TEMPLATE: &str = include_str!("web/page.html");

/// Style sheets: what one says goes before what those above it say.
pub(super) const STYLES: &[&str] = &[
    include_str!("web/page.css"),
    include_str!("web/controls.css"),
    include_str!("web/panels.css"),
    include_str!("web/diagram.css"),
    include_str!("web/table.css"),
    include_str!("web/charts.css"),
    include_str!("web/detail.css"),
    include_str!("web/stage.css"),
];

/// Our own scripts, by the name under which they import each other: `#page/NAME`.
pub(super) const MODULES: &[(&str, &str)] = &[
    ("answers", include_str!("web/answers.js")),
    ("arrows", include_str!("web/arrows.js")),
    ("bars", include_str!("web/bars.js")),
    ("brief", include_str!("web/brief.js")),
    ("bytes", include_str!("web/bytes.js")),
    ("card", include_str!("web/card.js")),
    ("census", include_str!("web/census.js")),
    ("chain", include_str!("web/chain.js")),
    ("charts", include_str!("web/charts.js")),
    ("counters", include_str!("web/counters.js")),
    ("cursor", include_str!("web/cursor.js")),
    ("detail", include_str!("web/detail.js")),
    ("diagram", include_str!("web/diagram.js")),
    ("fields", include_str!("web/fields.js")),
    ("filter", include_str!("web/filter.js")),
    ("filter-form", include_str!("web/filter-form.js")),
    ("findings", include_str!("web/findings.js")),
    ("head", include_str!("web/head.js")),
    ("help", include_str!("web/help.js")),
    ("hopcolour", include_str!("web/hopcolour.js")),
    ("hops", include_str!("web/hops.js")),
    ("keys", include_str!("web/keys.js")),
    ("lanes", include_str!("web/lanes.js")),
    ("layout", include_str!("web/layout.js")),
    ("legend", include_str!("web/legend.js")),
    ("lifelines", include_str!("web/lifelines.js")),
    ("link", include_str!("web/link.js")),
    ("main", include_str!("web/main.js")),
    ("marks", include_str!("web/marks.js")),
    ("moments", include_str!("web/moments.js")),
    ("mp4", include_str!("web/mp4.js")),
    ("overlay", include_str!("web/overlay.js")),
    ("pace", include_str!("web/pace.js")),
    ("pieces", include_str!("web/pieces.js")),
    ("player", include_str!("web/player.js")),
    ("playerbar", include_str!("web/playerbar.js")),
    ("predict", include_str!("web/predict.js")),
    ("rings", include_str!("web/rings.js")),
    ("run", include_str!("web/run.js")),
    ("say", include_str!("web/say.js")),
    ("screen", include_str!("web/screen.js")),
    ("selection", include_str!("web/selection.js")),
    ("sentence", include_str!("web/sentence.js")),
    ("stage", include_str!("web/stage.js")),
    ("stage-datagrams", include_str!("web/stage-datagrams.js")),
    ("stage-dots", include_str!("web/stage-dots.js")),
    ("stage-echo", include_str!("web/stage-echo.js")),
    ("stage-hands", include_str!("web/stage-hands.js")),
    ("stage-links", include_str!("web/stage-links.js")),
    ("stage-peers", include_str!("web/stage-peers.js")),
    ("standing", include_str!("web/standing.js")),
    ("steps", include_str!("web/steps.js")),
    ("table", include_str!("web/table.js")),
    ("tabs", include_str!("web/tabs.js")),
    ("tally", include_str!("web/tally.js")),
    ("tempo", include_str!("web/tempo.js")),
    ("thin", include_str!("web/thin.js")),
    ("timeline", include_str!("web/timeline.js")),
    ("video", include_str!("web/video.js")),
    ("view", include_str!("web/view.js")),
    ("words", include_str!("web/words.js")),
];

/// The library that draws (docs/page.md says which version).
pub(super) const D3: &str = include_str!("web/vendor/d3.min.js");

/// Its licence, which goes with every copy.
pub(super) const D3_LICENCE: &str = include_str!("web/vendor/d3-LICENSE");
