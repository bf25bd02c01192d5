//! Configuration as text: what is read, what is refused and with which words, and that it is written back the same.

#![allow(clippy::disallowed_methods)] // a test writes files

use cdp_core::record::{Column, Table};
use cdp_core::schema::{Effort, FieldConfig, IdentifierRule, Kind, SourceConfig, SurvivorshipRule};
use cdp_core::{Code, Config};

const FULL: &str = r#"
[sources.crm]
id = "customer_id"
observed_at = "updated_at"
trust = 2
duplicate_free = true
region = "FR"
[sources.crm.fields]
prenom = "given_name"
naissance = { kind = "birth_date", order = "dmy" }
telephone = { kind = "phone", region = "BE", name = "phone_home" }
[identifiers.customer_id]
priority = 1
unique = true
[identifiers.email]
max_profiles = 3
max_per_profile = 5
links = false
blocked = ["info@exemple.fr"]
[matching]
fuzzy = false
threshold = 0.9
effort = "low"
pairs_per_record = 20.0
seed = 7
[survivorship]
given_name = ["most_trusted", "most_recent", "earliest", "most_frequent", "longest", "most_complete"]
[placeholders]
email = ["nobody@exemple.fr"]
[segments]
french = "country = 'FR'"
"#;

fn full() -> Config {
    Config::from_toml(FULL).expect("a valid configuration")
}

#[test]
fn every_key_is_read() {
    let config = full();
    let crm = &config.sources["crm"];
    assert_eq!((crm.id.as_deref(), crm.trust, crm.duplicate_free), (Some("customer_id"), Some(2), Some(true)));
    assert_eq!(crm.fields["prenom"], FieldConfig::new(Kind::GivenName));
    let phone =
        FieldConfig { name: Some("phone_home".into()), region: Some("BE".into()), ..FieldConfig::new(Kind::Phone) };
    assert_eq!(crm.fields["telephone"], phone);
    let customer_id = IdentifierRule { priority: Some(1), unique: true, ..IdentifierRule::default() };
    assert_eq!(config.identifiers[&Kind::CustomerId], customer_id);
    assert_eq!(config.identifiers[&Kind::Email].blocked, ["info@exemple.fr"]);
    assert_eq!((config.matching.threshold, config.matching.seed), (Some(0.9), Some(7)));
    assert_eq!(config.matching.effort, Some(Effort::Low));
    assert_eq!(config.survivorship["given_name"][0], SurvivorshipRule::MostTrusted);
    assert_eq!(config.survivorship["given_name"].len(), 6);
    assert_eq!(config.segments["french"], "country = 'FR'");
}

#[test]
fn what_is_written_reads_back_the_same() {
    let config = full();
    assert_eq!(Config::from_toml(&config.to_toml().unwrap()).unwrap(), config);
    assert_eq!(Config::from_json(&config.to_json()).unwrap(), config);
    assert_eq!(Config::from_toml("").unwrap(), Config::default());
    assert_eq!(Config::from_json("{}").unwrap(), Config::default());
    assert_eq!(Config::from_json(&Config::default().to_json()).unwrap(), Config::default());
}

#[test]
fn null_means_left_out() {
    let config = Config::from_json(r#"{"matching": {"threshold": null, "seed": 3}}"#).unwrap();
    assert_eq!((config.matching.threshold, config.matching.seed), (None, Some(3)));
}

/// Code, line and column, and whole text of each error.
#[track_caller]
fn refused(result: cdp_core::Result<Config>, code: Code, text: &str) {
    let error = result.expect_err("this must be refused");
    assert_eq!((error.code(), error.to_string().as_str()), (code, text));
}

#[test]
fn an_unknown_key_names_its_path_place_and_the_nearest_key() {
    let toml = "[sources.crm]\nid = 'id'\n[sources.crm.feilds]\nnom = 'family_name'\n";
    let message = "line 3, column 14, field 'sources.crm.feilds': there is no such key (did you mean 'fields'?)";
    refused(Config::from_toml(toml), Code::UnknownKey, message);

    let json = "{\n  \"matching\": {\n    \"treshold\": 0.5\n  }\n}";
    let message = "line 3, column 5, field 'matching.treshold': there is no such key (did you mean 'threshold'?)";
    refused(Config::from_json(json), Code::UnknownKey, message);

    let message = "line 1, column 1, field 'colour': there is no such key \
                   (the keys are: sources, identifiers, matching, survivorship, placeholders, segments, events, lists, \
                   devices, consent, retention)";
    refused(Config::from_toml("colour = 'red'"), Code::UnknownKey, message);
}

#[test]
fn an_unknown_kind_names_source_field_and_the_nearest_kind() {
    let toml = "[sources.crm.fields]\nprenom = \"given_nam\"\n";
    let message =
        "source 'crm', line 2, column 10, field 'prenom': there is no kind 'given_nam' (did you mean 'given_name'?)";
    refused(Config::from_toml(toml), Code::UnknownKind, message);

    let toml = "[sources.crm.fields]\ntel = { kind = 'fone' }\n";
    let message = "source 'crm', line 2, column 16, field 'tel': there is no kind 'fone' (did you mean 'phone'?)";
    refused(Config::from_toml(toml), Code::UnknownKind, message);

    let message = "line 1, column 18, field 'identifiers.emial': there is no kind 'emial' (did you mean 'email'?)";
    refused(Config::from_json(r#"{"identifiers": {"emial": {}}}"#), Code::UnknownKind, message);
}

#[test]
fn a_wrong_type_names_what_is_expected() {
    let message = "line 2, column 13, field 'matching.threshold': a text where a number is expected";
    refused(Config::from_toml("[matching]\nthreshold = 'high'"), Code::InvalidConfig, message);
    let message = "line 2, column 7, field 'sources.crm.fields.tel': a whole number where a kind such as \"email\", or a table with \
                   the key `kind` is expected";
    refused(Config::from_toml("[sources.crm.fields]\ntel = 3"), Code::InvalidConfig, message);
    let message = "line 1, column 23, field 'survivorship.email': 'newest' is not one of the words allowed here \
                   (the words are: most_trusted, most_recent, earliest, most_frequent, longest, most_complete)";
    refused(Config::from_toml("survivorship.email = ['newest']"), Code::InvalidConfig, message);
    refused(Config::from_json("[]"), Code::InvalidConfig, "the configuration is a list, not a table");
    let message = "line 2, column 7, field 'sources.crm.fields.tel': the key 'kind' is missing";
    refused(Config::from_toml("[sources.crm.fields]\ntel = { region = 'FR' }"), Code::InvalidConfig, message);
}

#[test]
fn broken_syntax_names_its_place() {
    let error = Config::from_toml("[sources.crm\nid = 1").unwrap_err();
    assert_eq!((error.code(), error.text_position().map(|(line, _)| line)), (Code::InvalidConfig, Some(1)));
    let error = Config::from_json("{\"matching\": {\"seed\": 1,}}").unwrap_err();
    assert_eq!((error.code(), error.text_position()), (Code::InvalidConfig, Some((1, 25))));
    let message = "line 1, column 19, field 'matching': the key is given twice";
    refused(Config::from_json("{\"matching\": {},  \"matching\": {}}"), Code::InvalidConfig, message);
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(Config::from_json(&deep).unwrap_err().code(), Code::InvalidConfig);
    assert_eq!(Config::from_toml(&format!("a = {deep}")).unwrap_err().code(), Code::InvalidConfig);
}

fn crm() -> Table {
    let columns = vec![
        Column::new("customer_id", [Some("17"), Some("42"), Some("99")]),
        Column::new("prenom", [Some("Chloé"), Some("Hugo"), Some("Manon")]),
        Column::new("naissance", [Some("31/12/1980"), Some("01/02/1990"), None]),
        Column::new("updated_at", [Some("2024-01-02"), Some("2024-02-03"), Some("2024-02-04")]),
    ];
    Table::new("crm", columns).expect("a table")
}

fn checked(toml: &str) -> cdp_core::Result<Config> {
    let config = Config::from_toml(toml)?;
    config.check(&[crm()]).map(|()| config)
}

#[test]
fn what_fits_the_tables_passes() {
    checked("").unwrap();
    checked("[sources.crm]\nid = 'customer_id'\n[sources.crm.fields]\nprenom = 'given_name'\n[survivorship]\ngiven_name = ['longest']")
        .unwrap();
    // The id column is of this kind by its name.
    checked("[sources.crm]\nid = 'customer_id'\n[identifiers.customer_id]\nunique = true").unwrap();
}

#[test]
fn what_does_not_fit_is_refused() {
    let message = "source 'crm', field 'prenon': there is no such column \
                   (did you mean 'prenom'? the columns are: customer_id, prenom, naissance, updated_at)";
    refused(checked("[sources.crm.fields]\nprenon = 'given_name'"), Code::UnknownColumn, message);
    let message = "source 'crn': no such source was given (did you mean 'crm'? the sources are: crm)";
    refused(checked("[sources.crn]\ntrust = 1"), Code::UnknownSource, message);
    let message = "field 'matching.threshold': a number between 0 and 1 is expected";
    refused(checked("[matching]\nthreshold = 1.5"), Code::InvalidConfig, message);
    refused(checked("[matching]\nthreshold = nan"), Code::InvalidConfig, message);
    let message = "field 'matching': threshold, precision and recall exclude each other";
    refused(checked("[matching]\nthreshold = 0.5\nprecision = 0.9"), Code::InvalidConfig, message);
    let message =
        "source 'crm', field 'prenom': there is no name order 'last' (the orders are: given_first, family_first)";
    refused(
        checked("[sources.crm.fields]\nprenom = { kind = 'full_name', order = 'last' }"),
        Code::InvalidConfig,
        message,
    );
    let message = "source 'crm', field 'naissance': there is no date order 'mmdd' (the orders are: dmy, mdy, ymd)";
    refused(
        checked("[sources.crm.fields]\nnaissance = { kind = 'birth_date', order = 'mmdd' }"),
        Code::InvalidConfig,
        message,
    );
    let message = "source 'crm', field 'region': there is no region 'France' \
                   (two capital letters of ISO 3166 are expected, such as FR or GB)";
    refused(checked("[sources.crm]\nregion = 'France'"), Code::InvalidConfig, message);
    let message = "field 'survivorship.given_nam': no column feeds this golden field \
                   (did you mean 'given_name'? the fields are: given_name)";
    refused(
        checked("[sources.crm.fields]\nprenom = 'given_name'\n[survivorship]\ngiven_nam = ['longest']"),
        Code::InvalidConfig,
        message,
    );
    let message = "field 'identifiers.loyalty_id': no column is of the kind 'loyalty_id' \
                   (give a column this kind, or remove identifiers.loyalty_id)";
    refused(checked("[identifiers.loyalty_id]\nunique = true"), Code::InvalidConfig, message);
    let message = "source 'crm', field 'prenom': two kinds feed the golden field 'x': it is given_name, but column 'naissance' of \
                   source 'crm' is birth_date (give one of them another `name`)";
    refused(
        checked(
            "[sources.crm.fields]\nprenom = {kind='given_name', name='x'}\nnaissance = {kind='birth_date', name='x'}",
        ),
        Code::InvalidConfig,
        message,
    );
    let message = "field 'identifiers.email': a limit of 0 would allow no value at all";
    refused(checked("[identifiers.email]\nmax_profiles = 0"), Code::InvalidConfig, message);
}

#[test]
fn what_is_left_out_is_inferred() {
    let complete = Config::default().complete(&[crm()]);
    let crm_config = &complete.sources["crm"];
    assert_eq!(crm_config.id.as_deref(), Some("customer_id"));
    assert_eq!(crm_config.observed_at.as_deref(), Some("updated_at"));
    assert_eq!(crm_config.fields["naissance"].order.as_deref(), Some("dmy"));
    assert_eq!(complete, complete.complete(&[crm()]), "complete is idempotent");
}

#[test]
fn listed_fields_are_the_only_ones() {
    let given = Config::from_toml("[sources.crm]\ntrust = 4\n[sources.crm.fields]\nnaissance = 'birth_date'").unwrap();
    let crm_config = &given.complete(&[crm()]).sources["crm"];
    assert_eq!(crm_config.trust, Some(4));
    assert_eq!(crm_config.id.as_deref(), Some("customer_id"));
    let order = FieldConfig { order: Some("dmy".into()), ..FieldConfig::new(Kind::BirthDate) };
    assert_eq!(crm_config.fields.iter().collect::<Vec<_>>(), [(&"naissance".to_owned(), &order)]);
}

#[test]
fn an_id_with_identifier_rules_becomes_a_field() {
    let given =
        Config::from_toml("[sources.crm]\nid = 'customer_id'\n[identifiers.customer_id]\nunique = true").unwrap();
    let complete = given.complete(&[crm()]);
    assert_eq!(complete.sources["crm"].fields["customer_id"].kind, Kind::CustomerId);
    assert!(!Config::default().complete(&[crm()]).sources["crm"].fields.contains_key("customer_id"));
}

#[test]
fn a_file_is_read_and_written_by_its_extension() {
    let folder = std::env::temp_dir().join(format!("cdp-configuration-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let config = full();
    for name in ["cdp.toml", "cdp.json"] {
        let path = folder.join(name);
        config.save(&path).unwrap();
        assert_eq!(Config::load(&path).unwrap(), config);
    }
    let error = Config::load(folder.join("cdp.yaml")).unwrap_err();
    assert_eq!(error.code(), Code::InvalidConfig);
    assert_eq!(Config::load(folder.join("absent.toml")).unwrap_err().code(), Code::Io);
    std::fs::write(folder.join("bad.toml"), "colour = 1").unwrap();
    let error = Config::load(folder.join("bad.toml")).unwrap_err();
    assert!(error.to_string().contains("bad.toml', line 1, column 1"), "{error}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_source_with_fields_left_empty_keeps_what_is_said() {
    let given = Config {
        sources: [("crm".to_owned(), SourceConfig { region: Some("BE".into()), ..SourceConfig::default() })].into(),
        ..Config::default()
    };
    let complete = given.complete(&[crm()]);
    assert_eq!(complete.sources["crm"].region.as_deref(), Some("BE"));
    assert_eq!(complete.sources["crm"].fields["prenom"].kind, Kind::GivenName);
}

#[test]
fn the_examples_of_the_documentation_are_valid() {
    let text = include_str!("../../docs/configuration.md");
    let blocks: Vec<&str> = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 3);
    for block in blocks {
        Config::from_toml(block).unwrap_or_else(|error| panic!("{error}\n{block}"));
    }
    for kind in Kind::WORDS {
        assert!(text.contains(&format!("`{kind}`")), "the documentation does not list {kind}");
    }
}
