//! tshark with the dissector, each frame as a row of fields.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::datagram::{Said, hex};
use crate::expected::Frame;

/// What is asked of every frame beside the fields of messages.
const ASKED: [&str; 19] = [
    "frame.number",
    "frame.time_epoch",
    "frame.interface_name",
    "frame.interface_description",
    "frame.comment",
    "frame.len",
    "frame.cap_len",
    "ip.src",
    "ip.dst",
    "ip.len",
    "ip.checksum.status",
    "udp.srcport",
    "udp.dstport",
    "udp.length",
    "udp.checksum.status",
    "udp.payload",
    "_ws.col.Protocol",
    "_ws.col.Info",
    "_ws.expert.message",
];

/// The fields of messages.
const FIELDS: [&str; 11] = [
    "type",
    "client_ip",
    "client_port",
    "ttl",
    "count",
    "ids",
    "id",
    "size",
    "chunk",
    "number",
    "tail",
];

/// What a column holds at most, in bytes.
const MAX_COLUMN: usize = 4095;

/// A frame by the names of its fields; those that it has not are empty.
pub(crate) type Row = BTreeMap<String, String>;

/// Whether tshark is on this machine; where all tools must be, that it is not fails.
pub(crate) fn is_there() -> bool {
    let found = Command::new("tshark")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !found {
        let all = std::env::var_os("P2P_SIM_ALL_TOOLS");
        assert!(all.is_none(), "no tshark on this machine");
        // Not by `eprintln!`, which the test runner keeps to itself.
        writeln!(io::stderr(), "skipped: no tshark on this machine").unwrap();
    }
    found
}

/// `program` in `folder`, with nobody's own settings of Wireshark.
pub(crate) fn in_folder(folder: &Path, program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env("WIRESHARK_CONFIG_DIR", folder)
        .env("HOME", folder)
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC");
    command
}

/// What tshark prints of `capture`, with `dissector` and with `arguments`.
fn print(capture: &[u8], dissector: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (file, script) = (
        folder.path().join("it.pcapng"),
        folder.path().join("it.lua"),
    );
    fs::write(&file, capture).unwrap();
    fs::write(&script, dissector).unwrap();
    let printed = in_folder(folder.path(), "tshark")
        .arg("-X")
        .arg(format!("lua_script:{}", script.display()))
        .args([
            "-n",
            "-o",
            "ip.check_checksum:TRUE",
            "-o",
            "udp.check_checksum:TRUE",
        ])
        .args(arguments)
        .arg("-r")
        .arg(&file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&printed.stderr);
    assert!(printed.status.success(), "{said}");
    assert!(!said.contains("Lua"), "{said}");
    String::from_utf8(printed.stdout).unwrap()
}

/// What tshark says of the frames of `capture`, first to last.
pub(crate) fn rows(capture: &[u8], dissector: &str) -> Vec<Row> {
    let fields = FIELDS.iter().map(|field| format!("p2psim.{field}"));
    let asked = ASKED.iter().map(|asked| (*asked).to_owned());
    let asked: Vec<String> = asked.chain(fields).collect();
    let mut arguments = vec!["-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|"];
    for field in &asked {
        arguments.extend(["-e", field]);
    }
    let printed = print(capture, dissector, &arguments);
    let row = |line: &str| {
        let values: Vec<&str> = line.split('\t').collect();
        assert_eq!(values.len(), asked.len(), "{line}");
        asked
            .iter()
            .cloned()
            .zip(values.into_iter().map(str::to_owned))
            .collect()
    };
    printed.lines().map(row).collect()
}

/// What tshark must say of frame `number`.
pub(crate) fn row(number: usize, frame: &Frame, said: &Said) -> Row {
    let length = frame.payload.len();
    let (seconds, nanos) = (frame.nanos / 1_000_000_000, frame.nanos % 1_000_000_000);
    let nothing = Said::default();
    let (from, to) = (frame.from.port(), frame.to.port());
    // Wireshark asks no dissector about a datagram without bytes.
    let (protocol, said, mut line) = match length {
        0 => ("UDP", &nothing, format!("{from} → {to} Len=0")),
        _ => ("P2P-SIM", said, said.line.clone()),
    };
    line.truncate(MAX_COLUMN);
    let expected = [
        number.to_string(),
        format!("{seconds}.{nanos:09}"),
        frame.interface.clone(),
        frame.description.clone(),
        frame.comment.clone(),
        frame.original_len.to_string(),
        (length + 28).to_string(),
        frame.from.ip().to_string(),
        frame.to.ip().to_string(),
        (length + 28).to_string(),
        "1".to_owned(),
        from.to_string(),
        to.to_string(),
        (length + 8).to_string(),
        "1".to_owned(),
        hex(&frame.payload),
        protocol.to_owned(),
        line,
        // Wireshark counts comments among what experts say.
        [Some(&frame.comment), said.fault.as_ref()]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("|"),
    ];
    let asked = ASKED.iter().map(|asked| (*asked).to_owned());
    let mut row: Row = asked.zip(expected).collect();
    for field in FIELDS {
        let values = said.fields.get(field).cloned().unwrap_or_default();
        row.insert(format!("p2psim.{field}"), values.join("|"));
    }
    row
}
