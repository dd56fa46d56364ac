//! The dissector for Wireshark: a Lua script with the layouts of messages put in.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::RangeInclusive;

use crate::wire::layout::{Field, Kind, LAYOUTS, Layout};
use crate::wire::{MAX_CHUNK, Type};

/// All of it but what follows from the layouts, which has names between `@`.
const SCRIPT: &str = include_str!("dissector.lua");

/// The dissector. `ports` are those that runs give to their endpoints: it knows datagrams between
/// them without being told.
#[must_use]
pub fn script(ports: RangeInclusive<u16>) -> String {
    let layouts: String = LAYOUTS.iter().map(layout).collect();
    let fields = LAYOUTS.iter().flat_map(|layout| layout.fields);
    // A field of several messages is one field.
    let fields: BTreeMap<&str, &Field> = fields.map(|field| (field.name, field)).collect();
    let fields: String = fields.into_values().map(field).collect();
    SCRIPT
        .replace("@FIRST_PORT@", &ports.start().to_string())
        .replace("@LAST_PORT@", &ports.end().to_string())
        .replace("@MAX_CHUNK@", &MAX_CHUNK.to_string())
        .replace("@LAYOUTS@", &layouts)
        .replace("@FIELDS@", &fields)
}

/// A message as an entry of the table of layouts.
fn layout(layout: &Layout) -> String {
    let is_base = Type::ALL.into_iter().any(|t| t as u16 == layout.number);
    let (number, name, fixed) = (layout.number, layout.name, layout.fixed_len());
    let mut text = format!(
        "  [{number}] = {{ name = \"{name}\", base = {is_base}, fixed = {fixed}, fields = {{\n"
    );
    for field in layout.fields {
        let len = field.kind.fixed_len();
        let len = len.map_or_else(String::new, |len| format!(", {len}"));
        let (name, kind) = (field.name, field.kind.name());
        writeln!(text, "    {{ \"{name}\", \"{kind}\"{len} }},").expect("a string takes all");
    }
    text.push_str("  } },\n");
    text
}

/// A field as Wireshark is told of it: what it can be filtered by.
fn field(field: &Field) -> String {
    let (name, label) = (field.name, field.label);
    let (kind, more) = match field.kind {
        Kind::Type => ("uint16", ", base.DEC, types"),
        Kind::Number | Kind::Count | Kind::Size | Kind::Ids => ("uint16", ", base.DEC"),
        Kind::Long => ("uint64", ", base.DEC"),
        Kind::Ipv4 => ("ipv4", ""),
        Kind::Chunk => ("bytes", ""),
        Kind::Message => ("none", ""),
    };
    format!("  {name} = ProtoField.{kind}(\"p2psim.{name}\", \"{label}\"{more}),\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_the_same_in_each_message_that_has_it() {
        let mut known: BTreeMap<&str, &Field> = BTreeMap::new();
        for field in LAYOUTS.iter().flat_map(|layout| layout.fields) {
            assert_eq!(*known.entry(field.name).or_insert(field), field);
            assert_ne!(
                field.name, "tail",
                "the dissector has that name for its own"
            );
        }
    }

    #[test]
    fn nothing_is_left_to_be_put_in() {
        let script = script(1..=2);
        assert!(!script.contains('@'), "{script}");
        assert!(script.contains("FIRST_PORT, LAST_PORT = 1, 2"));
    }
}
