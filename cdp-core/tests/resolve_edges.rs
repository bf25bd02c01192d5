//! Inputs at the edge: what resolve does with next to nothing, and how it refuses what it cannot use.

use cdp_core::model::Model;
use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Options, Resolution, resolve};
use cdp_core::schema::Config;

fn table(source: &str, columns: &[(&str, &[&str])]) -> Table {
    let columns = columns.iter().map(|(name, values)| {
        Column::new(name, values.iter().map(|value| Some(*value).filter(|value| !value.is_empty())))
    });
    Table::new(source, columns.collect()).expect("a table")
}

fn column(name: &str, values: &[String]) -> Column {
    Column::new(name, values.iter().map(|value| Some(value.as_str())))
}

fn resolved(tables: &[Table]) -> Resolution {
    resolve(tables, None, &Options::default()).expect("a result")
}

fn refusal(tables: &[Table], config: &str) -> String {
    let config = Config::from_toml(config).expect("a configuration");
    resolve(tables, Some(&config), &Options::default()).expect_err("an error").to_string()
}

#[test]
fn one_record_is_one_profile() {
    let result = resolved(&[table("crm", &[("email", &["ann@example.org"])])]);
    assert_eq!((result.profiles().len(), result.links().len()), (1, 0));
}

#[test]
fn records_of_missing_values_are_profiles_of_their_own() {
    let result = resolved(&[table("crm", &[("first_name", &["", "", ""]), ("email", &["", "", ""])])]);
    assert_eq!(result.profiles().len(), 3);
}

#[test]
fn junk_links_nobody() {
    let emails = ["test@test.com"; 6];
    let names = ["Anna", "Bruno", "Carla", "David", "Elena", "Farid"];
    let result = resolved(&[table("crm", &[("first_name", &names), ("email", &emails)])]);
    assert_eq!(result.profiles().len(), 6);
}

#[test]
fn a_table_without_rows_beside_others_is_no_error() {
    let full = table("crm", &[("email", &["ann@example.org", "bob@example.org"])]);
    let empty = table("pos", &[("email", &[])]);
    assert_eq!(resolved(&[full, empty]).profiles().len(), 2);
}

#[test]
fn no_records_at_all_are_refused() {
    let error = resolve(&[table("crm", &[("email", &[])])], None, &Options::default()).expect_err("an error");
    assert_eq!(error.to_string(), "there are no records (give at least one source with rows)");
}

#[test]
fn records_of_one_id_are_refused_with_both_rows() {
    let table = table("crm", &[("id", &["7", "8", "7"]), ("email", &["a@b.fr", "c@d.fr", "e@f.fr"])]);
    let config = "[sources.crm]\nid = \"id\"\n[sources.crm.fields]\nemail = \"email\"\n";
    let text = "source 'crm', field 'id': rows 0 and 2 both have the id '•••' \
                (remove one of them, or leave `id` out to use row numbers)";
    assert_eq!(refusal(&[table], config), text);
}

#[test]
fn a_record_without_its_id_is_refused_with_its_row() {
    let table = table("crm", &[("id", &["7", ""]), ("email", &["a@b.fr", "c@d.fr"])]);
    let config = "[sources.crm]\nid = \"id\"\n[sources.crm.fields]\nemail = \"email\"\n";
    let text = "source 'crm', row 1, field 'id': the record has no id \
                (fill it in, leave the row out, or configure another id column)";
    assert_eq!(refusal(&[table], config), text);
}

#[test]
fn a_cancelled_call_keeps_nothing() {
    let options = Options::default();
    options.control.cancel();
    let table = table("crm", &[("email", &["ann@example.org", "bob@example.org"])]);
    assert_eq!(resolve(&[table], None, &options).expect_err("an error").code().as_str(), "cancelled");
}

#[test]
fn a_source_that_never_holds_a_person_twice_is_linked_one_to_one() {
    let names = ["Camille Moreau", "Camille Moreau"];
    let birth = ["1980-02-03", "1980-02-03"];
    let a = table("a", &[("id", &["1", "2"]), ("full_name", &names), ("birth_date", &birth)]);
    let config = "[sources.a]\nid = \"id\"\nduplicate_free = true\n[sources.a.fields]\nfull_name = \"full_name\"\nbirth_date = \"birth_date\"\n[identifiers.full_name]\n";
    let config = Config::from_toml(config).expect("a configuration");
    let result = resolve(&[a], Some(&config), &Options::default()).expect("a result");
    assert_eq!(result.profiles().len(), 2);
    let text = "both sides have a record of a source that never holds one person twice";
    assert!(result.refused().iter().any(|refusal| refusal.reason == text), "{:?}", result.refused());
}

#[test]
fn a_saved_model_decides_as_it_did() {
    let names: Vec<String> =
        (0..60).map(|n| format!("{} Martin{}", ["Anna", "Bruno", "Carla"][n % 3], n / 2)).collect();
    let dates: Vec<String> =
        (0..60).map(|n| format!("19{:02}-0{}-1{}", 40 + n / 2, 1 + n / 2 % 9, n / 2 % 7)).collect();
    let emails: Vec<String> = (0..60).map(|n| format!("k{}z{}@exemple.fr", n / 2 * 7919, n / 2)).collect();
    let columns = vec![column("full_name", &names), column("birth_date", &dates), column("email", &emails)];
    let tables = [Table::new("crm", columns).expect("a table")];
    let trained = resolved(&tables);
    let model = Model::from_json(&trained.model().to_json()).expect("a model");
    let options = Options { model: Some(model), ..Options::default() };
    let again = resolve(&tables, None, &options).expect("a result");
    assert_eq!(again.assignments(), trained.assignments());
    assert_eq!(again.links(), trained.links());
    assert!(!again.links().is_empty());
}

#[test]
fn the_parts_of_an_explanation_add_up_to_the_weight() {
    let names = ["Camille Moreau", "Camille Morau", "Louis Petit", "Louise Petit", "Karim Haddad"];
    let emails = ["c.moreau@laposte.net", "c.moreau@laposte.net", "lpetit@free.fr", "lpetit@free.fr", "kh@orange.fr"];
    let result = resolved(&[table("crm", &[("full_name", &names), ("email", &emails)])]);
    for a in 0..5 {
        for b in (0..5).filter(|&b| b != a) {
            let why = result.why(a, b).expect("an explanation");
            let sum = why.prior + why.parts.iter().map(|part| part.weight).sum::<f64>() + why.related;
            assert!((sum - why.weight).abs() < 1e-9, "{a} {b}: {sum} is not {}", why.weight);
        }
    }
    for link in result.links().iter().filter(|link| link.rule == "match") {
        assert!((result.why(link.a, link.b).expect("an explanation").weight - link.weight).abs() < 1e-9);
    }
}

#[test]
fn two_tables_of_one_source_are_refused() {
    let crm = || table("crm", &[("email", &["ann@exemple.fr"])]);
    let error = resolve(&[crm(), crm()], None, &Options::default()).expect_err("an error");
    let text = "source 'crm': two tables are of this source (put them into one, or give them different names)";
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_blocked_value_links_nobody_however_it_is_written() {
    let emails = ["Info@Boutique.fr", "info@boutique.fr"];
    let names = ["Anna Martin", "Karim Haddad"];
    let tables = [table("crm", &[("full_name", &names), ("email", &emails)])];
    let profiles = |blocked: &str| {
        let config = format!(
            "[sources.crm.fields]\nfull_name = \"full_name\"\nemail = \"email\"\n[identifiers.email]\nblocked = [{blocked}]\n"
        );
        let config = Config::from_toml(&config).expect("a configuration");
        resolve(&tables, Some(&config), &Options::default()).expect("a result").profiles().len()
    };
    assert_eq!(profiles(""), 1);
    assert_eq!(profiles("\"INFO@boutique.FR\""), 2);
}

#[test]
fn a_saved_model_meets_new_records_and_new_sources() {
    let names = ["Anna Martin", "Anna Martin", "Karim Haddad", "Louis Petit", "Zoe Garcia"];
    let emails =
        ["a.martin8@exemple.fr", "a.martin8@exemple.fr", "kh77@exemple.fr", "lp12@exemple.fr", "zg9@exemple.fr"];
    let model = resolved(&[table("crm", &[("full_name", &names), ("email", &emails)])]).model().clone();
    let options = Options { model: Some(model), ..Options::default() };
    let one = table("app", &[("full_name", &["Anna Martin"]), ("email", &[""])]);
    let two = table("crm", &[("full_name", &["Anna Martin"]), ("email", &["a.martin8@exemple.fr"])]);
    assert_eq!(resolve(&[one, two], None, &options).expect("a result").records().len(), 2);
}

#[test]
fn a_model_that_does_not_fit_together_is_refused() {
    let model =
        resolved(&[table("crm", &[("email", &["a1@exemple.fr", "b2@exemple.fr", "c3@exemple.fr"])])]).model().to_json();
    assert!(Model::from_json(&model).is_ok());
    for broken in ["\"prior\": []", "\"prior\": [0.0]", "\"prior\": [1.0]"] {
        let start = model.find("\"prior\"").expect("a prior");
        let end = start + model[start..].find(']').expect("its end") + 1;
        let text = format!("{}{broken}{}", &model[..start], &model[end..]);
        assert_eq!(Model::from_json(&text).expect_err("an error").code().as_str(), "invalid_model", "{broken}");
    }
}

/// 200 people with names, towns and an e-mail address of their own, but the shop's own for the first forty.
fn customers_with_the_address_of_the_shop() -> Table {
    let given = ["Anna", "Bruno", "Carla", "David", "Elena", "Farid", "Gaëlle", "Hugo", "Inès", "Jules"];
    let family = [
        "Martin", "Petit", "Roux", "Garcia", "Bernard", "Nguyen", "Lopez", "Weber", "Colin", "Huet", "Perrin", "Kone",
        "Tessier", "Vidal", "Zola", "Fournier", "Jacob", "Quere", "Sow", "Xavier",
    ];
    let towns = ["Lyon", "Nantes", "Lille"];
    let rows = || 0..200;
    let emails =
        rows().map(|row| if row < 40 { "accueil@lagrandeboutique.fr".into() } else { format!("{row}x@free.fr") });
    Table::new(
        "crm",
        vec![
            column("prenom", &rows().map(|row| given[row % 10].to_owned()).collect::<Vec<_>>()),
            column("nom", &rows().map(|row| family[row / 10].to_owned()).collect::<Vec<_>>()),
            column("ville", &rows().map(|row| towns[row % 3].to_owned()).collect::<Vec<_>>()),
            column("email", &emails.collect::<Vec<_>>()),
        ],
    )
    .expect("a table")
}

#[test]
fn an_address_that_goes_with_forty_people_joins_nobody_and_is_told() {
    let config = "[identifiers.email]";
    let resolved = |config: &str| {
        let config = Config::from_toml(config).expect("a configuration");
        resolve(&[customers_with_the_address_of_the_shop()], Some(&config), &Options::default()).expect("a result")
    };
    let result = resolved(config);
    assert_eq!(result.profiles().len(), 200);
    let told = |result: &Resolution| {
        result.summary().warnings.iter().any(|warning| {
            warning.starts_with("a value of email was set aside: 40 records of ") && !warning.contains("accueil")
        })
    };
    assert!(told(&result), "{:?}", result.summary().warnings);
    // A limit of one's own decides instead, and refuses by its own reason.
    let ruled = resolved(&format!("{config}\nmax_profiles = 5"));
    assert!(ruled.refused().iter().any(|refusal| refusal.reason.contains("is generic")), "{:?}", ruled.summary());
    assert!(!told(&ruled));
}

#[test]
fn a_higher_threshold_is_expected_to_find_no_more() {
    let webshop = cdp_core::io::read("../examples/data/webshop.csv", None).expect("the example data");
    let expected = |threshold: &str| {
        let config = Config::from_toml(&format!("[matching]\nthreshold = {threshold}")).expect("a configuration");
        let result = resolve(std::slice::from_ref(&webshop), Some(&config), &Options::default()).expect("a result");
        result.summary().expected_recall
    };
    let recalls = ["0.5", "0.9", "0.999"].map(expected);
    assert!(recalls.is_sorted_by(|low, high| low >= high) && recalls[2] < recalls[0], "{recalls:?}");
}
