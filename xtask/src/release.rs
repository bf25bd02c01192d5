//! `cargo xtask release --dry-run`: what a release would publish, built and tried as its users will find it.
//!
//! Wheel, npm package and crate are each installed into an empty folder outside the repository, with nothing of the
//! repository on their paths but a copy of the example data, and the code of their READMEs runs there.

use crate::session::Session;
use crate::{docs, test, tools};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The virtual environment of the programs that build packages.
const BUILDERS: &str = "venv-release";

/// Builds, installs and tries everything; the folder that it was tried in stays where something failed.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    if arguments != ["--dry-run"] {
        return Err("nothing is published from here yet: only `cargo xtask release --dry-run` is there".to_owned());
    }
    let mut release = Release { session: Session::new(), place: place()? };
    println!("trying the packages in {}", release.place.display());
    for (name, packaged) in [("Python", release.python()), ("Node", release.node()), ("Rust", release.rust())] {
        release.session.prepare_with(&format!("{name} as a whole"), || packaged.map(|()| String::new()));
    }
    let passed = release.session.finish();
    if passed {
        fs::remove_dir_all(&release.place).map_err(|error| error.to_string())?;
    }
    Ok(passed)
}

/// An empty folder outside the repository.
fn place() -> Result<PathBuf, String> {
    let place = std::env::temp_dir().join(format!("light-cdp-release-{}", std::process::id()));
    match place.starts_with(tools::root()) {
        true => Err(format!("{} is in the repository; set TMPDIR to a folder outside", place.display())),
        false => fs::create_dir_all(&place).map(|()| place).map_err(|error| error.to_string()),
    }
}

struct Release {
    session: Session,
    place: PathBuf,
}

impl Release {
    /// Says the command, and runs it as a step.
    fn does(&mut self, name: &str, command: &mut Command) -> Result<(), String> {
        println!("$ {}", crate::session::words_of(command));
        passed(name, self.session.check(name, command))
    }

    /// A folder of the place that holds the example data.
    fn folder(&self, name: &str) -> Result<PathBuf, String> {
        let folder = self.place.join(name);
        docs::copy_files(&tools::root().join("examples").join("data"), &folder.join("data"))?;
        Ok(folder)
    }

    /// Writes the program that the blocks of a document are.
    fn program(&self, folder: &Path, name: &str, document: &str, language: &str) -> Result<(), String> {
        let code = docs::code(&tools::root().join(document), language)?;
        let file = folder.join(name);
        file.parent().map_or(Ok(()), fs::create_dir_all).map_err(|error| error.to_string())?;
        fs::write(&file, &code).map_err(|error| error.to_string())
    }

    fn python(&mut self) -> Result<(), String> {
        let wheels = self.place.join("wheels");
        let list = tools::root().join("cdp-python").join("requirements-release.txt");
        let log = test::environment(BUILDERS, &list)?;
        let mut maturin = Command::new(tools::venv_python(BUILDERS));
        maturin.args(["-m", "maturin", "build", "--release", "--quiet", "--out"]).arg(&wheels);
        maturin.current_dir(tools::root().join("cdp-python")).env("CARGO_TARGET_DIR", tools::target_dir());
        self.does("wheel", &mut maturin).map_err(|error| error + &log)?;
        let folder = self.folder("python")?;
        let system = tools::system_python()?;
        let mut create = Command::new(&system[0]);
        create.args(&system[1..]).args(["-m", "venv", "venv"]).current_dir(&folder);
        self.does("empty Python environment", &mut create)?;
        let bin = if cfg!(windows) { "Scripts" } else { "bin" };
        let python = |words: &[&str]| {
            let mut command = Command::new(folder.join("venv").join(bin).join("python"));
            command.args(words).current_dir(&folder).env_remove("PYTHONPATH");
            command
        };
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        let wheel = only_file(&wheels)?;
        self.does("wheel installs", python(&install).arg(&wheel))?;
        self.does("wheel holds what it should", &mut python(&["-c", WHEEL]))?;
        // What the programs of the READMEs read frames with.
        let readers = format!("{}[pandas]", wheel.display());
        self.does("with pandas and polars", python(&install).args([readers.as_str(), "polars"]))?;
        for (name, document) in [("quickstart.py", "README.md"), ("package.py", "cdp-python/README.md")] {
            self.program(&folder, name, document, "python")?;
            self.does(&format!("Python of {document}"), &mut python(&[name]))?;
        }
        Ok(())
    }

    fn node(&mut self) -> Result<(), String> {
        tools::check_node()?;
        let folder = self.folder("node")?;
        let mut pack = tools::npm("pack --silent --pack-destination");
        pack.arg(&folder).current_dir(tools::root().join("cdp-node")).env("CARGO_TARGET_DIR", tools::target_dir());
        self.does("npm package", &mut pack)?;
        let package = only_file(&folder)?;
        let settings = "{ \"private\": true, \"type\": \"module\" }\n";
        fs::write(folder.join("package.json"), settings).map_err(|error| error.to_string())?;
        let mut install = tools::npm("install --no-audit --no-fund --loglevel=error");
        self.does("npm package installs", install.arg(&package).current_dir(&folder))?;
        let node = |words: &[&str]| {
            let mut command = Command::new("node");
            command.args(words).current_dir(&folder);
            command
        };
        self.does("npm package holds what it should", &mut node(&["--input-type=commonjs", "-e", NPM]))?;
        for (name, document) in [("quickstart.mjs", "README.md"), ("package.mjs", "cdp-node/README.md")] {
            self.program(&folder, name, document, "js")?;
            self.does(&format!("JavaScript of {document}"), &mut node(&[name]))?;
        }
        Ok(())
    }

    fn rust(&mut self) -> Result<(), String> {
        let target = self.place.join("package");
        // The program below builds what is in the package; there is no need to build it twice.
        let mut package = tools::cargo("package --quiet -p cdp-core --allow-dirty --no-verify --target-dir");
        self.does("crate", package.arg(&target))?;
        let folder = self.folder("rust")?;
        let archive = only_file(&target.join("package"))?;
        let mut unpack = Command::new("tar");
        self.does("crate unpacked", unpack.arg("-xzf").arg(&archive).arg("-C").arg(&self.place))?;
        let unpacked = self.place.join(archive.file_stem().unwrap_or_default());
        for name in ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs"] {
            passed(name, unpacked.join(name).is_file())?;
        }
        let manifest = format!("{MANIFEST}cdp-core = {{ path = {unpacked:?} }}\n");
        fs::write(folder.join("Cargo.toml"), manifest).map_err(|error| error.to_string())?;
        self.program(&folder, "src/main.rs", "README.md", "rust")?;
        let cargo = |words: &str| {
            let mut command = tools::cargo(words);
            command.current_dir(&folder).env("CARGO_TARGET_DIR", folder.join("target"));
            command
        };
        self.does("crate builds, with all it needs", &mut cargo("build --quiet"))?;
        self.does("Rust of README.md", &mut cargo("run --quiet"))
    }
}

fn passed(name: &str, passed: bool) -> Result<(), String> {
    if passed { Ok(()) } else { Err(format!("'{name}' failed; what comes after it was not tried")) }
}

const MANIFEST: &str = "\
[package]
name = \"quickstart\"
version = \"0.0.0\"
edition = \"2024\"

[workspace]

[dependencies]
";

/// The one file in a folder.
fn only_file(folder: &Path) -> Result<PathBuf, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file());
    files.next().ok_or_else(|| format!("{} holds no file", folder.display()))
}

/// Looks at the installed wheel: stubs, licences, no requirement but in extras, one extension for all versions of Python.
const WHEEL: &str = "\
import importlib.metadata as metadata, time
files = {str(file) for file in metadata.files('light-cdp')}
for name in ('py.typed', '_native.pyi', '__init__.py'):
    assert 'light_cdp/' + name in files, (name, files)
for name in ('LICENSE-APACHE', 'LICENSE-MIT'):
    assert any(file.endswith('licenses/' + name) for file in files), (name, files)
needed = [need for need in metadata.requires('light-cdp') or [] if 'extra ==' not in need]
assert needed == [], needed
started = time.perf_counter()
import light_cdp
print(light_cdp.__version__, 'imported in', round(1000 * (time.perf_counter() - started)), 'ms')
assert light_cdp.__version__ == metadata.version('light-cdp')
assert 'abi3' in light_cdp._native.__file__ or light_cdp._native.__file__.endswith('.pyd')
";

/// Looks at the installed package: types, licences, no dependency, both ways of loading it.
const NPM: &str = "\
const { existsSync } = require('node:fs')
const { join } = require('node:path')
const folder = join(process.cwd(), 'node_modules', 'light-cdp')
for (const name of ['index.d.ts', 'index.d.mts', 'index.mjs', 'light-cdp.node', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md'])
  if (!existsSync(join(folder, name))) throw new Error(`${name} is missing`)
const own = require(join(folder, 'package.json'))
if (own.dependencies) throw new Error(`it depends on ${Object.keys(own.dependencies)}`)
const started = performance.now()
const common = require('light-cdp')
console.log(own.version, 'loaded in', Math.round(performance.now() - started), 'ms')
import('light-cdp').then((module) => {
  const missing = Object.keys(common).filter((name) => module[name] !== common[name])
  if (missing.length) throw new Error(`the ES module lacks ${missing}`)
})
";
