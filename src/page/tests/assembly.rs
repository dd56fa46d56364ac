//! The page is whole, loads nothing, and stays small.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{EndpointId, address, between, hello, record, small};
use crate::event::What;
use crate::page::assets::{D3, D3_LICENCE, MODULES, STYLES, TEMPLATE};
use crate::page::{html, page};

/// The names of the files in `web/` with this ending.
fn files(ending: &str) -> BTreeSet<String> {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/page/web");
    let entries = fs::read_dir(web).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(ending)).collect()
}

/// The text of a file in `web/`.
fn file(name: &str) -> String {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/page/web");
    fs::read_to_string(web.join(name)).unwrap()
}

/// The modules that `source` imports.
fn imports(source: &str) -> impl Iterator<Item = &str> {
    let quoted = source.split("\"#page/").skip(1);
    quoted.map(|rest| rest.split('"').next().unwrap())
}

#[test]
fn every_script_and_style_of_the_folder_is_in_the_page() {
    let named = MODULES.iter().map(|(name, _)| format!("{name}.js"));
    assert_eq!(named.collect::<BTreeSet<_>>(), files(".js"));
    for (name, source) in MODULES {
        assert_eq!(*source, file(&format!("{name}.js")), "{name}");
    }
    let sheets = files(".css");
    assert_eq!(sheets.len(), STYLES.len());
    for sheet in sheets {
        assert!(STYLES.contains(&file(&sheet).as_str()), "{sheet}");
    }
}

#[test]
fn every_import_names_a_module() {
    let names: BTreeSet<&str> = MODULES.iter().map(|(name, _)| *name).collect();
    let sources = MODULES.iter().map(|(_, source)| *source);
    let imported: BTreeSet<&str> = sources
        .clone()
        .chain([TEMPLATE])
        .flat_map(imports)
        .collect();
    assert!(imported.is_subset(&names), "{imported:?}");
    assert!(imported.contains("main"));
    for source in sources {
        let from = source
            .match_indices(" from ")
            .map(|(at, _)| &source[at + 6..]);
        for rest in from.filter(|rest| rest.starts_with(['"', '\''])) {
            assert!(rest.starts_with("\"#page/"), "{}", &rest[..30]);
        }
    }
}

#[test]
fn a_module_is_in_the_import_map_as_it_is() {
    let source = "const hash = '#100%';\n// é <b> \"\\\"</script>\n";
    let map: Value = serde_json::from_str(&html::import_map(&[("odd", source)])).unwrap();
    let url = map["imports"]["#page/odd"].as_str().unwrap();
    let encoded = url.strip_prefix("data:text/javascript;charset=utf-8,");
    let encoded = encoded.unwrap();
    assert!(encoded.is_ascii() && !encoded.contains(['#', ' ', '<', '\n', '"']));
    let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8();
    let expected = format!("{source}\n//# sourceURL=page/odd.js");
    assert_eq!(decoded.unwrap(), expected);
}

#[test]
fn marks_are_replaced_once_and_parts_are_not_searched() {
    let parts = [("a", "{{b}}".to_owned()), ("b", "{{a}}".to_owned())];
    assert_eq!(html::fill("1 {{a}} 2 {{b}} 3", &parts), "1 {{b}} 2 {{a}} 3");
    let page = page(&small());
    for mark in ["title", "styles", "d3", "import_map", "data"] {
        let mark = format!("{{{{{mark}}}}}");
        assert_eq!(TEMPLATE.matches(&mark).count(), 1, "{mark}");
        assert!(!page.contains(&mark), "{mark}");
    }
}

#[test]
fn the_library_is_whole_and_its_licence_is_in_the_page() {
    let page = page(&small());
    assert!(page.contains(D3) && page.contains(D3_LICENCE.trim_end()));
    // It stands in a comment of a script, which it must not end.
    assert!(!D3_LICENCE.contains("*/"));
    for text in [D3, D3_LICENCE] {
        assert!(!text.to_lowercase().contains("</script") && !text.contains("<!--"));
    }
    for sheet in STYLES {
        assert!(!sheet.to_lowercase().contains("</style"));
    }
}

#[test]
fn the_docs_name_the_library_that_is_in_the_page() {
    let version = between(D3, "// https://d3js.org v", " ");
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/page.md");
    let docs = fs::read_to_string(docs).unwrap();
    assert!(
        docs.contains(&format!("| d3 {version} | ISC |")),
        "{version}"
    );
}

/// The addresses that `text` mentions, without those that only name a kind of document.
fn addresses(text: &str) -> Vec<&str> {
    let starts = text.match_indices("http").map(|(at, _)| &text[at..]);
    let addresses = starts.filter(|rest| rest.starts_with("http:") || rest.starts_with("https:"));
    let whole = addresses.map(|rest| {
        let end = rest.find(|letter: char| letter.is_whitespace() || "\"'`)<>;".contains(letter));
        &rest[..end.unwrap_or(rest.len())]
    });
    whole
        .filter(|address| !address.starts_with("http://www.w3.org/"))
        .collect()
}

#[test]
fn nothing_is_loaded() {
    // The browser itself is told to load nothing …
    let policy = between(TEMPLATE, "http-equiv=\"Content-Security-Policy\"", "/>");
    let policy = between(policy, "content=\"", "\"");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    for directive in policy.split(';') {
        for source in directive.split_whitespace().skip(1) {
            let known = ["'none'", "'unsafe-inline'", "data:", "blob:"];
            assert!(known.contains(&source), "{source}");
        }
    }
    // … and nothing asks it to.
    assert_eq!(addresses(D3), ["https://d3js.org"]);
    let ours = MODULES.iter().map(|(_, source)| *source);
    let ours = ours.chain(STYLES.iter().copied()).chain([TEMPLATE]);
    for text in ours {
        assert_eq!(addresses(text), [""; 0]);
        for asking in [
            "src=\"//",
            "href=\"//",
            "(\"//",
            "@import",
            "fetch(",
            "XMLHttpRequest",
            "WebSocket",
            "EventSource",
            "sendBeacon",
            "import(",
            "importScripts",
        ] {
            assert!(!text.contains(asking), "{asking} in: {text}");
        }
    }
}

#[test]
fn a_hundred_thousand_events_take_less_than_twelve_megabytes() {
    let mut trace = small();
    for round in 0..50_000 {
        let from = EndpointId(round % 2);
        let to = EndpointId(1 - from.0);
        // Times as live runs have them: of nanoseconds.
        let sent = What::Sent {
            from,
            to: address(to),
            payload: (trace.recording).intern(&hello(u16::try_from(round % 1_000).unwrap())),
        };
        let datagram = record(&mut trace, None, sent);
        let receipt = Default::default();
        let arrived = What::Delivered {
            datagram,
            to,
            receipt,
        };
        record(&mut trace, Some(datagram), arrived);
    }
    assert_eq!(trace.recording.len(), 100_000);
    let page = page(&trace);
    assert!(page.len() < 12_000_000, "{} bytes", page.len());
}
