"""split.py FILE RECORDS TRUTH TRUTH_COLUMN ID_COLUMN: a labelled Parquet file as what tools may see and what judges them.

Prints the number of records.
"""

import sys

import pyarrow as pa
import pyarrow.parquet as pq

path, records, truth, entity, key = sys.argv[1:6]
table = pq.read_table(path)
pq.write_table(table.drop_columns([entity]), records, compression="zstd")
ids = table[key].cast(pa.string())
pq.write_table(pa.table({"record_id": ids, "entity": table[entity].cast(pa.string())}), truth)
print(len(table))
