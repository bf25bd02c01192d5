//! Reading and writing: CSV, JSON lines, Parquet, Arrow. Nothing below imports this.
