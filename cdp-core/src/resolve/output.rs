//! From clusters to the result: profile ids, golden values, links in the order of the input.

use super::prepare::{Field, Origin, Prepared, RecordIds};
use super::rules::Rules;
use super::{Link, Records, Refusal, SourceSummary};
use crate::cluster::{Clustering, Edge, Fate};
use crate::error::Result;
use crate::profile::survivorship::{Candidate, choose, default_rules};
use crate::profile::{GoldenField, Profiles};
use crate::progress::Control;
use crate::record::{Column, Interner, NULL, Table};
use crate::schema::{Config, Kind, SourceConfig};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Maps canonical record numbers to those of the input.
pub(super) struct InputOrder {
    offsets: Vec<u32>,
}

impl InputOrder {
    pub(super) fn new(tables: &[Table]) -> Self {
        let mut offsets = vec![0];
        tables.iter().for_each(|table| offsets.push(offsets[offsets.len() - 1] + table.len() as u32));
        InputOrder { offsets }
    }

    pub(super) fn of(&self, origin: Origin) -> u32 {
        self.offsets[origin.table as usize] + origin.row
    }
}

/// The records in the order of the input.
pub(super) fn records(tables: &[Table], config: &Config) -> Result<Records> {
    let mut records = Records { sources: tables.iter().map(|t| t.source().to_owned()).collect(), ..Records::default() };
    for (index, table) in (0..).zip(tables) {
        let ids = RecordIds::new(table, config.sources.get(table.source()))?;
        ids.iter().for_each(|id| {
            records.ids.push(&id);
        });
        records.source.extend(std::iter::repeat_n(index, table.len()));
        records.rows.extend(0..table.len() as u64);
    }
    Ok(records)
}

/// When each record was observed, as texts that sort by time, in canonical order; empty where unknown.
pub(super) fn observed(tables: &[Table], prepared: &Prepared<'_>, config: &Config) -> Vec<String> {
    let columns: Vec<_> = tables
        .iter()
        .map(|table| {
            let source: Option<&SourceConfig> = config.sources.get(table.source());
            let column = table.column(source?.observed_at.as_deref()?)?;
            Some((column, column.distinct().iter().map(instant_key).collect::<Vec<_>>()))
        })
        .collect();
    let of = |origin: &Origin| {
        let (column, keys) = columns[origin.table as usize].as_ref()?;
        keys.get(column.codes()[origin.row as usize] as usize).cloned()
    };
    prepared.origins.iter().map(|origin| of(origin).unwrap_or_default()).collect()
}

/// A text that sorts by time: ISO instants as they are, other dates as ISO dates, numbers (epochs) padded.
fn instant_key(raw: &str) -> String {
    let raw = raw.trim();
    let bytes = raw.as_bytes();
    let iso = raw.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-' && bytes[..4].iter().all(u8::is_ascii_digit);
    if iso {
        return raw.replace(' ', "T");
    }
    if raw.len() > 8 && raw.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("{raw:0>20}");
    }
    crate::normalize::date::parse(raw, None).first().map_or_else(String::new, ToString::to_string)
}

/// Profiles, and the profile of each record in the order of the input.
pub(super) fn profiles(
    prepared: &Prepared<'_>,
    clustering: &Clustering,
    observed: &[String],
    records: &Records,
    order: &InputOrder,
    config: &Config,
    control: &Control,
) -> Result<(Profiles, Vec<u32>)> {
    let groups = founded_groups(prepared, clustering, observed, records, order);
    let mut profiles = Profiles { starts: vec![0], ..Profiles::default() };
    let mut assignments = vec![0; prepared.origins.len()];
    for (index, (id, members)) in (0..).zip(&groups) {
        for &member in members {
            let record = order.of(prepared.origins[member as usize]);
            assignments[record as usize] = index;
            profiles.members.push(record);
        }
        profiles.starts.push(profiles.members.len() as u32);
        profiles.ids.push(id.clone());
    }
    let members: Vec<&[u32]> = groups.iter().map(|(_, members)| members.as_slice()).collect();
    profiles.fields = golden_fields(prepared, &members, observed, records, order, config, control)?;
    Ok((profiles, assignments))
}

/// Members of each profile, founder first, with the profile's id; in order of id.
fn founded_groups(
    prepared: &Prepared<'_>,
    clustering: &Clustering,
    observed: &[String],
    records: &Records,
    order: &InputOrder,
) -> Vec<(String, Vec<u32>)> {
    let mut by_cluster: Vec<u32> = (0..clustering.cluster.len() as u32).collect();
    by_cluster.sort_unstable_by_key(|&record| (clustering.cluster[record as usize], record));
    let clusters: Vec<&[u32]> =
        by_cluster.chunk_by(|&a, &b| clustering.cluster[a as usize] == clustering.cluster[b as usize]).collect();
    let mut groups: Vec<(String, Vec<u32>)> = clusters
        .par_iter()
        .map(|cluster| {
            let mut members = cluster.to_vec();
            // The founder is the earliest evidence; without dates, the first in the canonical order.
            members.sort_by_key(|&m| (observed[m as usize].is_empty(), observed[m as usize].as_str(), m));
            let founder = order.of(prepared.origins[members[0] as usize]);
            (profile_id(records.source(founder), records.id(founder)), members)
        })
        .collect();
    groups.par_sort_unstable();
    groups
}

/// The id of the profile founded by this record: `p` and 96 bits of SHA-256 in hexadecimal.
pub(super) fn profile_id(source: &str, record_id: &str) -> String {
    let digest = Sha256::new().chain_update(source).chain_update([0x1f]).chain_update(record_id).finalize();
    let hex: String = digest[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("p{hex}")
}

fn golden_fields(
    prepared: &Prepared<'_>,
    groups: &[&[u32]],
    observed: &[String],
    records: &Records,
    order: &InputOrder,
    config: &Config,
    control: &Control,
) -> Result<Vec<GoldenField>> {
    let mut named: BTreeMap<(Kind, &str), Vec<&Field<'_>>> = BTreeMap::new();
    for field in prepared.fields.iter().filter(|field| field.config.kind != Kind::Ignore) {
        named.entry((field.config.kind, &field.golden_name)).or_default().push(field);
    }
    let trust: Vec<i32> = records
        .sources
        .iter()
        .map(|name| config.sources.get(name).and_then(|source| source.trust).unwrap_or(1))
        .collect();
    let total = named.len() as u64;
    let golden = |((kind, name), fields): (&(Kind, &str), &Vec<&Field<'_>>)| {
        control.report("profile", 0, total)?;
        let rules = config.survivorship.get(*name).map_or(default_rules(*kind), Vec::as_slice);
        let mut pool = Interner::default();
        let (mut codes, mut provenance) = (Vec::with_capacity(groups.len()), Vec::with_capacity(groups.len()));
        let mut candidates = Vec::new();
        for members in groups {
            candidates.clear();
            for &member in *members {
                let origin = prepared.origins[member as usize];
                let values = fields.iter().map(|field| (field.display(origin), field.key(origin)));
                candidates.extend(values.filter(|(display, _)| !display.is_empty()).map(|(display, key)| Candidate {
                    record: member,
                    display,
                    key,
                    trust: trust[origin.table as usize],
                    observed: &observed[member as usize],
                }));
            }
            let chosen = choose(&candidates, rules);
            codes.push(chosen.map_or(NULL, |candidate| pool.intern(candidate.display)));
            provenance.push(chosen.map_or(NULL, |c| order.of(prepared.origins[c.record as usize])));
        }
        let values = Column::from_codes(name, codes, pool.into_pool());
        Ok(GoldenField { name: (*name).to_owned(), kind: *kind, values, provenance })
    };
    let entries: Vec<_> = named.iter().collect();
    entries.into_par_iter().map(golden).collect()
}

/// Accepted and refused links, in the order of the input's records.
pub(super) fn links(
    edges: &[Edge],
    clustering: &Clustering,
    unseen: &[(Edge, String)],
    prepared: &Prepared<'_>,
    order: &InputOrder,
    rules: &Rules<'_>,
) -> (Vec<Link>, Vec<Refusal>) {
    let place = |edge: &Edge| {
        let (a, b) = (order.of(prepared.origins[edge.a as usize]), order.of(prepared.origins[edge.b as usize]));
        (a.min(b), a.max(b))
    };
    let bits = |edge: &Edge| edge.weight / std::f64::consts::LN_2;
    let refusal = |edge: &Edge, reason: &str| {
        let (a, b) = place(edge);
        Refusal { a, b, weight: bits(edge), rule: rules.rule_name(edge.rule), reason: reason.to_owned() }
    };
    let (mut links, mut refused) = (Vec::new(), Vec::new());
    for (edge, fate) in edges.iter().zip(&clustering.fates) {
        if let Fate::Refused(reason) = fate {
            refused.push(refusal(edge, reason));
        } else {
            let (a, b) = place(edge);
            links.push(Link { a, b, weight: bits(edge), rule: rules.rule_name(edge.rule) });
        }
    }
    let apart = |edge: &Edge| clustering.cluster[edge.a as usize] != clustering.cluster[edge.b as usize];
    refused.extend(unseen.iter().filter(|(edge, _)| apart(edge)).map(|(edge, reason)| refusal(edge, reason)));
    links.sort_by(|x, y| (x.a, x.b, &x.rule).cmp(&(y.a, y.b, &y.rule)));
    links.dedup();
    refused.sort_by(|x, y| (x.a, x.b, &x.rule).cmp(&(y.a, y.b, &y.rule)));
    (links, refused)
}

/// Figures per source.
pub(super) fn source_summaries(records: &Records, assignments: &[u32]) -> Vec<SourceSummary> {
    let mut seen: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); records.sources.len()];
    let mut counts = vec![0_u64; records.sources.len()];
    for (record, &source) in records.source.iter().enumerate() {
        counts[source as usize] += 1;
        seen[source as usize].insert(assignments[record]);
    }
    let figures = records.sources.iter().zip(counts).zip(seen);
    figures
        .map(|((name, records), profiles)| {
            let profiles = profiles.len() as u64;
            SourceSummary { name: name.clone(), records, profiles, duplicates: records - profiles }
        })
        .collect()
}

/// The links that merged clusters, in the order they did, as positions in `links`.
pub(super) fn merges(
    edges: &[Edge],
    clustering: &Clustering,
    links: &[Link],
    prepared: &Prepared<'_>,
    order: &InputOrder,
    rules: &Rules<'_>,
) -> Vec<u32> {
    let position = |&edge: &usize| {
        let edge = &edges[edge];
        let (a, b) = (order.of(prepared.origins[edge.a as usize]), order.of(prepared.origins[edge.b as usize]));
        let pair = (a.min(b), a.max(b));
        let rule = rules.rule_name(edge.rule);
        links.partition_point(|link| (link.a, link.b, link.rule.as_str()) < (pair.0, pair.1, rule.as_str())) as u32
    };
    clustering.merges.iter().map(position).collect()
}
