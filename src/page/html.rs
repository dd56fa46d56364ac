//! How things are put into an HTML document, whatever they say.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

/// What has to be written in another way in a `data:` URL, and so that the URL can stand in an
/// element. A space would be lost at the end of one.
const ENCODED: AsciiSet = CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'\\');

/// `template` with each `{{mark}}` replaced by the part of that name. Parts are taken as they are:
/// nothing is looked for in them.
///
/// # Panics
///
/// When a mark has no end or no part.
pub(super) fn fill(template: &str, parts: &[(&str, String)]) -> String {
    let length: usize = parts.iter().map(|(_, part)| part.len()).sum();
    let mut page = String::with_capacity(template.len() + length);
    let mut pieces = template.split("{{");
    page.extend(pieces.next());
    for piece in pieces {
        let (mark, rest) = piece.split_once("}}").expect("each mark has an end");
        let part = parts.iter().find(|(name, _)| *name == mark);
        let (_, part) = part.expect("each mark has a part");
        page.push_str(part);
        page.push_str(rest);
    }
    page
}

/// `text` as it is written between tags and in attributes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// `value` as JSON that may stand in a script element: no `<` is in it, so no text that is part of
/// it can end the element or begin a comment.
pub(super) fn json(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("plain data with strings for keys");
    json.replace('<', "\\u003c")
}

/// The import map by which `modules` (name, source) know each other as `#page/NAME`.
pub(super) fn import_map(modules: &[(&str, &str)]) -> String {
    let urls = modules
        .iter()
        .map(|(name, source)| (format!("#page/{name}"), module_url(name, source)));
    let imports: BTreeMap<String, String> = urls.collect();
    json(&BTreeMap::from([("imports", imports)]))
}

/// The module `name` as a URL. Its last line makes errors name the file, not the URL.
fn module_url(name: &str, source: &str) -> String {
    let source = format!("{source}\n//# sourceURL=page/{name}.js");
    let encoded = utf8_percent_encode(&source, &ENCODED);
    format!("data:text/javascript;charset=utf-8,{encoded}")
}
