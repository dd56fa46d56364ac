//! What the documentation says is what the programs do, as far as a test can tell.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use p2p_sim::check::{self, Check};
use p2p_sim::driver::{self, Cast, Control, Memory, lockstep};
use p2p_sim::event::{EventId, Recording};
use p2p_sim::faults::{
    Change, Covers, Effect, Fault, LinkEntry, Links, Nth, Pattern, Scheduled, When,
};
use p2p_sim::oracle::{self, Order};
use p2p_sim::report::outlook::{Outlook, OutlookDocument, Refused};
use p2p_sim::report::{Document, FORMAT_VERSION, Mode, Report, screen};
use p2p_sim::rules::{Carriage, Duplicates};
use p2p_sim::scenario::Scenario;
use p2p_sim::sweep::measure::measure;
use p2p_sim::sweep::results::{Results, Row};
use p2p_sim::sweep::values::Axis;
use p2p_sim::wire::{Message, Type};

/// A scenario that expects what can't come out: chunk 2 is two hops away, and TTL 1 ends before.
const TWO_HOPS: &str = r#"
links = [["left", "middle"], ["middle", "right"]]
ttl = 1

[[peer]]
name = "left"

[[peer]]
name = "middle"
chunks = [1]

[[peer]]
name = "right"
chunks = [1, 2]

[[client]]
name = "viewer"
contact = "left"
chunks = [1, 2]
repeats = 0

[client.expect]
2 = ["right"]
"#;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a page of docs/.
fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).expect("a page")
}

/// All pages that a reader may come upon.
fn pages() -> Vec<PathBuf> {
    let folders = ["docs", "docs/guide"].map(|folder| fs::read_dir(root().join(folder)));
    let entries = folders
        .into_iter()
        .flat_map(|folder| folder.expect("a folder"));
    let docs = entries.map(|entry| entry.expect("an entry of it").path());
    let docs = docs.filter(|path| path.is_file());
    let top = ["README.md", "CHANGELOG.md"].map(|name| root().join(name));
    let docs = docs.filter(|path| path.extension().is_none_or(|ending| ending != "json"));
    docs.chain(top).filter(|path| path.exists()).collect()
}

/// The fenced blocks of `page` with what stands behind their opening fence, in order.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let mut blocks = Vec::new();
    let mut rest = page;
    while let Some((_, fenced)) = rest.split_once("```") {
        let (info, fenced) = fenced.split_once('\n').expect("a block begins with a line");
        let (text, after) = fenced.split_once("```").expect("a block ends");
        blocks.push((info, text));
        rest = after;
    }
    blocks
}

/// `page` without its fenced blocks.
fn prose(page: &str) -> String {
    page.split("```").step_by(2).collect()
}

/// The part of `page` below the heading `heading`, up to the next one of the same rank.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, below) = page
        .split_once(&format!("\n{heading}\n"))
        .expect("the page has the heading");
    below
        .split("\n## ")
        .next()
        .expect("split gives at least one part")
}

/// What stands in backticks in the first column of the tables in `text`.
fn first_column(text: &str) -> Vec<&str> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| row.split('`').next().expect("a cell ends with a backtick"))
        .collect()
}

/// A scenario with `text`, in a folder that lives as long as the returned guard.
fn scenario(name: &str, text: &str) -> (tempfile::TempDir, Result<Scenario, String>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join(name);
    fs::write(&file, text).expect("it can be written");
    let loaded = Scenario::load(&file, None, None).map_err(|rejected| rejected.to_string());
    let here = format!("{}/", folder.path().display());
    (folder, loaded.map_err(|said| said.replace(&here, "")))
}

/// Runs `scenario` in memory: what is told of it, and its events.
fn run(scenario: &Scenario) -> (Report, Recording) {
    let prediction = oracle::predict(scenario, Order::Lockstep);
    let out = tempfile::tempdir().expect("a temporary folder");
    let logs = driver::open_logs(scenario, out.path()).expect("logs can be written");
    let stop = AtomicBool::new(false);
    let control = Control {
        max_datagrams: 10_000,
        stop: &stop,
        watcher: &mut (),
    };
    let ran =
        lockstep::run(scenario, Cast::of(scenario), &mut Memory, logs, control).expect("it runs");
    let verdict = check::judge(scenario, &prediction, &ran);
    let wall = Duration::from_millis(1);
    let mut report = Report::new(
        scenario,
        &prediction,
        &ran,
        &verdict,
        Mode::Lockstep(Carriage::Sockets),
        wall,
    );
    for client in &mut report.clients {
        let inside = client
            .log
            .strip_prefix(out.path())
            .expect("the logs are in the folder");
        client.log = Path::new("runs")
            .join(format!("{}-1", scenario.name))
            .join(inside);
    }
    (report, ran.recording)
}

fn mesh() -> Scenario {
    Scenario::load(&root().join("scenarios/mesh.toml"), None, None).expect("it is shipped")
}

fn drawn(report: &Report) -> String {
    anstream::adapter::strip_str(&screen::draw(report)).to_string()
}

#[test]
fn each_check_has_its_section() {
    let page = page("checks.md");
    let headings = page.lines().filter_map(|line| line.strip_prefix("### `"));
    let sections: Vec<&str> = headings.map(|rest| rest.trim_end_matches('`')).collect();
    let checks: Vec<&str> = Check::ALL.iter().map(|check| check.name()).collect();
    assert_eq!(sections, checks);
}

/// The keys that the reader names when somebody writes one that is near to none.
fn known_keys(text: &str) -> BTreeSet<String> {
    let (_folder, loaded) = scenario("it.toml", text);
    let said = loaded.expect_err("the key is unknown");
    let (_, keys) = said
        .split_once("help: its keys are ")
        .expect("the keys are named");
    let keys = keys.lines().next().expect("at least one line").split(", ");
    keys.map(str::to_owned).collect()
}

#[test]
fn each_key_of_a_scenario_is_documented() {
    let page = page("scenarios.md");
    for (heading, table) in [
        ("## Top level", "0123456789 = 1"),
        ("## `[[peer]]`", "[[peer]]\n0123456789 = 1"),
        ("## `[[client]]`", "[[client]]\n0123456789 = 1"),
        (
            "## `[[client.then]]`",
            "[[client]]\n[[client.then]]\n0123456789 = 1",
        ),
        ("## `[[link]]`", "[[link]]\n0123456789 = 1"),
        ("## `[[fault]]`", "[[fault]]\n0123456789 = 1"),
        ("## `[[event]]`", "[[event]]\n0123456789 = 1"),
        ("## `after`", "[[event]]\nafter = { 0123456789 = 1 }"),
        ("## `[churn]`", "[churn]\n0123456789 = 1"),
        ("## `[reliable]`", "[reliable]\n0123456789 = 1"),
        ("## `[expect]`", "[expect]\n0123456789 = 1"),
        ("## `[overlay]`", "[overlay]\n0123456789 = 1"),
        ("## `[placement]`", "[placement]\n0123456789 = 1"),
    ] {
        let documented = first_column(section(&page, heading));
        let documented: BTreeSet<String> = documented.into_iter().map(str::to_owned).collect();
        assert_eq!(documented, known_keys(table), "{heading}");
    }
}

/// The schema of the tables that a section of docs/scenarios.md is about.
fn schema_of<'a>(schema: &'a serde_json::Value, path: &[&str]) -> &'a serde_json::Value {
    path.iter().fold(schema, |schema, key| {
        let below = &schema["properties"][key];
        below.get("items").unwrap_or(below)
    })
}

/// The cells of a row of a table.
fn cells(row: &str) -> Vec<&str> {
    row.trim_matches('|').split('|').map(str::trim).collect()
}

/// `text` without the targets of its links.
fn unlinked(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::new();
    while let Some((before, link)) = rest.split_once("](") {
        let (start, words) = before.rsplit_once('[').expect("a link begins");
        plain += start;
        plain += words;
        rest = link.split_once(')').expect("a link ends").1;
    }
    plain + rest
}

/// Notes where a documented type, if it is a simple one, is not that of the schema.
fn assert_type(place: &str, documented: &str, schema: &serde_json::Value) {
    if documented.contains(" or ") || documented.contains("#chunks") {
        return assert!(schema["anyOf"].is_array(), "{place}");
    }
    let (kind, range) = documented.split_once(", ").unwrap_or((documented, ""));
    let said = match kind {
        "duration" => {
            let pattern = schema["pattern"].as_str();
            assert!(pattern.is_some_and(|p| p.contains("[A-Za-zµ]")), "{place}");
            "string"
        }
        "0 to 1" => {
            let ends = (schema["minimum"].as_u64(), schema["maximum"].as_u64());
            assert_eq!(ends, (Some(0), Some(1)), "{place}");
            "number"
        }
        "table" => "object",
        "array of tables" | "array of pairs" | "array of strings"
            if schema.get("anyOf").is_none() =>
        {
            let each = match kind {
                "array of tables" => "object",
                "array of pairs" => "array",
                _ => "string",
            };
            assert_eq!(schema["items"]["type"], each, "{place}");
            "array"
        }
        "string" | "integer" | "boolean" => kind,
        // Of the healing of all links, what it means says the rest.
        "array of pairs" => return,
        _ => panic!("{place}: {documented}"),
    };
    assert_eq!(schema["type"], said, "{place}");
    let number = |text: &str| match text {
        "2^63 − 1" => i64::MAX.unsigned_abs(),
        text => text.replace(',', "").parse().expect("a number"),
    };
    if let Some((least, most)) = range.split_once(" to ") {
        let ends = (schema["minimum"].as_u64(), schema["maximum"].as_u64());
        assert_eq!(ends, (Some(number(least)), Some(number(most))), "{place}");
    } else if let Some(least) = range.strip_prefix("from ") {
        assert_eq!(schema["minimum"].as_u64(), Some(number(least)), "{place}");
    }
}

#[test]
fn the_schema_says_of_each_key_what_the_documentation_says() {
    let page = page("scenarios.md");
    let schema = p2p_sim::scenario::schema();
    let mut count = 0;
    for (heading, path) in [
        ("## Top level", &[][..]),
        ("## `[[peer]]`", &["peer"]),
        ("## `[[client]]`", &["client"]),
        ("## `[[client.then]]`", &["client", "then"]),
        ("## `[[link]]`", &["link"]),
        ("## `[[fault]]`", &["fault"]),
        ("## `[[event]]`", &["event"]),
        ("## `after`", &["event", "after"]),
        ("## `[churn]`", &["churn"]),
        ("## `[reliable]`", &["reliable"]),
        ("## `[expect]`", &["expect"]),
        ("## `[overlay]`", &["overlay"]),
        ("## `[placement]`", &["placement"]),
    ] {
        let table = schema_of(&schema, path);
        let required = table["required"].as_array();
        let section = section(&page, heading);
        let columns = section.lines().find(|line| line.starts_with("| key"));
        let columns: Vec<&str> = cells(columns.unwrap());
        let mut documented = BTreeSet::new();
        for row in section.lines().filter(|line| line.starts_with("| `")) {
            let cells = cells(row);
            let key = cells[0].trim_matches('`');
            let place = format!("{heading}: {key}");
            let of_key = &table["properties"][key];
            documented.insert(key);
            assert_eq!(
                of_key["description"],
                unlinked(cells[cells.len() - 1]),
                "{place}"
            );
            if columns[1] == "type" {
                assert_type(&place, cells[1], of_key);
            }
            if columns.len() == 4 {
                let is_required = required.is_some_and(|keys| keys.iter().any(|k| k == key));
                // That there is a client, its meaning says.
                let says_so = cells[2] == "required" || (cells[2].is_empty() && is_required);
                assert_eq!(is_required, says_so, "{place}");
                let default = serde_json::from_str(cells[2].trim_matches('`')).ok();
                assert_eq!(of_key.get("default"), default.as_ref(), "{place}");
            }
            count += 1;
        }
        let known = table["properties"].as_object().expect("a table has keys");
        let known: BTreeSet<&str> = known.keys().map(String::as_str).collect();
        assert_eq!(documented, known, "{heading}");
    }
    assert!(count >= 100, "only {count}");
}

#[test]
fn each_parameter_of_an_overlay_or_a_placement_is_documented() {
    let page = page("scenarios.md");
    let mut count = 0;
    for table in ["overlay", "placement"] {
        let section = section(&page, &format!("## `[{table}]`"));
        for row in section.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let parameters: BTreeSet<String> = cells[2]
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect();
            if !parameters.is_empty() {
                let kind = cells[1].trim_matches('`');
                let known = known_keys(&format!("[{table}.{kind}]\n0123456789 = 1"));
                assert_eq!(parameters, known, "{kind}");
                count += 1;
            }
        }
    }
    assert_eq!(count, 16 + 5);
}

#[test]
fn each_key_of_what_is_left_to_chance_is_documented() {
    let page = page("scenarios.md");
    let section = section(&page, "## Left to chance");
    for (table, key) in [
        ("peer", "neighbours"),
        ("peer", "chunks"),
        ("client", "contact"),
        ("client", "chunks"),
    ] {
        for known in known_keys(&format!("[[{table}]]\n{key} = {{ 0123456789 = 1 }}")) {
            let mut rows = first_column(section).into_iter();
            let written = |row: &str| row.starts_with(key) && row.contains(&format!("{known} = "));
            assert!(rows.any(written), "{table}: {key}: {known}");
        }
    }
}

#[test]
fn each_scenario_in_the_documentation_loads() {
    let mut count = 0;
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        for (info, text) in blocks(&page) {
            if info == "toml" {
                let (_folder, loaded) = scenario("it.toml", text);
                loaded.unwrap_or_else(|said| panic!("{}: {said}", path.display()));
                count += 1;
            }
        }
    }
    assert!(count >= 5, "only {count}");
}

#[test]
fn what_is_wrong_is_shown_as_it_is_told() {
    let page = page("scenarios.md");
    let blocks = blocks(&page);
    let wrong = blocks.iter().position(|(info, _)| *info == "toml wrong");
    let [(_, text), (_, shown)] = blocks[wrong.unwrap()..][..2] else {
        panic!("what is said stands below");
    };
    let (_folder, loaded) = scenario("wrong.toml", text);
    assert_eq!(format!("{}\n", loaded.unwrap_err()), shown);
}

/// Fields of `check` and `sweep` that are objects at times, and told of as one.
const COUNTS_AND_SPREADS: [&str; 12] = [
    "floods[].hello",
    "floods[].query",
    "floods[].chunks_info",
    "floods[].total",
    "hops[].queries",
    "combinations[].set",
    "combinations[].reach",
    "combinations[].found",
    "combinations[].queries",
    "combinations[].duplicates",
    "combinations[].time_ms",
    "combinations[].hops",
];

/// The paths of all fields of `value`, as docs/output.md writes them.
fn fields(path: &str, value: &serde_json::Value, found: &mut BTreeSet<String>) {
    use serde_json::Value;
    match value {
        // Their keys are reasons; and a count is a number or its bounds.
        _ if path.ends_with(".dropped")
            || path.ends_with(".ignored")
            || path.contains(".predicted.")
            || COUNTS_AND_SPREADS.iter().any(|end| path.ends_with(end)) =>
        {
            found.insert(path.to_owned());
        }
        Value::Object(object) => {
            for (key, value) in object {
                let below = match path {
                    "" => key.clone(),
                    path => format!("{path}.{key}"),
                };
                fields(&below, value, found);
            }
        }
        Value::Array(array) => {
            for element in array {
                fields(&format!("{path}[]"), element, found);
            }
        }
        _ => {
            found.insert(path.to_owned());
        }
    }
}

/// `scenario` with a fault of each kind.
fn with_faults(mut scenario: Scenario) -> Scenario {
    let label = |entry: &str| format!("[[{entry}]] in line 1");
    scenario.faults.named.push(Fault {
        effect: Effect::Drop,
        pattern: Pattern::default(),
        nth: Nth::These(vec![1]),
        since: Duration::ZERO,
        until: None,
        label: label("fault"),
    });
    scenario.faults.links.entries.push(LinkEntry {
        covers: Covers::All,
        label: label("link"),
    });
    scenario.faults.timeline.push(Scheduled {
        when: When::At(Duration::ZERO),
        change: Change::HealAll,
        label: Some(label("event")),
    });
    scenario
}

#[test]
fn each_field_of_the_document_is_documented() {
    let (_folder, two_hops) = scenario("two-hops.toml", TWO_HOPS);
    let (failing, _) = run(&two_hops.unwrap());
    let (passing, _) = run(&mesh());
    // Slow enough for answers to come late: some predictions are bounds.
    let mut slow = mesh();
    slow.faults.links = Links::all_taking(Duration::from_secs(3));
    let (bounded, _) = run(&slow);
    assert!(!failing.passed() && passing.passed() && bounded.passed());
    let (faulty, _) = run(&with_faults(mesh()));
    let document = Document {
        format_version: FORMAT_VERSION,
        runs: &[failing, passing, bounded, faulty],
    };
    let mut found = BTreeSet::from(["runs[]".to_owned()]);
    fields("", &serde_json::to_value(&document).unwrap(), &mut found);
    let page = page("output.md");
    let documented = first_column(section(&page, "## The JSON document"));
    assert_eq!(
        documented.iter().collect::<BTreeSet<_>>().len(),
        documented.len()
    );
    let documented: BTreeSet<String> = documented.into_iter().map(str::to_owned).collect();
    assert_eq!(documented, found);
}

/// The fields of a document that are documented below `heading`, against those of `document`.
fn assert_documented(heading: &str, document: &serde_json::Value) {
    let mut found = BTreeSet::new();
    fields("", document, &mut found);
    let page = page("output.md");
    let documented = first_column(section(&page, heading));
    let documented: BTreeSet<String> = documented.into_iter().map(str::to_owned).collect();
    assert_eq!(documented, found, "{heading}");
}

#[test]
fn each_field_of_what_check_says_is_documented() {
    let (_folder, two_hops) = scenario("two-hops.toml", TWO_HOPS);
    // With a warning, since chunk 2 is expected and out of reach; and slow, for bounds.
    let mut slow = mesh();
    slow.duplicates = Duplicates::First;
    slow.faults.links = Links::all_taking(Duration::from_secs(3));
    let outlooks = [two_hops.unwrap(), slow].map(|scenario| Outlook::of(&scenario, &|_, _| ()));
    let refused = [Refused {
        file: "bad.toml".to_owned(),
        problems: vec!["the file is empty".to_owned()],
    }];
    let document = OutlookDocument {
        format_version: FORMAT_VERSION,
        scenarios: &outlooks,
        refused: &refused,
    };
    let document = serde_json::to_value(&document).unwrap();
    assert_documented("## The document of `check`", &document);
}

#[test]
fn each_field_of_a_sweep_is_documented() {
    let axes: [Axis; 1] = ["ttl=3".parse().unwrap()];
    let out = tempfile::tempdir().expect("a temporary folder");
    let stop = AtomicBool::new(false);
    let outcome = measure(&mesh(), out.path(), Carriage::Memory, 10_000, &stop).unwrap();
    let mut row = Row::new(&axes, &["3".to_owned()]);
    row.add(&outcome.unwrap());
    let results = Results {
        format_version: FORMAT_VERSION,
        scenario: "mesh".to_owned(),
        keys: vec!["ttl".to_owned()],
        complete: true,
        combinations: vec![row],
    };
    let document = serde_json::to_value(&results).unwrap();
    assert_documented("## The results of `sweep`", &document);
}

/// Leaves out how long a run took.
fn without_times(screen: &str) -> String {
    let lines = screen.lines().map(|line| line.split(", took ").next());
    lines
        .map(|line| line.expect("split gives at least one part").to_owned() + "\n")
        .collect()
}

#[test]
fn screens_are_shown_as_they_are_drawn() {
    let page = page("output.md");
    let blocks = blocks(&page);
    let shown = |start: &str| {
        let found = blocks.iter().find(|(_, text)| text.starts_with(start));
        found.unwrap().1
    };
    let (report, recording) = run(&mesh());
    assert_eq!(
        without_times(shown("mesh\n")),
        without_times(&drawn(&report))
    );

    let events = shown("#0 ");
    for (line, id) in events.lines().zip((0..).map(EventId)) {
        assert_eq!(line, recording.line(id, &mesh().roster));
    }

    let (_folder, two_hops) = scenario("two-hops.toml", TWO_HOPS);
    let (report, _) = run(&two_hops.unwrap());
    assert!(drawn(&report).contains(shown("1. missing")));
}

#[test]
fn the_bytes_of_the_protocol_are_its_messages() {
    let page = page("protocol.md");
    let blocks = blocks(&page);
    let spelled = blocks.iter().find(|(_, text)| text.starts_with("HELLO"));
    let mut types = Vec::new();
    for pair in spelled.unwrap().1.trim().split("\n\n") {
        let (line, hex) = pair.split_once('\n').unwrap();
        let bytes: Vec<u8> = hex
            .split(' ')
            .map(|byte| u8::from_str_radix(byte, 16).unwrap())
            .collect();
        let decoded = Message::decode(&bytes).unwrap();
        assert_eq!(decoded.message.to_string(), line);
        assert_eq!(decoded.tail, 0);
        assert_eq!(decoded.message.encode(), bytes, "{line}");
        types.push(decoded.message.message_type());
    }
    assert_eq!(types, Type::ALL);
}

/// The name that a heading has in links, as code hosts make it.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut count = 0;
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        for rest in prose(&page).split("](").skip(1) {
            let target = rest.split(')').next().unwrap();
            if target.contains("://") {
                continue;
            }
            let (file, name) = target.split_once('#').unwrap_or((target, ""));
            let file = match file {
                "" => path.clone(),
                file => path.parent().unwrap().join(file),
            };
            assert!(file.exists(), "{}: {target}", path.display());
            if !name.is_empty() {
                let text = fs::read_to_string(&file).unwrap();
                let text = prose(&text);
                let mut headings = text.lines().filter(|line| line.starts_with('#'));
                assert!(
                    headings.any(|heading| anchor(heading) == name),
                    "{}: {target}",
                    path.display()
                );
            }
            count += 1;
        }
    }
    assert!(count >= 20, "only {count}");
}

#[test]
fn lines_are_not_too_long() {
    let ours = pages()
        .into_iter()
        .filter(|path| *path != root().join("README.md"));
    for path in ours {
        let page = fs::read_to_string(&path).unwrap();
        for (index, line) in page.lines().enumerate() {
            let place = format!("{}:{}", path.display(), index + 1);
            assert!(line.chars().count() <= 100, "{place}");
        }
    }
}
