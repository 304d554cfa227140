//! `portgen lsp` as an editor meets it that goes wrong: it answers each request, right or with an error, and goes on. What Neovim is told
//! is in tests/editors.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const PORTS_TOML: &str =
    "version = 1\n[platform]\nname = \"Shop\"\nid = \"shop\"\n[services]\nweb.port = 3000\napi.port = 4000\n";

/// An editor with a server.
struct Editor {
    server: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    id: i64,
    root: String,
}

impl Editor {
    fn start(shop: &Sandbox, capabilities: &Value) -> Self {
        let mut portgen = shop.command(env!("CARGO_BIN_EXE_portgen"));
        let mut server = portgen.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (to, from) = (server.stdin.take().unwrap(), BufReader::new(server.stdout.take().unwrap()));
        let root = format!("file://{}", dunce::canonicalize(shop.path()).unwrap().display());
        let mut editor = Self { server, to, from, id: 0, root };
        let params = json!({ "processId": null, "rootUri": editor.root, "capabilities": capabilities });
        assert_eq!(editor.ask("initialize", &params)["result"]["serverInfo"]["name"], "portgen");
        editor.tell("initialized", &json!({}));
        editor
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.to.flush().unwrap();
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn hear(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "the server has gone");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", number)) => length = number.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut text = vec![0; length];
        self.from.read_exact(&mut text).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.id += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.id, "method": method, "params": params }));
        loop {
            let answer = self.hear();
            if answer["id"] == self.id {
                return answer;
            }
        }
    }

    fn open(&mut self, file: &str, text: &str) {
        let uri = self.uri(file);
        let document = json!({ "uri": uri, "languageId": "plaintext", "version": 1, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// The findings that are told next, as `line [code]`, of any file.
    fn findings(&mut self) -> Vec<String> {
        let told = self.hear();
        assert_eq!(told["method"], "textDocument/publishDiagnostics");
        let all = told["params"]["diagnostics"].as_array().unwrap();
        all.iter().map(|one| format!("{} [{}]", one["range"]["start"]["line"], one["code"].as_str().unwrap())).collect()
    }

    fn at(&mut self, method: &str, file: &str, line: u32, character: u32) -> Value {
        let params = json!({ "textDocument": { "uri": self.uri(file) }, "position": { "line": line, "character": character }, "newName": "shop" });
        self.ask(method, &params)
    }

    fn uri(&self, file: &str) -> String {
        if file.contains(':') { file.to_owned() } else { format!("{}/{file}", self.root) }
    }

    fn end(mut self) {
        assert_eq!(self.ask("shutdown", &Value::Null)["result"], Value::Null);
        self.tell("exit", &Value::Null);
        assert!(self.server.wait().unwrap().success());
    }
}

fn shop() -> Sandbox {
    let shop = Sandbox::new();
    shop.put("ports.toml", PORTS_TOML);
    shop.put(".env", "API_URL=http://localhost:4000\n");
    shop
}

#[test]
fn what_cannot_be_answered_is_an_error_or_nothing() {
    let shop = shop();
    let mut editor = Editor::start(&shop, &json!({}));
    editor.open("ports.toml", PORTS_TOML);
    assert_eq!(editor.findings(), Vec::<String>::new());
    for method in ["textDocument/unknown", "workspace/symbol", "textDocument/completion"] {
        assert_eq!(editor.ask(method, &json!({}))["error"]["code"], -32601, "{method}");
    }
    assert_eq!(editor.ask("textDocument/hover", &json!({ "position": 1 }))["error"]["code"], -32602);
    for file in ["untitled:Untitled-1", "http://localhost/ports.toml", "no/such/file", "file:///", "../ports.toml"] {
        for method in ["hover", "definition", "prepareRename", "rename"] {
            let answer = editor.at(&format!("textDocument/{method}"), file, 0, 0);
            assert_eq!(answer["result"], Value::Null, "{method} {file}");
        }
    }
    for (line, character) in [(0, 0), (5, 99), (99, 0), (u32::MAX, u32::MAX)] {
        let answer = editor.at("textDocument/hover", "ports.toml", line, character);
        assert!(answer["error"].is_null(), "{line}:{character} {answer}");
    }
    editor.end();
}

#[test]
fn what_is_not_saved_counts() {
    let shop = shop();
    let mut editor = Editor::start(&shop, &json!({ "general": { "positionEncodings": ["utf-8", "utf-16"] } }));
    editor.open("ports.toml", &PORTS_TOML.replace("4000", "4010"));
    assert_eq!(editor.findings(), Vec::<String>::new());
    editor.open(".env", "API_URL=http://localhost:4000\nWEB_URL=http://localhost:3000\n");
    let (first, second) = (editor.findings(), editor.findings());
    assert_eq!([first, second].concat(), ["0 [contradicting-port]"]);
    let hover = editor.at("textDocument/hover", ".env", 1, 26);
    assert!(hover["result"]["contents"]["value"].as_str().unwrap().starts_with("**`web`**"), "{hover}");
    let place = editor.at("textDocument/definition", ".env", 0, 26);
    assert_eq!(place["result"]["range"]["start"], json!({ "line": 6, "character": 11 }), "{place}");
    let edits = editor.at("textDocument/rename", ".env", 1, 26);
    let edits = &edits["result"]["changes"][editor.uri("ports.toml")];
    assert_eq!(edits[0]["newText"], "shop.port = 3000\n");
    assert_eq!(edits.as_array().unwrap().len(), 1);
    editor.tell("textDocument/didClose", &json!({ "textDocument": { "uri": editor.uri("ports.toml") } }));
    assert_eq!(editor.findings(), Vec::<String>::new());
    // What is on the disk counts again.
    assert_eq!(editor.findings(), Vec::<String>::new());
    assert_eq!(shop.text("ports.toml"), PORTS_TOML);
    editor.end();
}

#[test]
fn a_mistake_in_ports_toml_leaves_what_was_said_of_other_files() {
    let shop = shop();
    let mut editor = Editor::start(&shop, &json!({}));
    editor.open(".env", "API_URL=http://localhost:4001\n");
    assert_eq!(editor.findings(), ["0 [contradicting-port]"]);
    editor.open("ports.toml", &PORTS_TOML.replace("4000", ""));
    assert_eq!(editor.findings(), ["6 [syntax]"]);
    assert_eq!(editor.at("textDocument/hover", ".env", 0, 26)["result"], Value::Null);
    editor.end();
}

#[test]
fn what_an_editor_says_wrongly_is_left_out_and_never_repeated() {
    let shop = shop();
    let mut editor = Editor::start(&shop, &json!({}));
    for params in [json!(null), json!(5), json!({}), json!({ "textDocument": { "uri": "file:///a b#%zz.env" } })] {
        for method in ["didOpen", "didChange", "didClose", "didSave"] {
            editor.tell(&format!("textDocument/{method}"), &params);
        }
    }
    editor.open(".env", "API_URL=http://localhost:4001\n");
    while editor.findings() != ["0 [contradicting-port]"] {}
    editor.end();

    let mut portgen = shop.command(env!("CARGO_BIN_EXE_portgen"));
    let mut server = portgen.arg("lsp").stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let text = r#"{"method": "initialized", "text": "DB_PASSWORD=swordfish \ud83d"}"#;
    write!(server.stdin.take().unwrap(), "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
    let said = server.wait_with_output().unwrap();
    assert_eq!(said.status.code(), Some(2));
    assert!(!String::from_utf8_lossy(&said.stderr).contains("swordfish"), "{said:?}");
}

#[test]
fn a_rename_is_proven_and_says_why_it_is_refused() {
    let shop = shop();
    let mut editor = Editor::start(&shop, &json!({}));
    editor.open("ports.toml", PORTS_TOML);
    assert_eq!(editor.findings(), Vec::<String>::new());
    for name in ["Zed", "1", &"x".repeat(100), "-a", "a b", ""] {
        let params = json!({ "textDocument": { "uri": editor.uri("ports.toml") }, "position": { "line": 5, "character": 1 }, "newName": name });
        let answer = editor.ask("textDocument/rename", &params);
        assert_eq!(answer["error"]["code"], -32803, "{name}: {answer}");
    }
    editor.open("ports.toml", &format!("{PORTS_TOML}a ="));
    assert_eq!(editor.findings(), ["7 [syntax]"]);
    let answer = editor.at("textDocument/rename", "ports.toml", 5, 1);
    assert_eq!(answer["error"]["message"], "ports.toml has a mistake: a key has no value");
    editor.end();
}

#[test]
fn a_byte_order_mark_counts_for_nothing() {
    let shop = shop();
    let text = format!("\u{feff}{}", PORTS_TOML.replace("4000", "3000"));
    shop.put("ports.toml", &text);
    let mut editor = Editor::start(&shop, &json!({}));
    editor.open("ports.toml", &text);
    let told = editor.hear();
    let range = &told["params"]["diagnostics"][0]["range"];
    assert_eq!(
        *range,
        json!({ "start": { "line": 6, "character": 11 }, "end": { "line": 6, "character": 15 } }),
        "{told}"
    );
    editor.end();
}

#[test]
fn who_changes_ports_toml_elsewhere_is_heard() {
    let shop = shop();
    let able = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut editor = Editor::start(&shop, &able);
    let asked = editor.hear();
    assert_eq!(asked["params"]["registrations"][0]["registerOptions"]["watchers"][0]["globPattern"], "**/ports.toml");
    editor.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": null }));
    editor.open(".env", "API_URL=http://localhost:4001\n");
    assert_eq!(editor.findings(), ["0 [contradicting-port]"]);
    shop.put("ports.toml", PORTS_TOML.replace("4000", "4001"));
    editor.tell("workspace/didChangeWatchedFiles", &json!({ "changes": [] }));
    assert_eq!(editor.findings(), Vec::<String>::new());
    std::fs::remove_file(shop.file("ports.toml")).unwrap();
    editor.tell("workspace/didChangeWatchedFiles", &json!({ "changes": [] }));
    assert_eq!(editor.findings(), Vec::<String>::new());
    editor.end();
}

#[test]
fn a_server_ends_with_its_editor() {
    let shop = shop();
    let Editor { mut server, to, .. } = Editor::start(&shop, &json!({}));
    drop(to);
    assert!(server.wait().unwrap().success());
}
