//! From clusters to the result: profile ids, golden values, links in the order of the input.

use super::prepare::{Field, Origin, Prepared, RecordIds};
use super::{Link, Records, Refusal, SourceSummary};
use crate::cluster::{Clustering, Edge, Fate};
use crate::error::Result;
use crate::identity::Rules;
use crate::instant::{self, Instant};
use crate::model::bits;
use crate::profile::survivorship::{Candidate, choose, default_rules};
use crate::profile::{GoldenField, ProfileId, Profiles, id_of, write_id};
use crate::progress::Control;
use crate::record::{Column, Interner, NULL, Table};
use crate::schema::{Config, Kind, SourceConfig, SurvivorshipRule};
use rayon::prelude::*;
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

    /// The canonical number of each record of the input.
    pub(super) fn canonical(&self, origins: &[Origin]) -> Vec<u32> {
        let mut canonical = vec![0; origins.len()];
        (0..).zip(origins).for_each(|(number, &origin)| canonical[self.of(origin) as usize] = number);
        canonical
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

/// When each record was observed, in canonical order; `None` where unknown.
pub(super) fn observed(tables: &[Table], prepared: &Prepared<'_>, config: &Config) -> Vec<Option<Instant>> {
    let columns: Vec<_> = tables
        .iter()
        .map(|table| {
            let source: Option<&SourceConfig> = config.sources.get(table.source());
            let column = table.column(source?.observed_at.as_deref()?)?;
            Some((column, column.distinct().iter().map(instant::parse).collect::<Vec<_>>()))
        })
        .collect();
    let of = |origin: &Origin| {
        let (column, instants) = columns[origin.table as usize].as_ref()?;
        instants.get(column.codes()[origin.row as usize] as usize).copied().flatten()
    };
    prepared.origins.iter().map(of).collect()
}

/// Profiles whose ids and members are put together at once.
const PIECE: usize = 1 << 10;

/// What profiles are made from.
pub(super) struct Making<'a> {
    pub(super) prepared: &'a Prepared<'a>,
    pub(super) observed: &'a [Option<Instant>],
    pub(super) records: &'a Records,
    pub(super) order: &'a InputOrder,
    pub(super) config: &'a Config,
}

impl Making<'_> {
    /// A record's number in the input.
    fn input(&self, record: u32) -> u32 {
        self.order.of(self.prepared.origins[record as usize])
    }

    /// Profiles, and the profile of each record in the order of the input.
    pub(super) fn profiles(&self, clustering: &Clustering, control: &Control) -> Result<(Profiles, Vec<u32>)> {
        let mut groups = Groups::new(&clustering.cluster);
        self.sort_by_foundation(&mut groups);
        let id = |group: u32| {
            let founder = self.input(groups.members(group)[0]);
            id_of(self.records.source(founder), self.records.id(founder))
        };
        let mut by_id: Vec<(ProfileId, u32)> =
            (0..groups.len()).into_par_iter().map(|group| (id(group), group)).collect();
        by_id.par_sort_unstable();
        let (fields, pieces) = rayon::join(
            || self.golden_fields(&groups, &by_id, control),
            || by_id.par_chunks(PIECE).map(|by_id| self.piece(&groups, by_id)).collect::<Vec<_>>(),
        );
        let mut profiles = Profiles { starts: vec![0], fields: fields?, ..Profiles::default() };
        for piece in pieces {
            let before = profiles.members.len() as u32;
            profiles.starts.extend(piece.starts[1..].iter().map(|start| start + before));
            profiles.members.extend(piece.members);
            profiles.ids.append(&piece.ids);
        }
        let mut assignments = vec![0; self.prepared.origins.len()];
        for profile in 0..profiles.len() {
            profiles.members(profile).iter().for_each(|&record| assignments[record as usize] = profile as u32);
        }
        Ok((profiles, assignments))
    }

    /// The ids and members of some profiles.
    fn piece(&self, groups: &Groups, by_id: &[(ProfileId, u32)]) -> Profiles {
        let mut piece = Profiles { starts: vec![0], ..Profiles::default() };
        let mut text = String::new();
        for &(id, group) in by_id {
            piece.members.extend(groups.members(group).iter().map(|&member| self.input(member)));
            piece.starts.push(piece.members.len() as u32);
            text.clear();
            write_id(id, &mut text);
            piece.ids.push(&text);
        }
        piece
    }

    /// Puts the earliest evidence of each group first; without dates, the first in the canonical order.
    fn sort_by_foundation(&self, groups: &mut Groups) {
        let observed = |record: u32| self.observed[record as usize];
        groups.members.par_chunk_by_mut(|a, b| groups.group[*a as usize] == groups.group[*b as usize]).for_each(
            |members| {
                if members.len() > 1 {
                    members.sort_by_key(|&m| (observed(m).is_none(), observed(m), m));
                }
            },
        );
    }
}

/// The records of each cluster.
struct Groups {
    /// The group of each record; groups are numbered by their lowest records.
    group: Vec<u32>,
    ends: Vec<u32>,
    members: Vec<u32>,
}

impl Groups {
    /// From the lowest record of each record's cluster.
    fn new(lowest: &[u32]) -> Groups {
        let (mut group, mut sizes): (Vec<u32>, Vec<u32>) = (Vec::with_capacity(lowest.len()), Vec::new());
        for (record, &lowest) in lowest.iter().enumerate() {
            if record == lowest as usize {
                group.push(sizes.len() as u32);
                sizes.push(0);
            } else {
                group.push(group[lowest as usize]);
            }
            sizes[group[record] as usize] += 1;
        }
        let mut sum = 0;
        let mut ends = sizes;
        ends.iter_mut().for_each(|size| sum += std::mem::replace(size, sum));
        let mut members = vec![0; lowest.len()];
        for (record, &group) in (0..).zip(&group) {
            let next = &mut ends[group as usize];
            members[*next as usize] = record;
            *next += 1;
        }
        Groups { group, ends, members }
    }

    fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    fn members(&self, group: u32) -> &[u32] {
        let start = group.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.members[start as usize..self.ends[group as usize] as usize]
    }
}

impl Making<'_> {
    fn golden_fields(
        &self,
        groups: &Groups,
        by_id: &[(ProfileId, u32)],
        control: &Control,
    ) -> Result<Vec<GoldenField>> {
        let mut named: BTreeMap<(Kind, &str), Vec<&Field<'_>>> = BTreeMap::new();
        for field in self.prepared.fields.iter().filter(|field| !field.config.kind.is_kept_out()) {
            named.entry((field.config.kind, &field.golden_name)).or_default().push(field);
        }
        let total = named.len() as u64;
        let done = std::sync::atomic::AtomicU64::new(0);
        let golden = |((kind, name), fields): (&(Kind, &str), &Vec<&Field<'_>>)| {
            control.check()?;
            let golden = self.golden_field(*kind, name, fields, groups, by_id);
            let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            control.report("profile", done, total + 1)?;
            Ok(golden)
        };
        let entries: Vec<_> = named.iter().collect();
        entries.into_par_iter().map(golden).collect()
    }

    /// The golden values of one field. Groups are looked at in the order of their records, which lie together so, and then put
    /// into the order of the profiles.
    fn golden_field(
        &self,
        kind: Kind,
        name: &str,
        fields: &[&Field<'_>],
        groups: &Groups,
        by_id: &[(ProfileId, u32)],
    ) -> GoldenField {
        let rules = self.config.survivorship.get(name).map_or(default_rules(kind), Vec::as_slice);
        let (mut cells, mut golden) = (Vec::new(), Vec::with_capacity(groups.len() as usize));
        // Where the text of each distinct value stands among those wanted, and those texts in the order they are wanted.
        let mut places: Vec<Vec<u32>> = fields.iter().map(|field| vec![NULL; field.distinct() as usize]).collect();
        let mut wanted = Vec::new();
        for group in 0..groups.len() {
            cells.clear();
            for &record in groups.members(group) {
                let filled = fields.iter().enumerate().filter_map(|(field, f)| Some((field, f.code(record)?)));
                cells.extend(filled.map(|(field, code)| Cell { record, field, code }));
            }
            let chosen = if cells.len() < 2 { cells.first() } else { self.survivor(&cells, fields, rules) };
            golden.push(chosen.map_or((NULL, NULL), |cell| {
                let place = &mut places[cell.field][cell.code as usize];
                if *place == NULL {
                    *place = wanted.len() as u32;
                    wanted.push(Some(fields[cell.field].display_of(cell.code)));
                }
                (*place, cell.record)
            }));
        }
        let (mut pool, mut numbers) = (Interner::default(), Vec::with_capacity(wanted.len()));
        pool.intern_all(&wanted, &mut numbers);
        golden.iter_mut().filter(|(place, _)| *place != NULL).for_each(|(place, _)| *place = numbers[*place as usize]);
        let codes = by_id.iter().map(|&(_, group)| golden[group as usize].0).collect();
        let record = |record| if record == NULL { NULL } else { self.input(record) };
        let provenance = by_id.iter().map(|&(_, group)| record(golden[group as usize].1)).collect();
        GoldenField {
            name: name.to_owned(),
            kind,
            hashed: fields.iter().any(|field| field.config.hashed.is_some()),
            values: Column::from_codes(name, codes, pool.into_pool()),
            provenance,
        }
    }

    /// The cell of several whose value survives.
    fn survivor<'c>(&self, cells: &'c [Cell], fields: &[&Field<'_>], rules: &[SurvivorshipRule]) -> Option<&'c Cell> {
        let candidates = cells.iter().map(|cell| Candidate {
            record: cell.record,
            display: fields[cell.field].display_of(cell.code),
            key: fields[cell.field].key_of(cell.code),
            trust: self.trust(cell.record),
            observed: self.observed[cell.record as usize],
        });
        let candidates: Vec<Candidate<'_>> = candidates.collect();
        choose(&candidates, rules).map(|chosen| &cells[chosen])
    }

    fn trust(&self, record: u32) -> i32 {
        let source = &self.records.sources[self.prepared.origins[record as usize].table as usize];
        self.config.sources.get(source).and_then(|source| source.trust).unwrap_or(1)
    }
}

/// A value that a record offers for a golden field.
struct Cell {
    record: u32,
    field: usize,
    code: u32,
}

/// The links and refusals of a result.
pub(super) struct Told {
    pub(super) links: Vec<Link>,
    pub(super) refused: Vec<Refusal>,
    /// The links that merged clusters, in the order they did, as positions in `links`.
    pub(super) merges: Vec<u32>,
}

/// Accepted and refused links, in the order of the input's records.
pub(super) fn links(
    edges: &[Edge],
    clustering: &Clustering,
    unseen: &[(Edge, String)],
    prepared: &Prepared<'_>,
    order: &InputOrder,
    rules: &Rules<'_>,
) -> Told {
    let place = |edge: &Edge| {
        let (a, b) = (order.of(prepared.origins[edge.a as usize]), order.of(prepared.origins[edge.b as usize]));
        (a.min(b), a.max(b))
    };
    let refusal = |edge: &Edge, reason: &str| {
        let (a, b) = place(edge);
        Refusal { a, b, weight: bits(edge.weight), rule: rules.rule_name(edge.rule), reason: reason.to_owned() }
    };
    let used: BTreeSet<u16> = edges.iter().map(|edge| edge.rule).collect();
    let mut names: Vec<(String, u16)> = used.into_iter().map(|rule| (rules.rule_name(rule), rule)).collect();
    names.sort_unstable();
    let rank: BTreeMap<u16, u16> = (0..).zip(&names).map(|(rank, (_, rule))| (*rule, rank)).collect();
    let (mut accepted, mut refused) = (Vec::with_capacity(edges.len()), Vec::new());
    for (index, (edge, fate)) in (0_u32..).zip(edges.iter().zip(&clustering.fates)) {
        if let Fate::Refused(reason) = fate {
            refused.push(refusal(edge, reason));
        } else {
            accepted.push((place(edge), rank[&edge.rule], index));
        }
    }
    let apart = |edge: &Edge| clustering.cluster[edge.a as usize] != clustering.cluster[edge.b as usize];
    refused.extend(unseen.iter().filter(|(edge, _)| apart(edge)).map(|(edge, reason)| refusal(edge, reason)));
    refused.sort_by(|x, y| (x.a, x.b, &x.rule).cmp(&(y.a, y.b, &y.rule)));
    accepted.par_sort_unstable();
    let mut links: Vec<Link> = Vec::with_capacity(accepted.len());
    let mut positions = vec![0; edges.len()];
    for ((a, b), rank, index) in accepted {
        let edge = &edges[index as usize];
        let link = Link { a, b, weight: bits(edge.weight), rule: names[rank as usize].0.clone() };
        if links.last() != Some(&link) {
            links.push(link);
        }
        positions[index as usize] = links.len() as u32 - 1;
    }
    let merges = clustering.merges.iter().map(|&edge| positions[edge]).collect();
    Told { links, refused, merges }
}

/// Figures per source.
pub(super) fn source_summaries(records: &Records, assignments: &[u32]) -> Vec<SourceSummary> {
    let mut figures: Vec<SourceSummary> =
        records.sources.iter().map(|name| SourceSummary { name: name.clone(), ..SourceSummary::default() }).collect();
    // The source that counted each profile last; the records of a source stand together.
    let mut counted = vec![NULL; assignments.iter().max().map_or(0, |last| *last as usize + 1)];
    for (&source, &profile) in records.source.iter().zip(assignments) {
        let figures = &mut figures[source as usize];
        figures.records += 1;
        if std::mem::replace(&mut counted[profile as usize], source) == source {
            figures.duplicates += 1;
        } else {
            figures.profiles += 1;
        }
    }
    figures
}
