//! The JSON Schema of the scenario language, written from the layouts that the reader looks keys up
//! in. It is for editors: what one key can't know of another part of the file, it lets pass.
//!
//! Nothing is referred to by `$ref`, and all keywords mean the same from draft 7 on: many editors
//! know no more, and leave out what stands beside a reference.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::file_keys::TOP;
use super::layout::{Key, Kind, Layout, Rule};
use super::names::LONGEST_NAME;
use super::rates;
use crate::assembly::FileName;

/// Numbers, each with a unit behind it.
const DURATION: &str = r"^\s*([0-9][0-9\s]*(\.[0-9\s]+)?[A-Za-zµ]+\s*)+$";
/// Numbers and ranges between commas.
const RANGES: &str = r"^\s*[0-9]+\s*(-\s*[0-9]+\s*)?(,\s*[0-9]+\s*(-\s*[0-9]+\s*)?)*$";
/// A name that neither leads to another folder nor begins with a dot.
const FILE_NAME: &str = r"^[^./\\][^/\\]*$";
/// Something that is not zero.
const NOT_ZERO: &str = "[1-9]";

/// The JSON Schema (draft 2020-12) of scenario files: which keys there are, and what they take.
///
/// A file that it refuses is refused by [`Scenario::load`](super::Scenario::load); that one knows
/// more, such as which peers there are.
#[must_use]
pub fn schema() -> Value {
    let mut schema = of_table(&TOP);
    schema.extend([
        (
            "$schema".to_owned(),
            "https://json-schema.org/draft/2020-12/schema".into(),
        ),
        ("$id".to_owned(), "urn:p2p-sim:scenario".into()),
        ("title".to_owned(), "A scenario of p2p-sim".into()),
        (
            "description".to_owned(),
            "An overlay, who holds which chunk, what clients ask for, by which rules, \
             and what goes wrong."
                .into(),
        ),
    ]);
    schema.into()
}

/// A duration as scenarios write it.
pub(super) fn written(duration: Duration) -> Value {
    humantime::format_duration(duration).to_string().into()
}

fn of_table(layout: &Layout) -> Map<String, Value> {
    let keys = layout.keys.iter();
    let properties: Map<_, _> = keys.map(|key| (key.name.to_owned(), of_key(key))).collect();
    let keys = layout.keys.iter().filter(|key| key.is_required);
    let required: Vec<&str> = keys.map(|key| key.name).collect();
    let rules = layout.rules.iter();
    let rules: Vec<Value> = rules.map(|rule| of_rule(rule, layout)).collect();
    let mut schema = object(json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    }));
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    if !rules.is_empty() {
        schema.insert("allOf".to_owned(), rules.into());
    }
    schema
}

fn of_key(key: &Key) -> Value {
    let mut schema = of_kind(&key.kind);
    schema.insert("description".to_owned(), key.about.into());
    if let Some(default) = key.default {
        schema.insert("default".to_owned(), default());
    }
    schema.into()
}

fn of_kind(kind: &Kind) -> Map<String, Value> {
    let schema = match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Name => json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_NAME }),
        Kind::FileName => json!({
            "type": "string",
            "pattern": FILE_NAME,
            "maxLength": FileName::LONGEST,
        }),
        Kind::Word(words) => json!({ "type": "string", "enum": words() }),
        Kind::Integer(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::Number(None) => json!({ "type": "number" }),
        Kind::Number(Some(least)) => json!({ "type": "number", "minimum": least }),
        Kind::Probability => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Duration => json!({ "type": "string", "pattern": DURATION }),
        Kind::SomeTime => not_zero(DURATION),
        Kind::Rate => {
            let units = rates::units().collect::<Vec<_>>().join("|");
            not_zero(&format!(r"^\s*[0-9]+(\.[0-9]+)?\s*({units})/s\s*$"))
        }
        Kind::Ranges => json!({ "type": "string", "pattern": RANGES }),
        Kind::Array(each, least, most) => of_array(each, *least, *most),
        Kind::Table(layout) => return of_table(layout),
        Kind::ByChunk(value) => json!({
            "type": "object",
            "additionalProperties": false,
            "patternProperties": { r"^\s*[0-9]+\s*$": of_kind(value) },
        }),
        Kind::ByName(value) => json!({
            "type": "object",
            "additionalProperties": of_kind(value),
        }),
        Kind::OneOf(kinds) => json!({ "anyOf": kinds_of(kinds) }),
    };
    object(schema)
}

/// The schemas of `kinds`; those that are one of several themselves are taken apart.
fn kinds_of(kinds: &[Kind]) -> Vec<Value> {
    let mut schemas = Vec::new();
    for kind in kinds {
        match kind {
            Kind::OneOf(kinds) => schemas.extend(kinds_of(kinds)),
            kind => schemas.push(of_kind(kind).into()),
        }
    }
    schemas
}

fn of_array(each: &Kind, least: usize, most: Option<usize>) -> Value {
    let mut schema = object(json!({ "type": "array", "items": of_kind(each) }));
    if least > 0 {
        schema.insert("minItems".to_owned(), least.into());
    }
    if let Some(most) = most {
        schema.insert("maxItems".to_owned(), most.into());
    }
    schema.into()
}

/// A string that has `pattern` and a digit other than 0.
fn not_zero(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern, "allOf": [{ "pattern": NOT_ZERO }] })
}

fn of_rule(rule: &Rule, layout: &Layout) -> Value {
    match rule {
        Rule::ExactlyOne(keys) => json!({ "oneOf": each_there(keys.iter().copied()) }),
        Rule::OneTable => json!({ "oneOf": each_there(layout.tables().map(|(key, _)| key)) }),
        Rule::AnyOf(keys) => json!({ "anyOf": each_there(keys.iter().copied()) }),
        Rule::NotBoth(one, other) => json!({ "not": { "required": [one, other] } }),
        Rule::Needs(key, others) => json!({
            "if": { "required": [key] },
            "then": { "anyOf": each_there(others.iter().copied()) },
        }),
    }
}

/// A schema for each of `keys` that is met where it is there.
fn each_there<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<Value> {
    keys.map(|key| json!({ "required": [key] })).collect()
}

/// The members of `value`, which is an object.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
