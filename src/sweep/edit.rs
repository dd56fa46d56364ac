//! The text of a scenario with another value of a key, all else as it was written.

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, TableLike, Value};

use super::values::Axis;

/// Why a key can't have another value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is no TOML.
    #[error("the file is not TOML")]
    NotToml,
    /// A part of the key names an entry of an array that has fewer.
    #[error(
        "`{key}`: there is no entry {index} in `{array}`, which has {length}; they count from 0"
    )]
    NoEntry {
        /// The whole key.
        key: String,
        /// The entry.
        index: String,
        /// The array.
        array: String,
        /// How many entries it has.
        length: usize,
    },
    /// A part of the key names something inside of what is no table.
    #[error("`{key}`: `{part}` is no table that could have more keys")]
    NoTable {
        /// The whole key.
        key: String,
        /// What is no table.
        part: String,
    },
}

/// `text` with the values of `combination` for the keys of `axes`.
pub fn edited(text: &str, axes: &[Axis], combination: &[String]) -> Result<String, EditError> {
    let mut document: DocumentMut = text.parse().map_err(|_| EditError::NotToml)?;
    for (axis, value) in axes.iter().zip(combination) {
        let parts: Vec<&str> = axis.key.split('.').collect();
        set(
            Place::Table(document.as_table_mut()),
            &axis.key,
            &parts,
            0,
            read(value),
        )?;
    }
    Ok(document.to_string())
}

/// A value as TOML has it; what is none is a string.
fn read(text: &str) -> Value {
    match text.parse::<Value>() {
        Ok(Value::Datetime(_)) | Err(_) => Value::from(text),
        Ok(value) => value,
    }
}

/// Where a part of a key is looked for.
enum Place<'a> {
    Table(&'a mut dyn TableLike),
    Tables(&'a mut ArrayOfTables),
    Values(&'a mut Array),
}

/// Sets `parts[at..]` below `place` to `value`; tables that are not there are made.
fn set(
    place: Place<'_>,
    key: &str,
    parts: &[&str],
    at: usize,
    mut value: Value,
) -> Result<(), EditError> {
    let part = parts[at];
    let is_last = at + 1 == parts.len();
    let no_entry = |length| EditError::NoEntry {
        key: key.to_owned(),
        index: part.to_owned(),
        array: parts[..at].join("."),
        length,
    };
    let no_table = || EditError::NoTable {
        key: key.to_owned(),
        part: parts[..=at].join("."),
    };
    match place {
        Place::Table(table) if is_last => {
            if let Some(old) = table.get_mut(part).and_then(Item::as_value_mut) {
                *value.decor_mut() = old.decor().clone();
                *old = value;
                return Ok(());
            }
            table.insert(part, Item::Value(value));
            Ok(())
        }
        Place::Table(table) => {
            let below = table.entry(part).or_insert_with(|| {
                let mut made = Table::new();
                made.set_implicit(true);
                Item::Table(made)
            });
            let below = match below {
                Item::Value(Value::Array(array)) => Place::Values(array),
                Item::ArrayOfTables(tables) => Place::Tables(tables),
                below => Place::Table(below.as_table_like_mut().ok_or_else(no_table)?),
            };
            set(below, key, parts, at + 1, value)
        }
        Place::Tables(tables) => {
            let length = tables.len();
            let entry = part.parse().ok().and_then(|index| tables.get_mut(index));
            let entry = entry.ok_or_else(|| no_entry(length))?;
            match is_last {
                true => Err(no_table()),
                false => set(Place::Table(entry), key, parts, at + 1, value),
            }
        }
        Place::Values(array) => {
            let length = array.len();
            let entry = part
                .parse()
                .ok()
                .and_then(|index: usize| array.get_mut(index));
            let entry = entry.ok_or_else(|| no_entry(length))?;
            let below = match entry {
                entry if is_last => {
                    *value.decor_mut() = entry.decor().clone();
                    *entry = value;
                    return Ok(());
                }
                Value::Array(array) => Place::Values(array),
                Value::InlineTable(table) => Place::Table(table),
                _ => return Err(no_table()),
            };
            set(below, key, parts, at + 1, value)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# a chain\nttl = 3 # hops\nlinks = [[\"a\", \"b\"]]\n\n[[peer]]\nname = \"a\"\n\
                        [[client]]\nname = \"c\"\nwait = \"1s\"\n";

    fn with(key: &str, value: &str) -> Result<String, String> {
        let axis = Axis::new(key, value).unwrap();
        edited(TEXT, std::slice::from_ref(&axis), &axis.values[..1]).map_err(|e| e.to_string())
    }

    #[test]
    fn a_value_is_changed_and_nothing_else() {
        assert_eq!(
            with("ttl", "5").unwrap(),
            TEXT.replace("ttl = 3", "ttl = 5")
        );
        assert_eq!(
            with("client.0.wait", "2s").unwrap(),
            TEXT.replace("1s", "2s")
        );
        assert_eq!(
            with("links.0.1", "z").unwrap(),
            TEXT.replace("\"b\"", "\"z\"")
        );
    }

    #[test]
    fn what_is_not_there_is_added() {
        let text = with("duplicates", "first").unwrap();
        assert!(
            text.contains("\nduplicates = \"first\"\n\n[[peer]]"),
            "{text}"
        );
        let text = with("overlay.grid.rows", "3").unwrap();
        assert!(text.contains("[overlay.grid]\nrows = 3\n"), "{text}");
    }

    #[test]
    fn what_cannot_be_set_is_told() {
        for (key, said) in [
            (
                "client.1.wait",
                "`client.1.wait`: there is no entry 1 in `client`, which has 1; they count from 0",
            ),
            (
                "ttl.x",
                "`ttl.x`: `ttl` is no table that could have more keys",
            ),
            (
                "peer.0",
                "`peer.0`: `peer.0` is no table that could have more keys",
            ),
        ] {
            assert_eq!(with(key, "1"), Err(said.to_owned()));
        }
    }
}
