//! The JSON Schema takes what the reader takes, and refuses what no key can mean.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::Validator;
use p2p_sim::scenario::{Problem, Scenario, schema};
use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).expect("the schema is one")
}

/// `table` as an editor would hand it to the schema.
fn json(table: DeTable<'_>) -> Value {
    let entries = table.into_iter();
    let entries = entries.map(|(key, value)| {
        let key = key.into_inner().into_owned();
        (key, json_value(value.into_inner()))
    });
    Value::Object(entries.collect::<Map<_, _>>())
}

fn json_value(value: DeValue<'_>) -> Value {
    match value {
        DeValue::Table(table) => json(table),
        DeValue::Array(array) => {
            let elements = array.into_iter();
            elements.map(|e| json_value(e.into_inner())).collect()
        }
        DeValue::String(text) => text.into_owned().into(),
        DeValue::Boolean(flag) => flag.into(),
        DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
            .map_or(Value::Null, |number| {
                serde_json::Number::from_i128(number).map_or(Value::Null, Value::Number)
            }),
        DeValue::Float(number) => number
            .as_str()
            .parse::<f64>()
            .map_or(Value::Null, Into::into),
        DeValue::Datetime(time) => time.to_string().into(),
    }
}

/// The JSON of a TOML text, where it is one.
fn parsed(text: &str) -> Option<Value> {
    let text = text.trim_start_matches('\u{feff}');
    DeTable::parse(text)
        .ok()
        .map(|table| json(table.into_inner()))
}

/// What the schema has against `text`.
fn refusals(validator: &Validator, text: &str) -> Vec<String> {
    let document = parsed(text).expect("it is TOML");
    let errors = validator.iter_errors(&document);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// All TOML files below `folder`.
fn toml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("its entries can be read").path();
        if path.is_dir() {
            toml_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn the_kept_file_is_what_the_program_prints() {
    let printed = Command::new(env!("CARGO_BIN_EXE_p2p-sim"))
        .arg("schema")
        .output()
        .expect("it runs");
    assert!(printed.status.success());
    let kept = fs::read(root().join("docs/scenario.schema.json")).expect("it is kept");
    assert!(
        printed.stdout == kept,
        "after a change: p2p-sim schema > docs/scenario.schema.json"
    );
}

#[test]
fn the_schema_is_one() {
    jsonschema::draft202012::meta::validate(&schema()).expect("of draft 2020-12");
}

#[test]
fn whatever_is_shipped_is_taken() {
    let validator = validator();
    let mut files = Vec::new();
    for folder in ["scenarios", "src/cli/new"] {
        toml_files(&root().join(folder), &mut files);
    }
    assert!(files.len() >= 24, "only {}", files.len());
    for file in files {
        let text = fs::read_to_string(&file).expect("a text");
        let refusals = refusals(&validator, &text);
        assert!(refusals.is_empty(), "{}: {refusals:#?}", file.display());
    }
}

#[test]
fn whatever_the_documentation_shows_is_taken() {
    let validator = validator();
    let page = fs::read_to_string(root().join("docs/scenarios.md")).expect("a page");
    let examples = page.split("```toml\n").skip(1);
    let examples = examples.filter_map(|rest| rest.split("```").next());
    let mut count = 0;
    for example in examples {
        let refusals = refusals(&validator, example);
        assert!(refusals.is_empty(), "{example}\n{refusals:#?}");
        count += 1;
    }
    assert!(count >= 10, "only {count}");
}

/// No false alarms: the reader is the judge.
#[test]
fn whatever_loads_is_taken() {
    let validator = validator();
    let mut files = Vec::new();
    toml_files(&root().join("tests"), &mut files);
    for file in files {
        let Ok(text) = fs::read_to_string(&file) else {
            continue;
        };
        let loads = Scenario::load(&file, None, None).is_ok();
        if loads && let Some(document) = parsed(&text) {
            assert!(validator.is_valid(&document), "{}", file.display());
        }
    }
}

const FRAME: &str = "
[[peer]]
name = 'p1'
chunks = [1]
[[peer]]
name = 'p2'
neighbours = ['p1']
[[client]]
name = 'c'
contact = 'p2'
";

/// Whether the reader and the schema take `text`.
fn taken(validator: &Validator, text: &str) -> (bool, bool) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("it.toml");
    fs::write(&file, text).expect("it can be written");
    let loads = Scenario::load(&file, None, None).is_ok();
    (loads, refusals(validator, text).is_empty())
}

/// Keys, what stands before them, and values of which some are wrong.
const LEAVES: &[(&str, &[&str])] = &[
    (
        "chunks = [1]\nstart",
        &[
            "'5s'",
            "'1m 30s'",
            "' 2.5 s '",
            "'1m30s'",
            "'1 000ms'",
            "'0s'",
            "'1min'",
            "'5'",
            "'-1s'",
            "''",
            "'s'",
            "'1.s'",
            "5",
            "1.5",
            "true",
        ],
    ),
    (
        "chunks = [1]\nwait",
        &["'3s'", "'0s'", "'0.0ms'", "'0.1ms'"],
    ),
    ("chunks = [1]\nrepeats", &["0", "1000", "1001", "-1", "'1'"]),
    ("chunks = [1]\ncount", &["1", "0", "1000001", "0x2"]),
    (
        "chunks = [1]\ngets",
        &["'once'", "'twice'", "'thrice'", "2"],
    ),
    (
        "chunks = [1]\nexpect",
        &["{ 1 = ['p1'] }", "{ 1 = [] }", "{ p1 = ['p1'] }", "{}"],
    ),
    (
        "chunks",
        &[
            "[1]",
            "'1'",
            "'1-1'",
            "' 1 , 1 - 1 '",
            "[]",
            "''",
            "'1,'",
            "'1-'",
            "'-1'",
            "[-1]",
            "[65536]",
            "['1']",
            "{ random = 1 }",
            "{ random = 0 }",
            "{ random = 1, of = '1' }",
            "{ of = '1' }",
            "1",
        ],
    ),
    (
        "chunks = [1]\n[[link]]\nbetween = 'peers'\nrate",
        &[
            "'100kB/s'",
            "'1.5 Mbit/s'",
            "'1bit'",
            "'0B/s'",
            "'5'",
            "'B/s'",
            "5",
            "' 8bit/s '",
        ],
    ),
    (
        "chunks = [1]\n[[link]]\nbetween = ['p2', 'p1']\nloss",
        &["0", "1", "0.5", "1.5", "-1", "2", "'5%'", "nan", "inf"],
    ),
    (
        "chunks = [1]\n[[link]]\nbetween = 'all'\njitter",
        &[
            "{ normal = '5ms' }",
            "{}",
            "{ normal = '5ms', pareto = '1ms' }",
            "'5ms'",
        ],
    ),
    (
        "chunks = [1]\n[[fault]]\ndrop = 'any'\nnth",
        &[
            "1",
            "[1, 3]",
            "'2-4'",
            "'1,3-5'",
            "0",
            "[]",
            "[0]",
            "''",
            "4294967296",
        ],
    ),
];

#[test]
fn leaves_are_read_alike() {
    let validator = validator();
    for (key, values) in LEAVES {
        for value in *values {
            let text = format!("{FRAME}{key} = {value}");
            let (loads, fits) = taken(&validator, &text);
            assert_eq!(loads, fits, "{key} = {value}");
        }
    }
}

#[test]
fn rules_of_several_keys_are_read_alike() {
    let validator = validator();
    for (table, bodies) in [
        (
            "[[fault]]",
            &[
                "drop = 'QUERY'",
                "",
                "drop = 'QUERY'\ncorrupt = 'any'",
                "delay = 'QUERY'",
                "delay = 'QUERY'\nby = '1s'",
                "drop = 'QUERY'\nby = '1s'",
            ][..],
        ),
        (
            "[[event]]",
            &[
                "at = '0s'\npause = 'p1'\nfor = '1ms'",
                "at = '0s'\npause = 'p1'",
                "at = '0s'\nstop = 'p1'\nfor = '1ms'",
                "after = { message = 'QUERY' }\nstop = 'p1'",
                "after = { from = 'p2' }\nstop = 'p1'",
                "at = '0s'\nafter = { message = 'QUERY' }\nstop = 'p1'",
                "stop = 'p1'",
                "at = '0s'",
                "at = '0s'\nlose = 'p1'\nchunks = [1]",
                "at = '0s'\nlose = 'p1'",
                "at = '0s'\nstop = 'p1'\nchunks = [1]",
                "at = '0s'\nstop = 'p1'\none_way = true",
                "at = '0s'\ncut = [['p2', 'p1']]\none_way = true",
                "at = '0s'\ncut = ['p2', 'p1']",
                "at = '0s'\ncut = []",
                "at = '0s'\nstop = []",
            ],
        ),
        (
            "[[link]]",
            &[
                "from = 'p2'\nto = 'p1'\nloss = 0",
                "from = 'p2'\nloss = 0",
                "to = 'p2'\nloss = 0",
                "loss = 0",
                "between = 'all'",
                "between = 'all'\nfrom = 'p2'\nto = 'p1'\nloss = 0",
                "between = 'some'\nloss = 0",
                "between = 'all'\nqueue = 1",
                "between = 'all'\nqueue = 1\nrate = '1B/s'",
                "between = 'all'\nreorder_by = '1ms'",
                "between = 'all'\nreorder_by = '1ms'\nreordering = 1",
            ],
        ),
        (
            "[overlay]",
            &[
                "ring = { peers = 5 }\nprefix = 'q'",
                "ring = { peers = 5 }\nstar = { peers = 5 }\nprefix = 'q'",
                "prefix = 'q'",
                "ring = {}\nprefix = 'q'",
                "gnp = { peers = 5, p = 1.5 }\nprefix = 'q'",
            ],
        ),
        (
            "[placement]",
            &[
                "one = { chunks = [2], peer = 'p1' }",
                "one = [{ chunks = [2], peer = 'p1' }, { chunks = [3], peer = 'p2' }]",
                "one = { chunks = [2] }",
                "zipf = { chunks = [2], replicas = 1, exponent = -1 }",
                "two = {}",
            ],
        ),
        (
            "[churn]",
            &[
                "lifetime = '1s'\nabsence = '1s'\nuntil = '2s'",
                "lifetime = '1s'\nabsence = '1s'",
                "lifetime = '0s'\nabsence = '1s'\nuntil = '2s'",
            ],
        ),
        (
            "[expect]",
            &[
                "must_fail = ['reach']\nreached_by = { p1 = '1s' }",
                "must_fail = ['rich']",
                "reached_by = { p1 = 1 }",
            ],
        ),
    ] {
        for body in bodies {
            let text = format!("{FRAME}chunks = [1]\n{table}\n{body}");
            let (loads, fits) = taken(&validator, &text);
            assert_eq!(loads, fits, "{table}\n{body}");
        }
    }
}

/// What the reader says where the form is wrong; anything else only the reader sees through.
const FORM: [&str; 10] = [
    "unknown key",
    " must be a ",
    " must be an ",
    " must be true",
    " is out of range",
    " has no `",
    " means nothing",
    " is no probability",
    " can't be zero",
    "there is no client",
];
/// JSON knows no difference between 3.0 and 3.
const LET_PASS: [&str; 2] = ["ttl-float", "overlay-peers-float"];

#[test]
fn what_is_wrong_in_its_form_is_refused() {
    let validator = validator();
    let mut files = Vec::new();
    toml_files(&root().join("tests/invalid"), &mut files);
    let mut refused = 0;
    for file in files {
        let name = file.file_stem().expect("a file has a name");
        let text = fs::read(&file).expect("a file");
        let document = str::from_utf8(&text).ok().and_then(parsed);
        let Some(document) = document.filter(|_| LET_PASS.iter().all(|known| name != *known))
        else {
            continue;
        };
        let rejected = Scenario::load(&file, None, None).expect_err("it is wrong");
        let mut titles = rejected.problems.iter().map(Problem::title);
        if titles.any(|title| FORM.iter().any(|form| title.contains(form))) {
            assert!(!validator.is_valid(&document), "{}", file.display());
            refused += 1;
        }
    }
    assert!(refused >= 80, "only {refused}");
}
