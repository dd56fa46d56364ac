//! Nothing that a scenario or a datagram says becomes part of the page itself.

use bytes::Bytes;

use super::{VIEWER, address, between, data, data_text, record, small};
use crate::event::What;
use crate::page::page;
use crate::roster::{EndpointId, Entry, Roster};
use crate::trace::{Finding, Trace};
use crate::wire::{Chunk, ChunkId, Message};

/// What would end an element, begin a comment, or be taken for a mark or an escape.
const HOSTILE: &str = "</script><script>alert(1)</script><!-- --> ]]> {{data}} {{d3}} \
    </title></style>\"'&lt;\\u003c\u{2028}\u{0}\r\n";

/// A run that says [`HOSTILE`] wherever it can.
fn hostile() -> Trace {
    let mut trace = small();
    let names = trace.roster.iter().map(|(_, entry)| entry.name);
    let names: Vec<String> = names.map(|name| name.to_owned() + HOSTILE).collect();
    let entries = trace.roster.iter().zip(&names);
    let entries = entries.map(|((_, entry), name)| Entry { name, ..entry });
    trace.roster = Roster::new(entries);
    trace.about.scenario = HOSTILE.to_owned();
    trace.about.description = HOSTILE.to_owned();
    trace.findings.push(Finding {
        check: HOSTILE.to_owned(),
        who: None,
        chunk: None,
        entry: Some(HOSTILE.to_owned()),
        expected: HOSTILE.to_owned(),
        got: HOSTILE.to_owned(),
        event: None,
        more: 0,
    });
    let chunk = Chunk::new(Bytes::from_static(HOSTILE.as_bytes())).unwrap();
    let id = ChunkId(7);
    let sent = What::Sent {
        from: EndpointId(1),
        to: address(VIEWER),
        payload: (trace.recording).intern(&Message::Response { id, chunk }.encode()),
    };
    record(&mut trace, None, sent);
    trace
}

#[test]
fn no_text_of_a_run_changes_the_page_around_its_data() {
    let around = |trace: &Trace| {
        let page = page(trace);
        let title = between(&page, "<title>", "</title>");
        let title = format!("<title>{title}</title>");
        let page = page.replacen(&title, "TITLE", 1);
        page.replacen(data_text(&page), "DATA", 1)
    };
    assert_eq!(around(&hostile()), around(&small()));
}

#[test]
fn every_text_of_a_run_comes_back_as_it_was() {
    let data = data(&hostile());
    assert_eq!(data["about"]["scenario"], HOSTILE);
    assert_eq!(data["about"]["description"], HOSTILE);
    assert_eq!(data["endpoints"][0]["name"], format!("left{HOSTILE}"));
    for text in ["check", "entry", "expected", "got"] {
        assert_eq!(data["findings"][0][text], HOSTILE, "{text}");
    }
    let bytes: String = HOSTILE.bytes().map(|byte| format!("{byte:02x}")).collect();
    let hex = data["payloads"][0]["hex"].as_str().map(|hex| &hex[12..]);
    assert_eq!(hex, Some(bytes.as_str()));
}

#[test]
fn the_title_is_text() {
    let mut trace = small();
    trace.about.scenario = "a <b> & \"c\"".to_owned();
    let page = page(&trace);
    let title = between(&page, "<title>", "</title>");
    assert!(title.contains("a &lt;b&gt; &amp; &quot;c&quot;"), "{title}");
}
