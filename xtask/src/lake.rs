//! `cargo xtask lake`: the examples for dbt and Airflow, run by dbt and Airflow themselves, each in an environment of its own.

use crate::session::Session;
use crate::{test, tools};

/// Installs both under `target/` and runs what the everyday tests skip.
pub(crate) fn run() -> Result<bool, String> {
    let mut session = Session::new();
    if test::python_library(&mut session) {
        for (name, what) in [("dbt", "dbt"), ("airflow", "Airflow")] {
            let environment = format!("venv-{name}");
            let list = tools::root().join("examples").join("lake").join(name).join("requirements.txt");
            if session.prepare_with(&format!("{what} installed"), || test::environment(&environment, &list)) {
                let mut tests = tools::python_of(&environment);
                // What is missing is no reason to skip here.
                tests.env("CDP_LAKE", "1");
                tests.args(["-m", "pytest", "-q", "-rs", "-k", name, "cdp-python/tests/test_lake_for_real.py"]);
                session.check(&format!("the example in {what}"), &mut tests);
            }
        }
    }
    Ok(session.finish())
}
