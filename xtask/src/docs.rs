//! Runs the code blocks of the READMEs and docs/, so that what they say stays true.
//!
//! The blocks of one language in one file run as one program, in order, in a folder of their own that holds the
//! example data; each block keeps the line numbers of its file, so that a failure points into the document.
//! An HTML comment `<!-- not run: reason -->` on the line before a block leaves it out. Rust blocks are doctests, `text`
//! blocks and blocks without a language are output.

use crate::session::Session;
use crate::{links, test, tools};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The virtual environment of what builds the site.
const SITE: &str = "venv-site";

/// Printed after each block that ran to its end.
const MARK: &str = "::block done::";

/// One fenced block.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    language: String,
    /// The line of the opening fence, counted from 1.
    line: usize,
    code: Vec<String>,
}

/// `cargo xtask docs`.
pub(crate) fn run() -> Result<bool, String> {
    let mut session = Session::new();
    session.check_with("documentation blocks", check);
    session.check_with("links of the documentation", links::check);
    Ok(session.finish())
}

/// `cargo xtask site`: the documentation as a site in target/site.
pub(crate) fn site() -> Result<bool, String> {
    let mut session = Session::new();
    let list = tools::root().join("docs").join("requirements.txt");
    if session.prepare_with("programs that build the site", || test::environment(SITE, &list)) {
        let mut build = Command::new(tools::venv_python(SITE));
        build
            .args(["-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir"])
            .arg(tools::target_dir().join("site"));
        build.current_dir(tools::root()).env("NO_MKDOCS_2_WARNING", "1");
        session.check("site", &mut build);
    }
    Ok(session.finish())
}

/// Runs all blocks; the log closes with `N passed, N failed`.
pub(crate) fn check() -> Result<String, String> {
    let (mut log, mut passed, mut failed) = (String::new(), 0, 0);
    for file in documents()? {
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let blocks = blocks(&text);
        for language in ["toml", "sql", "json", "bash", "python", "js"] {
            let chosen: Vec<&Block> = blocks.iter().filter(|block| block.language == language).collect();
            if chosen.is_empty() {
                continue;
            }
            let (done, output) = run_blocks(&file, language, &chosen)?;
            passed += done;
            failed += chosen.len() - done;
            log += &format!("{}: {language}: {done} of {} blocks\n", name_of(&file), chosen.len());
            if done < chosen.len() {
                log += &format!("{}:{}: this block failed\n{output}\n", name_of(&file), chosen[done].line);
            }
        }
    }
    log += &format!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(log) } else { Err(log) }
}

/// The READMEs and everything under docs/, in order of name.
pub(crate) fn documents() -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut folders = vec![tools::root().join("docs")];
    while let Some(folder) = folders.pop().filter(|folder| folder.is_dir()) {
        for entry in fs::read_dir(&folder).map_err(|error| error.to_string())? {
            let path = entry.map_err(|error| error.to_string())?.path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found.extend(["README.md", "cdp-node/README.md", "cdp-python/README.md"].map(|name| tools::root().join(name)));
    found.retain(|path| path.extension().is_some_and(|ending| ending == "md") && path.is_file());
    found.sort();
    Ok(found)
}

/// How many of the blocks ran to their end, in order, and the output.
fn run_blocks(file: &Path, language: &str, blocks: &[&Block]) -> Result<(usize, String), String> {
    let folder = work_folder(file)?;
    let program = folder.join(format!("{}.{}", name_of(file).replace(['/', '\\'], "-"), ending(language)));
    match language {
        "python" => {
            write(&program, &padded(blocks, &format!("print({MARK:?}, flush=True)")))?;
            count(tools::python_with_library().arg(&program).current_dir(&folder))
        }
        "js" => {
            write(&program, &padded(blocks, &format!("console.log({MARK:?})")))?;
            link_package(&folder)?;
            count(Command::new("node").arg(&program).current_dir(&folder))
        }
        "bash" => {
            write(&program, &padded(blocks, &format!("echo {MARK}")))?;
            count(with_venv(Command::new("bash").args(["-euo", "pipefail"]).arg(&program).current_dir(tools::root())))
        }
        _ => {
            let texts: Vec<String> = blocks.iter().map(|block| block.code.join("\n") + "\n").collect();
            let checker = folder.join("check.py");
            write(&checker, CHECKER)?;
            for (index, text) in texts.iter().enumerate() {
                write(&folder.join(format!("{index}.{language}")), text)?;
            }
            let command = &mut tools::python_with_library();
            count(command.arg(&checker).arg(language).arg(texts.len().to_string()).arg(MARK).current_dir(&folder))
        }
    }
}

/// Reads each configuration, scenario (which is run), predicate (one a paragraph) or JSON text of a document.
const CHECKER: &str = "\
import json, sys
import light_cdp as cdp
language, count, mark = sys.argv[1], int(sys.argv[2]), sys.argv[3]
for index in range(count):
    path = f'{index}.{language}'
    if language == 'toml':
        is_scenario = '[[messages]]' in open(path, encoding='utf-8').read()
        cdp.Scenario.load(path).check() if is_scenario else cdp.Config.load(path)
    elif language == 'sql':
        for predicate in open(path, encoding='utf-8').read().strip().split('\\n\\n'):
            cdp._native.conformance('segment.parse', [predicate])
    else:
        json.load(open(path, encoding='utf-8'))
    print(mark, flush=True)
";

fn count(command: &mut Command) -> Result<(usize, String), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("cannot start {program}: {error}"))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let done = stdout.lines().filter(|line| *line == MARK).count();
    let shown: Vec<&str> = stdout.lines().filter(|line| *line != MARK).collect();
    Ok((done, shown.join("\n") + "\n" + &String::from_utf8_lossy(&output.stderr)))
}

/// All blocks on the lines they have in their document; the line of each closing fence prints the mark.
fn padded(blocks: &[&Block], mark: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for block in blocks {
        lines.resize(block.line, String::new());
        lines.extend(block.code.iter().cloned());
        lines.push(mark.to_owned());
    }
    lines.join("\n") + "\n"
}

/// The blocks that should run.
fn blocks(text: &str) -> Vec<Block> {
    let (mut found, mut open, mut skip) = (Vec::new(), None::<Block>, false);
    let mut skipped_open = false;
    for (index, line) in text.lines().enumerate() {
        let fence = line.strip_prefix("```");
        match (&mut open, fence) {
            (Some(_), Some(_)) => {
                found.extend(open.take().filter(|_| !skipped_open));
                skip = false;
            }
            (Some(block), None) => block.code.push(line.to_owned()),
            (None, Some(language)) => {
                skipped_open = skip;
                open = Some(Block { language: canonical(language), line: index + 1, code: Vec::new() });
            }
            (None, None) if line.trim().is_empty() => {}
            (None, None) => skip = line.starts_with("<!-- not run:"),
        }
    }
    found
}

fn canonical(language: &str) -> String {
    let word = language.split([' ', ',']).next().unwrap_or_default();
    match word {
        "sh" | "shell" | "console" => "bash",
        "py" => "python",
        "javascript" | "mjs" => "js",
        other => other,
    }
    .to_owned()
}

fn ending(language: &str) -> &str {
    match language {
        "python" => "py",
        "js" => "mjs",
        "bash" => "sh",
        other => other,
    }
}

/// `target/docs/<document>`, which stands for `examples`: the example data is in its `data`, as for doctests there.
fn work_folder(file: &Path) -> Result<PathBuf, String> {
    let folder = tools::target_dir().join("docs").join(name_of(file).replace(['/', '\\', '.'], "-"));
    // What an earlier run wrote would be there already for programs that make it.
    if folder.is_dir() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    copy_files(&tools::root().join("examples").join("data"), &folder.join("data"))?;
    Ok(folder)
}

/// Copies the files of a folder, which is made where there is none.
pub(crate) fn copy_files(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
    for entry in fs::read_dir(from).into_iter().flatten().flatten().filter(|entry| entry.path().is_file()) {
        fs::copy(entry.path(), to.join(entry.file_name())).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The blocks of one language in a document, as one program.
pub(crate) fn code(file: &Path, language: &str) -> Result<String, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let chosen: Vec<String> = blocks(&text)
        .into_iter()
        .filter(|block| block.language == language)
        .map(|block| block.code.join("\n"))
        .collect();
    match chosen.is_empty() {
        true => Err(format!("{} has no block of {language}", file.display())),
        false => Ok(chosen.join("\n") + "\n"),
    }
}

/// Lets `import ... from 'light-cdp'` find the package: a module that hands everything on.
fn link_package(folder: &Path) -> Result<(), String> {
    let package = folder.join("node_modules").join("light-cdp");
    fs::create_dir_all(&package).map_err(|error| error.to_string())?;
    let exports = r#"{"name": "light-cdp", "exports": {".": "./index.cjs", "./testing": "./testing.cjs"}}"#;
    write(&package.join("package.json"), &format!("{exports}\n"))?;
    ["index", "testing"].iter().try_for_each(|module| {
        let file = tools::root().join("cdp-node").join(format!("{module}.js"));
        let url = file.display().to_string().replace('\\', "/");
        write(&package.join(format!("{module}.cjs")), &format!("module.exports = require({url:?});\n"))
    })
}

/// Puts the project's Python first on the path of a shell.
fn with_venv(command: &mut Command) -> &mut Command {
    let mut paths: Vec<PathBuf> =
        tools::venv_python(tools::TESTS).parent().map(Path::to_path_buf).into_iter().collect();
    paths.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    command.env("PATH", std::env::join_paths(paths).unwrap_or_default());
    command.env("PYTHONPATH", tools::root().join("cdp-python").join("python"))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

pub(crate) fn name_of(file: &Path) -> String {
    file.strip_prefix(tools::root()).unwrap_or(file).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::{Block, blocks, padded};

    const TEXT: &str =
        "# Title\n```python\na = 1\n```\ntext\n<!-- not run: installs -->\n```bash\npip\n```\n```js\nlet a\n```";

    #[test]
    fn blocks_keep_their_lines_and_can_be_left_out() {
        let python = Block { language: "python".into(), line: 2, code: vec!["a = 1".into()] };
        let js = Block { language: "js".into(), line: 10, code: vec!["let a".into()] };
        assert_eq!(blocks(TEXT), [python, js]);
    }

    #[test]
    fn a_program_has_each_block_on_its_own_line() {
        let found = blocks(TEXT);
        let program = padded(&found.iter().collect::<Vec<_>>(), "mark");
        let lines: Vec<&str> = program.lines().collect();
        assert_eq!((lines[2], lines[3], lines[10], lines[11]), ("a = 1", "mark", "let a", "mark"));
    }
}
