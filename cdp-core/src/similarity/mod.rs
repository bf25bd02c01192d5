//! String similarity kernels; take `&str` and know no records.
