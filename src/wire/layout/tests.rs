//! The layouts against messages that the codec has written, and against themselves.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::wire::tests::any_message;
use crate::wire::{Extension, IdList, Message, Type};

/// The bytes of each field of `message`, by the layout that its first two bytes name, and what is
/// left behind the last.
fn walk(message: &[u8]) -> (Vec<(&'static str, &[u8])>, &[u8]) {
    let number = |bytes: &[u8]| u16::from_be_bytes(bytes.try_into().unwrap());
    let layout = LAYOUTS.iter().find(|l| l.number == number(&message[..2]));
    let (mut rest, mut said, mut found) = (message, 0, Vec::new());
    for field in layout.unwrap().fields {
        let len = match field.kind {
            Kind::Ids => 2 * said,
            Kind::Chunk => said,
            Kind::Message => rest.len(),
            _ => field.kind.fixed_len().unwrap(),
        };
        let (bytes, behind) = rest.split_at(len);
        if matches!(field.kind, Kind::Count | Kind::Size) {
            said = usize::from(number(bytes));
        }
        found.push((field.name, bytes));
        rest = behind;
    }
    (found, rest)
}

/// What each field of `message` must be, in the order of docs/protocol.md.
fn said(message: &Message) -> Vec<(&'static str, Vec<u8>)> {
    let number = |number: u16| number.to_be_bytes().to_vec();
    let list = |ids: &IdList| {
        let bytes = ids.iter().flat_map(|id| id.0.to_be_bytes()).collect();
        [("count", number(ids.count())), ("ids", bytes)]
    };
    let mut fields = vec![("type", number(message.message_type() as u16))];
    match message {
        Message::Hello(ids) | Message::ChunksInfo(ids) | Message::Get(ids) => {
            fields.extend(list(ids));
        }
        Message::Query(query) => {
            fields.push(("client_ip", query.client.ip().octets().to_vec()));
            fields.push(("client_port", number(query.client.port())));
            fields.push(("ttl", number(query.ttl.0)));
            fields.extend(list(&query.ids));
        }
        Message::Response { id, chunk } => {
            fields.push(("id", number(id.0)));
            fields.push(("size", number(chunk.size())));
            fields.push(("chunk", chunk.as_bytes().to_vec()));
        }
    }
    fields
}

fn owned(fields: Vec<(&'static str, &[u8])>) -> Vec<(&'static str, Vec<u8>)> {
    let owned = fields
        .into_iter()
        .map(|(name, bytes)| (name, bytes.to_vec()));
    owned.collect()
}

proptest! {
    #[test]
    fn what_the_codec_writes_is_the_fields_of_its_layout(message in any_message(), number in any::<u64>()) {
        let bytes = message.encode();
        let (fields, rest) = walk(&bytes);
        prop_assert!(rest.is_empty(), "{} bytes behind {}", rest.len(), message);
        prop_assert_eq!(owned(fields), said(&message));

        let numbered = Extension::NumberedQuery { number, query: &bytes }.encode();
        let (fields, rest) = walk(&numbered);
        prop_assert!(rest.is_empty());
        let number = number.to_be_bytes();
        let of_query: [(_, &[u8]); 3] = [("type", &[0, 102]), ("number", &number), ("query", &bytes)];
        prop_assert_eq!(fields, of_query);

        let ack = Extension::Ack { number: u64::from_be_bytes(number) }.encode();
        let (fields, rest) = walk(&ack);
        prop_assert!(rest.is_empty());
        let of_ack: [(_, &[u8]); 2] = [("type", &[0, 103]), ("number", &number)];
        prop_assert_eq!(fields, of_ack);
    }
}

#[test]
fn each_layout_is_one_that_can_be_read() {
    let numbers: BTreeSet<u16> = LAYOUTS.iter().map(|layout| layout.number).collect();
    let names: BTreeSet<&str> = LAYOUTS.iter().map(|layout| layout.name).collect();
    assert_eq!((numbers.len(), names.len()), (LAYOUTS.len(), LAYOUTS.len()));
    for layout in LAYOUTS {
        let kinds: Vec<Kind> = layout.fields.iter().map(|field| field.kind).collect();
        assert_eq!(kinds[0], Kind::Type, "{}", layout.name);
        for (index, kind) in kinds.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| kinds[before]);
            match kind {
                Kind::Ids => assert_eq!(before, Some(Kind::Count), "{}", layout.name),
                Kind::Chunk => assert_eq!(before, Some(Kind::Size), "{}", layout.name),
                _ => {}
            }
            let is_last = index + 1 == kinds.len();
            assert!(is_last || kind.fixed_len().is_some(), "{}", layout.name);
        }
    }
}

#[test]
fn the_types_of_the_codec_have_the_layouts_of_their_numbers() {
    for (kind, layout) in Type::ALL.into_iter().zip(LAYOUTS) {
        assert_eq!((kind as u16, kind.name()), (layout.number, layout.name));
    }
}
