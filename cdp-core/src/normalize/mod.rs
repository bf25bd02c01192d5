//! From raw text to comparable keys, one module a kind; takes `&str` and knows no records.
