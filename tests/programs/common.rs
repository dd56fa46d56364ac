//! Processes that end with their test, addresses that no other test has, and sockets that speak
//! bytes.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// The longest that anything may take: long, as the machine may be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Host number `host` of test number `test`, in a block that other runs of this suite at the same
/// time hardly have.
pub(crate) fn ip(test: u8, host: u8) -> Ipv4Addr {
    let block = u8::try_from(40 + std::process::id() % 20).unwrap();
    Ipv4Addr::new(127, block, test, host)
}

/// Port 5001 of that host.
pub(crate) fn address(test: u8, host: u8) -> SocketAddrV4 {
    SocketAddrV4::new(ip(test, host), 5001)
}

/// A program that runs, and is killed when its test ends.
pub(crate) struct Process {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
}

/// How a program ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            stdout: lines(child.stdout.take().unwrap()),
            stderr: lines(child.stderr.take().unwrap()),
            child,
        }
    }

    /// The next line that it says on standard error.
    pub(crate) fn stderr_line(&self) -> String {
        self.stderr.recv_timeout(PATIENCE).unwrap()
    }

    /// The next line that it says on standard output.
    pub(crate) fn stdout_line(&self) -> String {
        self.stdout.recv_timeout(PATIENCE).unwrap()
    }

    /// Sends it a signal by its name: `TERM`, `INT`, `KILL`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &id])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Waits for its end; what was read of its output before is not told again.
    pub(crate) fn end(mut self) -> Ended {
        let stdout = rest(&self.stdout);
        let stderr = rest(&self.stderr);
        // Both outputs are closed, so this does not wait.
        let code = self.child.wait().unwrap().code();
        Ended {
            code,
            stdout,
            stderr,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Reads lines in a thread of its own, which ends when the output is closed.
fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// All lines to the end of the output.
fn rest(lines: &Receiver<String>) -> String {
    let mut text = String::new();
    loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => writeln!(text, "{line}").unwrap(),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return text,
            Err(error) => panic!("it does not end ({error}); so far it said:\n{text}"),
        }
    }
}

/// Our program `peer`, with the first line that it says.
pub(crate) struct Peer {
    pub(crate) process: Process,
    pub(crate) first_line: String,
}

/// Starts `peer ADDRESS DIR/key-values ARGUMENTS` and waits until it is there.
pub(crate) fn peer(address: SocketAddrV4, dir: &Path, arguments: &[String]) -> Peer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_peer"));
    command.arg(address.to_string()).arg(dir.join("key-values"));
    let process = Process::start(command.args(arguments));
    let first_line = process.stderr_line();
    assert!(first_line.starts_with("peer "), "{first_line}");
    Peer {
        process,
        first_line,
    }
}

impl Peer {
    /// Where it is, as it says.
    pub(crate) fn address(&self) -> SocketAddrV4 {
        self.first_line.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

/// Our program `client`.
pub(crate) fn client(arguments: &[String]) -> Process {
    Process::start(Command::new(env!("CARGO_BIN_EXE_client")).args(arguments))
}

/// Arguments of different kinds as text.
#[macro_export]
macro_rules! args {
    ($($argument:expr),* $(,)?) => { &[$($argument.to_string()),*][..] };
}

/// Makes `dir` with a key-values file and the chunks that it names.
pub(crate) fn store(dir: &Path, ids: &[u16]) {
    std::fs::create_dir_all(dir).unwrap();
    let mut list = String::new();
    for id in ids {
        writeln!(list, "{id}: BigBuckBunny_{id}.m4s").unwrap();
        std::fs::write(dir.join(format!("BigBuckBunny_{id}.m4s")), chunk(*id)).unwrap();
    }
    std::fs::write(dir.join("key-values"), list).unwrap();
}

/// The bytes that all have for chunk `id`: as many as the id and 200 more.
pub(crate) fn chunk(id: u16) -> Vec<u8> {
    (0..id + 200).map(|i| (i ^ id).to_be_bytes()[1]).collect()
}

/// Somebody who speaks bytes.
pub(crate) struct Stranger {
    socket: UdpSocket,
    pub(crate) address: SocketAddrV4,
}

impl Stranger {
    pub(crate) fn at(ip: Ipv4Addr) -> Self {
        let socket = UdpSocket::bind((ip, 0)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let port = socket.local_addr().unwrap().port();
        Self {
            socket,
            address: SocketAddrV4::new(ip, port),
        }
    }

    pub(crate) fn send(&self, to: SocketAddrV4, bytes: &[u8]) {
        assert_eq!(self.socket.send_to(bytes, to).unwrap(), bytes.len());
    }

    /// The next datagram, which must come from `from`.
    pub(crate) fn hear(&self, from: SocketAddrV4) -> Vec<u8> {
        let (bytes, sender) = self.hear_anybody();
        assert_eq!(sender, from);
        bytes
    }

    /// The next datagram with its sender.
    pub(crate) fn hear_anybody(&self) -> (Vec<u8>, SocketAddrV4) {
        let mut buffer = vec![0; 65_536];
        let (length, sender) = self.socket.recv_from(&mut buffer).unwrap();
        buffer.truncate(length);
        (buffer, sender.to_string().parse().unwrap())
    }
}

/// A list of 16-bit numbers in network byte order: every message but for an address or a chunk.
pub(crate) fn be(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

/// The bytes of a QUERY for the client at `client`.
pub(crate) fn query(client: SocketAddrV4, ttl: u16, ids: &[u16]) -> Vec<u8> {
    let count = u16::try_from(ids.len()).unwrap();
    let mut bytes = vec![0, 2];
    bytes.extend(client.ip().octets());
    bytes.extend(be(&[client.port(), ttl, count]));
    bytes.extend(be(ids));
    bytes
}
