//! The reliable flood in whole runs: it finds what the base protocol loses, is spoken to nobody who
//! was not told of it, and who breaks its rules is found.

use p2p_sim::driver::Cast;
use p2p_sim::event::What;
use p2p_sim::scenario::Scenario;
use p2p_sim::wire::{Extension, Type};

use crate::cases::{Case, rogue, try_all};
use crate::support::rogue::{Transmit, Turn};
use crate::support::stage::{Played, assert_passes, named, play, play_on_sockets, written};

/// The line a – b – c with chunk 3 at its end, whose peers speak the extension but for `except`;
/// `more` goes behind it.
fn line(except: &str, more: &str) -> Scenario {
    line_in(74, except, more)
}

/// The same in 127.`net`.
pub(crate) fn line_in(net: u8, except: &str, more: &str) -> Scenario {
    let except = match except {
        "" => String::new(),
        peer => format!("except = {peer}"),
    };
    let toml = format!(
        "links = [[\"a\", \"b\"], [\"b\", \"c\"]]
[reliable]
timeout = \"50ms\"
retries = 3
{except}
[[peer]]
name = \"a\"
[[peer]]
name = \"b\"
[[peer]]
name = \"c\"
chunks = [3]
[[client]]
name = \"viewer\"
contact = \"a\"
chunks = [3]
{more}"
    );
    written(&toml, net)
}

/// The first so many QUERYs from b to c are lost.
fn lost(nth: &str) -> String {
    format!("[[fault]]\ndrop = \"QUERY\"\nfrom = \"b\"\nto = \"c\"\nnth = {nth}")
}

fn passing(scenario: &Scenario) -> Played {
    let played = play(scenario, Cast::of(scenario));
    assert_passes(&played);
    played
}

#[test]
fn a_lost_query_comes_with_the_retry() {
    let scenario = line("", &lost("[1, 2]"));
    let played = passing(&scenario);
    let sources = &played.prediction.clients[0].sources.values().next();
    assert!(
        !sources.expect("one chunk").may_be_missing,
        "it is foretold"
    );
    let verdict = played.judge();
    assert_eq!(verdict.census.sent(Type::Hello), 1);
    assert_eq!(verdict.census.sent(Type::Query), 2);
    assert_eq!((verdict.census.resent, verdict.census.acks), (2, 2));
    assert_eq!(verdict.census.duplicates(), 0);
    assert_eq!(verdict.census.peers_reached(), 3);
    let sockets = play_on_sockets(&scenario, Cast::of(&scenario));
    assert_eq!(sockets.lines(), played.lines());

    // Four tries are all that there are; then the client's own repeat helps.
    let played = passing(&line("", &lost("\"1-4\"")));
    assert_eq!(played.judge().census.sent(Type::Hello), 2);
}

#[test]
fn a_lost_ack_costs_a_copy_that_nobody_handles() {
    let scenario = line(
        "",
        "[[fault]]\ndrop = \"any\"\nfrom = \"c\"\nto = \"b\"\nnth = 1",
    );
    let verdict = assert_passes(&passing(&scenario));
    assert_eq!((verdict.census.resent, verdict.census.acks), (1, 3));
    assert_eq!(verdict.census.ignored["sent-again"], 1);
    assert_eq!(verdict.census.duplicates(), 0);
    assert_eq!(verdict.census.sent(Type::ChunksInfo), 1);
}

#[test]
fn it_is_never_spoken_to_a_peer_that_was_not_told_of_it() {
    for except in ["\"a\"", "\"b\"", "\"c\""] {
        let scenario = line(except, "");
        let played = passing(&scenario);
        let alone = named(&scenario.roster, except.trim_matches('"'));
        let mut numbered = 0;
        for (_, event) in played.ran.recording.iter() {
            if let What::Sent { from, to, payload } = &event.what
                && Extension::decode(played.ran.recording.bytes(*payload)).is_some()
            {
                numbered += 1;
                assert_ne!(*from, alone);
                assert_ne!(scenario.roster.at(*to), Some(alone));
            }
        }
        // The link between the two others, if there is one: a QUERY and its ACK.
        assert_eq!(numbered, if except == "\"b\"" { 0 } else { 2 });
    }
}

#[test]
fn a_crash_forgets_numbers_and_begins_above_them() {
    let crash = "[[event]]\nat = \"1500us\"\ncrash = \"b\"\n[[event]]\nat = \"2s\"\nstart = \"b\"\n\
                 [client.expect]\n3 = [\"c\"]";
    // b goes while the QUERY is on its way to it, and a tries again in vain until 203 ms.
    let played = passing(&line("", crash));
    let verdict = played.judge();
    assert_eq!(verdict.census.sent(Type::Hello), 2);
    assert_eq!(verdict.census.resent, 3);
}

/// The line without a fault.
const SOUND: &str = "links = [[\"a\", \"b\"], [\"b\", \"c\"]]
[reliable]
timeout = \"50ms\"
retries = 3
[[peer]]
name = \"a\"
[[peer]]
name = \"b\"
[[peer]]
name = \"c\"
chunks = [3]
[[client]]
name = \"viewer\"
contact = \"a\"
chunks = [3]
";

/// The line whose first QUERY from b to c is lost.
const LOSSY: &str = "links = [[\"a\", \"b\"], [\"b\", \"c\"]]
[reliable]
timeout = \"50ms\"
[[peer]]
name = \"a\"
[[peer]]
name = \"b\"
[[peer]]
name = \"c\"
chunks = [3]
[[client]]
name = \"viewer\"
contact = \"a\"
chunks = [3]
[[fault]]
drop = \"QUERY\"
from = \"b\"
to = \"c\"
nth = 1
";

fn is_ack(transmit: &Transmit) -> bool {
    matches!(
        Extension::decode(&transmit.payload),
        Some(Extension::Ack { .. })
    )
}

fn is_numbered(transmit: &Transmit) -> bool {
    !is_ack(transmit) && Extension::decode(&transmit.payload).is_some()
}

fn without_acks(_: &Turn<'_>, mut sent: Vec<Transmit>) -> Vec<Transmit> {
    sent.retain(|transmit| !is_ack(transmit));
    sent
}

fn with_other_numbers(_: &Turn<'_>, mut sent: Vec<Transmit>) -> Vec<Transmit> {
    for ack in sent.iter_mut().filter(|transmit| is_ack(transmit)) {
        ack.payload = Extension::Ack { number: 77 }.encode();
    }
    sent
}

fn without_numbers(_: &Turn<'_>, mut sent: Vec<Transmit>) -> Vec<Transmit> {
    for query in sent.iter_mut().filter(|transmit| is_numbered(transmit)) {
        query.payload = query.payload.slice(10..);
    }
    sent
}

fn twice(_: &Turn<'_>, sent: Vec<Transmit>) -> Vec<Transmit> {
    let sent = sent.into_iter();
    let twice = sent.flat_map(|transmit| match is_numbered(&transmit) {
        true => vec![transmit.clone(), transmit],
        false => vec![transmit],
    });
    twice.collect()
}

/// Keeps what a deadline makes a peer send, which is a QUERY once more.
fn never_again(turn: &Turn<'_>, mut sent: Vec<Transmit>) -> Vec<Transmit> {
    sent.retain(|transmit| !is_numbered(transmit) || turn.handed.is_some());
    sent
}

/// Peers that break the rules of the extension.
pub(crate) fn cases() -> Vec<Case> {
    let found = &["acknowledge b"];
    vec![
        rogue(SOUND, "b", "acknowledges nothing", |_| without_acks, found),
        rogue(
            SOUND,
            "b",
            "acknowledges what did not come",
            |_| with_other_numbers,
            found,
        ),
        rogue(SOUND, "b", "does not number", |_| without_numbers, found),
        rogue(SOUND, "b", "sends again at once", |_| twice, found),
        rogue(LOSSY, "b", "does not send again", |_| never_again, found),
    ]
}

#[test]
fn who_breaks_the_rules_of_the_extension_is_found() {
    try_all(&cases());
}
