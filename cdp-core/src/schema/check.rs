//! Holds a configuration against the tables it is meant for, and fills in what it leaves out.

use super::{Config, ConsentConfig, FieldConfig, Kind, SourceConfig, infer};
use crate::error::{Code, Error, Result, nearest};
use crate::normalize::DateOrder;
use crate::normalize::name::NameOrder;
use crate::normalize::phone::{is_region, no_region};
use crate::record::Table;
use std::borrow::Cow;
use std::collections::BTreeMap;

const COUNTED_TWICE: &str = "the rule of this kind counts values, and would count a value and its hash as two";

impl Config {
    /// Checks that the configuration fits the tables: every name it uses exists, every number lies in its range.
    ///
    /// Tables it does not mention are fine: [`Config::complete`] infers them.
    ///
    /// # Errors
    /// `unknown_source` and `unknown_column` with the nearest name there is; `invalid_config` for a threshold outside 0
    /// to 1, a limit of 0, a date order or region that does not exist, survivorship of a field nobody feeds, an
    /// identifier of a kind no column has, and a golden field fed by columns of different kinds.
    pub fn check(&self, tables: &[Table]) -> Result<()> {
        self.prepare(tables).map(drop)
    }

    /// Checks and completes: [`Config::check`] and [`Config::complete`] with one inference instead of two.
    ///
    /// # Errors
    /// Those of [`Config::check`].
    pub fn prepare(&self, tables: &[Table]) -> Result<Config> {
        self.prepare_knowing(tables, &BTreeMap::new())
    }

    /// As [`Config::prepare`], where these sources are known already: nothing is inferred of them.
    ///
    /// # Errors
    /// Those of [`Config::check`].
    pub fn prepare_knowing(&self, tables: &[Table], known: &BTreeMap<String, SourceConfig>) -> Result<Config> {
        self.check_numbers()?;
        for (name, source) in &self.sources {
            check_source(name, source, tables)?;
        }
        let is_known = |table: &Table| known.contains_key(table.source());
        let mut found = if tables.iter().all(is_known) { BTreeMap::new() } else { Config::infer(tables).sources };
        let mine = tables.iter().filter_map(|table| known.get_key_value(table.source()));
        found.extend(mine.map(|(name, source)| (name.clone(), source.clone())));
        let complete = self.completed_by(found);
        complete.check_hashed()?;
        self.check_survivorship(&complete)?;
        self.check_identifiers(&complete)?;
        Ok(complete)
    }

    /// Checks what can be checked without any table: every number lies in its range, every order and region exists.
    ///
    /// # Errors
    /// `invalid_config`.
    pub fn check_alone(&self) -> Result<()> {
        self.check_numbers()?;
        self.check_hashed()?;
        self.check_consents()?;
        self.sources.iter().try_for_each(|(name, source)| check_words(name, source))
    }

    /// Checks that columns and browsers speak of purposes and channels that there are: what they say would be heard by nobody.
    fn check_consents(&self) -> Result<()> {
        let ConsentConfig { purposes, channels, gpc } = &self.consent;
        let known = |word: &str, words: &[String], what: &str| match ConsentConfig::is_known(word, words) {
            true => Ok(()),
            false => Err(Error::new(Code::InvalidConfig, format!("consent.{what}s has no '{word}'")).help(choice(
                word,
                words.iter().map(String::as_str),
                &format!("{what}s"),
            ))),
        };
        // Nobody chose the default ones.
        if *gpc != ConsentConfig::default().gpc {
            gpc.iter().try_for_each(|word| known(word, purposes, "purpose").map_err(|e| e.field("consent.gpc")))?;
        }
        for (name, source) in &self.sources {
            for (column, field) in source.fields.iter().filter(|(_, field)| field.kind == Kind::Consent) {
                let purpose = known(field.purpose.as_deref().unwrap_or(column), purposes, "purpose");
                let channel = field.channel.as_deref().map_or(Ok(()), |channel| known(channel, channels, "channel"));
                purpose.and(channel).map_err(|error| error.source(name).field(column))?;
            }
        }
        Ok(())
    }

    fn check_numbers(&self) -> Result<()> {
        let outside = |key: &str, reason: &str| Err(Error::new(Code::InvalidConfig, reason).field(key));
        let super::Matching { threshold, precision, recall, .. } = self.matching;
        let shares = [("threshold", threshold), ("precision", precision), ("recall", recall)];
        for (key, share) in shares {
            if share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
                return outside(&format!("matching.{key}"), "a number between 0 and 1 is expected");
            }
        }
        if shares.iter().filter(|(_, share)| share.is_some()).count() > 1 {
            return outside("matching", "threshold, precision and recall exclude each other");
        }
        if self.matching.pairs_per_record.is_some_and(|pairs| !pairs.is_finite() || pairs <= 0.0) {
            return outside("matching.pairs_per_record", "a number above 0 is expected");
        }
        for (kind, rule) in &self.identifiers {
            if rule.max_per_profile == Some(0) || rule.max_profiles == Some(0) {
                return outside(&format!("identifiers.{kind}"), "a limit of 0 would allow no value at all");
            }
            if rule.unique && rule.max_per_profile.is_some_and(|most| most > 1) {
                return outside(&format!("identifiers.{kind}"), "unique and max_per_profile contradict each other");
            }
            if rule.window_days.is_some() && rule.max_per_profile.is_none() {
                return outside(&format!("identifiers.{kind}.window_days"), "it says nothing without max_per_profile");
            }
        }
        Ok(())
    }

    /// Checks what is said to come hashed: that its kind can, that no golden field mixes hashes with values in the clear, and that
    /// no rule counts the two forms of one value.
    fn check_hashed(&self) -> Result<()> {
        let mut golden: BTreeMap<String, bool> = BTreeMap::new();
        let mut forms: BTreeMap<Kind, bool> = BTreeMap::new();
        let unhashable = |kind: Kind| matches!(kind, Kind::Consent | Kind::AnonymousId);
        if let Some((kind, _)) =
            self.identifiers.iter().find(|(kind, rule)| rule.hashed.is_some() && unhashable(**kind))
        {
            let error = Error::new(Code::InvalidConfig, "values of this kind cannot come hashed");
            return Err(error.field(format!("identifiers.{kind}.hashed")).help("leave `hashed` out"));
        }
        for (name, source) in &self.sources {
            for (column, field) in source.fields.iter().filter(|(_, field)| field.kind != Kind::Ignore) {
                let fail = |reason: &str, help: &str| {
                    Err(Error::new(Code::InvalidConfig, reason).source(name).field(column).help(help))
                };
                let hashed = field.hashed.is_some();
                if hashed && unhashable(field.kind) {
                    return fail("values of this kind cannot come hashed", "leave `hashed` out");
                }
                let fed = field.golden_name(column).into_owned();
                if *golden.entry(fed).or_insert(hashed) != hashed {
                    let reason = "hashes and values in the clear feed one golden field";
                    return fail(reason, "give one of them another `name`");
                }
                if self.counts_values(field.kind) && *forms.entry(field.kind).or_insert(hashed) != hashed {
                    return fail(
                        COUNTED_TWICE,
                        "give the hashed column the kind `identifier`, or hash all columns of the kind",
                    );
                }
            }
        }
        Ok(())
    }

    /// Checks that no rule would count a value and its hash as two where messages say values of these kinds too: in the clear,
    /// unless the rule says otherwise.
    ///
    /// # Errors
    /// `invalid_config`.
    pub(crate) fn check_said(&self, kinds: impl Iterator<Item = Kind>) -> Result<()> {
        let mut clear = kinds.filter(|kind| self.counts_values(*kind) && self.field(*kind).hashed.is_none());
        let hashed = |kind: &Kind| {
            let fields = self.sources.values().flat_map(|source| source.fields.values());
            fields.into_iter().any(|field| field.kind == *kind && field.hashed.is_some())
        };
        match clear.find(hashed) {
            None => Ok(()),
            Some(kind) => Err(Error::new(Code::InvalidConfig, COUNTED_TWICE).field(format!("identifiers.{kind}")).help(
                format!("a column comes hashed, traits of messages do not: say `identifiers.{kind}.hashed`, or give the column the kind `identifier`"),
            )),
        }
    }

    /// Whether the rule of a kind counts how many values somebody has.
    fn counts_values(&self, kind: Kind) -> bool {
        self.identifiers.get(&kind).is_some_and(|rule| rule.unique || rule.max_per_profile.is_some())
    }

    /// A field of a kind as the rules of the kind say it comes.
    pub(crate) fn field(&self, kind: Kind) -> FieldConfig {
        let hashed = self.identifiers.get(&kind).and_then(|rule| rule.hashed);
        FieldConfig { hashed, ..FieldConfig::new(kind) }
    }

    fn check_survivorship(&self, complete: &Config) -> Result<()> {
        let golden = complete.golden_fields()?;
        match self.survivorship.keys().find(|field| !golden.contains_key(field.as_str())) {
            None => Ok(()),
            Some(field) => Err(Error::new(Code::InvalidConfig, "no column feeds this golden field")
                .field(format!("survivorship.{field}"))
                .help(choice(field, golden.keys().map(AsRef::as_ref), "fields"))),
        }
    }

    fn check_identifiers(&self, complete: &Config) -> Result<()> {
        let kinds = || complete.sources.values().flat_map(|source| source.fields.values().map(|field| field.kind));
        match self.identifiers.keys().find(|&&identifier| kinds().all(|kind| kind != identifier)) {
            None => Ok(()),
            Some(kind) => Err(Error::new(Code::InvalidConfig, format!("no column is of the kind '{kind}'"))
                .field(format!("identifiers.{kind}"))
                .help(format!("give a column this kind, or remove identifiers.{kind}"))),
        }
    }

    /// Each golden field with its kind and the first column that feeds it.
    fn golden_fields(&self) -> Result<BTreeMap<Cow<'_, str>, Kind>> {
        let mut golden: BTreeMap<Cow<'_, str>, (Kind, &str, &str)> = BTreeMap::new();
        for (name, source) in &self.sources {
            for (column, field) in source.fields.iter().filter(|(_, field)| !field.kind.is_kept_out()) {
                let fed = (field.kind, name.as_str(), column.as_str());
                let (kind, other, theirs) = *golden.entry(field.golden_name(column)).or_insert(fed);
                if kind != field.kind {
                    let golden = field.golden_name(column);
                    let kinds = format!("it is {}, but column '{theirs}' of source '{other}' is {kind}", field.kind);
                    return Err(Error::new(
                        Code::InvalidConfig,
                        format!("two kinds feed the golden field '{golden}': {kinds}"),
                    )
                    .source(name)
                    .field(column)
                    .help("give one of them another `name`"));
                }
            }
        }
        Ok(golden.into_iter().map(|(name, (kind, ..))| (name, kind)).collect())
    }

    /// The configuration with everything that was left out inferred from the tables.
    ///
    /// A source that is not mentioned is inferred as a whole. Of a mentioned one, the id, the instant of observation
    /// and the region are inferred where they are absent; its fields only where none is listed. A listed date without
    /// order gets the order its values prove. An id column whose name says that it holds a kind with identifier rules
    /// (`customer_id`) also becomes a field of that kind.
    #[must_use]
    pub fn complete(&self, tables: &[Table]) -> Config {
        self.completed_by(Config::infer(tables).sources)
    }

    /// The configuration with what is known of sources added, which is not in it.
    #[must_use]
    pub fn completed_by(&self, known: BTreeMap<String, SourceConfig>) -> Config {
        let mut complete = self.clone();
        for (name, found) in known {
            let source = complete.sources.entry(name).or_default();
            fill(source, found);
        }
        for source in complete.sources.values_mut() {
            for field in source.fields.values_mut() {
                field.hashed = field.hashed.or(self.identifiers.get(&field.kind).and_then(|rule| rule.hashed));
            }
            let id = source.id.clone().and_then(|id| Some((infer::identifier_named(&id)?, id)));
            if let Some((kind, id)) = id.filter(|(kind, _)| self.identifiers.contains_key(kind)) {
                source.fields.entry(id).or_insert_with(|| self.field(kind));
            }
        }
        complete
    }
}

/// Takes from the inferred source what the given one leaves out.
fn fill(source: &mut SourceConfig, found: SourceConfig) {
    source.id = source.id.take().or(found.id);
    source.observed_at = source.observed_at.take().or(found.observed_at);
    source.region = source.region.take().or(found.region);
    if source.fields.is_empty() {
        source.fields = found.fields;
        if let Some(id) = &source.id
            && source.fields.get(id).is_some_and(|field| field.kind == Kind::Ignore)
        {
            source.fields.remove(id);
        }
        return;
    }
    for (column, field) in &mut source.fields {
        if field.order.is_none() && matches!(field.kind, Kind::BirthDate | Kind::Date | Kind::FullName) {
            field.order = found.fields.get(column).and_then(|found| found.order.clone());
        }
    }
}

fn check_source(name: &str, source: &SourceConfig, tables: &[Table]) -> Result<()> {
    let Some(table) = tables.iter().find(|table| table.source() == name) else {
        let given = tables.iter().map(Table::source);
        return Err(Error::new(Code::UnknownSource, "no such source was given")
            .source(name)
            .help(choice(name, given, "sources")));
    };
    let named = [("id", &source.id), ("observed_at", &source.observed_at)];
    for (key, column) in named.into_iter().filter_map(|(key, column)| Some((key, column.as_ref()?))) {
        check_column(table, column).map_err(|error| error.field(format!("{key} = {column}")))?;
    }
    for (column, field) in &source.fields {
        let is_left_out = field.kind == Kind::Ignore && table.left_out().iter().any(|(name, _)| name == column);
        if !is_left_out {
            check_column(table, column)?;
        }
    }
    check_words(name, source)
}

/// Checks the regions and orders of a source.
fn check_words(name: &str, source: &SourceConfig) -> Result<()> {
    check_region(name, "region", source.region.as_deref())?;
    for (column, field) in &source.fields {
        check_region(name, column, field.region.as_deref())?;
        if let Some(order) = &field.order {
            let known = match field.kind {
                Kind::FullName => order.parse::<NameOrder>().map(|_| ()),
                _ => order.parse::<DateOrder>().map(|_| ()),
            };
            known.map_err(|error| error.source(name).field(column))?;
        }
    }
    Ok(())
}

fn check_column(table: &Table, column: &str) -> Result<()> {
    if table.column(column).is_some() {
        return Ok(());
    }
    if let Some((_, error)) = table.left_out().iter().find(|(name, _)| name == column) {
        return Err(error.clone());
    }
    let columns = table.columns().iter().map(|column| column.name());
    Err(Error::new(Code::UnknownColumn, "there is no such column")
        .source(table.source())
        .field(column)
        .help(choice(column, columns, "columns")))
}

fn check_region(source: &str, field: &str, region: Option<&str>) -> Result<()> {
    match region {
        Some(region) if !is_region(region) => Err(no_region(region).source(source).field(field)),
        _ => Ok(()),
    }
}

/// The nearest of the names, if one is near, and all of them.
fn choice<'a>(word: &str, names: impl Iterator<Item = &'a str>, what: &str) -> String {
    let names: Vec<&str> = names.collect();
    let all = format!("the {what} are: {}", names.join(", "));
    match nearest(word, names.iter().copied()) {
        Some(name) => format!("did you mean '{name}'? {all}"),
        None => all,
    }
}
